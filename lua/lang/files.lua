-- Read formats of LuaJIT for Lua 5.1 and 5.2: "L" and formats without "*"; lines() with formats.

local error = error
local getmetatable = debug.getmetatable
local io = io
local select = select
local type = type
local unpack = unpack
local gsub = string.gsub
local open = io.open

local methods = getmetatable(io.stdout).__index
local read = methods.read

-- A line with its end: the "*l" of Lua 5.1 drops it, so the place tells whether there was one.
local function read_full_line(file)
    if _VERSION ~= "Lua 5.1" then
        return read(file, "*L")
    end
    local start = file:seek("cur")
    local line = read(file, "*l")
    if not line or not start then
        return line
    end
    local stop = file:seek("cur")
    return stop - start > #line and line .. "\n" or line
end

local function read_one(file, format)
    if type(format) == "string" then
        local name = gsub(format, "^%*", "")
        if name:sub(1, 1) == "L" then
            return read_full_line(file)
        end
        format = "*" .. name
    end
    return read(file, format)
end

function methods.read(file, ...)
    local count = select("#", ...)
    if count == 0 then
        return read(file)
    elseif count == 1 then
        return read_one(file, (...))
    end
    local results, n = {}, 0
    for i = 1, count do
        n = i
        results[i] = read_one(file, (select(i, ...)))
        if results[i] == nil then
            break
        end
    end
    return unpack(results, 1, n)
end

function io.read(...)
    return io.input():read(...)
end

local function line_iterator(file, close_at_end, ...)
    local count = select("#", ...)
    local formats = { ... }
    return function()
        local results = { file:read(unpack(formats, 1, count)) }
        if results[1] == nil and close_at_end then
            file:close()
        end
        return unpack(results, 1, count == 0 and 1 or count)
    end
end

function methods.lines(file, ...)
    return line_iterator(file, false, ...)
end

function io.lines(name, ...)
    if name == nil then
        return line_iterator(io.input(), false, ...)
    end
    local file, message = open(name, "r")
    if not file then
        error(message, 2)
    end
    return line_iterator(file, true, ...)
end
