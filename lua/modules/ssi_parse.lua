-- Reading the commands of ngx_http_ssi_filter_module: <!--#NAME KEY="VALUE" … -->
local find, match, sub = string.find, string.match, string.sub

local MAX_COMMAND, MAX_KEY, MAX_PARAMS = 32, 32, 16
local SPACE = "^[ \r\n\t]*()"

local parse = {}

--- Where a command begins → its first byte, the byte behind "<!--#" | where a part of that at the end of the text
--- begins, nil | nil
function parse.find_command(text, from)
    local at, stop = find(text, "<!--#", from, true)
    if at then return at, stop + 1 end
    for length = 4, 1, -1 do
        local start = #text - length + 1
        if start >= from and sub(text, start) == sub("<!--#", 1, length) then return start, nil end
    end
end

-- A quoted value from behind its quote on; a backslash keeps the next byte → value, position | nil
local function quoted(text, at, quote)
    local from = at
    while true do
        local found = find(text, "[\\" .. quote .. "]", at)
        if not found then return nil end
        if sub(text, found, found) == quote then return sub(text, from, found - 1), found + 1 end
        at = found + 2
    end
end

local function skip_broken(text, at, message)
    local _, stop = find(text, "-->", at, true)
    if not stop then return nil end
    return stop + 1, nil, message
end

local function unexpected(text, at, where, key, name)
    return skip_broken(text, at, 'unexpected "' .. sub(text, at, at) .. '" symbol ' .. where .. ' "' .. key
        .. '" parameter in "' .. name .. '" SSI command')
end

-- KEY = "VALUE" → key, value, position | nil: not all is there | false, position, nil, message
local function parameter(text, at, name, max_value)
    local key, after = match(text, "^([^ \r\n\t=%-]+)()", at)
    if not key or after > #text then return nil end
    if #key > MAX_KEY then
        return false, skip_broken(text, after, 'too long "' .. sub(key, 1, MAX_KEY + 1) .. '..." parameter in "' .. name
            .. '" SSI command')
    end
    after = match(text, SPACE, after)
    if after > #text then return nil end
    if sub(text, after, after) ~= "=" then return false, unexpected(text, after, "after", key, name) end
    after = match(text, SPACE, after + 1)
    if after > #text then return nil end
    local quote = sub(text, after, after)
    if quote ~= '"' and quote ~= "'" then
        return false, unexpected(text, after, "before value of", key, name)
    end
    local value, stop = quoted(text, after + 1, quote)
    if not value then return nil end
    if #value > max_value then
        return false, skip_broken(text, stop, 'too long "' .. sub(value, 1, max_value) .. '..." value of "' .. key
            .. '" parameter in "' .. name .. '" SSI command')
    end
    return key, value, stop
end

--- Reads a command from behind its "#" on → position behind it, {name, n, [1] = key, [2] = value …} | position, nil,
--- what is wrong (for the error log; nil when nothing is to be said) | nil: not all of it is there.
function parse.command(text, at, max_value)
    at = match(text, SPACE, at)
    local name, after = match(text, "^([^ \r\n\t%-]+)()", at)
    if not name then
        if at > #text then return nil end
        name, after = sub(text, at, at), at + 1
    end
    if after > #text then return nil end
    if #name > MAX_COMMAND then
        return skip_broken(text, after, 'the "' .. sub(name, 1, MAX_COMMAND + 1) .. '..." SSI command is too long')
    end
    local command = {name = name, n = 0}
    while true do
        at = match(text, SPACE, after)
        local three = sub(text, at, at + 2)
        if three == "-->" then return at + 3, command end
        if #three < 3 and three == sub("-->", 1, #three) then return nil end
        if sub(three, 1, 1) == "-" then return skip_broken(text, at, nil) end
        local key, value, stop, message = parameter(text, at, name, max_value)
        if key == nil then return nil end
        if key == false then return value, stop, message end
        if command.n >= MAX_PARAMS * 2 then
            return skip_broken(text, stop, 'too many SSI command parameters: "' .. name .. '"')
        end
        command[command.n + 1], command[command.n + 2], command.n = key, value, command.n + 2
        after = stop
    end
end

return parse
