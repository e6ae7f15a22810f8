-- A connection's output: collected while an entry runs, sent at its end, or when there is much of it.
local sched = require "pyresty.sched"
local timers = require "pyresty.timers"
local log = require "pyresty.http.log"
local pace = require "pyresty.http.pace"
local phases = require "pyresty.http.phases"
local new_output = require("pyresty.native").io.new_output

local min, remove = math.min, table.remove
local LOG_INFO = 7
local POSTPONE = 1460

local sending = {POSTPONE = POSTPONE}
local dirty, dirty_n = {}, 0
local NOBODY = {out_size = 0}

local transmit

-- A connection that gets output is looked at when the entry ends.
function sending.mark(c)
    if not c.marked then
        c.marked = true
        dirty_n = dirty_n + 1
        dirty[dirty_n] = c
    end
end

function sending.reset(c)
    c.out:reset()
    c.pieces, c.out_size, c.flush = nil, 0, false
end

-- Output is bytes in c.out; a file range moves what is before it, and itself, to c.pieces.
function sending.queue_file(c, file)
    if c.out_size == 0 then sending.mark(c) end
    local pieces = c.pieces or {}
    c.pieces = pieces
    pieces[#pieces + 1] = c.out
    pieces[#pieces + 1] = file
    c.out = new_output()
    c.out_size = c.out_size + file.count
end

local function send_timed_out(c)
    sched.unwatch(c)
    c.write_blocked = false
    local r = c.request
    if r then
        log.error(LOG_INFO, r, "client timed out (110: Connection timed out)")
        return phases.terminate(r, 408)
    end
    return c.close(c)
end

local function block(c)
    c.write_blocked = true
    c.on_ready = sending.writable
    sched.watch_write(c.writer, c.fd)
    c.writer.on_timer = c.writer.on_timer or function() return send_timed_out(c) end
    timers.set(c.writer, c.request and c.request.loc.send_timeout or 60)
end

local function write_failed(c, err)
    sending.reset(c)
    c.broken = true
    local r = c.request
    if r and err ~= "closed" then
        log.error(LOG_INFO, r, "send() failed (" .. err .. ")")
    end
    if r then r.main.keepalive = false end
end

local function failed(c, err)
    if err == "again" then
        block(c)
        return false
    end
    write_failed(c, err)
    return nil
end

-- One piece in front of c.out → true when it is gone
local function send_piece(c, piece, most)
    if not piece.fd then return c.transport.send_output(c, piece, most) end
    local sent, err = c.transport.sendfile(c, piece.fd, piece.offset, min(most or piece.count, piece.count))
    if not sent then return nil, err end
    piece.offset, piece.count = piece.offset + sent, piece.count - sent
    return sent
end

local function is_empty(piece)
    if piece.fd then return piece.count == 0 end
    return #piece == 0
end

local function transmit_pieces(c)
    local pieces = c.pieces
    while pieces[1] do
        while not is_empty(pieces[1]) do
            local sent, err = send_piece(c, pieces[1])
            if not sent then return failed(c, err) end
            c.out_size = c.out_size - sent
        end
        remove(pieces, 1)
    end
    c.pieces = nil
    return true
end

-- Gives the kernel what it takes. → true when all is gone, false when the rest waits, nil on a dead connection
function transmit(c)
    if c.write_blocked then return false end
    if c.broken then
        sending.reset(c)
        return nil
    end
    if c.pace then return pace.transmit(c, send_piece, failed, sending.writable) end
    if c.pieces then
        local all = transmit_pieces(c)
        if not all then return all end
    end
    if c.out_size > 0 then
        local sent, err = c.transport.send_output(c, c.out)
        if not sent then return failed(c, err) end
        c.out_size = c.out_size - sent
        if c.out_size > 0 then return transmit(c) end -- not by a loop: LuaJIT's trace of a request ends at one
    end
    c.flush = false
    return true
end
sending.transmit = transmit

function sending.writable(writer)
    local c = writer.connection
    timers.clear(writer)
    c.write_blocked = false
    if transmit(c) == false then return end
    local waiters = c.drained
    if waiters then
        c.drained = nil
        for i = 1, #waiters do waiters[i](c) end
    end
end

-- f(c) when all queued output is gone (or the connection broke): at once, or later.
function sending.when_sent(c, f)
    if transmit(c) ~= false then return f(c) end
    local waiters = c.drained or {}
    c.drained = waiters
    waiters[#waiters + 1] = f
end

-- End of an entry: output that was flushed, or is large enough, leaves.
function sending.flush_marked()
    for i = 1, dirty_n do
        local c = dirty[i] or NOBODY -- of a run that failed
        dirty[i], c.marked = false, false
        if c.out_size > 0 and not c.closed and (c.flush or c.out_size >= POSTPONE or not c.request) then transmit(c) end
    end
    dirty_n = 0
end

return sending
