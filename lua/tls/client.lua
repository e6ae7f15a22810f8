-- TLS on a connection that we open: a light thread goes through the handshake, as cosockets and upstreams do.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local native = require "pyresty.native"
local log = require "pyresty.http.log"

local max = math.max
local DONE, READ, WRITE, CERTIFICATE, VERIFY = 1, 2, 3, 4, 12
local LOG_ERR, LOG_DEBUG = 4, 8

local client = {}

--- Tells the debug log what a handshake agreed on. r: a request or a connection
function client.describe(r, ssl)
    local text, reused = state.host.tls_describe(ssl)
    log.debug(r, text)
    if reused then log.debug(r, "SSL reused session") end
end

--- In a light thread: makes TLS of a connected descriptor.
--- options: r (for the log), context (a number of the plan's, 0: the default), name (SNI), session (an address),
--- status_request, chain and key (addresses, or nil), store (of authorities; likewise), certificate(ssl) and
--- verify(ssl) (choose the own certificate and judge the peer's, when the context asks for that; → whether to go on),
--- der (a session as ASN.1),
--- on_begin(ssl) → nil or what is wrong, level (of the log, when the peer is to blame)
--- → the SSL object's number, its handle | nil, err, log level, message (nil when nothing is to be logged)
function client.handshake(fd, options, seconds)
    local host = state.host
    local ssl, err = host.tls_connect(fd, options.context or 0, options.name, options.session or 0,
        options.status_request or false)
    if not ssl then return nil, err end
    if not err and options.chain then err = host.tls_use_certificate(ssl, options.chain, options.key) end
    if not err and options.store then err = host.tls_use_store(ssl, options.store) end
    if err then return nil, err end
    if options.der then host.tls_resume(ssl, options.der) end
    local problem = options.on_begin and options.on_begin(ssl)
    if problem then return nil, problem end
    local deadline = state.mono + seconds -- of the whole handshake
    while true do
        local want, level, message = host.tls_step(ssl, options.level or LOG_ERR)
        if want == DONE then
            if log.enabled(LOG_DEBUG, options.r) then client.describe(options.r, ssl) end
            return ssl, native.tls.open(ssl)
        end
        local ok
        if want == READ then
            ok, err = sched.wait_read(fd, max(0, deadline - state.mono))
        elseif want == WRITE then
            ok, err = sched.wait_write(fd, max(0, deadline - state.mono))
        elseif want == CERTIFICATE then
            if options.certificate(ssl) then host.tls_certificate_done(ssl) else host.tls_refuse(ssl) end
            ok = true
        elseif want == VERIFY then
            host.tls_verified(ssl, options.verify(ssl))
            ok = true
        else
            return nil, "handshake failed", level, message
        end
        if not ok then return nil, err end
    end
end

--- What is wrong with the peer's certificate. → nil when nothing is | code, text | 0, "certificate host mismatch"
function client.verify(ssl, name)
    local code, text = state.host.tls_verify_result(ssl)
    if code ~= 0 then return code, text end
    if name and name ~= "" and not state.host.tls_is_host(ssl, name) then return 0, "certificate host mismatch" end
end

return client
