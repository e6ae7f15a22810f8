-- The commands of ngx_http_ssi_filter_module: {run, params = {key → "mandatory" | "optional"}, needs, ends_block};
-- run(r, s, params, name) → false when it failed. `needs` is the least the condition must be at: 1 behind if, 2 behind
-- else.
local log = require "pyresty.http.log"
local output = require "pyresty.http.output"
local pcre = require "pyresty.native".pcre
local phases = require "pyresty.http.phases"
local postpone = require "pyresty.http.postpone"
local subrequest = require "pyresty.http.subrequest"
local text = require "pyresty.modules.ssi_text"
local uri = require "pyresty.http.uri"

local concat, lower, match, sub = table.concat, string.lower, string.match, string.sub
local pairs = pairs
local LOG_ERR = 4
local BEHIND_IF, BEHIND_ELSE = 1, 2

local commands = {}

local function complain(r, message)
    log.error(LOG_ERR, r, message)
    return false
end

--- The parameters of a command by their keys → table | nil (logged)
local function parameters(r, command, spec)
    local params = {}
    for i = 1, command.n, 2 do
        local key = command[i]
        if not spec.params[key] then
            complain(r, 'invalid parameter name: "' .. key .. '" in "' .. command.name .. '" SSI command')
            return nil
        end
        if params[key] then
            complain(r, 'duplicate "' .. key .. '" parameter in "' .. command.name .. '" SSI command')
            return nil
        end
        params[key] = command[i + 1]
    end
    for key, kind in pairs(spec.params) do
        if kind == "mandatory" and not params[key] then
            complain(r, 'mandatory "' .. key .. '" parameter is absent in "' .. command.name .. '" SSI command')
            return nil
        end
    end
    return params
end

-- ---------------------------------------------------------------- include

local function check_include(r, params)
    if params.virtual and params.file then
        return complain(r, 'inclusion may be either virtual="' .. params.virtual .. '" or file="' .. params.file .. '"')
    end
    if not params.virtual and not params.file then return complain(r, 'no parameter in "include" SSI command') end
    if params.set and params.stub then
        return complain(r, '"set" and "stub" cannot be used together in "include" SSI command')
    end
    if params.wait and not params.virtual then
        return complain(r, '"wait" cannot be used with file="' .. params.file .. '"')
    end
    local wait = params.wait and lower(params.wait)
    if wait and wait ~= "no" and wait ~= "yes" then
        return complain(r, 'invalid value "' .. params.wait .. '" in the "wait" parameter')
    end
    return true, wait == "yes" or params.file ~= nil
end

-- What stands in for a subrequest that had no output.
local function stub_of(r, name)
    local block = text.shared(r).blocks[name]
    if not block then return complain(r, '"stub"="' .. name .. '" for "include" not found') end
    return function(sub_r, had_output)
        if had_output then return end
        if not sub_r.header_sent then
            sub_r.headers_out.content_type = r.headers_out.content_type
            if not output.send_header(sub_r) then return end
        end
        sub_r.encoder.body(sub_r, concat(block))
        return true
    end
end

local function target_of(r, value)
    local target = text.evaluate(r, value)
    if not target then return nil end
    if sub(target, 1, 1) ~= "/" then target = match(r.uri, "^(.*/)") .. target end
    local path, args = uri.parse_unsafe(target)
    if not path then return complain(r, 'unsafe URI "' .. target .. '" was detected') end
    return path, args
end

local function wait_for(r, s, sub_r)
    if s.waits then return complain(r, "can only wait for one subrequest at a time") end
    s.waits = sub_r
end

local function include_into(r, s, path, args, name)
    local shared = text.shared(r)
    shared.variables[lower(name)] = shared.variables[lower(name)] or ""
    wait_for(r, s, subrequest.launch(r, {
        uri = path, args = args,
        on_done = function(sub_r)
            local body = subrequest.collected(sub_r)
            local size = #body
            if size > sub_r.loc.subrequest_output_buffer_size then
                log.error(LOG_ERR, sub_r, "too big subrequest response: " .. size)
                return phases.terminate(r.main, -1)
            end
            if sub_r.status < 300 and sub_r.collected_n > 0 then
                shared.variables[lower(name)] = body
            end
            return s.resume(r)
        end,
    }))
end

local function include(r, s, params)
    local ok, wait = check_include(r, params)
    if not ok then return false end
    local path, args = target_of(r, params.virtual or params.file)
    if not path then return false end
    s.release(r, s)
    if params.set then return include_into(r, s, path, args, params.set) end
    local stub = params.stub and stub_of(r, params.stub)
    if stub == false then return false end
    local spec = {uri = path, args = args, before_finish = stub or nil}
    if wait then spec.on_through = function() return s.resume(r) end end
    local sub_r = postpone.subrequest(r, spec)
    if wait then return wait_for(r, s, sub_r) end
end

commands.include = {
    run = include,
    params = {virtual = "optional", file = "optional", wait = "optional", set = "optional", stub = "optional"},
}

-- ---------------------------------------------------------------- echo, config, set

local function echo(r, s, params)
    local value = text.variable(r, params.var) or params.default or "(none)"
    if value == "" then return end
    local encoding = params.encoding
    if encoding and not text.encoders[encoding] then
        complain(r, 'unknown encoding "' .. encoding .. '" in the "echo" command')
    elseif encoding then
        s.encoding = encoding
    end
    s.put(s, text.encoders[s.encoding](value))
end
commands.echo = {run = echo, params = {var = "mandatory", default = "optional", encoding = "optional"}}

local function config(_, s, params)
    s.time_format = params.timefmt or s.time_format
    s.error_message = params.errmsg or s.error_message
end
commands.config = {run = config, params = {errmsg = "optional", timefmt = "optional"}}

local function set(r, _, params)
    local value = text.evaluate(r, params.value)
    if not value then return false end
    text.shared(r).variables[lower(params.var)] = value
end
commands.set = {run = set, params = {var = "mandatory", value = "mandatory"}}

-- ---------------------------------------------------------------- conditions

local function regex_matches(r, pattern, value)
    local handle, groups = pcre.compile(pattern, "")
    if not handle then return nil, complain(r, groups) end
    local captures = {}
    if not pcre.exec(handle, value, 1, captures) then return false end
    local shared = text.shared(r)
    for i = 0, groups do captures[i] = captures[i] or "" end
    shared.captures = captures
    local names = pcre.names(handle)
    for i = 1, names and #names or 0, 2 do shared.variables[lower(names[i + 1])] = captures[names[i]] end
    return true
end

-- → true | false | nil: it is no expression (logged)
local function holds(r, expression)
    local left, rest = match(expression, "^([%w$%{%}_\"']*) *(.*)$")
    left = text.evaluate(r, lower(left))
    if not left then return nil end
    if rest == "" then return left ~= "" end
    local operator, right = match(rest, "^(!?=) *(.*)$")
    if not operator then return nil, complain(r, 'invalid expression in "' .. expression .. '"') end
    local result
    if #right > 1 and sub(right, 1, 1) == "/" then
        if sub(right, -1) ~= "/" then return nil, complain(r, 'invalid expression in "' .. expression .. '"') end
        local pattern = text.evaluate(r, sub(right, 2, -2))
        if not pattern then return nil end
        result = regex_matches(r, pattern, left)
        if result == nil then return nil end
    else
        if #right > 1 and sub(right, 1, 2) == "\\/" then right = sub(right, 2) end
        right = text.evaluate(r, right)
        if not right then return nil end
        result = left == right
    end
    return result == (operator == "=")
end

local function condition(r, s, params, name)
    if name == "if" and s.conditional then return complain(r, 'the "if" command inside the "if" command') end
    if s.chosen then
        s.output = false
        return
    end
    local result = holds(r, params.expr)
    if result == nil then return false end
    s.output, s.chosen, s.conditional = result, result, BEHIND_IF
end
commands["if"] = {run = condition, params = {expr = "mandatory"}}
commands.elif = {run = condition, params = {expr = "mandatory"}, needs = BEHIND_IF}

commands["else"] = {
    params = {}, needs = BEHIND_IF,
    run = function(_, s) s.output, s.conditional = not s.chosen, BEHIND_ELSE end,
}
commands.endif = {
    params = {}, needs = BEHIND_ELSE,
    run = function(_, s) s.output, s.chosen, s.conditional = true, false, nil end,
}

-- ---------------------------------------------------------------- blocks

commands.block = {
    params = {name = "mandatory"},
    run = function(r, s, params)
        s.block, s.output = {}, false
        local blocks = text.shared(r).blocks
        blocks[params.name] = blocks[params.name] or s.block
    end,
}
commands.endblock = {
    params = {}, ends_block = true,
    run = function(_, s) s.block, s.output = nil, true end,
}

return {list = commands, parameters = parameters}
