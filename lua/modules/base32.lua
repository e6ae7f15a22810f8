-- Base32 with a chosen alphabet.
local byte, char, concat, floor = string.byte, string.char, table.concat, math.floor
local match, sub = string.match, string.sub

local base32 = {}

--- Five bits a letter; with padding the result is a multiple of 8 long.
function base32.encode(value, alphabet, padding)
    local out, n, held, bits = {}, 0, 0, 0
    for i = 1, #value do
        held, bits = held * 256 + byte(value, i), bits + 8
        while bits >= 5 do
            bits = bits - 5
            local scale = 2 ^ bits
            local digit = floor(held / scale)
            held = held - digit * scale
            n = n + 1
            out[n] = sub(alphabet, digit + 1, digit + 1)
        end
    end
    if bits > 0 then
        local digit = held * 2 ^ (5 - bits)
        n = n + 1
        out[n] = sub(alphabet, digit + 1, digit + 1)
    end
    while padding and n % 8 ~= 0 do
        n = n + 1
        out[n] = "="
    end
    return concat(out)
end

local function values_of(alphabet)
    local values = {}
    for i = 1, 32 do values[sub(alphabet, i, i)] = i - 1 end
    return values
end

local NO_LENGTH = {[1] = true, [3] = true, [6] = true} -- letters that make no whole bytes

--- → string | nil when there cannot be so many letters. A letter that is none of the alphabet's counts as its first, as
--- in the module for nginx.
function base32.decode(value, alphabet)
    value = match(value, "^(.-)=*$")
    if NO_LENGTH[#value % 8] then return nil end
    local values, out, n, held, bits = values_of(alphabet), {}, 0, 0, 0
    for i = 1, #value do
        held, bits = held * 32 + (values[sub(value, i, i)] or 0), bits + 5
        if bits >= 8 then
            bits = bits - 8
            local scale = 2 ^ bits
            n = n + 1
            out[n] = char(floor(held / scale))
            held = held % scale
        end
    end
    return concat(out)
end

return base32
