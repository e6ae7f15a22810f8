-- JSON strings: the escapes, and object keys, which are kept ready-made.

local byte, char, find, format, gsub = string.byte, string.char, string.find, string.format, string.gsub

local quote = {}

local on_luajit = type(rawget(_G, "jit")) == "table"

local KEYS = 2000 -- remembered per setting before all are forgotten
local LONGEST_KEY = 64

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

local ANY = '[%z\1-\31\127"\\/]'
local ANY_BUT_SLASH = '[%z\1-\31\127"\\]'
local has_special
if on_luajit then
    -- A compiled loop: patterns are not compiled.
    local special = {}
    for code = 0, 255 do
        special[code] = escapes[char(code)] ~= nil
    end
    special[47] = false

    function has_special(text, slash)
        for i = 1, #text do
            local b = byte(text, i)
            if special[b] or b == slash then
                return true
            end
        end
        return false
    end
else
    function has_special(text, slash)
        return find(text, slash and ANY or ANY_BUT_SLASH) ~= nil
    end
end

local function escaped(config, text)
    return (gsub(text, config.encode_escape_forward_slash and ANY or ANY_BUT_SLASH, escapes))
end

--- Adds the string as JSON to the pieces → new count.
function quote.put_string(out, n, config, text)
    if has_special(text, config.encode_escape_forward_slash and 47) then
        text = escaped(config, text)
    end
    out[n + 1], out[n + 2], out[n + 3] = '"', text, '"'
    return n + 3
end

local with_slash, without_slash, remembered = {}, {}, 0

local function make_piece(config, pieces, key)
    local piece = '"' .. escaped(config, key) .. '":'
    if #key <= LONGEST_KEY then
        if remembered >= KEYS then
            with_slash, without_slash, remembered = {}, {}, 0
            pieces = config.encode_escape_forward_slash and with_slash or without_slash
        end
        remembered = remembered + 1
        pieces[key] = piece
    end
    return piece
end

--- `"key":`
function quote.key_piece(config, key)
    local pieces = config.encode_escape_forward_slash and with_slash or without_slash
    return pieces[key] or make_piece(config, pieces, key)
end

return quote
