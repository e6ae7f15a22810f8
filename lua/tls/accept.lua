-- TLS on an accepted connection: the first byte tells whether the client speaks it, then the handshake goes on whenever
-- the descriptor is ready. Python performs its steps; it comes back where something has to be decided: the server (and
-- what Lua says to the client's hello), the certificate.
local state = require "pyresty.state"
local describe = require("pyresty.tls.client").describe
local ops = require "pyresty.ops"
local sched = require "pyresty.sched"
local timers = require "pyresty.timers"
local host_name = require "pyresty.http.host"
local log = require "pyresty.http.log"
local plain = require "pyresty.http.transport"
local connection = require "pyresty.http.connection"
local route = require "pyresty.http.route"
local sending = require "pyresty.http.sending"
local script = require "pyresty.http.script"
local native = require "pyresty.native"
local in_handshake = require "pyresty.tls.phases"
local sessions = require "pyresty.tls.sessions"
local tls = require "pyresty.tls.transport"

local byte, concat, ipairs = string.byte, table.concat, ipairs
local push_op, PAUSE, RESUME = ops.push, ops.PAUSE, ops.RESUME
local LOG_ALERT, LOG_ERR, LOG_INFO, LOG_DEBUG = 2, 4, 7, 8
local DONE, FAILED, READ, WRITE, HELLO, CERTIFICATE = 1, 0, 2, 3, 11, 4
local HANDSHAKE = 22 -- the type of a TLS record that begins a handshake

local accept = {}

local resume

-- ---------------------------------------------------------------- waiting

-- Nothing is read while something is decided.
local function suspend(c)
    c.suspended = true
    if not c.paused then
        c.paused = true
        push_op(PAUSE, c.id)
    end
end

-- What the handshake was suspended for is decided; it goes on in this turn of the loop.
local function go_on(c)
    if c.closed then return end
    c.suspended = false
    if c.paused then
        c.paused = false
        push_op(RESUME, c.id)
    end
    return sched.post_call(resume, c)
end

local function writable(writer)
    local c = writer.connection
    writer.on_ready = sending.writable
    return go_on(c)
end

local function timed_out(c)
    log.error(LOG_INFO, c, "client timed out (110: Connection timed out)")
    return connection.close(c)
end

-- ---------------------------------------------------------------- the certificate

local function load_certificates(c)
    local settings = c.settings
    local r = {
        main = false, conn = c, loc = c.loc, server = c.default, vars = {}, headers_in = {n = 0}, phase = "ssl_cert",
        headers_out = {n = 0}, method = "", uri = "", status = 0, http_version = 10, start = state.now,
    }
    r.main = r
    local passwords = settings.passwords and concat(settings.passwords, "\0") or ""
    for _, pair in ipairs(settings.values) do
        local names = {}
        for i = 1, 2 do
            names[i] = script.eval(r, script.compile(pair[i]))
            if byte(names[i], 1) ~= 47 and names[i]:sub(1, 5) ~= "data:" then
                names[i] = state.plan.conf_prefix .. names[i]
            end
        end
        local err = state.host.tls_load_certificate(c.tls, names[1], names[2], passwords)
        if err then
            log.error(LOG_ERR, c, err)
            return false
        end
    end
    return true
end

local function certificate_chosen(c, ok)
    if ok and c.settings.values then ok = load_certificates(c) end
    if ok then state.host.tls_certificate_done(c.tls) else state.host.tls_refuse(c.tls) end
end

-- → true when the handshake may go on at once
local function choose_certificate(c)
    if c.settings.certificate then
        local own = c.default.tls
        local chunk = own and own.certificate
        if not chunk then
            log.error(LOG_ALERT, c, "no ssl_certificate_by_lua* defined in server " .. c.default.name)
            certificate_chosen(c, false)
            return true
        end
        suspend(c)
        in_handshake.run(c, "ssl_cert", chunk, function(ok)
            certificate_chosen(c, ok)
            return go_on(c)
        end)
        return false
    end
    certificate_chosen(c, true)
    return true
end

-- ---------------------------------------------------------------- the server

local function use_server(c, server)
    c.default, c.loc = server, server.root_loc
end

-- The server that the client names (ngx_http_ssl_servername).
local function choose_server(c)
    local name = state.host.tls_hello_name(c.tls)
    if log.enabled(LOG_DEBUG, c) then
        log.debug(c, name and 'SSL server name: "' .. name .. '"' or "SSL server name: null")
    end
    local context = 0
    local host = name and name ~= "" and host_name.validate(name)
    if host then
        local server = route.find_server(c.listen, host, {vars = {}, captures = nil, conn = c, loc = c.loc})
        if server ~= c.default then
            use_server(c, server)
            context = server.tls and server.tls.context or 0
            c.settings = server.tls or c.settings
            c.sni = host
        elseif c.listen.router.exact[host] then
            c.sni = host
        end
    end
    local settings = c.default.tls
    state.host.tls_hello_done(c.tls, context, c.default.index, settings and settings.reject or false,
        c.listen.http2 or false)
end

-- → true when the handshake may go on at once
local function hello_done(c)
    choose_server(c)
    return sessions.fetch(c, suspend, go_on)
end

-- → true when the handshake may go on at once
local function hello(c)
    local chunk = c.settings.client_hello
    if not chunk then return hello_done(c) end
    suspend(c)
    in_handshake.run(c, "ssl_client_hello", chunk, function(ok)
        if not ok then
            state.host.tls_refuse(c.tls)
            return go_on(c)
        end
        if hello_done(c) then return go_on(c) end
    end)
    return false
end

-- ---------------------------------------------------------------- the handshake

local function finished(c)
    timers.clear(c)
    c.on_timer = c.on_timer_after
    c.action = nil
    c.ssl = native.tls.open(c.tls)
    if log.enabled(LOG_DEBUG, c) then describe(c, c.tls) end
    c.transport, c.state = tls, "idle"
    timers.set(c, c.listen.limits.header_timeout)
    if c.listen.http2 and state.host.tls_variable(c.tls, "alpn_protocol") == "h2" then
        require("pyresty.http.http2").begin(c)
    end
    return sessions.store(c)
end

local function failed(c, level, message)
    log.error(level, c, message)
    return nil, "closed"
end

-- Goes on as far as it can. → true when the handshake is through | nil, "again" or "closed"
local function advance(c)
    while true do
        local want, level, message = state.host.tls_step(c.tls, LOG_INFO)
        if want == DONE then
            finished(c)
            return true
        elseif want == READ then
            return nil, "again"
        elseif want == FAILED then
            return failed(c, level, message)
        elseif want == WRITE then
            suspend(c)
            c.writer.on_ready = writable
            sched.watch_write(c.writer, c.fd)
            return nil, "again"
        elseif want == HELLO then
            if not hello(c) then return nil, "again" end
        elseif want == CERTIFICATE then
            if not choose_certificate(c) then return nil, "again" end
        end
    end
end

local handshaking = {}

function handshaking.recv(c, max)
    if c.suspended then return nil, "again" end
    local done, err = advance(c)
    if not done then return nil, err end
    return c.transport.recv(c, max)
end

function resume(c)
    if c.closed or c.suspended then return end
    return connection.readable(c.id)
end

-- ---------------------------------------------------------------- the first byte

local unknown = {}

function unknown.recv(c, max)
    local data, err = plain.peek(c)
    if not data then
        if err == "closed" then log.error(LOG_INFO, c, "client closed connection") end
        return nil, err
    end
    local first = byte(data, 1)
    if first < 128 and first ~= HANDSHAKE then
        c.transport, c.action, c.on_timer = plain, nil, c.on_timer_after
        return plain.recv(c, max)
    end
    c.state = "head" -- not one that may be closed to make room
    if log.enabled(LOG_DEBUG, c) then log.debug(c, "reusable connection: 0") end
    c.settings, c.first_settings = c.default.tls, c.default.tls
    c.tls = state.host.tls_accept(c.fd, c.settings.context)
    c.transport = handshaking
    return handshaking.recv(c, max)
end

--- A connection to an address that speaks TLS begins.
function accept.attach(c)
    use_server(c, c.listen.default)
    local address, index = state.host.tls_over(c.fd)
    if address then -- another VM has made the handshake
        c.tls, c.ssl = address, native.tls.open(address)
        if index > 0 then use_server(c, state.plan.servers[index]) end
        c.transport = tls
        return
    end
    c.transport, c.action = unknown, "SSL handshaking"
    c.on_timer_after, c.on_timer = c.on_timer, timed_out
end

return accept
