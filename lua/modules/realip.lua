-- ngx_http_realip_module: the client's address is what a trusted proxy says it is.
local cleanup = require "pyresty.http.cleanup"
local forwarded = require "pyresty.http.forwarded"
local headers_in = require "pyresty.http.headers_in"

local tostring = tostring

local module = {variables = {}}

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
        local address, port = forwarded.client(trusted, conn.address, values, recursive)
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
