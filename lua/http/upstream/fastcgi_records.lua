-- FastCGI records, without I/O: what a request is made of, and a reader that is fed with a response's bytes.
local byte, char, concat, floor, rep, sub =
    string.byte, string.char, table.concat, math.floor, string.rep, string.sub
local min = math.min

local records = {}

local BEGIN, END, PARAMS, STDIN, STDOUT, STDERR = 1, 3, 4, 5, 6, 7
local MOST = 65535
local BODY_RECORD = 32768

-- ---------------------------------------------------------------- out

local function header(kind, length, padding)
    return char(1, kind, 0, 1, floor(length / 256), length % 256, padding, 0)
end

local function padding_of(length) return (8 - length % 8) % 8 end

local function record(kind, data)
    local padding = padding_of(#data)
    return header(kind, #data, padding) .. data .. rep("\0", padding)
end

--- The beginning of a request: a responder's; keep: the connection stays open behind it.
function records.begin(keep)
    return header(BEGIN, 8, 0) .. char(0, 1, keep and 1 or 0, 0, 0, 0, 0, 0)
end

local function length_of(n)
    if n < 128 then return char(n) end
    return char(128 + floor(n / 16777216), floor(n / 65536) % 256, floor(n / 256) % 256, n % 256)
end

local pieces = {}

--- The parameters, an array of name and value in turn → bytes | nil, size when they are too many for a record
function records.params(list, n)
    local count = 0
    for i = 1, n, 2 do
        local name, value = list[i], list[i + 1]
        pieces[count + 1], pieces[count + 2] = length_of(#name), length_of(#value)
        pieces[count + 3], pieces[count + 4], count = name, value, count + 4
    end
    local data = concat(pieces, "", 1, count)
    if #data > MOST then return nil, #data end
    return (data == "" and "" or record(PARAMS, data)) .. header(PARAMS, 0, 0)
end

--- Body bytes as records.
function records.stdin(data)
    if #data <= BODY_RECORD then return record(STDIN, data) end
    local out, n = {}, 0
    for from = 1, #data, BODY_RECORD do
        n = n + 1
        out[n] = record(STDIN, sub(data, from, from + BODY_RECORD - 1))
    end
    return concat(out, "", 1, n)
end

--- The end of the body.
records.stdin_end = header(STDIN, 0, 0)

-- ---------------------------------------------------------------- in

--- A reader: `ended` is set when the response is complete, `closed` when its standard output is.
function records.reader()
    return {kind = nil, left = 0, padding = 0, ended = false, closed = false, head = "", errors = nil}
end

local function read_head(reader, data, at)
    local version, kind, high, low, b1, b0, padding = byte(data, at, at + 6)
    if version ~= 1 then return nil, "upstream sent unsupported FastCGI protocol version: " .. version end
    if kind ~= STDOUT and kind ~= STDERR and kind ~= END then
        return nil, "upstream sent invalid FastCGI record type: " .. kind
    end
    if high ~= 0 then return nil, "upstream sent unexpected FastCGI request id high byte: " .. high end
    if low ~= 1 then return nil, "upstream sent unexpected FastCGI request id low byte: " .. low end
    reader.kind, reader.left, reader.padding = kind, b1 * 256 + b0, padding
    if kind == STDOUT and reader.left == 0 then reader.closed = true end
    return true
end

--- Reads bytes → standard output in them | nil, message. Standard error goes to on_error(reader.u, text).
function records.feed(reader, data, on_error)
    if reader.head ~= "" then
        data = reader.head .. data
        reader.head = ""
    end
    local at, size, out, n = 1, #data, {}, 0
    while at <= size do
        if reader.ended then
            reader.excess = true
            break
        elseif reader.kind and reader.left > 0 then
            local stop = min(size, at + reader.left - 1)
            local text = sub(data, at, stop)
            reader.left = reader.left - #text
            at = stop + 1
            if reader.kind == STDOUT then
                n = n + 1
                out[n] = text
            elseif reader.kind == STDERR then
                on_error(reader.u, text)
            end
        elseif reader.kind then
            local skipped = min(size - at + 1, reader.padding)
            at, reader.padding = at + skipped, reader.padding - skipped
        elseif size - at + 1 < 8 then
            reader.head = sub(data, at)
            break
        else
            local ok, message = read_head(reader, data, at)
            if not ok then return nil, message end
            at = at + 8
        end
        if reader.kind and reader.left == 0 and reader.padding == 0 then
            if reader.kind == END then reader.ended = true end
            reader.kind = nil
        end
    end
    return concat(out, "", 1, n)
end

return records
