-- The conditions of `if`.
local state = require "pyresty.state"
local log = require "pyresty.http.log"
local native = require "pyresty.native"
local regex = require "pyresty.http.regex"
local text = require "pyresty.modules.rewrite_text"
local variables = require "pyresty.http.variables"

local type = type
local LOG_CRIT = 3
local ENOENT, ENOTDIR, ENAMETOOLONG = 2, 20, 36

local conditions = {}
local makers = {}

local function value_of(value)
    local compiled = text.compile(value)
    if type(compiled) == "string" then
        return function() return compiled end
    end
    return compiled
end

-- if ($x): neither empty nor "0".
function makers.set(condition)
    local read = variables.resolve(condition.var)
    return function(r)
        local value = read(r)
        return value ~= nil and value ~= "" and value ~= "0"
    end
end

function makers.equal(condition)
    local read, expected = variables.resolve(condition.var), value_of(condition.value)
    local negative = condition.negative
    return function(r)
        return ((read(r) or "") == expected(r, r.script_quote)) ~= negative
    end
end

function makers.match(condition, matches)
    local read, re = variables.resolve(condition.var), regex.compile(condition.pattern, condition.caseless)
    local negative = condition.negative
    return function(r)
        local matched = matches(r, re, read(r) or "")
        if matched == nil then return nil end
        return matched ~= negative
    end
end

local tests = {
    f = function(_, is_file) return is_file end,
    d = function(is_directory) return is_directory end,
    e = function() return true end,
    x = function(_, _, path) return state.host.is_executable(path) end,
}

function makers.file(condition)
    local path_of, test, negative = value_of(condition.value), tests[condition.kind], condition.negative
    local stat = native.io.stat
    return function(r)
        local path = path_of(r, r.script_quote)
        local size, reason, is_directory, is_file = stat(path)
        if not size then
            local code = is_directory -- where stat's third result stands
            if code ~= ENOENT and code ~= ENOTDIR and code ~= ENAMETOOLONG then
                log.error(LOG_CRIT, r, 'stat() "' .. path .. '" failed (' .. code .. ": " .. reason .. ")")
            end
            return negative
        end
        return (test(is_directory, is_file, path) and true or false) ~= negative
    end
end

--- → function(r) → boolean | nil when a regular expression failed.
function conditions.compile(condition, matches) return makers[condition.test](condition, matches) end

return conditions
