-- After "101 Switching Protocols": bytes both ways until one side ends (ngx_http_upstream_upgrade).
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local http1 = require "pyresty.http.http1"
local output = require "pyresty.http.output"
local socket = require "pyresty.http.upstream.socket"

local sub = string.sub
local LOG_ERR = 4
local OK, ERROR = 0, -1
local RECEIVE = 65536

local tunnel = {}

-- Sends to the client and waits until it took all. → true | nil on a broken connection
local function to_client(c, data)
    if data ~= "" then
        local r = c.request
        r.bytes_sent, r.body_bytes_sent = r.bytes_sent + #data, r.body_bytes_sent + #data
        http1.queue(c, data)
        if c.transmit(c) == false then c.flush_wait(c) end
    end
    return not c.broken or nil
end

-- In a light thread of its own: what the client sends goes to the upstream, until it ends.
local function from_client(r, u)
    local c, seconds = r.conn, u.conf.read_timeout
    while not u.over do
        local data = sub(c.buf, c.pos)
        c.buf, c.pos = "", 1
        local err
        if data == "" then data, err = c.transport.recv(c, RECEIVE) end
        if data then
            if not socket.send(u, u.conn, data, u.conf.send_timeout) then return end
        elseif err ~= "again" then
            return
        else
            c.wait_client(c, seconds)
        end
    end
end

-- The client's side is over: so is the upstream's.
local function client_done(thread)
    local u = thread.upstream
    local r = u.r
    r.threads = r.threads - 1
    if u.over then return end
    u.client_ended = true
    local main = u.thread
    if main and not main.dead and main.wait then
        sched.unwatch(main)
        return sched.post(main, nil, "closed")
    end
end

local function from_upstream(r, u)
    local c, seconds = r.conn, u.conf.read_timeout
    local data = sub(u.buf, u.pos)
    u.buf, u.pos = "", 1
    while to_client(c, data) and not u.client_ended do
        local err
        data, err = socket.receive(u, u.conn, seconds, "proxying upgraded connection")
        if not data then
            if err == "timeout" then
                socket.log(LOG_ERR, u, "upstream timed out (110: Connection timed out)",
                    "proxying upgraded connection")
            end
            return
        end
        u.state.response_length = u.state.response_length + #data
    end
end

--- Answers 101 and passes bytes on → what the content handler returns
function tunnel.run(r, u)
    if r.parent then
        socket.log(LOG_ERR, u, "connection upgrade in subrequest", "reading response header from upstream")
        return ERROR
    end
    local c = r.conn
    c.on_gone, r.keepalive, u.keepalive = nil, false, false
    output.send_header(r)
    if c.transmit(c) == false then c.flush_wait(c) end
    u.thread = state.thread
    r.threads = r.threads + 1
    local other = {r = r, finish = client_done, kind = "content", upstream = u}
    local own = u.thread
    sched.start(other, from_client, r, u)
    state.r, state.thread = r, own
    if not u.client_ended then from_upstream(r, u) end
    if not other.dead then
        sched.cancel(other)
        if c.reader == other then c.reader = nil end
        r.threads = r.threads - 1
    end
    r.eof, r.keepalive, r.lingering = true, false, nil
    return OK
end

return tunnel
