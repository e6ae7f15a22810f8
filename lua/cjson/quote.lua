-- JSON strings: the escapes, and object keys, which are kept ready-made.

local type = type
local byte, char, find = string.byte, string.char, string.find
local format, gsub, sub = string.format, string.gsub, string.sub
local concat = table.concat

local quote = {}

local KEYS = 2000
local LONGEST_KEY = 64
local PATIENCE = 1000000

local escapes = {}
for code = 0, 31 do
    escapes[char(code)] = format("\\u%04x", code)
end
for letter, escape in ("b\bt\tn\nf\fr\r"):gmatch("(%a)(%c)") do
    escapes[escape] = "\\" .. letter
end
escapes["\127"] = "\\u007f"
escapes['"'] = '\\"'
escapes["\\"] = "\\\\"
escapes["/"] = "\\/"

local put_escaped
if type(rawget(_G, "jit")) == "table" then
    -- A loop over the bytes, which is compiled: patterns are not.
    local with, without = {}, {} -- byte → escape or false, with and without the slash
    for code = 0, 255 do
        with[code] = escapes[char(code)] or false
        without[code] = code ~= 47 and with[code]
    end

    function put_escaped(out, n, config, text)
        local special = config.encode_escape_forward_slash and with or without
        local start = 1
        for i = 1, #text do
            local escape = special[byte(text, i)]
            if escape then
                if i > start then
                    n = n + 1
                    out[n] = sub(text, start, i - 1)
                end
                n = n + 1
                out[n] = escape
                start = i + 1
            end
        end
        n = n + 1
        out[n] = start > 1 and sub(text, start) or text
        return n
    end
else
    local ANY, ANY_BUT_SLASH = '[%z\1-\31\127"\\/]', '[%z\1-\31\127"\\]'

    function put_escaped(out, n, config, text)
        local special = config.encode_escape_forward_slash and ANY or ANY_BUT_SLASH
        if find(text, special) then
            text = gsub(text, special, escapes)
        end
        out[n + 1] = text
        return n + 1
    end
end

--- Adds the string as JSON to the pieces → new count.
function quote.put_string(out, n, config, text)
    out[n + 1] = '"'
    n = put_escaped(out, n + 1, config, text) + 1
    out[n] = '"'
    return n
end

-- Keys with their quotes and colon, since the same few come again and again. When there is no room for more, the rest
-- is written out each time, and after many of those all are forgotten: others may be the frequent ones by now.
local with_slash, without_slash = {}, {}
local room, misses = KEYS, 0

local function put_new_key(out, n, config, key)
    local first = n
    out[n + 1] = '"'
    n = put_escaped(out, n + 1, config, key) + 1
    out[n] = '":'
    if room > 0 and #key <= LONGEST_KEY then
        room = room - 1
        local pieces = config.encode_escape_forward_slash and with_slash or without_slash
        pieces[key] = concat(out, "", first + 1, n)
    else
        misses = misses + 1
        if misses > PATIENCE then
            with_slash, without_slash = {}, {}
            room, misses = KEYS, 0
        end
    end
    return n
end

--- Adds `"key":` → new count.
function quote.put_key(out, n, config, key)
    local pieces = config.encode_escape_forward_slash and with_slash or without_slash
    local piece = pieces[key]
    if piece then
        out[n + 1] = piece
        return n + 1
    end
    return put_new_key(out, n, config, key)
end

return quote
