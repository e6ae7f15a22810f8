-- ngx_http_map_module: variables whose value depends on another's.
local state = require "pyresty.state"
local by_prefix = require "pyresty.modules.host_table".by_prefix
local by_suffix = require "pyresty.modules.host_table".by_suffix
local regex = require "pyresty.http.regex"
local script = require "pyresty.http.script"

local byte, lower, sub = string.byte, string.lower, string.sub
local ipairs, next, pairs = ipairs, next, pairs
local DOT = 46

local module = {variables = {}}

local function compile_values(values)
    local compiled = {}
    for key, value in pairs(values) do compiled[key] = script.compile(value) end
    return next(compiled) and compiled
end

local function compile_regexes(entries)
    local regexes = {}
    for i, entry in ipairs(entries) do
        regexes[i] = {re = regex.compile(entry.pattern, entry.caseless), value = script.compile(entry.value)}
    end
    return regexes
end

--- A table of the plan → function(r, text) → compiled value or nil (ngx_http_map_find).
local function finder(map)
    local exact = compile_values(map.exact) or {}
    local head, tail, regexes = compile_values(map.head), compile_values(map.tail), compile_regexes(map.regexes)
    return function(r, text)
        local key = lower(text)
        local value = exact[key] or head and by_suffix(head, key) or tail and by_prefix(tail, key)
        if value or text == "" then return value end
        for i = 1, #regexes do
            local entry = regexes[i]
            local matched = regex.match(r, entry.re, text)
            if matched then return entry.value end
            if matched == nil then return nil end
        end
    end
end

local function reader(name, map, kept)
    local source, default, look_up = script.compile(map.source), script.compile(map.default) or "", finder(map)
    local hostnames = map.hostnames
    return function(r)
        local text = script.eval(r, source)
        if hostnames and byte(text, -1) == DOT then text = sub(text, 1, -2) end
        local value = script.eval(r, look_up(r, text) or default)
        if kept then r.vars[name] = value end
        return value
    end
end

-- A variable that the configuration reads by its name is worked out once a request, unless it is volatile.
local plan = state.plan
for name, map in pairs(plan and plan.maps or {}) do
    local kept = not map.volatile and plan.variables.used[name] or false
    module.variables[name] = {get = reader(name, map, kept), stored = true}
end

return module
