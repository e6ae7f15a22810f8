-- Digests, checksums and base64, by FFI on libcrypto and zlib.

local ffi = require "ffi"
local bit = require "bit"
local cdef = require "pyresty.native.cdef"

local copy_string = ffi.string
local band, bor, lshift, rshift = bit.band, bit.bor, bit.lshift, bit.rshift
local floor = math.floor
local tonumber = tonumber

cdef.once("crypto", [[
unsigned char *pyresty_MD5(const char *data, size_t size, unsigned char *out) __asm__("MD5");
unsigned char *pyresty_SHA1(const char *data, size_t size, unsigned char *out) __asm__("SHA1");
void *pyresty_EVP_sha1(void) __asm__("EVP_sha1");
unsigned char *pyresty_HMAC(void *digest, const char *key, int key_size, const char *data, size_t size,
    unsigned char *out, unsigned int *out_size) __asm__("HMAC");
int pyresty_RAND_bytes(unsigned char *out, int size) __asm__("RAND_bytes");
unsigned long pyresty_crc32(unsigned long crc, const char *data, unsigned int size) __asm__("crc32");
]])

local libcrypto, failure = cdef.library { "libcrypto.so.3", "libcrypto.so.1.1", "crypto" }
if not libcrypto then
    error("digests need libcrypto: " .. failure, 0)
end
local libz
libz, failure = cdef.library { "libz.so.1", "z" }
if not libz then
    error("checksums need libz: " .. failure, 0)
end

local MAX_STACK = 16384
local digest = ffi.new("unsigned char[64]")
local hex = ffi.new("char[128]")
local scratch = ffi.new("unsigned char[?]", MAX_STACK)
local digest_size = ffi.new("unsigned int[1]")

local HEX = ffi.new("const char[17]", "0123456789abcdef")
local STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
local PAD = 61             -- "="
local INVALID = 77

local crypto = {}

local function alphabet(text)
    local encode = ffi.new("unsigned char[65]", text)
    local decode = ffi.new("unsigned char[256]")
    ffi.fill(decode, 256, INVALID)
    for i = 0, 63 do
        decode[encode[i]] = i
    end
    return encode, decode
end

local encode_standard, decode_standard = alphabet(STANDARD)
local encode_url, decode_url = alphabet(URL_SAFE)

local function space(size)
    if size <= MAX_STACK then
        return scratch
    end
    return ffi.new("unsigned char[?]", size)
end

--- Lower-case hexadecimal of a string.
function crypto.to_hex(data)
    local size = #data
    local out = size <= 64 and hex or ffi.new("char[?]", 2 * size)
    local bytes = ffi.cast("const unsigned char *", data)
    for i = 0, size - 1 do
        local b = bytes[i]
        out[2 * i] = HEX[rshift(b, 4)]
        out[2 * i + 1] = HEX[band(b, 15)]
    end
    return copy_string(out, 2 * size)
end

local to_hex = crypto.to_hex

--- MD5 digest, 16 bytes (ngx.md5_bin).
function crypto.md5_bin(data)
    libcrypto.pyresty_MD5(data, #data, digest)
    return copy_string(digest, 16)
end

--- MD5 digest, 32 hexadecimal digits (ngx.md5).
function crypto.md5(data)
    return to_hex(crypto.md5_bin(data))
end

--- SHA-1 digest, 20 bytes (ngx.sha1_bin).
function crypto.sha1_bin(data)
    libcrypto.pyresty_SHA1(data, #data, digest)
    return copy_string(digest, 20)
end

--- HMAC-SHA1, 20 bytes (ngx.hmac_sha1).
function crypto.hmac_sha1(key, data)
    libcrypto.pyresty_HMAC(libcrypto.pyresty_EVP_sha1(), key, #key, data, #data, digest, digest_size)
    return copy_string(digest, 20)
end

--- CRC-32 as an unsigned number (ngx.crc32_short).
function crypto.crc32_short(data)
    return tonumber(libz.pyresty_crc32(0, data, #data))
end

--- The same checksum; nginx has two implementations, one for long texts (ngx.crc32_long).
crypto.crc32_long = crypto.crc32_short

local function encode(data, letters, padding)
    local size = #data
    local bytes = ffi.cast("const unsigned char *", data)
    local out = space(floor((size + 2) / 3) * 4)
    local n, i = 0, 0
    while i + 2 < size do
        local word = lshift(bytes[i], 16) + lshift(bytes[i + 1], 8) + bytes[i + 2]
        out[n] = letters[rshift(word, 18)]
        out[n + 1] = letters[band(rshift(word, 12), 63)]
        out[n + 2] = letters[band(rshift(word, 6), 63)]
        out[n + 3] = letters[band(word, 63)]
        n, i = n + 4, i + 3
    end
    local left = size - i
    if left > 0 then
        local word = lshift(bytes[i], 16) + (left == 2 and lshift(bytes[i + 1], 8) or 0)
        out[n] = letters[rshift(word, 18)]
        out[n + 1] = letters[band(rshift(word, 12), 63)]
        n = n + 2
        if left == 2 then
            out[n] = letters[band(rshift(word, 6), 63)]
            n = n + 1
        end
        if padding then
            out[n] = PAD
            n = n + 1
            if left == 1 then
                out[n] = PAD
                n = n + 1
            end
        end
    end
    return copy_string(out, n)
end

-- As nginx: the text ends at the first "=", whatever follows; one letter over or a foreign letter is an error.
local function decode(data, values)
    local size = #data
    local bytes = ffi.cast("const unsigned char *", data)
    local length = 0
    while length < size and bytes[length] ~= PAD do
        if values[bytes[length]] == INVALID then
            return nil
        end
        length = length + 1
    end
    if length % 4 == 1 then
        return nil
    end
    local out = space(length + 4)
    local n, i = 0, 0
    while i + 3 < length do
        local word = bor(lshift(values[bytes[i]], 18), lshift(values[bytes[i + 1]], 12),
            lshift(values[bytes[i + 2]], 6), values[bytes[i + 3]])
        out[n] = rshift(word, 16)
        out[n + 1] = band(rshift(word, 8), 255)
        out[n + 2] = band(word, 255)
        n, i = n + 3, i + 4
    end
    local left = length - i
    if left >= 2 then
        out[n] = bor(lshift(values[bytes[i]], 2), rshift(values[bytes[i + 1]], 4))
        n = n + 1
    end
    if left == 3 then
        out[n] = band(bor(lshift(values[bytes[i + 1]], 4), rshift(values[bytes[i + 2]], 2)), 255)
        n = n + 1
    end
    return copy_string(out, n)
end

--- Base64 with padding, or without when `no_padding` (ngx.encode_base64).
function crypto.encode_base64(data, no_padding)
    return encode(data, encode_standard, not no_padding)
end

--- → string, or nil when `data` is no base64 (ngx.decode_base64).
function crypto.decode_base64(data)
    return decode(data, decode_standard)
end

--- Base64 with the letters "-" and "_", without padding.
function crypto.encode_base64url(data)
    return encode(data, encode_url, false)
end

--- → string, or nil when `data` is no base64url.
function crypto.decode_base64url(data)
    return decode(data, decode_url)
end

--- `size` cryptographically strong random bytes → string | nil, message.
function crypto.random_bytes(size)
    local out = space(size)
    if libcrypto.pyresty_RAND_bytes(out, size) ~= 1 then
        return nil, "no random bytes"
    end
    return copy_string(out, size)
end

return crypto
