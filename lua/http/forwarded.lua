-- What X-Forwarded-For and its kin say, as far as who says it is trusted (ngx_http_get_forwarded_addr).
local state = require "pyresty.state"
local access = require "pyresty.modules.access"

local byte, sub = string.byte, string.sub
local SPACE, COMMA = 32, 44

local forwarded = {}

local function is_separator(c) return c == SPACE or c == COMMA end

-- The last address of a list and what stands before it (ngx_http_get_forwarded_addr_internal).
local function last_of(text)
    local stop = #text
    while stop > 1 and is_separator(byte(text, stop)) do stop = stop - 1 end
    local from = stop
    while from > 1 and not is_separator(byte(text, from)) do from = from - 1 end
    if from > 1 then return sub(text, from + 1, stop), sub(text, 1, from - 1) end
    if is_separator(byte(text, 1)) then return sub(text, 2, stop), "" end
    return sub(text, 1, stop), ""
end

-- → address, port, whether it was the last trusted one in its list | nil: the one who speaks is not trusted, or nobody
-- is named
local function walk(trusted, address, text, recursive)
    local found, port
    while text ~= "" do
        if not access.includes(trusted, found or address) then break end
        local name, before = last_of(text)
        local parsed, parsed_port = state.host.parse_address(name)
        if not parsed then break end
        found, port = parsed, parsed_port
        if not recursive then break end
        if before == "" then return found, port, true end
        text = before
    end
    return found, port, false
end

--- The client that proxies name: several headers are read as one list, from the last back. `recursive`: goes on while
--- who is named is trusted too. → address, port | nil
function forwarded.client(trusted, address, values, recursive)
    local found, port
    for i = #values, 1, -1 do
        local one, one_port, whole = walk(trusted, found or address, values[i], recursive)
        if not one then break end
        found, port = one, one_port
        if not recursive or not whole then break end
    end
    return found, port
end

return forwarded
