-- Replacement texts of ngx.re.sub and gsub: $0 … $n, ${n}, and $$ for a dollar.

local log = require "pyresty.http.log"

local byte, find, format, sub = string.byte, string.find, string.format, string.sub
local tonumber = tonumber
local unpack = unpack or table.unpack
local pcre = require "pyresty.native".pcre

local re_template = {}

local ERR = 4
local DOLLAR, OPEN, CLOSE, UNDERSCORE = byte("$", 1), byte("{", 1), byte("}", 1), byte("_", 1)
local MAX_CACHED = 1024

local cache, cached = {}, 0

local function refuse(message)
    log.error(ERR, nil, message)
    return false
end

local function is_digit(b)
    return b and b >= 48 and b <= 57
end

local function is_word(b)
    return b and (is_digit(b) or b == UNDERSCORE or (b >= 65 and b <= 90) or (b >= 97 and b <= 122))
end

-- Reads the name that begins at `pos` → position behind it.
local function name_end(text, pos)
    local inside = is_digit(byte(text, pos)) and is_digit or is_word
    while inside(byte(text, pos)) do
        pos = pos + 1
    end
    return pos
end

-- Reads a capture whose "$" is before `pos` → group number, next position | false.
local function read_capture(text, pos)
    local braced = byte(text, pos) == OPEN
    local start = braced and pos + 1 or pos
    if start > #text then
        return refuse(format('lua script: invalid capturing variable name found in "%s"', text))
    end
    local finish = name_end(text, start)
    local name = sub(text, start, finish - 1)
    if braced then
        if byte(text, finish) ~= CLOSE then
            return refuse(format('the closing bracket in "%s" variable is missing', name))
        end
        pos = finish + 1
    else
        pos = finish
    end
    if name == "" then
        return refuse(format('lua script: invalid capturing variable name found in "%s"', text))
    end
    if not is_digit(byte(name, 1)) then
        return refuse(format(
            'attempt to use named capturing variable "%s" (named captures not supported yet)', name))
    end
    return tonumber(name), pos
end

-- → array of strings and group numbers | false.
local function compile(text)
    local parts, n, pos = {}, 0, 1
    while true do
        local dollar = find(text, "$", pos, true)
        if pos <= (dollar or #text + 1) - 1 then
            n = n + 1
            parts[n] = sub(text, pos, (dollar or 0) - 1)
        end
        if not dollar then
            return parts
        end
        n = n + 1
        if byte(text, dollar + 1) == DOLLAR then
            parts[n], pos = "$", dollar + 2
        else
            parts[n], pos = read_capture(text, dollar + 1)
            if not parts[n] then
                return false
            end
        end
    end
end

--- → template for native.pcre.substitute | nil (refused; the reason was logged).
function re_template.get(text)
    local template = cache[text]
    if template then
        return template
    end
    local parts = compile(text)
    if not parts then
        return nil
    end
    if cached >= MAX_CACHED then
        cache, cached = {}, 0
        pcre.forget_templates()
    end
    template = pcre.template(unpack(parts))
    cache[text], cached = template, cached + 1
    return template
end

return re_template
