-- ngx_http_range_filter_module: 206 for files. The filter decides and sets r.ranges; the handler writes the pieces.
local headers_in = require "pyresty.http.headers_in"
local headers_out = require "pyresty.http.headers_out"
local output = require "pyresty.http.output"

local byte, format, lower, match, sub = string.byte, string.format, string.lower, string.match, string.sub
local tonumber = tonumber

local module = {}
local last_boundary = 0
local MAX = 2 ^ 53

-- One range at `at` → kind ("suffix", "range"), first, last (nil: open), position behind | nil: malformed
local function read_range(text, at)
    local first, stop = match(text, "^ *(%d+) *%- *()", at)
    if first then
        local last, after = match(text, "^(%d+) *()", stop)
        if last then return "range", tonumber(first), tonumber(last), after end
        return "range", tonumber(first), nil, stop
    end
    local count, after = match(text, "^ *%-(%d+) *()", at)
    if count then return "suffix", nil, tonumber(count), after end
end

local function bounds(kind, first, last, length)
    if kind == "suffix" then return last < length and length - last or 0, length end
    if not last or last >= length then return first, length end
    return first, last + 1
end

--- The value behind "bytes=" → array of {from, to} (0-based, `to` exclusive) | nil, 416 when it cannot be satisfied
--- | nil when the whole is to be sent.
function module.parse(text, length, max)
    local ranges, count, size, at = {}, 0, 0, 1
    while true do
        local kind, first, last, after = read_range(text, at)
        if not kind then return nil, 416 end
        local separator = sub(text, after, after)
        if separator ~= "," and separator ~= "" then return nil, 416 end
        if first and first > MAX or last and last > MAX then return nil, 416 end
        local from, to = bounds(kind, first, last, length)
        if from < to then
            count = count + 1
            if count > max then return nil end
            ranges[count] = {from, to}
            size = size + to - from
        elseif from == 0 then
            return nil
        end
        if separator == "" then break end
        at = after + 1
    end
    if count == 0 then return nil, 416 end
    if size > length then return nil end
    return ranges
end

local function condition_holds(r)
    local condition = headers_in.get(r, "if-range")
    if not condition then return true end
    local h = r.headers_out
    if #condition >= 2 and byte(condition, -1) == 34 then
        return headers_out.first(r, "etag") == condition
    end
    return h.last_modified ~= nil and headers_out.parse_time(condition) == h.last_modified
end

local function content_range(from, to, length) return format("bytes %.0f-%.0f/%.0f", from, to - 1, length) end

local function single(r, range, length)
    local from, to = range[1], range[2]
    headers_out.push(r, "Content-Range", content_range(from, to, length))
    r.headers_out.content_length = to - from
end

-- multipart/byteranges: what stands before each piece, and the length of it all.
local function multipart(r, ranges, length)
    last_boundary = last_boundary + 1
    local boundary = format("%020d", last_boundary)
    local h = r.headers_out
    local content_type = headers_out.first(r, "content-type")
    local head = "\r\n--" .. boundary .. (content_type and "\r\nContent-Type: " .. content_type or "")
        .. "\r\nContent-Range: "
    local total = 0
    for i = 1, #ranges do
        local range = ranges[i]
        range.head = head .. content_range(range[1], range[2], length) .. "\r\n\r\n"
        total = total + #range.head + range[2] - range[1]
    end
    ranges.tail = "\r\n--" .. boundary .. "--\r\n"
    h.content_type, h.charset = "multipart/byteranges; boundary=" .. boundary, nil
    headers_out.clear_content_length(r)
    h.content_length = total + #ranges.tail
end

-- The header is made anew for the 416 page; what it has to say comes with it.
local function not_satisfiable(r, length)
    r.unsatisfied = length
    return 416
end

local function tell_length(r)
    headers_out.push(r, "Content-Range", format("bytes */%.0f", r.unsatisfied))
    r.unsatisfied = nil
end

local function wanted(r, length)
    local text = headers_in.get(r, "range")
    if not text or #text < 7 or lower(sub(text, 1, 6)) ~= "bytes=" or not condition_holds(r) then return nil end
    return module.parse(sub(text, 7), length, r.loc.max_ranges or MAX)
end

local function filter(r)
    if r.unsatisfied and r.status == 416 then return tell_length(r) end
    if not r.allow_ranges or r.status ~= 200 or r.http_version < 10 or r.parent then return end
    local length = r.headers_out.content_length
    if not length or r.loc.max_ranges == 0 then return end
    local ranges, status = wanted(r, length)
    if ranges and r.single_range and #ranges > 1 then ranges = nil end
    if status then return not_satisfiable(r, length) end
    if not ranges then
        headers_out.push(r, "Accept-Ranges", "bytes")
        return
    end
    r.ranges, r.status, r.status_line = ranges, 206, nil
    if #ranges == 1 then
        single(r, ranges[1], length)
    else
        multipart(r, ranges, length)
    end
end

function module.header_filter() return filter end

--- Writes the pieces the filter chose from an open file → 1 | nil, err
function module.write(r, fd, ranges)
    for i = 1, #ranges do
        local range = ranges[i]
        if range.head then
            local ok, err = output.write(r, range.head)
            if not ok then return nil, err end
        end
        local ok, err = output.write_file(r, fd, range[1], range[2] - range[1])
        if not ok then return nil, err end
    end
    if ranges.tail then return output.write(r, ranges.tail) end
    return 1
end

return module
