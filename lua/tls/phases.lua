-- Lua in a handshake: ssl_client_hello_by_lua*, ssl_certificate_by_lua* and ssl_session_fetch_by_lua* run in a light
-- thread of a stand-in request and may wait; ssl_session_store_by_lua* runs at once.
local sched = require "pyresty.sched"
local chunks = require "pyresty.chunks"
local errors = require "pyresty.errors"
local refs = require "pyresty.http.ctx_refs"
local log = require "pyresty.http.log"
local phases = require "pyresty.http.phases"
local state = require "pyresty.state"

local format, setmetatable = string.format, setmetatable
local LOG_ERR, LOG_DEBUG = 4, 8
local ERROR, FAILED = -1, 500

local in_handshake = {}

-- What nginx says it does meanwhile.
local ACTIONS = {
    ssl_client_hello = "loading SSL client hello by lua",
    ssl_cert = "loading SSL certificate by lua",
    ssl_session_fetch = "fetching SSL session by lua",
    proxy_ssl_cert = "loading proxy ssl certificate by lua", proxy_ssl_verify = "loading proxy ssl verify by lua",
}
-- How the debug log names the handler, and the callback that OpenSSL gets an answer from.
local HANDLERS = {
    ssl_client_hello = "lua_client_hello_by_lua: ", ssl_cert = "lua_certificate_by_lua: ",
    proxy_ssl_cert = "proxy_ssl_certificate_by_lua: ", proxy_ssl_verify = "proxy_ssl_verify_by_lua: ",
    ssl_session_fetch = "ssl_session_fetch_by_lua*: ", ssl_session_store = "ssl_session_store_by_lua*: ",
}
local CALLBACKS = {
    ssl_client_hello = "client hello cb exit code: %d", ssl_cert = "cert cb exit code: %d",
    proxy_ssl_cert = "cert cb exit code: %d", proxy_ssl_verify = "cert verify callback exit code: %d",
    ssl_session_fetch = "sess get cb exit code: %d", ssl_session_store = "sess new cb exit code: %d",
}
local REUSABLE = {
    ssl_client_hello = "ssl client hello: connection reusable: 0", ssl_cert = "ssl cert: connection reusable: 0",
    ssl_session_fetch = "ssl session fetch: connection reusable: 0",
    ssl_session_store = "ssl session store: connection reusable: 0",
    proxy_ssl_cert = "proxy ssl cert: connection reusable: 0",
    proxy_ssl_verify = "proxy ssl verify: connection reusable: 0",
}

local function tell(r, c, status, code)
    if not log.enabled(LOG_DEBUG, c) then return end
    local returned = r.waited and "" or format("handler return value: %d, ", status)
    log.debug(c, HANDLERS[r.phase] .. returned .. format(CALLBACKS[r.phase], code))
end

local function finish(r, status)
    if r.over then return end
    r.users = nil
    r.over = true
    local c = r.conn.connection
    c.on_closed, c.action = r.closed_before, r.action_before
    c.ssl_ctx = r.ctx
    refs.hand_over(r, c)
    phases.clean_up(r)
    local ok = status ~= ERROR and status < 300
    tell(r, c, status, ok and 1 or 0)
    return r.on_end(ok)
end

local function entry_done(thread, ok, err)
    local r = thread.r
    r.threads = r.threads - 1
    if not ok then
        errors.log_aborted("entry", thread, err)
        thread.co = nil
        sched.cancel_all(r)
        return finish(r, FAILED)
    end
    if r.threads == 0 then return finish(r, 0) end
end

-- ngx.exit
local function leave(thread, status)
    local r = thread.r
    thread.dead = true
    sched.cancel_all(r)
    return finish(r, status)
end

local function last_thread_done(r) return finish(r, 0) end

--- The connection ends while Lua waits.
function in_handshake.abort(c)
    local r = c.handshake_request
    if r and not r.over then
        r.over = true
        sched.cancel_all(r)
        phases.clean_up(r)
    end
end

-- The connection as the stand-in request sees it: what the client's connection is doing is no matter of its lines.
local function shadow(c) return setmetatable({action = false, connection = c}, {__index = c}) end

local function stand_in(c, phase)
    local r = {
        phase = phase, headers_out = {n = 0}, vars = {}, loc = c.loc, server = c.default, threads = 0, fake = true,
        conn = shadow(c), ctx = c.ssl_ctx, action_before = c.action, closed_before = c.on_closed,
    }
    r.main = r
    return r
end

local function load(r, chunk)
    local fn, err, _, what = chunks.get(chunk, r)
    if not fn then log.error(LOG_ERR, r, what .. err) end
    return fn
end

--- Runs a chunk in a phase of the handshake; done(ok) is called when it has ended, at once or later.
function in_handshake.run(c, phase, chunk, done)
    local r = stand_in(c, phase)
    if log.enabled(LOG_DEBUG, c) then log.debug(c, REUSABLE[phase]) end
    local fn = load(r, chunk)
    if not fn then return done(true) end
    c.handshake_request, c.on_closed = r, in_handshake.abort
    r.on_end, r.on_exit, r.on_last = done, leave, last_thread_done
    r.threads = 1
    local thread = {r = r, finish = entry_done, kind = "entry"}
    r.entry = thread
    local before_r, before_thread = state.r, state.thread
    c.action = ACTIONS[phase]
    sched.start(thread, fn)
    r.waited = true
    state.r, state.thread = before_r, before_thread
end

--- Runs ssl_session_store_by_lua*, which may not wait.
function in_handshake.store(c, chunk, id, der)
    local r = stand_in(c, "ssl_session_store")
    if log.enabled(LOG_DEBUG, c) then log.debug(c, REUSABLE.ssl_session_store) end
    local fn = load(r, chunk)
    if not fn then return end
    r.session_id, r.session = id, der
    local before = state.r
    state.r = r
    local ok, err, co = sched.call_now(fn)
    state.r = before
    c.ssl_ctx = r.ctx
    refs.hand_over(r, c)
    phases.clean_up(r)
    if not ok then
        log.error(LOG_ERR, r, "failed to run session_store_by_lua*: " .. errors.text(err) .. "\n"
            .. errors.coroutine_traceback(co))
    end
    tell(r, c, ok and 0 or ERROR, 0)
end

return in_handshake
