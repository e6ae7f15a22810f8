-- What tcpsock:receive does with bytes, without I/O: a buffer that is fed, and readers that take from it.
-- A reader returns its data, or nil when it needs more.
local find, gsub, sub, min = string.find, string.gsub, string.sub, math.min

local reader = {}

function reader.new() return {data = "", pos = 1} end

function reader.size(b) return #b.data - b.pos + 1 end

function reader.feed(b, data)
    if b.pos > #b.data then
        b.data, b.pos = data, 1
    else
        b.data, b.pos = sub(b.data, b.pos) .. data, 1
    end
end

local function take(b, n)
    local data, pos = b.data, b.pos
    b.pos = pos + n
    if pos == 1 and n == #data then return data end
    return sub(data, pos, pos + n - 1)
end
reader.take = take

-- All that is there.
function reader.take_all(b) return take(b, #b.data - b.pos + 1) end

-- Exactly n bytes.
function reader.bytes(b, n)
    if #b.data - b.pos + 1 >= n then return take(b, n) end
end

-- A line without its LF and without any CR.
function reader.line(b)
    local data, pos = b.data, b.pos
    local eol = find(data, "\n", pos, true)
    if not eol then return nil end
    b.pos = eol + 1
    local line = sub(data, pos, eol - 1)
    if find(line, "\r", 1, true) then return (gsub(line, "\r", "")) end
    return line
end

-- ---------------------------------------------------------------- receiveuntil

-- A search for a pattern (plain bytes). state: {pattern, inclusive, held = pieces already looked at}
function reader.until_new(pattern, inclusive) return {pattern = pattern, inclusive = inclusive, over = false} end

-- How many bytes at the end of data (from pos on) may be the beginning of the pattern.
local function possible_start(data, pos, pattern)
    for n = min(#pattern - 1, #data - pos + 1), 1, -1 do
        if sub(data, -n) == sub(pattern, 1, n) then return n end
    end
    return 0
end

-- → data, done | nil: all up to the pattern, or with `max` at most so many bytes; done when the pattern was met.
function reader.read_until(b, state, max)
    local data, pos, pattern = b.data, b.pos, state.pattern
    local from, to = find(data, pattern, pos, true)
    if from then
        local before = from - pos
        if max and before >= max then return take(b, max), false end
        local stop = state.inclusive and to or from - 1
        local found = sub(data, pos, stop)
        b.pos = to + 1
        return found, true
    end
    if max then
        local safe = #data - pos + 1 - possible_start(data, pos, pattern)
        if safe >= max then return take(b, max), false end
    end
    return nil
end

return reader
