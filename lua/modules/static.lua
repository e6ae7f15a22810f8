-- ngx_http_static_module: regular files. The last of the handlers that look for a file; what it declines is no file.
local cleanup = require "pyresty.http.cleanup"
local content_type = require "pyresty.http.content_type"
local discard_early = require("pyresty.http.body").discard_early
local files = require "pyresty.modules.files"
local headers_out = require "pyresty.http.headers_out"
local io = require "pyresty.native".io
local log = require "pyresty.http.log"
local output = require "pyresty.http.output"
local paths = require "pyresty.http.paths"
local phases = require "pyresty.http.phases"
local sched = require "pyresty.sched"
local range = require "pyresty.modules.range"
local uri = require "pyresty.http.uri"

local byte, format = string.byte, string.format
local SLASH, LOG_CRIT, LOG_ERR = 47, 3, 4
local OK, ERROR = 0, -1
local BIG = 262144 -- bytes of a file that go through filters at a time
local IN_MEMORY = 32768 -- up to this size a file is read and leaves with its header in one send

local module = {}

--- The entity tag nginx gives a file: hexadecimal mtime and size.
function module.etag(mtime, size) return format('"%x-%x"', mtime, size) end

local function redirect_to_directory(r)
    local target = uri.escape(r.uri) .. "/"
    if r.args and r.args ~= "" then target = target .. "?" .. r.args end
    headers_out.set(r, "Location", nil)
    r.headers_out.location = target
    return 301
end

local function set_headers(r, size, mtime, encoding)
    if not r.err_status then r.status = 200 end
    local h = r.headers_out
    h.content_length, h.last_modified = size, mtime
    if r.loc.etag ~= false then headers_out.set(r, "ETag", module.etag(mtime, size)) end
    content_type.set(r)
    if encoding then headers_out.push(r, "Content-Encoding", encoding) end
end

local function finish(r)
    if r.parent then return OK end
    output.finish(r)
    return OK
end

local function send_small(r, fd, size)
    local data = io.pread(fd, 0, size)
    io.close(fd)
    if not data or #data ~= size then return ERROR end
    output.write(r, data, not r.parent)
    return OK
end

local function write_pieces(r, file)
    local offset, size = 0, file.size
    while offset < size do
        local count = size - offset < BIG and size - offset or BIG
        local ok = output.write_file(r, file.fd, offset, count)
        if not ok or not r.conn.flush_wait(r.conn) then return ERROR end
        offset = offset + count
    end
    return finish(r)
end

local function pieces_written(thread, ok, rc)
    local r = thread.r
    r.threads = r.threads - 1
    return phases.answer(r, ok and rc or ERROR)
end

-- What filters make of a big file is not to be in memory at once: the client's pace is the reader's.
local function send_filtered(r, fd, size)
    r.result = phases.WAIT
    r.threads = r.threads + 1
    local thread = {r = r, finish = pieces_written, kind = "content"}
    r.entry = thread -- so that it ends with the request
    sched.start(thread, write_pieces, r, {fd = fd, size = size})
    return r.result
end

local function send_body(r, fd, size)
    local ranges = r.ranges
    if ranges then
        cleanup.close_later(r, fd)
        range.write(r, fd, ranges)
        return finish(r)
    end
    if size <= IN_MEMORY then return send_small(r, fd, size) end
    cleanup.close_later(r, fd)
    if size > BIG and (r.lowest_layer or r.loc.filter_body) and r.conn then return send_filtered(r, fd, size) end
    output.write_file(r, fd, 0, size)
    return finish(r)
end

--- Answers with an open regular file, which is closed in the end; `encoding`: the file's, or nil.
function module.send_file(r, fd, size, mtime, ranges, encoding)
    if r.conn then r.conn.action = "sending response to client" end
    set_headers(r, size, mtime, encoding)
    r.allow_ranges = ranges and not (r.parent and size == 0)
    local ok, status = output.send_header(r)
    if not ok then
        io.close(fd)
        return status or ERROR
    end
    if r.header_only or size == 0 then
        io.close(fd)
        return OK
    end
    return send_body(r, fd, size)
end

local function directory_forbidden(r)
    local path = paths.filename(r)
    if path then log.error(LOG_ERR, r, 'directory index of "' .. path .. '" is forbidden') end
    return 403
end

-- Answers with an open file, or with what is wrong about it.
local function serve(r, path, fd)
    local size, mtime, is_directory, is_file = io.fstat(fd)
    if is_file and r.method ~= "POST" then return module.send_file(r, fd, size, mtime, true) end
    io.close(fd)
    if is_directory then return redirect_to_directory(r) end
    if not is_file then
        log.error(LOG_CRIT, r, '"' .. path .. '" is not a regular file')
        return 404
    end
    return 405
end

local function handler(r)
    local method = r.method
    if method ~= "GET" and method ~= "HEAD" and method ~= "POST" then return 405 end
    if byte(r.uri, -1) == SLASH then return directory_forbidden(r) end
    local path = paths.filename(r)
    if not path then return 500 end
    local fd, reason, code = io.open(path)
    if not fd then return files.status(r, "open()", path, code, reason) end
    local refused = discard_early(r)
    if refused then
        io.close(fd)
        return refused
    end
    return serve(r, path, fd)
end

function module.fallback() return handler end

return module
