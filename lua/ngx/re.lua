-- ngx.re: match, find, gmatch, sub, gsub.

local native = require "pyresty.native"
local re_compile = require "pyresty.ngx.re_compile"
local re_template = require "pyresty.ngx.re_template"

local byte, sub = string.byte, string.sub
local concat = table.concat
local error, select = error, select
local setmetatable = setmetatable
local tostring = tostring
local type = type

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

-- Where the search goes on behind an empty match that ended at byte `to`: one character further.
local function step_over(compiled, subject, to)
    local pos = to + 2
    if compiled.utf then
        local b = byte(subject, pos)
        while b and b >= 0x80 and b < 0xc0 do
            pos = pos + 1
            b = byte(subject, pos)
        end
    end
    return pos
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
    local captures = res or {}
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
        pos = step_over(compiled, subject, to)
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

-- Captures of one match as text for a template or a function; nil, err when the expression fails.
local function replacement(replace, template, captures, compiled)
    if template then
        return re_template.expand(template, captures)
    end
    if compiled.names then
        add_names(compiled, captures)
    end
    return text_of(replace(captures))
end

-- Replaces matches of a compiled expression; `constant` is the replacement when it has no captures in it.
local function substitute(subject, compiled, replace, template, constant, global)
    local regex, options = compiled.regex, compiled.options.text
    local length = #subject
    local pieces, n = {}, 0
    local count, copied, pos = 0, 1, 1        -- subject[copied …] is not in `pieces` yet
    while true do
        local captures, from, to
        if constant then
            from, to = find(compiled.handle, subject, pos)
        else
            captures = {}
            from, to = exec(compiled.handle, subject, pos, captures)
        end
        if not from then
            if to then
                return nil, nil, "pcre_exec() failed: " .. to
            end
            break
        end
        count = count + 1
        if from > copied then
            n = n + 1
            pieces[n] = sub(subject, copied, from - 1)
        end
        n = n + 1
        pieces[n] = constant or replacement(replace, template, captures, compiled)
        copied, pos = to + 1, to + 1
        if to < from then
            pos = step_over(compiled, subject, to)
            if pos > length + 1 then
                break
            end
        end
        if not global then
            break
        end
        if not compiled.handle then           -- dropped from the cache by what a function replaced in between
            compiled = get(regex, options)
        end
    end
    if count == 0 then
        return subject, 0
    end
    if copied <= length then
        n = n + 1
        pieces[n] = sub(subject, copied)
    end
    return concat(pieces, "", 1, n), count
end

local function run(subject, compiled, replace, global)
    local template, constant
    if type(replace) ~= "function" then
        template, constant = re_template.get(type(replace) == "string" and replace or tostring(replace))
        if not template and not constant then
            return nil, nil, "failed to compile the replacement template"
        end
    end
    subject = type(subject) == "string" and subject or tostring(subject)
    return substitute(subject, compiled, replace, template, constant, global)
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
