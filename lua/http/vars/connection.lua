-- Variables of the connection and the process.
local native = require "pyresty.native"
local state = require "pyresty.state"
local address = require "pyresty.http.address"

local char, find, format, gmatch, sub = string.char, string.find, string.format, string.gmatch, string.sub
local tonumber, tostring = tonumber, tostring
local concat = table.concat

local variables = {}

local function text_of(value)
    if value == nil then return "" end
    return tostring(value)
end

function variables.remote_addr(r) return r.conn and r.conn.address end

function variables.remote_port(r) return r.conn and text_of(r.conn.port) end

-- "h2" over TLS, "h2c" without, "" for other protocols (ngx_http_v2_module)
function variables.http2(r)
    local c = r.conn
    if not c or not c.http2 then return "" end
    return c.ssl and "h2" or "h2c"
end

function variables.server_addr(r) return r.conn and (address.server(r.conn)) end

function variables.server_port(r)
    if not r.conn then return nil end
    local _, port = address.server(r.conn)
    return text_of(port)
end

local function words(text)
    local out, n = {}, 0
    for group in gmatch(text, "[^:]+") do
        n = n + 1
        if find(group, ".", 1, true) then
            local a, b, c, d = group:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
            out[n] = char(a, b, c, d)
        else
            local value = tonumber(group, 16)
            out[n] = char((value - value % 256) / 256, value % 256)
        end
    end
    return concat(out)
end

-- The 4 or 16 bytes of an address in text form; other texts (unix:) as they are.
local function binary(text)
    local a, b, c, d = text:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
    if a then return char(a, b, c, d) end
    if not find(text, ":", 1, true) or sub(text, 1, 5) == "unix:" then return text end
    local gap = find(text, "::", 1, true)
    if not gap then return words(text) end
    local head, tail = words(sub(text, 1, gap - 1)), words(sub(text, gap + 2))
    return head .. ("\0"):rep(16 - #head - #tail) .. tail
end

function variables.binary_remote_addr(r)
    local conn = r.conn
    if not conn then return nil end
    local client = conn.address
    if conn.binary_of ~= client then
        conn.binary_of, conn.binary_remote_addr = client, binary(client)
    end
    return conn.binary_remote_addr
end

function variables.scheme(r) return r.conn and r.conn.ssl and "https" or "http" end

function variables.https(r) return r.conn and r.conn.ssl and "on" or "" end

function variables.connection(r) return r.conn and text_of(r.conn.number) end

function variables.connection_requests(r) return r.conn and text_of(r.conn.requests) end

function variables.connection_time(r)
    local start = r.conn and r.conn.start
    local elapsed = start and state.now - start or 0
    return format("%.3f", elapsed > 0 and elapsed or 0)
end

-- The head of a pipelined request stands behind another request's in the buffer.
function variables.pipe(r)
    local from = r.conn and r.conn.head_from
    return from and from > 1 and "p" or "."
end

function variables.hostname() return state.plan.hostname end

function variables.pid() return format("%d", state.process.pid) end

function variables.nginx_version() return "1.22.1" end

local function proxy_protocol(field)
    return function(r)
        local header = r.conn and r.conn.proxy_protocol
        return header and text_of(header[field])
    end
end

variables.proxy_protocol_addr = proxy_protocol "addr"
variables.proxy_protocol_port = proxy_protocol "port"
variables.proxy_protocol_server_addr = proxy_protocol "server_addr"
variables.proxy_protocol_server_port = proxy_protocol "server_port"

-- Members of Linux's struct tcp_info.
local function tcp_info(field)
    return function(r)
        local read = native.io.tcp_info
        local value = read and r.conn and read(r.conn.fd, field)
        return value and format("%d", value)
    end
end

variables.tcpinfo_rtt = tcp_info "rtt"
variables.tcpinfo_rttvar = tcp_info "rttvar"
variables.tcpinfo_snd_cwnd = tcp_info "snd_cwnd"
variables.tcpinfo_rcv_space = tcp_info "rcv_space"

return {variables = variables, binary = binary}
