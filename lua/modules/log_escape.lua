-- How values are written into the access log: log_format's escape=.
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

--- Quotes, backslashes, control characters and bytes from 127 on become \xXX; an empty value is "-" only when absent.
function log_escape.default(value)
    if not find(value, UNSAFE) then return value end
    return (gsub(value, UNSAFE, hex))
end

--- As in a JSON string.
function log_escape.json(value)
    if not find(value, UNSAFE_JSON) then return value end
    return (gsub(value, UNSAFE_JSON, json))
end

log_escape.none = false

return log_escape
