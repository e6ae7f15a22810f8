-- load, loadfile and loadstring with text, mode and environment, for Lua 5.1.

local error = error
local select = select
local setfenv = setfenv
local tostring = tostring
local type = type
local byte, find = string.byte, string.find
local concat = table.concat

local load, loadfile, loadstring = load, loadfile, loadstring
local open = io.open

local SIGNATURE = 27 -- the first byte of a precompiled chunk

-- nil or the refusal of a chunk whose kind `mode` leaves out.
local function refused(first, mode)
    if mode == nil then
        return nil
    end
    local letter = first == SIGNATURE and "b" or "t"
    if not find(mode, letter, 1, true) then
        return "attempt to load chunk with wrong mode"
    end
    return nil
end

local function with_environment(chunk, message, given, env)
    if chunk and given then
        setfenv(chunk, env)
    end
    return chunk, message
end

-- The pieces that a reader function gives, as one text.
local function read_all(reader)
    local pieces, n = {}, 0
    while true do
        local piece = reader()
        if piece == nil or piece == "" then
            return concat(pieces)
        elseif type(piece) ~= "string" then
            error("reader function must return a string", 0)
        end
        n = n + 1
        pieces[n] = piece
    end
end

local function load_text(text, name, mode, given, env)
    local message = refused(byte(text), mode)
    if message then
        return nil, message
    end
    return with_environment(loadstring(text, name), nil, given, env)
end

--- load(text or reader, name?, mode?, env?) → function | nil, err
function _G.load(chunk, name, mode, ...)
    local given = select("#", ...) > 0
    if type(chunk) == "string" or type(chunk) == "number" then
        chunk = tostring(chunk)
        if not given and mode == nil then
            return loadstring(chunk, name or chunk)
        end
        local message = refused(byte(chunk), mode)
        if message then
            return nil, message
        end
        local loaded, err = loadstring(chunk, name or chunk)
        return with_environment(loaded, err, given, (...))
    end
    if mode ~= nil and type(chunk) == "function" then
        return load_text(read_all(chunk), name or "=(load)", mode, given, (...))
    end
    local loaded, err = load(chunk, name or "=(load)")
    return with_environment(loaded, err, given, (...))
end

_G.loadstring = _G.load

--- loadfile(file name?, mode?, env?) → function | nil, err
function _G.loadfile(name, mode, ...)
    local given = select("#", ...) > 0
    if mode ~= nil and name ~= nil then
        local file = open(name, "rb")
        local first = file and file:read(1)
        if file then
            file:close()
        end
        local message = first and refused(byte(first), mode)
        if message then
            return nil, name .. ": " .. message
        end
    end
    local loaded, err = loadfile(name)
    return with_environment(loaded, err, given, (...))
end
