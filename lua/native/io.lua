-- Non-blocking system calls on file descriptors, by FFI.
--
-- Failure is `nil, reason, errno`: the reason is "again" (EAGAIN), "closed" (end of stream, reset, broken pipe) or the
-- text of strerror. Positions in strings are 1-based. EINTR is retried.

local ffi = require "ffi"
local cdef = require "pyresty.native.cdef"
local outbuf = require "pyresty.native.outbuf"

local C = require "pyresty.native.symbols".C
local cast = ffi.cast
local copy_string = ffi.string
local errno = ffi.errno
local tonumber = tonumber

cdef.once("io", [[
typedef struct { long tv_sec; long tv_nsec; } pyresty_timespec;
typedef struct { const char *base; size_t len; } pyresty_iovec;
typedef struct {
    void *name; unsigned int namelen;
    pyresty_iovec *iov; size_t iovlen;
    void *control; size_t controllen;
    int flags;
} pyresty_msghdr;
typedef struct { int64_t sec; uint32_t nsec; int32_t pad; } pyresty_statx_time;
typedef struct {
    uint32_t mask, blksize;
    uint64_t attributes;
    uint32_t nlink, uid, gid;
    uint16_t mode, pad;
    uint64_t ino, size, blocks, attributes_mask;
    pyresty_statx_time atime, btime, ctime, mtime;
    uint64_t spare[20];
} pyresty_statx_buf;

ssize_t pyresty_recv(int fd, void *buf, size_t len, int flags) __asm__("recv");
ssize_t pyresty_read(int fd, void *buf, size_t len) __asm__("read");
ssize_t pyresty_pread(int fd, void *buf, size_t len, int64_t offset) __asm__("pread64");
ssize_t pyresty_send(int fd, const char *buf, size_t len, int flags) __asm__("send");
ssize_t pyresty_sendmsg(int fd, const pyresty_msghdr *msg, int flags) __asm__("sendmsg");
ssize_t pyresty_write(int fd, const char *buf, size_t len) __asm__("write");
ssize_t pyresty_sendfile(int to, int from, int64_t *offset, size_t count) __asm__("sendfile64");
int pyresty_open(const char *path, int flags, unsigned int mode) __asm__("open64");
int pyresty_close(int fd) __asm__("close");
int pyresty_shutdown(int fd, int how) __asm__("shutdown");
int pyresty_getsockopt(int fd, int level, int option, void *value, unsigned int *size) __asm__("getsockopt");
int pyresty_statx(int dir, const char *path, int flags, unsigned int mask, pyresty_statx_buf *out) __asm__("statx");
int pyresty_clock_gettime(int clock, pyresty_timespec *out) __asm__("clock_gettime");
char *pyresty_strerror(int code) __asm__("strerror");
]])

local EINTR, EAGAIN, EPIPE, ECONNRESET = 4, 11, 32, 104
local MSG_DONTWAIT = 0x40
local PEEK = 0x2 + 0x40              -- MSG_PEEK | MSG_DONTWAIT
local SEND = 0x40 + 0x4000             -- MSG_DONTWAIT | MSG_NOSIGNAL
local O_CLOEXEC, O_NONBLOCK = 0x80000, 0x800
local AT_FDCWD, AT_EMPTY_PATH = -100, 0x1000
local STATX_BASIC_STATS = 0x7ff
local S_IFMT_DIVISOR, S_IFDIR, S_IFREG = 0x1000, 0x4, 0x8

local BUFFER_SIZE = 65536
local MAX_IOVECS = 256

local buffer = ffi.new("char[?]", BUFFER_SIZE)
-- Members of Linux's struct tcp_info: index of their 32 bits behind its eight single bytes.
local TCP_INFO = { rtt = 15, rttvar = 16, snd_cwnd = 18, rcv_space = 22 }
local IPPROTO_TCP, TCP_INFO_OPTION, TCP_INFO_SIZE = 6, 11, 104
local SHUT_WR = 1

local tcp_info_words = ffi.new("uint32_t[?]", TCP_INFO_SIZE / 4)
local option_size = ffi.new("unsigned int[1]")
local iovecs = ffi.new("pyresty_iovec[?]", MAX_IOVECS)
local message = ffi.new("pyresty_msghdr")
local timespec = ffi.new("pyresty_timespec")
local file_offset = ffi.new("int64_t[1]")
local statx_buf = ffi.new("pyresty_statx_buf")
message.iov = iovecs

local io = { BUFFER_SIZE = BUFFER_SIZE }

--- The C library's text for an errno: "Connection refused".
function io.strerror(code)
    return copy_string(C.pyresty_strerror(code))
end

local strerror = io.strerror

local function failure(code)
    if code == EAGAIN then
        return nil, "again", code
    end
    if code == EPIPE or code == ECONNRESET then
        return nil, "closed", code
    end
    return nil, strerror(code), code
end

local function clamp(max)
    if not max or max > BUFFER_SIZE then
        return BUFFER_SIZE
    end
    return max
end

-- The hot calls retry by calling themselves: a loop would end LuaJIT's trace of the whole request here. Nor does it
-- compile a function that ends in a tail call of a built-in one.
local function receive(fd, max, flags)
    local n = tonumber(C.pyresty_recv(fd, buffer, max, flags))
    if n > 0 then
        return (copy_string(buffer, n))
    end
    if n == 0 then
        return nil, "closed", 0
    end
    local code = errno()
    if code == EINTR then
        return receive(fd, max, flags)
    end
    return failure(code)
end

--- At most `max` bytes (64 KB when larger or nil) that a socket has → string | nil, reason, errno (0 at end of stream).
function io.recv(fd, max)
    return receive(fd, clamp(max), MSG_DONTWAIT)
end

--- As recv, leaving the bytes in the socket; with `max` 1 it tells a closed peer from a quiet one.
function io.peek(fd, max)
    return receive(fd, clamp(max), PEEK)
end

--- As recv for any descriptor (pipe, file, terminal), which must be non-blocking where that matters.
function io.read(fd, max)
    max = clamp(max)
    local n, code
    repeat
        n = tonumber(C.pyresty_read(fd, buffer, max))
        if n > 0 then
            return copy_string(buffer, n)
        end
        if n == 0 then
            return nil, "closed", 0
        end
        code = errno()
    until code ~= EINTR
    return failure(code)
end

local function send_pointer(fd, start, length)
    local n = tonumber(C.pyresty_send(fd, start, length, SEND))
    if n >= 0 then
        return n
    end
    local code = errno()
    if code == EINTR then
        return send_pointer(fd, start, length)
    end
    return failure(code)
end

--- An output buffer (native/outbuf.lua) and what sends it → number of bytes the kernel took | nil, reason, errno.
io.new_output = outbuf.new
function io.send_output(fd, b, max)
    return outbuf.send(send_pointer, fd, b, max)
end

--- Sends `data` from byte `from` (1 when nil) on → number of bytes the kernel took | nil, reason, errno.
function io.send(fd, data, from)
    local skip = from and from - 1 or 0
    return send_pointer(fd, cast("const char *", data) + skip, #data - skip)
end

--- Sends the first `count` strings (at most 256) of `pieces` in one call → bytes taken | nil, reason, errno.
function io.writev(fd, pieces, count)
    if count > MAX_IOVECS then
        count = MAX_IOVECS
    end
    for i = 1, count do
        local piece = pieces[i]
        local vec = iovecs[i - 1]
        vec.base = piece
        vec.len = #piece
    end
    message.iovlen = count
    local n, code
    repeat
        n = tonumber(C.pyresty_sendmsg(fd, message, SEND))
        if n >= 0 then
            return n
        end
        code = errno()
    until code ~= EINTR
    return failure(code)
end

local function write_rest(fd, start, length, done)
    local n = tonumber(C.pyresty_write(fd, start + done, length - done))
    if n > 0 then
        done = done + n
        if done == length then
            return done
        end
    else
        local code = errno()
        if n == 0 or code ~= EINTR then
            local _, reason = failure(code)
            return nil, reason, code, done
        end
    end
    return write_rest(fd, start, length, done)
end

--- Writes all of `data` to any descriptor (a log) → bytes written | nil, reason, errno, bytes written before it.
function io.write(fd, data)
    if data == "" then
        return 0
    end
    return write_rest(fd, cast("const char *", data), #data, 0)
end

--- Copies `count` bytes of a file from `offset` (0-based) on to a socket → bytes sent (0 at end of file) | nil, reason,
--- errno.
function io.sendfile(fd, file_fd, offset, count)
    local n, code
    repeat
        file_offset[0] = offset
        n = tonumber(C.pyresty_sendfile(fd, file_fd, file_offset, count))
        if n >= 0 then
            return n
        end
        code = errno()
    until code ~= EINTR
    return failure(code)
end

--- Opens a file for reading → fd | nil, reason, errno.
function io.open(path)
    local fd, code
    repeat
        fd = C.pyresty_open(path, O_CLOEXEC + O_NONBLOCK, 0)
        if fd >= 0 then
            return fd
        end
        code = errno()
    until code ~= EINTR
    return failure(code)
end

--- At most `count` bytes of a file at `offset` (0-based) → string ("" at its end) | nil, reason, errno. No limit on
--- `count` but memory.
function io.pread(fd, offset, count)
    local into = buffer
    if count > BUFFER_SIZE then
        into = ffi.new("char[?]", count)
    end
    local n, code
    repeat
        n = tonumber(C.pyresty_pread(fd, into, count, offset))
        if n >= 0 then
            return copy_string(into, n)
        end
        code = errno()
    until code ~= EINTR
    return failure(code)
end

--- Closes a descriptor → true | nil, reason, errno. It is gone in either case.
function io.close(fd)
    if C.pyresty_close(fd) == 0 then
        return true
    end
    return failure(errno())
end

--- Ends the sending direction of a socket → true | nil, reason, errno.
function io.shutdown(fd)
    if C.pyresty_shutdown(fd, SHUT_WR) == 0 then
        return true
    end
    return failure(errno())
end

--- A number of a TCP socket's state: "rtt" and "rttvar" in microseconds, "snd_cwnd" in segments, "rcv_space" in bytes
--- → number | nil, reason, errno.
function io.tcp_info(fd, field)
    option_size[0] = TCP_INFO_SIZE
    if C.pyresty_getsockopt(fd, IPPROTO_TCP, TCP_INFO_OPTION, tcp_info_words, option_size) ~= 0 then
        return failure(errno())
    end
    return tonumber(tcp_info_words[TCP_INFO[field] + 2])
end

--- Has the peer of a TCP socket ended its sending direction? (TCP_CLOSE_WAIT, TCP_CLOSE)
function io.peer_closed(fd)
    option_size[0] = TCP_INFO_SIZE
    if C.pyresty_getsockopt(fd, IPPROTO_TCP, TCP_INFO_OPTION, tcp_info_words, option_size) ~= 0 then return false end
    local tcp_state = tcp_info_words[0] % 256
    return tcp_state == 8 or tcp_state == 7
end

local function stat(dir, path, flags)
    if C.pyresty_statx(dir, path, flags, STATX_BASIC_STATS, statx_buf) ~= 0 then
        return failure(errno())
    end
    local kind = (statx_buf.mode - statx_buf.mode % S_IFMT_DIVISOR) / S_IFMT_DIVISOR
    return tonumber(statx_buf.size), tonumber(statx_buf.mtime.sec), kind == S_IFDIR, kind == S_IFREG,
        tonumber(statx_buf.ino)
end

--- → size in bytes, mtime in whole seconds, is a directory, is a regular file, inode | nil, reason, errno. Follows
--- symbolic links.
function io.stat(path)
    return stat(AT_FDCWD, path, 0)
end

--- As stat, of an open descriptor.
function io.fstat(fd)
    return stat(fd, "", AT_EMPTY_PATH)
end

local function seconds(clock)
    C.pyresty_clock_gettime(clock, timespec)
    return tonumber(timespec.tv_sec) + tonumber(timespec.tv_nsec) * 1e-9
end

--- Wall clock, seconds since the epoch as float.
function io.clock()
    return seconds(0)
end

--- Monotonic clock, seconds as float.
function io.monotonic()
    return seconds(1)
end

return io
