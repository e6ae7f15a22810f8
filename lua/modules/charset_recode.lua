-- Recoding by the tables of charset_map: function(r, data) → data.
local byte, char, concat, format, gsub, sub = string.byte, string.char, table.concat, string.format, string.gsub,
    string.sub
local INVALID, INCOMPLETE = -1, -2

local recode = {}

function recode.bytes(map)
    return function(_, data) return (gsub(data, ".", map)) end
end

recode.to_utf8 = recode.bytes

-- → code point, INVALID or INCOMPLETE; position behind it (ngx_utf8_decode)
local function decode(text, at)
    local value, first = byte(text, at), at
    local more, above
    if value < 0xc2 then return INVALID, at + 1 end
    if value >= 0xf0 then
        value, above, more = value % 8, 0xffff, 3
    elseif value >= 0xe0 then
        value, above, more = value % 16, 0x7ff, 2
    else
        value, above, more = value % 32, 0x7f, 1
    end
    if #text - first < more then return INCOMPLETE, at end
    for _ = 1, more do
        at = at + 1
        local c = byte(text, at)
        if c < 0x80 then return INVALID, at + 1 end
        value = value * 64 + c % 64
    end
    return value > above and value or INVALID, at + 1
end

-- What the charset lacks becomes an HTML entity, what is not UTF-8 a question mark. A character that is not whole yet
-- waits in r.charset_rest.
function recode.from_utf8(map)
    return function(r, data)
        local rest = r.charset_rest
        if rest then data = rest .. data end
        r.charset_rest = nil
        local out, n, at, size = {}, 0, 1, #data
        while at <= size do
            local c = byte(data, at)
            n = n + 1
            if c < 0x80 then
                out[n], at = char(c), at + 1
            else
                local point, after = decode(data, at)
                if point == INCOMPLETE then
                    r.charset_rest = sub(data, at)
                    n = n - 1
                    break
                end
                out[n] = point == INVALID and "?" or map[point] or format("&#%d;", point)
                at = after
            end
        end
        return concat(out, "", 1, n)
    end
end

return recode
