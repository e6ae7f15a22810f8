-- ngx_http_realip_module: the client's address is what a trusted proxy says it is.
local cleanup = require "pyresty.http.cleanup"
local state = require "pyresty.state"
local access = require "pyresty.modules.access"
local headers_in = require "pyresty.http.headers_in"

local byte, sub = string.byte, string.sub
local tostring = tostring
local SPACE, COMMA = 32, 44

local module = {variables = {}}

local function is_separator(c) return c == SPACE or c == COMMA end

-- The last address of a list and what stands before it (ngx_http_get_forwarded_addr_internal).
local function last_of(text)
    local stop = #text
    while stop > 1 and is_separator(byte(text, stop)) do stop = stop - 1 end
    local from = stop
    while from > 1 and not is_separator(byte(text, from)) do from = from - 1 end
    if from > 1 then return sub(text, from + 1, stop), sub(text, 1, from - 1) end
    if is_separator(byte(text, 1)) then return sub(text, 2, stop), "" end
    return sub(text, 1, stop), ""
end

-- → address, port, whether it was the last trusted one in its list | nil: the one who speaks is not trusted, or nobody
-- is named
local function walk(trusted, address, text, recursive)
    local found, port
    while text ~= "" do
        if not access.includes(trusted, found or address) then break end
        local name, before = last_of(text)
        local parsed, parsed_port = state.host.parse_address(name)
        if not parsed then break end
        found, port = parsed, parsed_port
        if not recursive then break end
        if before == "" then return found, port, true end
        text = before
    end
    return found, port, false
end

-- Several headers are read as one list, from the last back.
local function forwarded(trusted, address, values, recursive)
    local found, port
    for i = #values, 1, -1 do
        local one, one_port, whole = walk(trusted, found or address, values[i], recursive)
        if not one then break end
        found, port = one, one_port
        if not recursive or not whole then break end
    end
    return found, port
end

local function values_of(r, name)
    if name == "x-forwarded-for" then return headers_in.all(r, name) end
    if name == "proxy_protocol" then
        local header = r.conn.proxy_protocol
        return header and header.addr and {header.addr}
    end
    local value = headers_in.get(r, name)
    return value and {value}
end

local function restore(main)
    local conn, kept = main.conn, main.realip
    conn.address, conn.port = kept.address, kept.port
end

local function handler_of(loc)
    local trusted, name, recursive = loc.set_real_ip_from, loc.real_ip_header, loc.real_ip_recursive
    if not trusted then return nil end
    return function(r)
        local main, conn = r.main, r.conn
        if main.realip then return end
        local values = values_of(r, name)
        if not values or not values[1] then return end
        local address, port = forwarded(trusted, conn.address, values, recursive)
        if not address then return end
        if name == "proxy_protocol" then port = conn.proxy_protocol.port end
        main.realip = {address = conn.address, port = conn.port}
        conn.address, conn.port = address, port ~= 0 and port or nil
        cleanup.add(r.main, restore)
    end
end

module.post_read, module.preaccess = handler_of, handler_of

function module.variables.realip_remote_addr(r)
    local kept = r.main.realip
    return kept and kept.address or r.conn and r.conn.address
end

function module.variables.realip_remote_port(r)
    local kept = r.main.realip
    local port
    if kept then port = kept.port else port = r.conn and r.conn.port end
    return port and tostring(port) or ""
end

return module
