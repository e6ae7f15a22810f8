-- Reading and writing over TLS, by FFI of libssl. An SSL object comes from Python as a number; `open` makes the handle
-- that the other functions take. Failure is `nil, reason` as in native/io.lua: "again", "closed", or "tls" with the
-- errors left in OpenSSL's queue.

local ffi = require "ffi"
local cdef = require "pyresty.native.cdef"
local io = require "pyresty.native.io"
local outbuf = require "pyresty.native.outbuf"

local cast, copy_string, errno = ffi.cast, ffi.string, ffi.errno
local strerror, pread = io.strerror, io.pread
local tonumber, type = tonumber, type

cdef.once("tls", [[
int pyresty_SSL_read(void *ssl, void *buf, int num) __asm__("SSL_read");
int pyresty_SSL_write(void *ssl, const void *buf, int num) __asm__("SSL_write");
int pyresty_SSL_get_error(void *ssl, int ret) __asm__("SSL_get_error");
void pyresty_X509_free(void *certificate) __asm__("X509_free");
void pyresty_OPENSSL_sk_pop_free(void *stack, void (*free)(void *)) __asm__("OPENSSL_sk_pop_free");
void pyresty_EVP_PKEY_free(void *key) __asm__("EVP_PKEY_free");
void pyresty_SSL_SESSION_free(void *session) __asm__("SSL_SESSION_free");
void pyresty_ERR_clear_error(void) __asm__("ERR_clear_error");
]])

local C = ffi.C
local BUFFER_SIZE = 16384 -- a record's most
local WANT_READ, WANT_WRITE, SYSCALL, ZERO_RETURN = 2, 3, 5, 6
local EPIPE, ECONNRESET = 32, 104

local buffer = ffi.new("char[?]", BUFFER_SIZE)

local tls = {}

--- A handle of the SSL object at an address.
function tls.open(address) return cast("void *", address) end

local function failure(ssl, n)
    local code = errno()
    local kind = C.pyresty_SSL_get_error(ssl, n)
    if kind == WANT_READ or kind == WANT_WRITE then return nil, "again", kind end
    if kind == ZERO_RETURN then return nil, "closed", 0 end
    if kind == SYSCALL then
        if code == 0 or code == EPIPE or code == ECONNRESET then return nil, "closed", code end
        return nil, strerror(code), code
    end
    return nil, "tls", kind
end

--- What one record brings → string | nil, reason, code. Nothing that is deciphered stays behind: when the descriptor
--- is not readable, there is nothing to read.
function tls.recv(ssl)
    C.pyresty_ERR_clear_error()
    local n = C.pyresty_SSL_read(ssl, buffer, BUFFER_SIZE)
    if n > 0 then
        return (copy_string(buffer, n))
    end
    return failure(ssl, n)
end

local function write(ssl, start, length)
    C.pyresty_ERR_clear_error()
    local n = C.pyresty_SSL_write(ssl, start, length)
    if n > 0 then return n end
    return failure(ssl, n)
end

--- Sends `data` from byte `from` (1 when nil) on → number of bytes taken, at most a record | nil, reason, code. After
--- "again" the same bytes have to be offered again.
function tls.send(ssl, data, from)
    local skip = from and from - 1 or 0
    return write(ssl, cast("const char *", data) + skip, #data - skip)
end

--- Sends an output buffer (native/outbuf.lua) → number of bytes taken, at most a record | nil, reason, code.
function tls.send_output(ssl, b, max) return outbuf.send(write, ssl, b, max) end

--- Sends a piece of a file → number of bytes taken (0 at its end) | nil, reason, code.
function tls.sendfile(ssl, fd, offset, count)
    local data, reason, code = pread(fd, offset, count < BUFFER_SIZE and count or BUFFER_SIZE)
    if not data then return nil, reason, code end
    if data == "" then return 0 end
    return write(ssl, cast("const char *", data), #data)
end

-- ---------------------------------------------------------------- objects of OpenSSL that users hold

--- A session (SSL_SESSION) by its address, freed when nobody holds it any more; freed(address) is told.
function tls.session(address, freed)
    return ffi.gc(cast("void *", address), function(session)
        C.pyresty_SSL_SESSION_free(session)
        return freed(address)
    end)
end
function tls.is_session(value) return type(value) == "cdata" end

--- The address of an object that is cdata, as a number; nil for anything else.
function tls.pointer(value) return type(value) == "cdata" and tonumber(cast("uintptr_t", value)) or nil end
tls.session_address = tls.pointer

local function free_chain(chain) C.pyresty_OPENSSL_sk_pop_free(chain, C.pyresty_X509_free) end

--- A stack of certificates (X509), the leaf first, and a private key (EVP_PKEY).
function tls.chain(address) return ffi.gc(cast("void *", address), free_chain) end
function tls.certificate(address) return ffi.gc(cast("void *", address), C.pyresty_X509_free) end
function tls.key(address) return ffi.gc(cast("void *", address), C.pyresty_EVP_PKEY_free) end

--- The SSL object itself, for users who call OpenSSL.
function tls.raw(address) return cast("void *", address) end

return tls
