-- Reads request heads: request line and headers, refused where and as nginx refuses them.
local byte, find, format, min, sub = string.byte, string.find, string.format, math.min, string.sub
local headers_in = require "pyresty.http.headers_in"
local log = require "pyresty.http.log"
local request_line = require "pyresty.http.request_line"
local scan_header = require "pyresty.http.header_line".scan
local checks = require "pyresty.http.head_checks"

local loaded, new_table = pcall(require, "table.new")
if not loaded then new_table = function() return {} end end

local known, lower_name = headers_in.known, headers_in.lower
local special, note, HOST = checks.special, checks.note, checks.HOST
local parse_line = request_line.parse
local CR, LF, SPACE, HUGE = 13, 10, 32, math.huge
local INFO = 7
local SHORT_LINE, LOGGED_LINE = 1024, 2048 - 300

local WHERE = " while reading client request headers"
local TOO_LONG_URI = "client sent too long URI"

local head = {}

-- ---------------------------------------------------------------- buffers
-- nginx reads a head into one buffer of limits.first bytes; a line that does not fit moves to a buffer of limits.size,
-- of which there are limits.count. `cap` is the position of the first byte that the present buffer has no place for.

-- The line from p is seen up to `stop` (exclusive), whole or not. → cap, busy, position where nginx gives up or nil
local function move_line(p, stop, whole, between_lines, cap, busy, limits)
    local size, count = limits.size, limits.count
    if between_lines and p == cap then
        if busy >= count then return cap, busy, cap end
        busy, cap = busy + 1, p + size
    end
    while stop > cap or stop == cap and not whole do
        if cap - p >= size or busy >= count then return cap, busy, cap end
        busy, cap = busy + 1, p + size
    end
    return cap, busy, nil
end

-- Whether the beginning of a line is to be judged now: a long line that trickles in is judged as it grows by a quarter.
local function worth_checking(length, checked)
    return length <= SHORT_LINE or length > checked * 1.25
end

-- ---------------------------------------------------------------- headers

local function invalid_line(data, from, at)
    local text = sub(data, from, at - 1)
    local code = format("\\x%02x...", byte(data, at))
    return false, 400, 'client sent invalid header line: "' .. text .. code .. '"' .. WHERE
end

-- nginx ends the name and the value of a header that it has taken with NUL, in its buffer: that is what it shows.
local function taken_line(data, from, to, limits)
    local name_end, value, value_end, invalid = scan_header(data, from, to, limits.underscores)
    if invalid and limits.ignore_invalid ~= false then return sub(data, from, to) end
    local name = sub(data, from, name_end - 1) .. "\0"
    if value == value_end and value == name_end then return name .. sub(data, name_end + 1, to) end
    return name .. sub(data, name_end + 1, value_end - 1) .. "\0" .. sub(data, value_end + 1, to)
end

-- at: the line that nginx has begun with, or else the one before it, or nil; cap: where its buffer ends
local function too_long(data, at, begun, cap, limits)
    if not at then return false, 494, "client sent too large request" .. WHERE end
    local to = min(cap, at + LOGGED_LINE) - 1
    local text = begun and sub(data, at, to) or sub(taken_line(data, at, cap - 1, limits), 1, LOGGED_LINE)
    return false, 494, 'client sent too long header line: "' .. text .. '..."' .. WHERE
end

-- The line from at.line is not whole, or too long. `at` is where reading stands.
local function interrupted(r, data, pos, at, stop, refused, limits)
    local line = at.line
    if refused or worth_checking(stop - line, at.checked) then
        local whole, bad = scan_header(data, line, (refused or stop) - 1, limits.underscores)
        if whole == false then return invalid_line(data, line, bad) end
        at.checked = stop - line
    end
    if refused then
        local begun = line < refused
        return too_long(data, begun and line or at.previous, begun, refused, limits)
    end
    at.found = checks.save()
    at.start, at.line, at.cap = at.start - pos, line - pos, at.cap - pos
    at.previous = at.previous and at.previous - pos
    at.search = stop - pos
    r.head_partial = at
    return nil
end

-- All headers are read; `lf` ends the empty line.
local function finish(r, data, start, lf)
    r.raw_head = start == 1 and lf == #data and data or sub(data, start, lf)
    local status, message = checks.finish(r)
    if status then return false, status, message end
    return lf + 1
end

-- A header line of unusual form. → name, value, whether the name is invalid | false, status, message
local function read_unusual(data, from, lf, limits)
    local name_end, value, value_end, invalid = scan_header(data, from, lf, limits.underscores)
    if not name_end then return invalid_line(data, from, value) end
    return sub(data, from, name_end - 1), sub(data, value, value_end - 1), invalid
end

local function drop(r, name, data, from, lf, limits)
    local _, _, value_end = scan_header(data, from, lf, limits.underscores)
    local text = sub(data, from, value_end - 1)
    log.error(INFO, r, 'client sent invalid header line: "' .. text .. '"' .. WHERE)
    r.dropped_header = true
    return name
end

-- The first NUL from p on, or HUGE. Pipelined heads share their data, which is looked through once.
local nul_data, nul_at
local function first_nul(data, p)
    if data ~= nul_data or nul_at < p then nul_data, nul_at = data, find(data, "\0", p, true) or HUGE end
    return nul_at
end

-- Reads headers from p on. search: where to look for the line's end; at: what an earlier call left, or nil.
local function read_headers(r, data, pos, start, p, search, cap, busy, at, limits)
    local headers = r.headers_in
    local n, previous = headers.n, at and at.previous
    local nul, cr, colon = first_nul(data, p), 0, 0
    while true do
        local lf = find(data, "\n", search, true)
        if not lf or lf >= cap then
            local stop, refused = lf and lf + 1 or #data + 1
            cap, busy, refused = move_line(p, stop, lf ~= nil, true, cap, busy, limits)
            if refused or not lf then
                headers.n = n
                at = at or {}
                at.start, at.line, at.cap, at.busy, at.previous = start, p, cap, busy, previous
                at.checked = search > p and at.checked or 0
                return interrupted(r, data, pos, at, stop, refused, limits)
            end
        end
        if cr < p then cr = find(data, "\r", p, true) or HUGE end
        if lf == p or lf == p + 1 and cr == p then
            headers.n = n
            return finish(r, data, start, lf)
        end
        local name, value, low, invalid
        if cr == lf - 1 and lf < nul then
            if colon < p then colon = find(data, ":", p, true) or HUGE end
            if colon < lf then
                name = sub(data, p, colon - 1)
                low = known[name]
                local from = colon + 1
                if byte(data, from) == SPACE then from = from + 1 end
                if low and byte(data, from) ~= SPACE and byte(data, cr - 1) ~= SPACE then
                    value = sub(data, from, cr - 1)
                end
            end
        end
        if not value then
            name, value, invalid = read_unusual(data, p, lf, limits)
            if not name then
                headers.n = n
                return false, value, invalid
            end
            low = not invalid and lower_name(name)
        end
        if invalid and limits.ignore_invalid ~= false then
            headers.n = n -- the log shows what has come
            drop(r, name, data, p, lf, limits)
        else
            n = n + 2
            headers[n - 1], headers[n] = name, value
            local kind = special[low]
            if kind then
                local status, message = note(r, headers, n, kind, low)
                if status then
                    headers.n = n
                    return false, status, message
                end
                if kind == HOST and limits.for_host then limits = limits.for_host(r) end
            end
        end
        previous, p, search = p, lf + 1, lf + 1
    end
end

-- ---------------------------------------------------------------- headers that were seen before
-- A client says the same in one request after the other: memory keeps the lines and what was made of them.

-- Heads of this kind may be remembered, and read from memory: whole, alone, in nginx's first buffer.
local function is_plain(r, data, start, cap) return start == 1 and #data < cap and not r.host end

-- Takes r's headers from memory. → as head.read
local function recall(r, data, memory)
    local headers = memory.headers
    r.headers_in, r.host = headers, memory.host
    r.raw_head = data
    checks.restore(memory.found)
    local status, message = checks.finish(r)
    if status then return false, status, message end
    return #data + 1
end

local function remember(r, section, memory)
    local headers = r.headers_in
    headers.shared = true
    memory.section, memory.headers, memory.host, memory.found = section, headers, r.host, checks.save()
end

-- ---------------------------------------------------------------- the line, the head

-- HTTP/0.9: there is nothing but the line.
local function finish_09(r, data, start, lf)
    r.raw_head = sub(data, start, lf)
    r.headers_in = {n = 0}
    r.content_length, r.chunked, r.keepalive, r.expect_continue = nil, false, false, false
    return lf + 1
end

local function line_action(r)
    return r.pipelined and " while reading client pipelined request line" or " while reading client request line"
end

local function refuse_line(r, data, start, status, message)
    request_line.keep_method(r, data, start)
    return false, status, message .. line_action(r)
end

-- Judges the beginning data[start … to] of a line. → true | false, status, message
local function check_line(r, data, start, to, limits)
    local read, status, message = parse_line(r, data, start, to, limits.merge_slashes)
    if read == false then
        request_line.show(r, data, start, to)
        return refuse_line(r, data, start, status, message)
    end
    return true
end

-- The line is read; data[from …] are the headers.
local function after_line(r, data, pos, start, from, cap, busy, limits, memory)
    local plain = memory and is_plain(r, data, start, cap)
    local section = plain and sub(data, from)
    if plain and section == memory.section then return recall(r, data, memory) end
    r.headers_in = new_table(24, 1)
    r.headers_in.n = 0
    checks.reset()
    if r.host and limits.for_host then limits = limits.for_host(r) end
    local after, status, message = read_headers(r, data, pos, start, from, from, cap, busy, nil, limits)
    if plain and after and after > #data and not r.dropped_header then remember(r, section, memory) end
    return after, status, message
end

local function read_line(r, data, pos, start, search, cap, busy, at, limits, memory)
    local lf = find(data, "\n", search, true)
    local stop, refused = lf and lf + 1 or #data + 1, nil
    if not lf or lf >= cap then
        if stop > cap then -- nginx looks at what fits the first buffer before it takes another
            local good, status, message = check_line(r, data, start, cap - 1, limits)
            if not good then return false, status, message end
        end
        cap, busy, refused = move_line(start, stop, lf ~= nil, false, cap, busy, limits)
    end
    if lf and not refused then
        local read, status, message = parse_line(r, data, start, lf, limits.merge_slashes)
        if not read then
            request_line.show(r, data, start, min(#data, cap - 1))
            return refuse_line(r, data, start, status, message)
        end
        if r.http_version == 9 then return finish_09(r, data, start, lf) end
        return after_line(r, data, pos, start, lf + 1, cap, busy, limits, memory)
    end
    local checked = at and at.checked or 0
    if refused or worth_checking(stop - start, checked) then
        local good, status, message = check_line(r, data, start, (refused or stop) - 1, limits)
        if not good then return false, status, message end
        checked = stop - start
    end
    if refused then
        r.request_line = sub(data, start, refused - 1)
        return refuse_line(r, data, start, 414, TOO_LONG_URI)
    end
    r.head_partial = {start = start - pos, cap = cap - pos, busy = busy, search = stop - pos, checked = checked}
    return nil
end

local function resume(r, data, pos, at, limits)
    local start, search, cap = pos + at.start, pos + at.search, pos + at.cap
    r.head_partial = nil
    if not at.line then return read_line(r, data, pos, start, search, cap, at.busy, at, limits) end
    checks.restore(at.found)
    if r.host and limits.for_host then limits = limits.for_host(r) end
    at.previous = at.previous and pos + at.previous
    return read_headers(r, data, pos, start, pos + at.line, search, cap, at.busy, at, limits)
end

-- Reads a head from data[pos …]; a later call with more data and the same r goes on where this one stopped (pos may be
-- another one, as long as the bytes from it are the same).
-- limits: first (client_header_buffer_size), count and size (large_client_header_buffers), merge_slashes, underscores
-- (underscores_in_headers), ignore_invalid (ignore_invalid_headers), for_host: nil or function(r) → the limits of the
-- server that r.host chooses. memory: a table of the connection, where headers are kept for its next request, or nil.
-- Fills r: what request_line.parse fills, headers_in, raw_head, content_length (nil: none), chunked, host, keepalive,
-- expect_continue; pipelined when the head did not start the data (a caller that knows better sets it before).
-- → position after the head
-- → nil: more data is needed; then, when only blank lines have come, the position after them: they may be dropped
-- → false, status, message for the log at level info
function head.read(r, data, pos, limits, memory)
    local at = r.head_partial
    if at then return resume(r, data, pos, at, limits) end
    local start = pos
    local c = byte(data, start)
    while c == CR or c == LF do
        start = start + 1
        c = byte(data, start)
    end
    if not c then return nil, start end
    if pos > 1 then r.pipelined = true end
    local blank = start - pos
    local cap = pos + limits.first + (blank - blank % limits.first)
    return read_line(r, data, pos, start, start, cap, 0, nil, limits, memory)
end

-- The client went, or its time ran out, before the head was whole: fills r.request_line as far as it came, for the
-- log. → " while reading client request line" or its like, to follow the message
function head.broken_off(r, data, pos)
    local at = r.head_partial
    if at and at.line then return WHERE end
    if at then request_line.show(r, data, pos + at.start, #data) end
    return line_action(r)
end

return head
