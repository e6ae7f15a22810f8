-- Digests, checksums and base64, by FFI on libcrypto and zlib.

local ffi = require "ffi"
local cdef = require "pyresty.native.cdef"

local copy_string = ffi.string
local C = ffi.C
local byte, floor = string.byte, math.floor
local tonumber = tonumber

cdef.once("crypto", [[
unsigned char *pyresty_MD5(const char *data, size_t size, unsigned char *out) __asm__("MD5");
unsigned char *pyresty_SHA1(const char *data, size_t size, unsigned char *out) __asm__("SHA1");
void *pyresty_EVP_sha1(void) __asm__("EVP_sha1");
void *pyresty_EVP_sha256(void) __asm__("EVP_sha256");
unsigned char *pyresty_HMAC(void *digest, const char *key, int key_size, const char *data, size_t size,
    unsigned char *out, unsigned int *out_size) __asm__("HMAC");
int pyresty_RAND_bytes(unsigned char *out, int size) __asm__("RAND_bytes");
int pyresty_EVP_EncodeBlock(unsigned char *out, const char *data, int size) __asm__("EVP_EncodeBlock");
int pyresty_EVP_DecodeBlock(unsigned char *out, const unsigned char *data, int size) __asm__("EVP_DecodeBlock");
size_t pyresty_strspn(const char *data, const char *set) __asm__("strspn");
size_t pyresty_strcspn(const char *data, const char *set) __asm__("strcspn");
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
local hex = ffi.new("uint16_t[64]")
local scratch = ffi.new("unsigned char[?]", MAX_STACK)
local digest_size = ffi.new("unsigned int[1]")

local HEX_PAIRS = ffi.new("uint16_t[256]") -- two digits a byte, as they lie in memory
for i = 0, 255 do HEX_PAIRS[i] = ffi.cast("const uint16_t *", ("%02x"):format(i))[0] end

local LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
local STANDARD, URL_SAFE = LETTERS .. "+/", LETTERS .. "-_"
local PAD, ZERO, PLUS, SLASH, MINUS, UNDERSCORE = 61, 65, 43, 47, 45, 95 -- ZERO: "A"

local crypto = {}

local function space(size)
    if size <= MAX_STACK then
        return scratch
    end
    return ffi.new("unsigned char[?]", size)
end

--- Lower-case hexadecimal of a string.
function crypto.to_hex(data)
    local size = #data
    local out = size <= 64 and hex or ffi.new("uint16_t[?]", size)
    local bytes = ffi.cast("const unsigned char *", data)
    for i = 0, size - 1 do out[i] = HEX_PAIRS[bytes[i]] end
    return copy_string(out, 2 * size)
end

--- MD5 digest, 16 bytes (ngx.md5_bin).
function crypto.md5_bin(data)
    libcrypto.pyresty_MD5(data, #data, digest)
    return copy_string(digest, 16)
end

--- MD5 digest, 32 hexadecimal digits (ngx.md5).
function crypto.md5(data)
    libcrypto.pyresty_MD5(data, #data, digest)
    local out, d = hex, digest -- no loop: a caller's loop stays one trace
    out[0], out[1], out[2], out[3] = HEX_PAIRS[d[0]], HEX_PAIRS[d[1]], HEX_PAIRS[d[2]], HEX_PAIRS[d[3]]
    out[4], out[5], out[6], out[7] = HEX_PAIRS[d[4]], HEX_PAIRS[d[5]], HEX_PAIRS[d[6]], HEX_PAIRS[d[7]]
    out[8], out[9], out[10], out[11] = HEX_PAIRS[d[8]], HEX_PAIRS[d[9]], HEX_PAIRS[d[10]], HEX_PAIRS[d[11]]
    out[12], out[13], out[14], out[15] = HEX_PAIRS[d[12]], HEX_PAIRS[d[13]], HEX_PAIRS[d[14]], HEX_PAIRS[d[15]]
    return copy_string(out, 32)
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

--- HMAC-SHA256, 32 bytes.
function crypto.hmac_sha256(key, data)
    libcrypto.pyresty_HMAC(libcrypto.pyresty_EVP_sha256(), key, #key, data, #data, digest, digest_size)
    return copy_string(digest, 32)
end

--- CRC-32 as an unsigned number (ngx.crc32_short).
function crypto.crc32_short(data)
    return tonumber(libz.pyresty_crc32(0, data, #data))
end

--- The same checksum; nginx has two implementations, one for long texts (ngx.crc32_long).
crypto.crc32_long = crypto.crc32_short

-- The letters of base64 are made and read by libcrypto, whose code has no loop in Lua's eyes: only the two letters that
-- base64url replaces are looked for here.
local function replace(out, size, plus, slash, minus, underscore)
    for i = 0, size - 1 do
        if out[i] == plus then
            out[i] = minus
        elseif out[i] == slash then
            out[i] = underscore
        end
    end
end

local function encode(data, padding)
    local size = #data
    local out = space(floor((size + 2) / 3) * 4 + 1)
    local n = libcrypto.pyresty_EVP_EncodeBlock(out, data, size)
    if not padding and size % 3 ~= 0 then n = n - 3 + size % 3 end
    return out, n
end

-- As nginx: the text ends at the first "=", whatever follows; one letter over or a foreign letter is an error.
local function decode(data, letters)
    local size = #data
    local length = tonumber(C.pyresty_strspn(data, letters))
    if length < size and byte(data, length + 1) ~= PAD or length % 4 == 1 then return nil end
    local out = space(2 * length + 8) -- what is read lies behind what is written
    local text = out + length + 4
    ffi.copy(text, data, length)
    text[length], text[length + 1], text[length + 2] = ZERO, ZERO, ZERO
    local whole = floor((length + 3) / 4) * 4
    if letters == URL_SAFE and C.pyresty_strcspn(data, "-_") < length then
        replace(text, length, MINUS, UNDERSCORE, PLUS, SLASH)
    end
    if whole > 0 then libcrypto.pyresty_EVP_DecodeBlock(out, text, whole) end
    return copy_string(out, floor(length * 3 / 4))
end

--- Base64 with padding, or without when `no_padding` (ngx.encode_base64).
function crypto.encode_base64(data, no_padding)
    return copy_string(encode(data, not no_padding))
end

--- → string, or nil when `data` is no base64 (ngx.decode_base64).
function crypto.decode_base64(data)
    return decode(data, STANDARD)
end

--- Base64 with the letters "-" and "_", without padding.
function crypto.encode_base64url(data)
    local out, n = encode(data, false)
    replace(out, n, PLUS, SLASH, MINUS, UNDERSCORE)
    return copy_string(out, n)
end

--- → string, or nil when `data` is no base64url.
function crypto.decode_base64url(data)
    return decode(data, URL_SAFE)
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
