-- ngx.re: match, find, gmatch, sub, gsub.

local native = require "pyresty.native"
local re_compile = require "pyresty.ngx.re_compile"
local re_template = require "pyresty.ngx.re_template"

local sub = string.sub
local concat = table.concat
local error, select = error, select
local setmetatable = setmetatable
local tostring = tostring
local type = type

local loaded, new_table = pcall(require, "table.new")
if not loaded then new_table = function() return {} end end

local get = re_compile.get
local pcre = native.pcre
local exec, find = pcre.exec, pcre.find

local re = {}

local function add_names(compiled, res)
    local names = compiled.names
    for i = 1, #names, 2 do
        local value = res[names[i]]
        local name = names[i + 1]
        if not compiled.dup then
            res[name] = value
        elseif value then
            local list = res[name]
            if list then
                list[#list + 1] = value
            else
                res[name] = { value }
            end
        end
    end
end

local function start_of(ctx)
    local pos = ctx.pos
    if not pos or pos <= 0 then
        return 1
    end
    return pos
end

--- ngx.re.match(subject, regex, options?, ctx?, res?) → captures | nil | nil, err
function re.match(subject, regex, options, ctx, res)
    subject = type(subject) == "string" and subject or tostring(subject)
    local compiled, message = get(regex, options)
    if not compiled then
        return nil, message
    end
    local captures = res or new_table(compiled.groups, 0)
    local from, to = exec(compiled.handle, subject, ctx and start_of(ctx) or 1, captures)
    if not from then
        if to then
            return nil, "pcre_exec() failed: " .. to
        end
        return nil
    end
    if ctx then
        ctx.pos = to + 1
    end
    if compiled.names then
        add_names(compiled, captures)
    end
    return captures
end

--- ngx.re.find(subject, regex, options?, ctx?, nth?) → from, to | nil | nil, nil, err
function re.find(subject, regex, options, ctx, nth)
    subject = type(subject) == "string" and subject or tostring(subject)
    local compiled, message = get(regex, options)
    if not compiled then
        return nil, nil, message
    end
    local group = nth and nth > 0 and nth or 0
    local from, to, finish = find(compiled.handle, subject, ctx and start_of(ctx) or 1,
        group <= compiled.groups and group or 0)
    if not finish then
        if to then
            return nil, nil, "pcre_exec() failed: " .. to
        end
        return nil
    end
    if ctx then
        ctx.pos = finish + 1
    end
    if group > compiled.groups then
        return nil, nil, "nth out of bound"
    end
    return from, to
end

local function finish_iteration(iterator)
    iterator._pos = false
    iterator._subject = nil
    iterator._compiled = nil
end

local function iterate(iterator)
    local pos = iterator._pos
    if not pos then
        return nil
    end
    local subject, compiled = iterator._subject, iterator._compiled
    if not compiled.handle then
        compiled = get(compiled.regex, compiled.options.text)
        iterator._compiled = compiled
    end
    local captures = {}
    local from, to = exec(compiled.handle, subject, pos, captures)
    if not from then
        finish_iteration(iterator)
        if to then
            return nil, "pcre_exec() failed: " .. to
        end
        return nil
    end
    if compiled.names then
        add_names(compiled, captures)
    end
    pos = to + 1
    if to < from then
        pos = pcre.step_over(compiled.handle, subject, to)
    end
    if to < from and pos > #subject + 1 then
        finish_iteration(iterator)
    else
        iterator._pos = pos
    end
    return captures
end

local iterator_mt = { __call = iterate }

--- ngx.re.gmatch(subject, regex, options?) → iterator (callable) | nil, err
function re.gmatch(subject, regex, options)
    subject = type(subject) == "string" and subject or tostring(subject)
    local compiled, message = get(regex, options)
    if not compiled then
        return nil, message
    end
    return setmetatable({ _subject = subject, _compiled = compiled, _pos = 1 }, iterator_mt)
end

local function text_of(...)
    if select("#", ...) == 0 then
        error("bad argument #1 to 'tostring' (value expected)", 0)
    end
    return tostring((...))
end

-- Replaces matches of a compiled expression by what a function makes of their captures.
local function substitute(subject, compiled, replace, global)
    local regex, options = compiled.regex, compiled.options.text
    local length = #subject
    local pieces, n = {}, 0
    local count, copied, pos = 0, 1, 1        -- subject[copied …] is not in `pieces` yet
    repeat
        local captures = {}
        local from, to = exec(compiled.handle, subject, pos, captures)
        if not from then
            if to then
                return nil, nil, "pcre_exec() failed: " .. to
            end
            break
        end
        if compiled.names then
            add_names(compiled, captures)
        end
        pos = to < from and pcre.step_over(compiled.handle, subject, to) or to + 1
        pieces[n + 1], pieces[n + 2] = sub(subject, copied, from - 1), text_of(replace(captures))
        count, n, copied = count + 1, n + 2, to + 1
        if not compiled.handle then           -- dropped from the cache by what the function replaced in between
            compiled = get(regex, options)
        end
    until not global or pos > length + 1
    if count == 0 then
        return subject, 0
    end
    return concat(pieces, "", 1, n) .. sub(subject, copied), count
end

local function run(subject, compiled, replace, global)
    if type(replace) == "function" then
        subject = type(subject) == "string" and subject or tostring(subject)
        return substitute(subject, compiled, replace, global)
    end
    local template = re_template.get(type(replace) == "string" and replace or tostring(replace))
    if not template then
        return nil, nil, "failed to compile the replacement template"
    end
    subject = type(subject) == "string" and subject or tostring(subject)
    local text, count = pcre.substitute(compiled.handle, subject, template, global)
    if not text then
        return nil, nil, "pcre_exec() failed: " .. count
    end
    return text, count
end

--- ngx.re.sub(subject, regex, replace, options?) → new string, count | nil, nil, err. `replace` is a text with $1,
--- ${1}, $$, or a function of the captures.
function re.sub(subject, regex, replace, options)
    local compiled, message = get(regex, options)
    if not compiled then
        return nil, nil, message
    end
    return run(subject, compiled, replace, false)
end

--- ngx.re.gsub: as sub, for every match.
function re.gsub(subject, regex, replace, options)
    local compiled, message = get(regex, options)
    if not compiled then
        return nil, nil, message
    end
    return run(subject, compiled, replace, true)
end

function re.install(ngx)
    ngx.re = { match = re.match, find = re.find, gmatch = re.gmatch, sub = re.sub, gsub = re.gsub }
end

return re
