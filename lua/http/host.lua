-- The host of a Host header or of an absolute request target (ngx_http_validate_host).
local byte, lower, sub = string.byte, string.lower, string.sub

local DOT, COLON, OPEN, CLOSE, SLASH = 46, 58, 91, 93, 47

local host = {}

-- The length of the name without port and final dot, or nil when the text is no host.
local function name_length(text, lenient)
    local size = #text
    local length, dot, bracketed, port = size, size + 1, false, false
    for i = 1, size do
        local c = byte(text, i)
        if c == DOT then
            if dot == i - 1 then return nil end
            dot = i
        elseif c == COLON then
            if not bracketed and not port then length, port = i - 1, true end
        elseif c == OPEN then
            if i == 1 then bracketed = true end
        elseif c == CLOSE then
            if bracketed then length, bracketed, port = i, false, true end
        elseif c == SLASH or c == 0 or not lenient and (c <= 32 or c == 127) then
            return nil
        end
    end
    if dot == length then length = length - 1 end
    if length == 0 then return nil end
    return length
end

-- A server sees few names: what they come to is remembered, up to a bound that a client cannot push.
local CACHED_NAMES, CACHED_SIZE = 256, 64
local cache, cached = {}, 0

-- The lower-case name without port and final dot, or nil for what nginx calls an invalid host.
function host.validate(text)
    local known = cache[text]
    if known then return known end
    local length = name_length(text, false)
    if not length then return nil end
    local name = lower(sub(text, 1, length))
    if #text <= CACHED_SIZE then
        if cached >= CACHED_NAMES then cache, cached = {}, 0 end
        cache[text], cached = name, cached + 1
    end
    return name
end

-- The same under the looser rule that ngx.req.set_header("Host", …) has: control characters pass, NUL does not.
function host.validate_set(text)
    local length = name_length(text, true)
    return length and lower(sub(text, 1, length))
end

return host
