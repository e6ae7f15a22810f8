-- Reader of a chunked request body (ngx_http_parse_chunked and its body filter), fed piece by piece.
local byte, concat, find, format, sub = string.byte, table.concat, string.find, string.format, string.sub

local CR, LF, SEMICOLON, SPACE, TAB = 13, 10, 59, 32, 9

local DIGIT = {}
for b = 0, 9 do DIGIT[48 + b] = b end
for b = 10, 15 do DIGIT[55 + b], DIGIT[87 + b] = b, b end

-- SIZED: the size is known and its line over; nginx judges it when the first byte of data comes.
local START, SIZE, EXTENSION, EXTENSION_CR, SIZED, AFTER_DATA, AFTER_DATA_CR = 1, 2, 3, 4, 5, 6, 7
local LAST_EXTENSION, LAST_EXTENSION_CR, TRAILER, TRAILER_CR, TRAILER_LINE, TRAILER_LINE_CR = 8, 9, 10, 11, 12, 13

local INVALID = "client sent invalid chunked body"
local TOO_LARGE = "client intended to send too large chunked body: %.0f+%.0f bytes"

local chunked = {}

-- A decoder. `received` counts body bytes so far, `done` is set at the end.
function chunked.new() return {state = START, size = 0, digits = 0, first = 0, received = 0, done = false} end

-- Nothing may follow a size of 2^59 (2^63/16) and more. Its digits are counted: a double is not exact there.
local function too_large(decoder)
    local digits = decoder.digits
    return digits > 15 or digits == 15 and decoder.first > 7
end

local function add_digit(decoder, digit)
    if decoder.digits == 0 then decoder.first = digit end
    if digit > 0 or decoder.digits > 0 then decoder.digits = decoder.digits + 1 end
    decoder.size = decoder.size * 16 + digit
end

local function after_size(c, size)
    if c == CR then return size == 0 and LAST_EXTENSION_CR or EXTENSION_CR end
    if c == LF then return size == 0 and TRAILER or SIZED end
    if c == SEMICOLON or c == SPACE or c == TAB then return size == 0 and LAST_EXTENSION or EXTENSION end
    return nil
end

-- States that wait for one certain byte, or for the end of a line: what follows on CR, on LF, on anything else.
local ON_CR = {
    [EXTENSION] = EXTENSION_CR, [AFTER_DATA] = AFTER_DATA_CR, [LAST_EXTENSION] = LAST_EXTENSION_CR,
    [TRAILER] = TRAILER_CR, [TRAILER_LINE] = TRAILER_LINE_CR,
}
local DONE, DATA = 14, 15
local ON_LF = {
    [EXTENSION] = SIZED, [EXTENSION_CR] = SIZED, [AFTER_DATA] = START, [AFTER_DATA_CR] = START,
    [LAST_EXTENSION] = TRAILER, [LAST_EXTENSION_CR] = TRAILER, [TRAILER] = DONE, [TRAILER_CR] = DONE,
    [TRAILER_LINE] = TRAILER, [TRAILER_LINE_CR] = TRAILER,
}
local ON_OTHER = {
    [EXTENSION] = EXTENSION, [LAST_EXTENSION] = LAST_EXTENSION, [TRAILER] = TRAILER_LINE,
    [TRAILER_LINE] = TRAILER_LINE,
}

-- Takes one byte of framing. → the next state, or nil when the body is invalid
local function step(decoder, state, c)
    if state == START then
        local digit = DIGIT[c]
        if not digit then return nil end
        decoder.size, decoder.digits, decoder.first = digit, digit > 0 and 1 or 0, digit
        return SIZE
    elseif state == SIZE then
        if too_large(decoder) then return nil end
        local digit = DIGIT[c]
        if not digit then return after_size(c, decoder.size) end
        add_digit(decoder, digit)
        return SIZE
    elseif c == CR then
        return ON_CR[state] or ON_OTHER[state]
    elseif c == LF then
        return ON_LF[state]
    end
    return ON_OTHER[state]
end

-- The end of a line of no interest is looked for at once.
local function skip_line(data, pos, state)
    if state ~= EXTENSION and state ~= LAST_EXTENSION and state ~= TRAILER_LINE then return pos end
    local lf, cr = find(data, "\n", pos, true), find(data, "\r", pos, true)
    if lf and cr then return lf < cr and lf or cr end
    return lf or cr or #data + 1
end

-- Takes a chunk's bytes. → the position after them
local function take(decoder, data, pos, out, n)
    local last = #data
    local size = decoder.size
    if last - pos + 1 > size then last = pos + size - 1 end
    local taken = last - pos + 1
    out[n + 1] = sub(data, pos, last)
    decoder.size, decoder.received = size - taken, decoder.received + taken
    return last + 1
end

-- Feeds data[pos …]. limit: the greatest body (client_max_body_size), 0 or nil = none.
-- → the body bytes in it, the position after what was read, whether the body is complete
-- → nil, message (for the log, level error), status
function chunked.feed(decoder, data, pos, limit)
    local state, out, n, size = decoder.state, {}, 0, #data
    while pos <= size do
        if state == SIZED then
            if limit and limit > 0 and decoder.received + decoder.size > limit then
                return nil, format(TOO_LARGE, decoder.received, decoder.size), 413
            end
            state = DATA
        elseif state == DATA then
            if decoder.size > 0 then
                pos = take(decoder, data, pos, out, n)
                n = n + 1
            end
            if decoder.size == 0 then state = AFTER_DATA end
        else
            pos = skip_line(data, pos, state)
            if pos > size then break end
            state = step(decoder, state, byte(data, pos))
            if not state then return nil, INVALID, 400 end
            pos = pos + 1
            if state == DONE then
                decoder.done = true
                break
            end
        end
    end
    decoder.state = state
    return n == 1 and out[1] or concat(out, "", 1, n), pos, decoder.done
end

return chunked
