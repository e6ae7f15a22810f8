-- How values are written into the access log: log_format's escape=.
local bytes = require "pyresty.native".text

local find, format, gsub, pairs = string.find, string.format, string.gsub, pairs

local log_escape = {}

local hex, json = {}, {}
for code = 0, 255 do
    local c = string.char(code)
    hex[c] = format("\\x%02X", code)
    json[c] = format("\\u%04X", code)
end
for c, text in pairs {['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\b"] = "\\b",
    ["\f"] = "\\f"} do
    json[c] = text
end

local UNSAFE = '[%z\1-\31"\\\127-\255]'
local UNSAFE_JSON = '[%z\1-\31"\\]'

local function members(class)
    local set = {}
    for code = 0, 255 do set[code] = find(string.char(code), class) ~= nil end
    return set
end

local function escaper(unsafe, escapes)
    local clear = bytes.without(members(unsafe))
    return function(value)
        if clear(value) then return value end
        return (gsub(value, unsafe, escapes))
    end
end

--- Quotes, backslashes, control characters and bytes from 127 on become \xXX; an empty value is "-" only when absent.
log_escape.default = escaper(UNSAFE, hex)

--- As in a JSON string.
log_escape.json = escaper(UNSAFE_JSON, json)

log_escape.none = false

return log_escape
