-- One header line, of any form (ngx_http_parse_header_line).
local byte, find = string.byte, string.find
local VALID = require "pyresty.http.headers_in".VALID

local CR, LF, SPACE, COLON, UNDERSCORE, DELETE = 13, 10, 32, 58, 95, 127

local header_line = {}

-- → position of what ends the name (":", CR or LF), whether nginx calls the name invalid | nil | false, position
local function scan_name(data, from, last, underscores)
    local invalid = false
    for i = from, last do
        local c = byte(data, i)
        if not VALID[c] then
            if c == COLON or c == CR or c == LF then
                if i == from then return false, i end
                return i, invalid
            elseif c <= SPACE or c == DELETE then
                return false, i
            elseif c ~= UNDERSCORE or not underscores then
                invalid = true
            end
        end
    end
    return nil
end

-- After a CR that ended the value at `to`: more CRs and a LF. → true | nil | false, position
local function scan_end(data, i, last, to)
    while i <= last do
        local c = byte(data, i)
        if c == LF then return true end
        if c ~= CR then return false, to end
        i = i + 1
    end
    return nil
end

-- → true, where the value ends (exclusive) | nil | false, position
local function scan_value(data, from, last)
    local to
    for i = from, last do
        local c = byte(data, i)
        if c == SPACE then
            to = to or i
        elseif c == CR then
            to = to or i
            local ended, at = scan_end(data, i + 1, last, to)
            if ended then return true, to end
            return ended, at
        elseif c == LF then
            return true, to or i
        elseif c == 0 then
            return false, i
        else
            to = nil
        end
    end
    return nil
end

-- Judges data[from … last], a header line with its LF or the beginning of one.
-- → where the name ends, where the value starts, where it ends (ends are exclusive), whether the name is invalid
-- → nil when more is needed → false, position of the byte that nginx complains of
function header_line.scan(data, from, last, underscores)
    if from > last then return nil end
    if byte(data, from) == CR then
        if from == last then return nil end
        return false, from
    end
    local name_end, invalid = scan_name(data, from, last, underscores)
    if not name_end then return name_end, invalid end
    local value = name_end
    if byte(data, name_end) == COLON then
        value = find(data, "[^ ]", name_end + 1)
        if not value or value > last then return nil end
    end
    local whole, to = scan_value(data, value, last)
    if not whole then return whole, to end
    return name_end, value, to, invalid
end

return header_line
