-- TLS to an upstream server: the handshake when it has been connected to, and the transport from then on.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local client = require "pyresty.tls.client"
local in_handshake = require "pyresty.tls.phases"
local log = require "pyresty.http.log"
local script = require "pyresty.http.script"
local socket = require "pyresty.http.upstream.socket"
local native = require "pyresty.native"

local byte, concat, find, format, sub = string.byte, table.concat, string.find, string.format, string.sub
local LOG_ERR, LOG_DEBUG = 4, 8
local HANDSHAKING = "SSL handshaking to upstream"
local BRACKET, SLASH = 91, 47

local tls = {}

-- ---------------------------------------------------------------- the transport

local secure = {}

-- A session that the handshake, or what came behind it, has made is for the peer's next connection.
local function keep_session(conn)
    conn.session_wanted = false
    while true do
        local id, der = state.host.tls_made_session(conn.tls)
        if not id then return end
        conn.peer.tls_session = der
    end
end

local function failed(call, err, code)
    if err ~= "tls" then return nil, err, code end
    return nil, state.host.tls_error_text(call .. "() failed"), nil
end

function secure.recv(conn)
    local data, err, code = native.tls.recv(conn.ssl)
    if conn.session_wanted and data then keep_session(conn) end
    if data or err == "again" then return data, err, code end
    return failed("SSL_read", err, code)
end

function secure.send(conn, data, from)
    local sent, err, code = native.tls.send(conn.ssl, data, from)
    if sent or err == "again" then return sent, err, code end
    return failed("SSL_write", err, code)
end

-- What comes on an idle connection need not be data: session tickets.
function secure.peek(conn)
    local data, err = native.io.peek(conn.fd)
    if not data then return data, err end
    return native.tls.recv(conn.ssl)
end

function secure.shutdown(conn) return state.host.tls_shutdown(conn.tls) end

function secure.close(conn)
    if conn.session_wanted then keep_session(conn) end
end

-- ---------------------------------------------------------------- names

-- A name as `proxy_ssl_name` or the upstream has it, without a port.
local function without_port(name)
    local from = 1
    if byte(name, 1) == BRACKET then from = find(name, "]", 1, true) or 1 end
    local colon = find(name, ":", from, true)
    return colon and sub(name, 1, colon - 1) or name
end

local function is_address(name) return byte(name, 1) == BRACKET or find(name, "^%d+%.%d+%.%d+%.%d+$") ~= nil end

local function name_of(u, settings)
    local own = settings.name_compiled
    if own == nil then
        own = settings.name and script.compile(settings.name) or false
        settings.name_compiled = own
    end
    return without_port(own and script.eval(u.r, own) or u.ssl_name or u.upstream.name or "")
end

--- The name that the certificate of a request's upstream is to have; nil where the location has no TLS.
function tls.name_of(u)
    local settings = u.r.loc.upstream_ssl
    return settings and name_of(u, settings)
end

-- ---------------------------------------------------------------- the handshake

local function absolute(path)
    if byte(path, 1) == SLASH or sub(path, 1, 5) == "data:" then return path end
    return state.plan.conf_prefix .. path
end

-- A certificate whose name has variables. → nil | a message
local function load_certificate(u, settings, ssl)
    local compiled = settings.compiled
    if not compiled then
        compiled = {script.compile(settings.certificate), script.compile(settings.key)}
        settings.compiled = compiled
    end
    local certificate = script.eval(u.r, compiled[1])
    if certificate == "" then return nil end
    local passwords = settings.passwords and concat(settings.passwords, "\0") or ""
    local key = absolute(script.eval(u.r, compiled[2]))
    return state.host.tls_load_certificate(ssl, absolute(certificate), key, passwords)
end

local function verify(u, settings, ssl, name)
    if not settings.verify then return true end
    local code, text = client.verify(ssl, name)
    if not code then
        if name ~= "" then return true end
        code = 0
    end
    if code == 0 then
        socket.log(LOG_ERR, u, format('upstream SSL certificate does not match "%s"', name), HANDSHAKING)
    else
        socket.log(LOG_ERR, u, format("upstream SSL certificate verify error: (%d:%s)", code, text), HANDSHAKING)
    end
    return false
end

-- ---------------------------------------------------------------- Lua in the handshake

-- The connection as a stand-in request of the handshake sees it.
local function as_connection(u, ssl)
    local c, r = u.r.conn, u.r
    return {tls = ssl, loc = r.loc, default = r.server, address = c.address, port = c.port, listen = c.listen,
        number = c.number, ssl_ctx = r.ctx}
end

-- Runs a chunk in a light thread of its own, while the request's waits. → whether it let the handshake go on
local function ask(u, phase, chunk, ssl)
    local thread, c = state.thread, as_connection(u, ssl)
    local answer, waiting
    in_handshake.run(c, phase, chunk, function(ok)
        answer = ok
        if waiting then return sched.post(thread) end
    end)
    if answer == nil then
        waiting = true
        thread.on_cancel = function() in_handshake.abort(c) end
        sched.park()
        thread.on_cancel = nil
    end
    u.r.ctx = c.ssl_ctx
    return answer
end

local function asker(u, phase, chunk)
    return chunk and function(ssl) return ask(u, phase, chunk, ssl) end
end

--- Goes on over TLS with a peer that was just connected to. → nil | the name of the failure, status or nil
function tls.secure(u, conn, peer, seconds)
    local settings = u.r.loc.upstream_ssl
    if not settings then -- balancer.set_upstream_tls
        socket.log(LOG_ERR, u, "TLS to an upstream needs a proxy_pass that says https://", HANDSHAKING)
        return "error", 500
    end
    local name = (settings.server_name or settings.verify) and name_of(u, settings) or nil
    local asked = settings.server_name and name ~= "" and not is_address(name) and name or nil
    if asked and log.enabled(LOG_DEBUG, u.r) then
        log.debug(u.r, 'upstream SSL server name: "' .. asked .. '"')
    end
    u.action = HANDSHAKING
    local ssl, handle, level, message = client.handshake(conn.fd, {
        r = u.r, context = settings.context, name = asked, der = settings.session_reuse and peer.tls_session,
        certificate = asker(u, "proxy_ssl_cert", settings.certificate_by_lua),
        verify = asker(u, "proxy_ssl_verify", settings.verify_by_lua),
        on_begin = settings.certificate and function(ssl) return load_certificate(u, settings, ssl) end,
    }, seconds)
    if not ssl then
        if message then
            socket.log(level, u, message, HANDSHAKING)
        elseif handle ~= "timeout" then
            socket.log(LOG_ERR, u, handle, "connecting to upstream")
            return "error", 500
        end
        return handle == "timeout" and "timeout" or "error"
    end
    if not verify(u, settings, ssl, name) then return "error" end
    conn.tls, conn.ssl, conn.transport, conn.peer = ssl, handle, secure, peer
    conn.session_wanted = settings.session_reuse
end

return tls
