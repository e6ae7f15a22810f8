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

-- Texts known to need no escaping are kept: the lines of a log repeat them, and LuaJIT compiles no search for a
-- pattern.
local MAX_CLEAN, MAX_LENGTH = 1000, 256

local function escaper(unsafe, escapes)
    local clean, count = {}, 0
    return function(value)
        if clean[value] then return value end
        if find(value, unsafe) then return (gsub(value, unsafe, escapes)) end
        if #value <= MAX_LENGTH then
            if count >= MAX_CLEAN then clean, count = {}, 0 end
            clean[value], count = true, count + 1
        end
        return value
    end
end

--- Quotes, backslashes, control characters and bytes from 127 on become \xXX; an empty value is "-" only when absent.
log_escape.default = escaper(UNSAFE, hex)

--- As in a JSON string.
log_escape.json = escaper(UNSAFE_JSON, json)

log_escape.none = false

return log_escape
