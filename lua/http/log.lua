-- The error log: lines as nginx writes them, to every sink whose level admits them.
local state = require "pyresty.state"
local io = require "pyresty.native".io
local calendar = require "pyresty.http.calendar"
local syslog = require "pyresty.http.syslog"

local find, floor, format, sub = string.find, math.floor, string.format, string.sub
local ipairs, tostring = ipairs, tostring
local strerror, write = io.strerror, io.write

local ALERT, ERR, WARN, DEBUG = 2, 4, 5, 8
local STDERR = 2 -- the descriptor
local ENOSPC = 28
local PEER_GONE = {[32] = true, [100] = true, [101] = true, [104] = true, [107] = true, [110] = true, [111] = true,
    [112] = true, [113] = true} -- EPIPE, ECONNREFUSED and their like
local MAX_LINE = 4096 -- NGX_MAX_ERROR_STR of OpenResty's nginx, the line feed included
local NAMES = {[0] = "", "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"}

-- What nginx adds for stand-in requests, which have no client's request to tell about.
local STAND_INS = {
    timer = ", context: ngx.timer",
    init = "",
    init_worker = ", context: init_worker_by_lua*",
    exit_worker = "",
    ssl_cert = ", context: ssl_certificate_by_lua*",
    ssl_client_hello = ", context: ssl_client_hello_by_lua*",
    ssl_session_fetch = ", context: ssl_session_fetch_by_lua*",
    ssl_session_store = ", context: ssl_session_store_by_lua*",
    proxy_ssl_cert = ", context: proxy_ssl_certificate_by_lua*",
    proxy_ssl_verify = ", context: proxy_ssl_verify_by_lua*",
}

local NUMBERED = {timer = true, init_worker = true}
local NO_CLIENT = {init_worker = true, exit_worker = true}

local log = {MAX_LINE = MAX_LINE}

-- ---------------------------------------------------------------- sinks

local no_sinks = {top = -1}

local function sinks_of(r)
    local loc = r and r.loc
    local plan = state.plan
    return loc and loc.error_log or plan and plan.error_log or no_sinks
end

local function top_of(sinks)
    local top = -1
    for _, sink in ipairs(sinks) do
        if sink.level > top then top = sink.level end
    end
    sinks.top = top
    return top
end

--- Would a message of this level be written for r (a request, a connection, or nil)?
function log.enabled(level, r)
    local sinks = sinks_of(r)
    return level <= (sinks.top or top_of(sinks))
end

--- The highest level that is written for r, -1 when none is.
function log.level(r)
    local sinks = sinks_of(r)
    return sinks.top or top_of(sinks)
end

-- ---------------------------------------------------------------- the parts of a line

local second, stamp

local function timestamp()
    local now = floor(state.now)
    if now ~= second then
        local year, month, day, hour, minute, seconds = calendar.parts(now + calendar.offset(now))
        second, stamp = now, format("%04d/%02d/%02d %02d:%02d:%02d", year, month, day, hour, minute, seconds)
    end
    return stamp
end

local function header_of(r, name)
    local headers = r.headers_in
    if not headers then return end
    return require("pyresty.http.headers_in").get(r, name)
end

local function listen_text(conn)
    local listen = conn.listen
    if not listen or not listen.address then return "" end
    if listen.family == "unix" then return listen.address end
    return listen.address .. ":" .. tostring(listen.port)
end

local function address_of(conn) return conn.address or conn.remote_addr or "" end

-- " while ACTION, client: …" of a request; of a connection without one, the listening address stands for the server.
local function request_context(r)
    local main = r.main or r
    local conn, server, line = main.conn, main.server, main.request_line
    local action = r.phase == "log" and "logging request" or conn and conn.action
    local text = (action and " while " .. action or "") .. ", client: " .. (conn and address_of(conn) or "")
        .. ", server: " .. (server and server.name or "")
    if line and line ~= "" then text = text .. ', request: "' .. line .. '"' end
    if r ~= main then text = text .. ', subrequest: "' .. (r.uri or "") .. '"' end
    local upstream = r.upstream
    if upstream and upstream.peer_name then
        local separator = upstream.peer and upstream.local_peer and ":" or ""
        text = text .. ', upstream: "' .. upstream.schema .. upstream.peer_name .. separator .. upstream.uri .. '"'
    end
    local host = header_of(r, "host")
    if host then text = text .. ', host: "' .. host .. '"' end
    local referrer = header_of(r, "referer")
    if referrer then text = text .. ', referrer: "' .. referrer .. '"' end
    return text
end

local function connection_context(conn)
    local action = conn.action and " while " .. conn.action or ""
    return action .. ", client: " .. address_of(conn) .. ", server: " .. listen_text(conn)
end

local function stand_in_context(r, text)
    local conn = r.conn
    if not conn or NO_CLIENT[r.phase] then return text end
    local address, listening = address_of(conn), listen_text(conn)
    if address ~= "" then text = text .. ", client: " .. address end
    if listening ~= "" then text = text .. ", server: " .. listening end
    return text
end

local function context_of(r)
    local stand_in = STAND_INS[r.phase]
    if stand_in then return stand_in_context(r, stand_in) end
    if not r.headers_out and r.listen then return connection_context(r) end
    return request_context(r)
end

-- ngx_lua runs timers and init_worker_by_lua on connections of their own, which have numbers too.
local function number_of(r)
    local conn = r.conn or r
    local number = conn.number or r.serial
    if not number and NUMBERED[r.phase] then
        number = state.host.next_number()
        r.serial = number
    end
    return number
end

--- The bytes of a line, without a look at levels: `r` is a request, a connection or nil.
function log.line(level, r, message)
    local pid = tostring(state.host.pid())
    local line = timestamp() .. " [" .. (NAMES[level] or "") .. "] " .. pid .. "#" .. pid .. ": "
    if r then
        local number = number_of(r)
        if number then line = line .. "*" .. tostring(number) .. " " end
    end
    line = line .. message
    if r and level ~= DEBUG and #line < MAX_LINE then line = line .. context_of(r) end
    if #line >= MAX_LINE then line = sub(line, 1, MAX_LINE - 1) end
    return line .. "\n"
end

-- ---------------------------------------------------------------- writing

local function send(sink, level, line)
    local sender = sink.sender
    if not sender then
        sender = syslog.sender(sink.syslog, sink.fd, log.lost_message)
        sink.sender = sender
    end
    return sender(level > 0 and level - 1 or 0, sub(line, 1, -2))
end

-- Sends or writes a line to one sink → true | nil, reason, errno
local function put(sink, level, line)
    if sink.syslog then
        send(sink, level, line)
        return true -- what was lost is told by lost_message
    end
    if sink.full_at == floor(state.now) then return true end -- as nginx, it rests for that second
    local ok, reason, code = write(sink.fd, line)
    if not ok then return nil, reason, code end
    if sink.lost then sink.lost, sink.full_at = nil, nil end
    return true
end

-- A line could not be written: the first one in a row is told to the other sinks.
local function lost(sinks, failed, reason, code)
    if code == ENOSPC then failed.full_at = floor(state.now) end
    if failed.lost then return end
    failed.lost = true
    local call = 'write() to "' .. (failed.file or "stderr") .. '"'
    local line = log.line(ALERT, nil, call .. " failed (" .. tostring(code) .. ": " .. tostring(reason) .. ")")
    for i = 1, #sinks do
        local sink = sinks[i]
        if sink ~= failed and ALERT <= sink.level then put(sink, ALERT, line) end
    end
end

--- A message to a syslog peer was lost: the main log is told (ngx_connection_error).
function log.lost_message(call, code)
    local level = call == "send()" and PEER_GONE[code] and ERR or ALERT
    local line = log.line(level, nil, call .. " failed (" .. tostring(code) .. ": " .. strerror(code) .. ")")
    local sinks = sinks_of(nil)
    for i = 1, #sinks do
        local sink = sinks[i]
        if not sink.syslog and level <= sink.level then put(sink, level, line) end
    end
end

-- nginx's second line, for who has started it, until it serves.
local function tell_console(level, message, sinks)
    for i = 1, #sinks do
        if sinks[i].stderr and level <= sinks[i].level then return end
    end
    write(STDERR, "nginx: [" .. (NAMES[level] or "") .. "] " .. message .. "\n")
end

--- Writes to every sink that takes the level. level: 0 (STDERR) … 8 (DEBUG); r: a request, a connection or nil.
function log.error(level, r, message)
    local sinks = sinks_of(r)
    if level > (sinks.top or top_of(sinks)) then return end
    local line = log.line(level, r, message)
    for i = 1, #sinks do
        local sink = sinks[i]
        if level <= sink.level then
            local ok, reason, code = put(sink, level, line)
            if not ok then lost(sinks, sink, reason, code) end
        end
    end
    if state.console and level <= WARN then tell_console(level, message, sinks) end
    local capture = log.capture
    if capture then capture(level, line) end
end

--- A message of level debug, when that is on. Its text should be put together behind log.enabled(8, r).
function log.debug(r, message) return log.error(DEBUG, r, message) end

--- "URI?ARGUMENTS", as ngx_lua names a request in its own lines.
function log.target(r) return (r.uri or "") .. "?" .. (r.args or "") end

--- A text in which control characters, quotes, backslashes and bytes over 127 are \xXX (ngx_http_lua_escape_log).
function log.escape(text)
    if not find(text, '[%c"\\\127-\255]') then return text end
    return (text:gsub('[%c"\\\127-\255]', function(c) return ("\\x%02X"):format(c:byte()) end))
end

return log
