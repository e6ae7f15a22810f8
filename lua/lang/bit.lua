-- LuaJIT's `bit` for Lua 5.1 and 5.2: results are signed 32-bit numbers. Over bit32 where there is one, otherwise in
-- arithmetic, four bits at a time.

local error = error
local select = select
local tonumber = tonumber
local type = type
local floor = math.floor
local format, rep, sub, upper = string.format, string.rep, string.sub, string.upper

local bit32 = rawget(_G, "bit32")

local WRAP, SIGN = 4294967296, 2147483648

local bit = {}

-- A number or numeric string as an unsigned 32-bit integer; halves round to even, as LuaJIT's conversion does.
local function unsigned(value, name, position)
    local number = tonumber(value)
    if not number or (type(value) ~= "number" and type(value) ~= "string") then
        local got = value == nil and "no value" or type(value)
        error("bad argument #" .. (position or 1) .. " to '" .. name .. "' (number expected, got " .. got .. ")", 3)
    end
    if number % 1 ~= 0 then
        local whole = floor(number + 0.5)
        if number % 1 == 0.5 and whole % 2 ~= 0 then
            whole = whole - 1
        end
        number = whole
    end
    number = number % WRAP
    return number == number and number or 0
end

local function signed(number)
    return number >= SIGN and number - WRAP or number
end

local and_words
if bit32 then
    and_words = bit32.band
else
    local nibbles = {} -- a * 16 + b → a AND b
    for a = 0, 15 do
        for b = 0, 15 do
            local result, weight, x, y = 0, 1, a, b
            while weight < 16 do
                if x % 2 == 1 and y % 2 == 1 then
                    result = result + weight
                end
                x, y, weight = floor(x / 2), floor(y / 2), weight * 2
            end
            nibbles[a * 16 + b] = result
        end
    end

    function and_words(a, b)
        local result, weight = 0, 1
        while a > 0 and b > 0 do
            local low_a, low_b = a % 16, b % 16
            result = result + nibbles[low_a * 16 + low_b] * weight
            a, b, weight = (a - low_a) / 16, (b - low_b) / 16, weight * 16
        end
        return result
    end
end

local function or_words(a, b)
    return a + b - and_words(a, b)
end

local function xor_words(a, b)
    return a + b - 2 * and_words(a, b)
end

local function folded(name, combine)
    return function(first, ...)
        local result = unsigned(first, name)
        for i = 1, select("#", ...) do
            result = combine(result, unsigned((select(i, ...)), name, i + 1))
        end
        return signed(result)
    end
end

bit.band = folded("band", and_words)
bit.bor = folded("bor", or_words)
bit.bxor = folded("bxor", xor_words)

function bit.tobit(x)
    return signed(unsigned(x, "tobit"))
end

function bit.bnot(x)
    return signed(WRAP - 1 - unsigned(x, "bnot"))
end

local function shift_left(x, n)
    return x * 2 ^ n % WRAP
end

local function shift_right(x, n)
    return floor(x / 2 ^ n)
end

function bit.lshift(x, n)
    return signed(shift_left(unsigned(x, "lshift"), unsigned(n, "lshift", 2) % 32))
end

function bit.rshift(x, n)
    return signed(shift_right(unsigned(x, "rshift"), unsigned(n, "rshift", 2) % 32))
end

function bit.arshift(x, n)
    return floor(signed(unsigned(x, "arshift")) / 2 ^ (unsigned(n, "arshift", 2) % 32))
end

local function rotate_left(x, n)
    return signed(shift_left(x, n) + shift_right(x, 32 - n))
end

function bit.rol(x, n)
    return rotate_left(unsigned(x, "rol"), unsigned(n, "rol", 2) % 32)
end

function bit.ror(x, n)
    return rotate_left(unsigned(x, "ror"), (32 - unsigned(n, "ror", 2) % 32) % 32)
end

function bit.bswap(x)
    x = unsigned(x, "bswap")
    local a = x % 256
    local b = floor(x / 256) % 256
    local c = floor(x / 65536) % 256
    local d = floor(x / 16777216)
    return signed(((a * 256 + b) * 256 + c) * 256 + d)
end

--- bit.tohex(x, digits?): `digits` (8, at most 254) low hex digits; a negative count makes them upper case.
function bit.tohex(x, digits)
    local text = format("%08x", unsigned(x, "tohex"))
    local n = digits == nil and 8 or signed(unsigned(digits, "tohex", 2))
    if n < 0 then
        text, n = upper(text), -n
    end
    if n == 0 then
        return ""
    end
    if n > 8 then
        return rep("0", (n > 254 and 254 or n) - 8) .. text
    end
    return sub(text, -n)
end

return bit
