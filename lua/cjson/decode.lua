-- JSON text → Lua value. One loop with a stack of its own, so that LuaJIT compiles it as one trace tree.

local fail = require "pyresty.cjson.fail"
local scan = require "pyresty.cjson.scan"

local setmetatable = setmetatable
local tostring = tostring
local type = type
local byte, find, sub = string.byte, string.find, string.sub

local read_number, read_string, read_word = scan.number, scan.string, scan.word
local skip, describe = scan.skip, scan.describe

local HUGE = math.huge

-- The containers around the current one: at 2 * depth - 1 the table, at 2 * depth its pending key or its count of
-- elements. A call takes the spare stack and puts it back, so that a finalizer may decode in between.
local spare = {}

local function expected(config, text, pos, what)
    local found, at = describe(config, text, pos)
    fail.at(config.decode, "Expected " .. what .. " but found " .. found .. " at character " .. at)
end

local function too_deep(config, pos, depth)
    fail.at(config.decode, "Found too many nested data structures (" .. depth .. ") at character " .. pos)
end

-- Text up to the first NUL, where a C string ends.
local function cut(config, text, nul)
    if nul <= 2 and #text >= 2 then
        fail.at(config.decode, "JSON parser does not support UTF-16 or UTF-32")
    end
    return sub(text, 1, nul - 1)
end

--- decode(config, text) → value. `config` holds the settings, and as `decode` the function that an error's position
-- is the caller of.
return function(config, text)
    if type(text) ~= "string" then
        if type(text) ~= "number" then
            fail.at(config.decode, "bad argument #1 to 'decode' (" .. fail.expected("string", text) .. ")")
        end
        text = tostring(text)
    end
    local nul = find(text, "\0", 1, true)
    if nul then
        text = cut(config, text, nul)
    end
    local escape = find(text, "\\", 1, true) or HUGE -- the next backslash
    local comments, max_depth = config.decode_allow_comment, config.decode_max_depth
    local array_mt = config.decode_array_with_array_mt and config.array_mt or nil
    local stack = spare or {}
    spare = nil
    local pos, depth = 1, 0
    local container, key, count -- the innermost container; `count` is nil in an object
    local want_key = false
    local value -- nil while one has to be read

    while true do
        local b = byte(text, pos) or 0
        if b <= 32 and b ~= 0 or b == 47 and comments then
            pos = skip(config, text, pos)
            b = byte(text, pos) or 0
        end
        if value ~= nil then
            if depth == 0 then
                if b ~= 0 then
                    expected(config, text, pos, "the end")
                end
                spare = stack
                stack[1], stack[2] = false, false
                return value
            end
            if count then
                count = count + 1
                container[count] = value
            else
                container[key] = value
            end
            if b == 44 then -- ,
                value = nil
                want_key = not count
                pos = pos + 1
            elseif b == (count and 93 or 125) then -- ] }
                value = container
                container, key = stack[depth * 2 - 1], stack[depth * 2]
                count = nil
                if type(key) == "number" then
                    count = key
                end
                depth = depth - 1
                pos = pos + 1
            else
                expected(config, text, pos, count and "comma or array end" or "comma or object end")
            end
        elseif want_key then
            if b ~= 34 then
                expected(config, text, pos, "object key string")
            end
            local stop = find(text, '"', pos + 1, true)
            if stop and stop < escape then
                key = sub(text, pos + 1, stop - 1)
                pos = stop + 1
            else
                local start = pos
                key, pos, escape = read_string(text, pos)
                if not key then
                    expected(config, text, start, "object key string")
                end
            end
            b = byte(text, pos) or 0
            if b ~= 58 then
                pos = skip(config, text, pos)
                if byte(text, pos) ~= 58 then
                    expected(config, text, pos, "colon")
                end
            end
            pos = pos + 1
            want_key = false
        elseif b == 34 then -- "
            local stop = find(text, '"', pos + 1, true)
            if stop and stop < escape then
                value = sub(text, pos + 1, stop - 1)
                pos = stop + 1
            else
                local start = pos
                value, pos, escape = read_string(text, pos)
                if not value then
                    expected(config, text, start, "value")
                end
            end
        elseif b == 123 or b == 91 then -- { [
            depth = depth + 1
            if depth > max_depth then
                too_deep(config, pos, depth)
            end
            stack[depth * 2 - 1], stack[depth * 2] = container or false, count or key or false
            container, key = {}, nil
            pos = pos + 1
            local after = byte(text, pos) or 0
            if after <= 32 and after ~= 0 or after == 47 and comments then
                pos = skip(config, text, pos)
                after = byte(text, pos)
            end
            if b == 123 then
                count = nil
                want_key = true
            else
                count = 0
                if array_mt then
                    setmetatable(container, array_mt)
                end
            end
            if after == b + 2 then -- the closing one
                value = container
                container, key = stack[depth * 2 - 1], stack[depth * 2]
                count = nil
                if type(key) == "number" then
                    count = key
                end
                depth = depth - 1
                want_key = false
                pos = pos + 1
            end
        else
            local start = pos
            if b >= 48 and b <= 57 or b == 45 then
                value, pos = read_number(config, text, pos, b)
            else
                value, pos = read_word(config, text, pos, b)
            end
            if value == nil then
                expected(config, text, start, "value")
            end
        end
    end
end
