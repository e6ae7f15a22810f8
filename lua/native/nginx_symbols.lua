-- C functions of nginx that libraries call through ffi.C, by name, with the arguments and results of the originals.

local ffi = require "ffi"
local bit = require "bit"
local cdef = require "pyresty.native.cdef"

local cast, copy, copy_string, new = ffi.cast, ffi.copy, ffi.string, ffi.new
local band, rshift = bit.band, bit.rshift
local pairs, require = pairs, require
local tonumber = tonumber

cdef.once("nginx", [[
typedef struct { size_t len; unsigned char *data; } pyresty_nginx_str;
]])

local bytes_p = ffi.typeof "unsigned char *"
local const_p = ffi.typeof "const unsigned char *"
local str_p = ffi.typeof "pyresty_nginx_str *"
local int_t = ffi.typeof "intptr_t"

local HEX = new("const unsigned char[17]", "0123456789abcdef")
local NGX_OK, NGX_ERROR = 0, -1
local MAX = 0x7fffffffffffffffLL

local functions = {}

--- u_char *ngx_hex_dump(u_char *dst, u_char *src, size_t len): lower-case digits → the end of what was written.
function functions.ngx_hex_dump(dst, src, len)
    dst, src, len = cast(bytes_p, dst), cast(const_p, src), tonumber(len)
    for i = 0, len - 1 do
        local b = src[i]
        dst[2 * i] = HEX[rshift(b, 4)]
        dst[2 * i + 1] = HEX[band(b, 15)]
    end
    return dst + 2 * len
end

local function decimal(c)
    c = c - 48
    return c >= 0 and c <= 9 and c or nil
end

local function hexadecimal(c)
    local digit = decimal(c)
    if digit then
        return digit
    end
    c = bit.bor(c, 0x20) - 97
    return c >= 0 and c <= 5 and c + 10 or nil
end

-- Digits of a base → number; NGX_ERROR for none, for another letter, and beyond the largest number.
local function parse(line, n, base, digit_of)
    line, n = cast(const_p, line), tonumber(n)
    if n == 0 then
        return new(int_t, NGX_ERROR)
    end
    local value = 0LL
    for i = 0, n - 1 do
        local digit = digit_of(line[i])
        if not digit or value > (MAX - digit) / base then
            return new(int_t, NGX_ERROR)
        end
        value = value * base + digit
    end
    return new(int_t, value)
end

--- ngx_int_t ngx_atoi(u_char *line, size_t n)
function functions.ngx_atoi(line, n)
    return parse(line, n, 10, decimal)
end

--- ngx_int_t ngx_hextoi(u_char *line, size_t n)
function functions.ngx_hextoi(line, n)
    return parse(line, n, 16, hexadecimal)
end

--- uintptr_t ngx_escape_uri(u_char *dst, u_char *src, size_t size, ngx_uint_t type): without a dst, how many bytes
--- have to be escaped; else the end of what was written.
function functions.ngx_escape_uri(dst, src, size, type)
    size = tonumber(size)
    local escaped = require("pyresty.http.uri").escape(copy_string(cast(const_p, src), size), tonumber(type))
    if dst == nil then
        return new("uintptr_t", (#escaped - size) / 2)
    end
    copy(dst, escaped, #escaped)
    return cast("uintptr_t", cast(bytes_p, dst) + #escaped)
end

-- A converter of strings as a function on two ngx_str_t: the first gets the bytes, behind its data, and the length.
local function on_strings(convert)
    return function(dst, src)
        dst, src = cast(str_p, dst), cast(str_p, src)
        local result = convert(copy_string(src.data, src.len))
        if not result then
            return new(int_t, NGX_ERROR)
        end
        copy(dst.data, result, #result)
        dst.len = #result
        return new(int_t, NGX_OK)
    end
end

local crypto = require "pyresty.native.crypto"

--- void ngx_encode_base64(ngx_str_t *dst, ngx_str_t *src) and its three relatives; decoding gives NGX_OK or NGX_ERROR.
functions.ngx_encode_base64 = on_strings(crypto.encode_base64)
functions.ngx_encode_base64url = on_strings(crypto.encode_base64url)
functions.ngx_decode_base64 = on_strings(crypto.decode_base64)
functions.ngx_decode_base64url = on_strings(crypto.decode_base64url)

for name, fn in pairs(require "pyresty.native.nginx_ssl_symbols") do functions[name] = fn end

return functions
