-- ngx_http_headers_more_filter_module: response headers in the header filter, request headers at the end of rewrite.
local headers_in = require "pyresty.http.headers_in"
local headers_out = require "pyresty.http.headers_out"
local log = require "pyresty.http.log"
local script = require "pyresty.http.script"

local find, lower, sub = string.find, string.lower, string.sub
local ipairs = ipairs
local LOG_DEBUG = 8

local module = {}

local function contains(list, value)
    for i = 1, #list do
        if list[i] == value then return true end
    end
    return false
end

local function compile_headers(command)
    local headers = {}
    for i, header in ipairs(command.headers) do
        local name = header.name
        local prefix = command.op == "clear" and sub(name, -1) == "*" and lower(sub(name, 1, -2)) or nil
        headers[i] = {name = name, prefix = prefix, value = script.compile(header.value)}
    end
    return headers
end

local function compile_commands(list)
    local commands = {}
    for i, command in ipairs(list or {}) do
        commands[i] = {
            headers = compile_headers(command), types = command.types, statuses = command.statuses,
            replace = command.replace,
        }
    end
    return commands
end

-- A media type without its parameters, in lower case.
local function bare_type(value)
    if not value then return nil end
    local semicolon = find(value, ";", 1, true)
    return lower(semicolon and sub(value, 1, semicolon - 1) or value)
end

-- ---------------------------------------------------------------- responses

local function clear_matching(r, prefix)
    local h, i = r.headers_out, 1
    while i <= h.n do
        local low = h[i]
        if sub(low, 1, #prefix) == prefix then
            headers_out.set(r, h[i + 1], nil)
            i = 1
        else
            i = i + 3
        end
    end
end

-- The type that -t is compared with: a default_type counts with its parameters.
local function type_of(h)
    if h.content_type_set then return bare_type(h.content_type) end
    return h.content_type and lower(h.content_type)
end

local function applies(r, command)
    if command.statuses and not contains(command.statuses, r.status == 0 and 200 or r.status) then return false end
    return not command.types or contains(command.types, type_of(r.headers_out) or "")
end

local function set(r, name, value)
    local low = lower(name)
    if low == "location" then -- one of nginx's own: a local path is made absolute
        headers_out.set(r, name, nil)
        r.headers_out.location = value ~= "" and value or nil
        return
    end
    headers_out.set(r, name, value)
    if value == "" and low == "accept-ranges" then r.allow_ranges = false end
end

local function apply(r, command)
    for _, header in ipairs(command.headers) do
        if header.prefix then
            clear_matching(r, header.prefix)
        else
            set(r, header.name, script.eval(r, header.value))
        end
    end
end

function module.header_filter(loc)
    local commands = compile_commands(loc.headers_more)
    if #commands == 0 then return nil end
    return function(r)
        if log.enabled(LOG_DEBUG, r) then log.debug(r, 'headers more header filter, uri "' .. r.uri .. '"') end
        for i = 1, #commands do
            if applies(r, commands[i]) then apply(r, commands[i]) end
        end
    end
end

-- ---------------------------------------------------------------- requests

local function names_with(r, prefix)
    local names, headers = {}, r.headers_in
    for i = 1, headers.n, 2 do
        if sub(lower(headers[i]), 1, #prefix) == prefix then names[#names + 1] = headers[i] end
    end
    return names
end

local function apply_input(r, command)
    for _, header in ipairs(command.headers) do
        if header.prefix then
            for _, name in ipairs(names_with(r, header.prefix)) do headers_in.set(r, name, nil) end
        elseif not command.replace or headers_in.get(r, lower(header.name)) then
            local value = script.eval(r, header.value)
            if headers_in.set(r, header.name, value ~= "" and value or nil) == false then return 400 end
        end
    end
end

function module.rewrite(loc)
    local commands = compile_commands(loc.headers_more_input)
    if loc.kind == "server" or #commands == 0 then return nil end
    return function(r)
        if log.enabled(LOG_DEBUG, r) then log.debug(r, 'headers more rewrite handler, uri "' .. r.uri .. '"') end
        if r.main.raw_head == "" or r.http_version < 10 then return end -- there is no header
        for i = 1, #commands do
            local command = commands[i]
            if not command.types or contains(command.types, bare_type(headers_in.get(r, "content-type")) or "") then
                local status = apply_input(r, command)
                if status then return status end
            end
        end
    end
end

return module
