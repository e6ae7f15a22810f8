-- The way of a request through an upstream: peer, connection, request, header, body, and on failure the next peer
-- (ngx_http_upstream). It runs in the content handler's light thread. A protocol (modules/proxy.lua …) is
--   {name =, schema =, create_request(r, u) → bytes | nil, status,  read_header(u) → true | nil | false, message,
--    body_decoder(u) → decode,  finalize(u, rc) or nil}
-- and conf what conf.lua compiled. `u` is the request's upstream (r.upstream).
local cleanup = require "pyresty.http.cleanup"
local connection = require "pyresty.http.upstream.connection"
local state = require "pyresty.state"
local body = require "pyresty.http.body"
local cache = require "pyresty.http.upstream.cache"
local cached = require "pyresty.http.upstream.cached"
local failures = require "pyresty.http.upstream.failures"
local headers = require "pyresty.http.upstream.headers"
local keepalive = require "pyresty.http.upstream.keepalive"
local output = require "pyresty.http.output"
local phases = require "pyresty.http.phases"
local recycled = require "pyresty.http.recycled"
local relay = require "pyresty.http.upstream.relay"
local request_body = require "pyresty.http.upstream.request_body"
local resolve = require "pyresty.http.upstream.resolve"
local store = require "pyresty.http.upstream.store"
local socket = require "pyresty.http.upstream.socket"

local ipairs = ipairs
local tell, receive = socket.log, socket.receive
local LOG_ERR, LOG_INFO = 4, 7
local OK, ERROR = 0, -1
local READING_HEADER, SENDING = "reading response header from upstream", "sending to client"

local core = {}

-- ---------------------------------------------------------------- states: what $upstream_* tell

local function new_state(u)
    local s = {
        peer = false, status = 0, start = state.mono, connect_time = false, header_time = false,
        response_time = false, response_length = 0, bytes_sent = 0, bytes_received = 0,
    }
    local list = u.states
    list[#list + 1] = s
    u.state = s
    return s
end

local function states_of(r)
    local list = r.upstream_states
    if not list then
        list = {}
        r.upstream_states = list
    elseif #list > 0 then
        list[#list + 1] = false -- an internal redirect lies between
    end
    return list
end

-- ---------------------------------------------------------------- the connection

local function close(u)
    local conn = u.conn
    if not conn then return end
    u.conn = nil
    return socket.close(conn)
end

-- The peer's balancer is told how it went.
local function free_peer(u, outcome)
    local peer = u.peer
    if not peer then return end
    u.peer = nil
    return u.chooser.free(u, peer, outcome)
end

-- The request is through with its upstream, and be it by force: nothing of it stays behind.
local function release(r)
    local u = r.upstream
    if not u or u.over then return end
    u.over = true
    r.conn.action = SENDING
    local s = u.state
    if s and not s.response_time then s.response_time = state.mono - s.start end
    if r.conn.on_gone == core.client_gone then r.conn.on_gone = nil end
    if u.connecting then require("pyresty.ops").push(4, 0, u.connecting) end
    close(u)
    free_peer(u)
    relay.drop(u)
    if u.cache then cache.free(u) end
    if u.store then store.abandon(u) end
end

-- The connection goes back to its idle ones, where it may.
local function give_back(u)
    local conn, idle = u.conn, u.keepalive_cache
    if conn and idle and u.keepalive and not u.excess then
        if keepalive.put(idle, conn, u.r, u.idle_timeout, u.max_requests) then u.conn = nil end
    end
end

local function finish(u)
    give_back(u)
    return release(u.r)
end

--- The client left while its request was at the upstream.
function core.client_gone(c)
    local r = c.request
    for _, sub_request in ipairs(r.subs or {}) do
        if sub_request.upstream and not sub_request.done then r = sub_request end
    end
    local u = r.upstream
    if not u or u.over then return end
    c.broken = true
    if u.cacheable and u.conn then
        return tell(LOG_INFO, u, "epoll_wait() reported that client prematurely closed connection", u.action)
    end
    tell(LOG_INFO, u, "epoll_wait() reported that client prematurely closed connection, so upstream connection is "
        .. "closed too", u.action or "connecting to upstream")
    release(r)
    return phases.terminate(r, 499)
end

-- ---------------------------------------------------------------- failures

-- An attempt failed (ngx_http_upstream_next). → nil to try another peer, or the status to end with, or "stale"
local function next_peer(u, failure)
    failures.note(u, failure)
    free_peer(u, failures.outcome(failure))
    if failure == "timeout" then
        tell(LOG_ERR, u, "upstream timed out (110: Connection timed out)", u.action)
    end
    if failure == "client" then return u.client_status end
    if u.cached and failure == "error" then u.tries = u.tries + 1 end
    if u.r.conn.broken then return 499 end
    local status = failures.status(failure)
    u.state.status = status
    if not failures.may_try_again(u, failure) then return cache.may_use_stale(u, failure) and "stale" or status end
    close(u)
    local s = u.state
    s.response_time = state.mono - s.start
    return nil
end

-- ---------------------------------------------------------------- request and header

local function send_request(u)
    u.action = "sending request to upstream"
    u.request_sent = true
    return request_body.send(u)
end

local function receive_header(u)
    u.action = READING_HEADER
    local conn, protocol, limit = u.conn, u.protocol, u.conf.buffer_size
    local seconds = u.read_timeout or u.conf.read_timeout
    local first = u.conf.limit_rate > 0 and limit or nil
    local data, err = receive(u, conn, seconds, READING_HEADER, first)
    if not data then
        if err ~= "closed" then return err end
        tell(LOG_ERR, u, "upstream prematurely closed connection", READING_HEADER)
        return "error"
    end
    u.buf = u.buf == "" and data or u.buf .. data
    local ok, message = protocol.read_header(u)
    if ok == false then
        tell(LOG_ERR, u, message, READING_HEADER)
        return "invalid_header"
    end
    if ok and u.pos - 1 > limit or not ok and #u.buf >= limit then
        tell(LOG_ERR, u, "upstream sent too big header", READING_HEADER)
        return "invalid_header"
    end
    if not ok then return receive_header(u) end -- (a loop would end LuaJIT's trace)
    local s = u.state
    s.header_time = state.mono - s.start
    if s.status == 0 then s.status = u.status end
end

-- Nothing of a response has come yet.
local function fresh_response(u)
    u.headers, u.headers_n, u.status, u.status_line, u.buf, u.pos = {}, 0, 0, nil, "", 1
    u.content_length, u.chunked, u.connection_close, u.keepalive = nil, nil, false, false
    u.location, u.accel_redirect, u.decoder, u.finished, u.excess = nil, nil, nil, nil, nil
    u.buffering = u.conf.buffering
end

-- ---------------------------------------------------------------- response

local function respond(r, u)
    if u.accel_redirect and not u.conf.ignore["x-accel-redirect"] then
        local rc = headers.redirect(u)
        finish(u)
        return rc
    end
    if u.cache then cache.read_header(u, u.cache) end
    headers.copy_all(u)
    headers.complete(u)
    r.status, r.status_line = u.status, u.status_line
    r.headers_out.content_length = u.content_length
    r.disable_not_modified = not u.cacheable
    if u.upgrade then return require("pyresty.http.upstream.tunnel").run(r, u) end
    r.conn.action = READING_HEADER
    local ok, status = output.send_header(r)
    r.conn.action = SENDING
    u.header_sent = r.header_sent
    if not ok then
        finish(u)
        return status or OK
    end
    if u.cache then cache.begin(r, u) end
    if u.conf.store and not u.cacheable then store.begin(r, u) end
    if (r.header_only or u.status < 200) and not u.cacheable and not u.store then
        r.header_only, r.eof = true, true
        finish(u)
        return OK
    end
    local rc = relay.run(r, u)
    if rc == OK then
        if u.cacheable then cache.commit(u) end
        if u.store then store.commit(r, u) end
        if r.header_only then r.eof = true end
        finish(u)
    else
        release(r)
    end
    return rc
end

-- The cached file instead of what the upstream says: it still holds, or anything is better.
-- → what the handler returns | nil
local function from_cache(r, u)
    local file = u.cache.file
    local renewed = cache.is_revalidation(u)
    if renewed then
        cache.read_header(u, u.cache)
        give_back(u)
        u.cache_status = "revalidated"
    else
        local failure = failures.named(u.status)
        if not failure or not cache.may_use_stale(u, failure, true) then return nil end
        u.cache_status = "stale"
    end
    fresh_response(u)
    local rc = cached.send(r, u)
    if rc and renewed then cache.renew(r, u, file) end
    return rc or 500
end

-- One peer. → the name of the failure | nil, what the handler returns
local function attempt(r, u)
    local s = new_state(u)
    local peer, status, failure = u.chooser.get(u)
    if not peer then
        if status then return nil, status end
        s.peer = u.upstream.name
        u.peer_name, u.local_peer = s.peer, false
        if failure then return failure end
        tell(LOG_ERR, u, "no live upstreams", "connecting to upstream")
        return "nolive"
    end
    u.peer = peer
    s.peer, u.peer_name, u.local_peer = peer.name, peer.name, peer.port == 0
    failure = connection.open(u, peer) or send_request(u)
    if failure then return failure end
    fresh_response(u)
    failure = receive_header(u)
    if failure then return failure end
    if u.status >= 300 then
        failure = failures.of_response(u)
        if failure then return failure end
        if u.cache then
            local rc = from_cache(r, u)
            if rc then return nil, rc end
        end
        status = failures.intercepted(u)
        if status then
            finish(u)
            return nil, status
        end
    end
    return nil, respond(r, u)
end

local function attempts(r, u)
    if u.conf.bind then u.bound = connection.local_address(u) end
    u.chooser.init(u)
    local limit = u.conf.next_tries
    if limit > 0 and u.tries > limit then u.tries = limit end
    u.start = state.mono
    while true do
        local failure, rc = attempt(r, u)
        if not failure then return rc end
        rc = next_peer(u, failure)
        if rc == "stale" then
            u.cache_status = "stale"
            fresh_response(u)
            return cached.send(r, u) or 500
        elseif rc then
            if u.cache and (rc == 502 or rc == 504) then cache.free(u, rc) end
            return rc
        end
    end
end

-- ---------------------------------------------------------------- entry

local function reset(u, r, conf)
    u.r, u.conf, u.protocol, u.schema, u.uri, u.states, u.state = r, conf, conf.protocol, conf.schema, "", nil, nil
    u.upstream, u.chooser, u.group, u.tried, u.tries, u.start = nil, nil, nil, nil, 0, state.mono
    u.peer, u.peer_name, u.local_peer, u.conn, u.cached, u.keepalive_cache = nil, nil, false, nil, false, nil
    u.own_cache, u.idle_timeout, u.max_requests, u.bound, u.ssl_name, u.request = nil, nil, nil, nil, nil, nil
    u.request_sent, u.unbuffered, u.action, u.headers, u.headers_n, u.status = false, false, nil, nil, 0, 0
    u.status_line, u.buf, u.pos, u.content_length, u.chunked, u.connection_close = nil, "", 1, nil, nil, false
    u.keepalive, u.left, u.finished, u.over, u.cache, u.cacheable = false, 0, nil, false, nil, false
    u.cache_status, u.method, u.location, u.accel_redirect, u.decoder, u.excess = nil, nil, nil, nil, nil, nil
    u.buffering, u.header_sent, u.waited, u.target, u.attempts, u.upgrade = nil, nil, nil, nil, nil, nil
    u.begun, u.bodiless, u.ends_with_connection, u.head, u.passes_body, u.connecting = nil, nil, nil, nil, nil, nil
    u.free = core.free
end

local kind = recycled.kind(reset, {}, {})

--- The request is through, and its table will be used again: so is this one.
function core.free(u)
    if u.over then recycled.give(kind, u) end
end

local function new(r, conf)
    local u = recycled.take(kind, r, conf)
    u.states = states_of(r)
    return u
end

-- How the request's body gets to the upstream. → nil | status
local function take_body(r, u)
    if u.conf.streams_body and not r.main.body_read and not r.parent
        and u.protocol.may_stream_body(r, u.conf) then
        u.unbuffered = true
        return request_body.begin(r)
    end
    local ok, status = body.read(r, true)
    if not ok then return status end
end

-- A cached response, else the upstream. → status | nil, what the handler returns when the cache has answered
local function prepare(r, u, conf)
    local upstream = conf.upstream
    local status
    if conf.url then
        local ok
        ok, status = resolve.read(r, u)
        if not ok then return status end
    end
    if conf.cache then
        local what
        what, status = cache.lookup(r, u)
        if not what then return status end
        if what == "send" then
            fresh_response(u)
            local rc = cached.send(r, u)
            if rc then return nil, rc end
        end
    end
    if not upstream then
        upstream, status = resolve.by_target(r, u.target)
        if not upstream then return status end
    end
    u.upstream, u.chooser = upstream, upstream.chooser
end

--- Serves r through conf's upstream, in a light thread → what a content handler returns.
function core.run(r, conf)
    local u = new(r, conf)
    local previous = r.upstream
    if previous and not previous.over then release(r) end
    r.upstream = u
    local status = take_body(r, u)
    if status then return status end
    local c = r.conn
    cleanup.add(r, release)
    local rc
    status, rc = prepare(r, u, conf)
    if status or rc then
        release(r)
        return status or rc
    end
    u.request, status = u.protocol.create_request(r, u, conf)
    if not u.request then
        release(r)
        return status or 500
    end
    if not conf.ignore_client_abort then c.on_gone = core.client_gone end
    rc = attempts(r, u)
    if u.over then return rc end
    release(r)
    if rc ~= OK and rc ~= ERROR and r.header_sent then return ERROR end
    return rc
end

return core
