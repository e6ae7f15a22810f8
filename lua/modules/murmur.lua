-- MurmurHash2 of a string (ngx_murmur_hash2), in arithmetic that every Lua has.
local byte, floor = string.byte, math.floor

local LOW = 65536
local WORD = 4294967296
local PRIME_LOW, PRIME_HIGH = 0xe995, 0x5bd1 -- 0x5bd1e995

-- Exclusive or of two nibbles.
local nibbles = {}
for a = 0, 15 do
    nibbles[a] = {}
    for b = 0, 15 do
        local result, bit, x, y = 0, 1, a, b
        for _ = 1, 4 do
            if x % 2 ~= y % 2 then result = result + bit end
            x, y, bit = floor(x / 2), floor(y / 2), bit * 2
        end
        nibbles[a][b] = result
    end
end

local function xor(a, b)
    local result, scale = 0, 1
    for _ = 1, 8 do
        result = result + nibbles[a % 16][b % 16] * scale
        a, b, scale = floor(a / 16), floor(b / 16), scale * 16
    end
    return result
end

-- Product with the prime, modulo 2^32, exact in doubles.
local function times_prime(a)
    local low, high = a % LOW, floor(a / LOW)
    return (low * PRIME_LOW + ((low * PRIME_HIGH + high * PRIME_LOW) % LOW) * LOW) % WORD
end

local function mix(value, shift) return xor(value, floor(value / 2 ^ shift)) end

--- → 0 … 2^32 - 1
return function(text)
    local length, at = #text, 1
    local hash = length % WORD
    while length - at + 1 >= 4 do
        local a, b, c, d = byte(text, at, at + 3)
        local word = times_prime(a + b * 256 + c * 65536 + d * 16777216)
        hash = xor(times_prime(hash), times_prime(mix(word, 24)))
        at = at + 4
    end
    local rest = length - at + 1
    if rest > 0 then
        local a, b, c = byte(text, at, length)
        hash = times_prime(xor(hash, a + (b or 0) * 256 + (c or 0) * 65536))
    end
    return mix(times_prime(mix(hash, 13)), 15)
end
