-- The two ends of a connection.
local state = require "pyresty.state"

local address = {}

--- → address, port (number or nil) a connection was accepted on; "unix:PATH" and nil on a local socket. The kernel is
--- asked, once, where the listening socket takes any address.
function address.server(conn)
    local known = conn.server_addr
    if known then return known, conn.server_port end
    local listen = conn.listen
    local host, port = listen.address, listen.port
    local ask = state.host.local_address
    if listen.family == "unix" then host = "unix:" .. host end
    if listen.wildcard and ask and conn.fd and conn.fd >= 0 then host, port = ask(conn.fd) end
    conn.server_addr, conn.server_port = host, port
    return host, port
end

--- → address, port of the client.
function address.client(conn) return conn.address, conn.port end

return address
