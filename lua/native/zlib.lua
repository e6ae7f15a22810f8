-- Compression and its reverse, piece by piece, by FFI on libz. A stream is an integer handle.

local ffi = require "ffi"
local cdef = require "pyresty.native.cdef"

local cast, copy_string, sizeof = ffi.cast, ffi.string, ffi.sizeof
local concat = table.concat

cdef.once("zlib", [[
typedef struct {
    const char *next_in; unsigned int avail_in; unsigned long total_in;
    char *next_out; unsigned int avail_out; unsigned long total_out;
    const char *msg; void *state;
    void *zalloc, *zfree, *opaque;
    int data_type; unsigned long adler, reserved;
} pyresty_z_stream;
const char *pyresty_zlib_version(void) __asm__("zlibVersion");
int pyresty_deflate_init(pyresty_z_stream *z, int level, int method, int bits, int memory, int strategy,
    const char *version, int size) __asm__("deflateInit2_");
int pyresty_deflate(pyresty_z_stream *z, int flush) __asm__("deflate");
int pyresty_deflate_end(pyresty_z_stream *z) __asm__("deflateEnd");
int pyresty_inflate_init(pyresty_z_stream *z, int bits, const char *version, int size) __asm__("inflateInit2_");
int pyresty_inflate(pyresty_z_stream *z, int flush) __asm__("inflate");
int pyresty_inflate_end(pyresty_z_stream *z) __asm__("inflateEnd");
]])

local libz, failure = cdef.library { "libz.so.1", "z" }
if not libz then
    error("compression needs libz: " .. failure, 0)
end

local Z_OK, Z_STREAM_END, Z_BUF_ERROR = 0, 1, -5
local Z_DEFLATED, Z_DEFAULT_STRATEGY, GZIP_HEADER = 8, 0, 16
local FLUSHES = { none = 0, sync = 2, finish = 4 }
local OUT_SIZE = 32768

local out = ffi.new("char[?]", OUT_SIZE)
local streams, free, count = {}, {}, 0
local zlib = {}

local function keep(z, finish)
    local handle = free[#free]
    if handle then
        free[#free] = nil
    else
        count = count + 1
        handle = count
    end
    streams[handle] = { z = z, finish = finish }
    return handle
end

--- A stream that makes gzip: level 1 … 9, window bits 8 … 15, memory level 1 … 9 → handle | nil, code of zlib.
function zlib.deflate(level, bits, memory)
    local z = ffi.new("pyresty_z_stream")
    if bits == 8 then
        bits = 9 -- zlib cannot make a gzip window of 256 bytes
    end
    local code = libz.pyresty_deflate_init(z, level, Z_DEFLATED, bits + GZIP_HEADER, memory, Z_DEFAULT_STRATEGY,
        libz.pyresty_zlib_version(), sizeof(z))
    if code ~= Z_OK then
        return nil, code
    end
    return keep(z, libz.pyresty_deflate_end)
end

--- A stream that reads gzip → handle | nil, code.
function zlib.inflate()
    local z = ffi.new("pyresty_z_stream")
    local code = libz.pyresty_inflate_init(z, 15 + GZIP_HEADER, libz.pyresty_zlib_version(), sizeof(z))
    if code ~= Z_OK then
        return nil, code
    end
    return keep(z, libz.pyresty_inflate_end)
end

-- Runs zlib until it has no more to say about `data` → output | nil, code; second result: the stream's end was reached
local function run(handle, step, data, flush)
    local z = streams[handle].z
    local pieces, n = {}, 0
    local code
    z.next_in, z.avail_in = cast("const char *", data), #data
    repeat
        z.next_out, z.avail_out = out, OUT_SIZE
        code = step(z, flush)
        if code ~= Z_OK and code ~= Z_STREAM_END and code ~= Z_BUF_ERROR then
            return nil, code
        end
        local made = OUT_SIZE - z.avail_out
        if made > 0 then
            n = n + 1
            pieces[n] = copy_string(out, made)
        end
    until z.avail_out > 0 or code == Z_STREAM_END
    return concat(pieces, "", 1, n), code == Z_STREAM_END, z.avail_in
end

--- Compresses; flush: "none", "sync" (all so far can be read) or "finish" → bytes | nil, code.
function zlib.compress(handle, data, flush)
    return (run(handle, libz.pyresty_deflate, data, FLUSHES[flush]))
end

--- Decompresses → bytes, whether the stream is through, bytes left over behind it | nil, code.
function zlib.decompress(handle, data)
    return run(handle, libz.pyresty_inflate, data, FLUSHES.sync)
end

--- Begins a gzip member behind another.
function zlib.restart(handle)
    local z = streams[handle].z
    libz.pyresty_inflate_end(z)
    ffi.fill(z, sizeof(z))
    return libz.pyresty_inflate_init(z, 15 + GZIP_HEADER, libz.pyresty_zlib_version(), sizeof(z)) == Z_OK
end

--- Frees a stream.
function zlib.close(handle)
    local stream = streams[handle]
    if not stream then
        return
    end
    stream.finish(stream.z)
    streams[handle] = false
    free[#free + 1] = handle
end

return zlib
