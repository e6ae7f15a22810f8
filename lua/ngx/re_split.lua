-- The module "ngx.re": split and opt.

local native = require "pyresty.native"
local re_compile = require "pyresty.ngx.re_compile"

local sub = string.sub
local error = error
local tostring = tostring
local type = type

local pcre = native.pcre

local split = { version = "0.1.25" }

local captures = {}

-- Searches at byte `pos` → from, behind the match, first group or nil, next position to search at | nil, err.
local function next_separator(subject, compiled, pos)
    local from, to = pcre.exec(compiled.handle, subject, pos, captures)
    if not from then
        return nil, to and "pcre_exec() failed: " .. to
    end
    local behind = to + 1
    local group
    if compiled.groups > 0 then
        group = captures[1]
    end
    return from, behind, group or nil, to < from and behind + 1 or behind
end

local function trim_empty(res, count)
    for i = count, 1, -1 do
        if res[i] ~= "" then
            return i
        end
        res[i] = nil
    end
    return 0
end

--- split(subject, regex, options?, ctx?, max?, res?) → array of the parts | nil, err. The first group of a separator is
--- among the parts; empty parts at the end are dropped unless `max` is given.
function split.split(subject, regex, options, ctx, max, res)
    subject = tostring(subject)
    max = max or 0
    local length = #subject
    local start = ctx and ctx.pos or 1
    if res ~= nil and type(res) ~= "table" then
        error("res is not a table", 2)
    end
    res = res or {}
    if start > length then
        res[1] = nil
        if ctx then
            ctx.pos = start
        end
        return res
    end
    local compiled, message = re_compile.get(regex, options)
    if not compiled then
        return nil, message
    end
    local count, parts, copied = 0, 1, start
    local pos = start > 0 and start or 1
    local after_empty
    while max <= 0 or parts < max do
        local from, behind, group, following = next_separator(subject, compiled, pos)
        if not from then
            if behind then
                return nil, behind
            end
            break
        end
        pos = following
        copied = after_empty or copied
        if from == behind then
            after_empty = from
        end
        if from > copied or not after_empty then
            parts = parts + 1
            count = count + 1
            res[count] = sub(subject, copied, from - 1)
            if group then
                count = count + 1
                res[count] = group
            end
            copied = behind
            if copied > length then
                break
            end
        end
        if pos > length + 1 then
            break
        end
    end
    if ctx then
        ctx.pos = pos - 1 -- it comes back counted from 0
    end
    if max <= 0 and copied > length then
        count = trim_empty(res, count)
    else
        count = count + 1
        res[count] = sub(subject, copied)
    end
    res[count + 1] = nil
    return res
end

--- opt("jit_stack_size", bytes), before any expression was cached.
function split.opt(option, value)
    if option ~= "jit_stack_size" then
        error("unrecognized option name", 2)
    end
    if re_compile.cached_any() then
        error("changing jit stack size is not allowed when some regexs have already been compiled and cached", 2)
    end
    local ok, message = pcre.set_jit_stack_size(value)
    if not ok then
        error(message, 2)
    end
end

return split
