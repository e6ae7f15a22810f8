-- Tokens of JSON text: strings with escapes, numbers, words, blanks, and what to call a token in an error.

local null = require "pyresty.null"

local tonumber = tonumber
local byte, char, sub = string.byte, string.char, string.sub
local find, lower, match = string.find, string.lower, string.match
local concat = table.concat
local floor = math.floor

local HUGE = math.huge

local scan = {}

local ESCAPES = {
    [34] = '"', [92] = "\\", [47] = "/", [98] = "\b", [116] = "\t", [110] = "\n", [102] = "\f", [114] = "\r",
}
local SINGLE = { -- byte → token
    [123] = "T_OBJ_BEGIN", [125] = "T_OBJ_END", [91] = "T_ARR_BEGIN", [93] = "T_ARR_END", [44] = "T_COMMA",
    [58] = "T_COLON", [0] = "T_END",
}

local HEX = {}
for digit = 0, 15 do
    local letter = ("%x"):format(digit)
    HEX[byte(letter)], HEX[byte(letter:upper())] = digit, digit
end

local POWERS = {} -- exact as doubles
for i = 0, 22 do
    POWERS[i] = 10 ^ i
end

--- Position of the first byte at or after `pos` that is neither blank nor in a comment (with decode_allow_comment).
-- An unclosed comment is not skipped.
function scan.skip(config, text, pos)
    local comments = config.decode_allow_comment
    while true do
        local b = byte(text, pos)
        if b == 32 or b == 10 or b == 13 or b == 9 then
            pos = pos + 1
        elseif b == 47 and comments then
            local kind = byte(text, pos + 1)
            local stop
            if kind == 47 then
                stop = (find(text, "\n", pos + 2, true) or #text + 1) - 1
            elseif kind == 42 then
                local _
                _, stop = find(text, "*/", pos + 2, true)
            end
            if not stop then
                return pos
            end
            pos = stop + 1
        else
            return pos
        end
    end
end

-- Code unit of \uXXXX at `pos` (of the backslash), or nil.
local function code_unit(text, pos)
    local b1, b2, b3, b4 = byte(text, pos + 2, pos + 5)
    if not b4 then
        return nil
    end
    local h1, h2, h3, h4 = HEX[b1], HEX[b2], HEX[b3], HEX[b4]
    if h1 and h2 and h3 and h4 then
        return ((h1 * 16 + h2) * 16 + h3) * 16 + h4
    end
    return nil
end

local function utf8(code)
    if code < 0x80 then
        return char(code)
    elseif code < 0x800 then
        return char(0xC0 + floor(code / 0x40), 0x80 + code % 0x40)
    elseif code < 0x10000 then
        return char(0xE0 + floor(code / 0x1000), 0x80 + floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
    end
    return char(0xF0 + floor(code / 0x40000), 0x80 + floor(code / 0x1000) % 0x40, 0x80 + floor(code / 0x40) % 0x40,
        0x80 + code % 0x40)
end

-- The character of a \u escape at `pos`, surrogate pairs included → bytes, next position | nil.
local function unicode(text, pos)
    local code = code_unit(text, pos)
    if not code then
        return nil
    elseif code < 0xD800 or code > 0xDFFF then
        return utf8(code), pos + 6
    elseif code >= 0xDC00 then
        return nil
    end
    local backslash, u = byte(text, pos + 6, pos + 7)
    local low = backslash == 92 and u == 117 and code_unit(text, pos + 6)
    if not low or low < 0xDC00 or low > 0xDFFF then
        return nil
    end
    return utf8(0x10000 + (code - 0xD800) * 0x400 + low - 0xDC00), pos + 12
end

--- The string whose opening quote is at `pos` → string, next position, position of the next backslash (or huge)
-- | nil, position of the fault, its description.
function scan.string(text, pos)
    local pieces, n = {}, 0
    pos = pos + 1
    -- Both only move on, so that a long text is looked through once.
    local stop = find(text, '"', pos, true) or HUGE
    local escape = find(text, "\\", pos, true) or HUGE
    while escape < stop do
        if escape > pos then
            n = n + 1
            pieces[n] = sub(text, pos, escape - 1)
        end
        local letter = byte(text, escape + 1)
        local plain = ESCAPES[letter]
        pos = escape + 2
        if letter == 117 then
            plain, pos = unicode(text, escape)
            if not plain then
                return nil, escape, "invalid unicode escape code"
            end
        elseif not plain then
            return nil, escape, "invalid escape code"
        end
        n = n + 1
        pieces[n] = plain
        if stop < pos then
            stop = find(text, '"', pos, true) or HUGE
        end
        escape = find(text, "\\", pos, true) or HUGE
    end
    if stop == HUGE then
        return nil, #text + 1, "unexpected end of string"
    end
    pieces[n + 1] = sub(text, pos, stop - 1)
    return concat(pieces), stop + 1, escape
end

-- Numbers that strtod() takes and JSON does not know: hexadecimal, infinities, NaN, a plus sign.
local function odd_number(text, pos)
    local sign = match(text, "^[+-]?", pos)
    local start = pos + #sign
    local word = match(text, "^0[xX]%x+%.?%x*", start) or match(text, "^0[xX]%.%x+", start)
    local value
    if word then
        word = word .. (match(text, "^[pP][+-]?%d+", start + #word) or "")
        value = tonumber(word)
    else
        word = match(text, "^%a+", start)
        local name = word and lower(word) or ""
        if sub(name, 1, 8) == "infinity" then
            word, value = sub(word, 1, 8), HUGE
        elseif sub(name, 1, 3) == "inf" then
            word, value = sub(word, 1, 3), HUGE
        elseif sub(name, 1, 3) == "nan" then
            word, value = sub(word, 1, 3), 0 / 0
            word = word .. (match(text, "^%([%w_]*%)", start + 3) or "")
        else
            word = match(text, "^%d+%.?%d*", start) or match(text, "^%.%d+", start)
            if not word then
                return nil, pos
            end
            word = word .. (match(text, "^[eE][+-]?%d+", start + #word) or "")
            value = tonumber(word)
        end
    end
    if sign == "-" then
        value = -value
    end
    return value, start + #word
end

local function is_digit(b)
    return b and b >= 48 and b <= 57
end

-- What decode_invalid_numbers refuses when it is off.
local function is_invalid(text, pos)
    local b = byte(text, pos)
    if b == 43 then
        return true
    elseif b == 45 then
        pos = pos + 1
        b = byte(text, pos)
    end
    if b == 48 then
        local after = byte(text, pos + 1)
        return after == 120 or after == 88 or is_digit(after)
    end
    local word = lower(sub(text, pos, pos + 2))
    return word == "inf" or word == "nan"
end

-- The exponent at `pos` (of the e) → number, next position | nil when it has no digits.
local function exponent(text, pos)
    local sign = byte(text, pos + 1)
    local start = (sign == 43 or sign == 45) and pos + 2 or pos + 1
    local stop = start
    local b = byte(text, stop)
    local value = 0
    while is_digit(b) do
        value = value * 10 + b - 48
        stop = stop + 1
        b = byte(text, stop)
    end
    if stop == start then
        return nil
    end
    return sign == 45 and -value or value, stop
end

--- The number at `pos`, whose first byte is `b`, a digit or a minus → number, next position | nil.
function scan.number(config, text, pos, b)
    if not config.decode_invalid_numbers and is_invalid(text, pos) then
        return nil, pos
    end
    local start, negative = pos, false
    if b == 45 then
        negative = true
        pos = pos + 1
        b = byte(text, pos) or 0
    end
    local first = pos
    local mantissa = 0
    while b >= 48 and b <= 57 do
        mantissa = mantissa * 10 + (b - 48)
        pos = pos + 1
        b = byte(text, pos) or 0
    end
    if pos == first or b == 120 or b == 88 then
        return odd_number(text, start)
    end
    local digits, scale = pos - first, 0
    local integer = b ~= 46 and b ~= 101 and b ~= 69
    if integer and digits <= 15 then
        if negative and mantissa ~= 0 then
            return -mantissa, pos
        end
        return mantissa, pos
    end
    if b == 46 then
        first = pos + 1
        repeat
            pos = pos + 1
            b = byte(text, pos) or 0
            if b < 48 or b > 57 then
                break
            end
            mantissa = mantissa * 10 + (b - 48)
        until false
        scale = first - pos
        digits = digits - scale
    end
    if b == 101 or b == 69 then
        local power, after = exponent(text, pos)
        if power then
            scale, pos = scale + power, after
        end
    end
    -- Both factors exact: one operation rounds once, as strtod() does.
    if digits <= 15 and scale >= -22 and scale <= 22 then
        local value = scale < 0 and mantissa / POWERS[-scale] or mantissa * POWERS[scale]
        return negative and -value or value, pos
    end
    local value = tonumber(sub(text, start, pos - 1))
    if not value then
        -- LuaJIT refuses exponents beyond five digits.
        value = scale > 0 and mantissa ~= 0 and HUGE or 0
        value = negative and -value or value
    end
    return value, pos
end

--- true, false, null, or one of the words and signs that decode_invalid_numbers allows → value, next position | nil.
function scan.word(config, text, pos, b)
    if b == 116 and sub(text, pos, pos + 3) == "true" then
        return true, pos + 4
    elseif b == 102 and sub(text, pos, pos + 4) == "false" then
        return false, pos + 5
    elseif b == 110 and sub(text, pos, pos + 3) == "null" then
        return null, pos + 4
    elseif (b == 43 or b == 105 or b == 73 or b == 110 or b == 78) and config.decode_invalid_numbers
        and is_invalid(text, pos) then
        return odd_number(text, pos)
    end
    return nil, pos
end

local function describe_number(config, text, pos)
    local value, stop = scan.number(config, text, pos, byte(text, pos))
    if not value then
        return "invalid number"
    end
    return find(sub(text, pos, stop - 1), "^%-?%d+$") and "T_INTEGER" or "T_NUMBER"
end

local function describe_word(config, text, pos, b)
    local value = scan.word(config, text, pos, b)
    if value == nil then
        local odd = config.decode_invalid_numbers and (b == 43 or b == 105 or b == 73 or b == 110 or b == 78)
            and is_invalid(text, pos)
        return odd and "invalid number" or "invalid token"
    elseif value == null then
        return "T_NULL"
    end
    return value == true and "T_BOOLEAN" or value == false and "T_BOOLEAN" or "T_NUMBER"
end

--- What an error calls the token at `pos` → name or fault, its 1-based position.
function scan.describe(config, text, pos)
    local b = byte(text, pos) or 0
    if SINGLE[b] then
        return SINGLE[b], pos
    elseif b == 34 then
        local value, at, fault = scan.string(text, pos)
        if value then
            return "T_STRING", pos
        end
        return fault, at
    elseif b == 45 or is_digit(b) then
        return describe_number(config, text, pos), pos
    elseif b == 47 and config.decode_allow_comment and byte(text, pos + 1) == 42 then
        return "unclosed multi-line comment", #text + 1
    end
    return describe_word(config, text, pos, b), pos
end

return scan
