-- A response out of the cache goes to the client (ngx_http_upstream_cache_send).
local io = require "pyresty.native".io
local cache = require "pyresty.http.upstream.cache"
local headers = require "pyresty.http.upstream.headers"
local http_response = require "pyresty.http.upstream.http_response"
local output = require "pyresty.http.output"
local subrequest = require "pyresty.http.subrequest"

local OK, ERROR = 0, -1

local cached = {}

-- What is sent later is read from the descriptor: it stays open as long as the main request.
local function keep_open(r, fd)
    local main = r.main
    local cleanup = main.cleanup or {}
    main.cleanup = cleanup
    cleanup[#cleanup + 1] = function() io.close(fd) end
end

local function nothing() end

-- A subrequest fetches the response anew, while the stale one is sent.
local function update(r)
    local sub = subrequest.launch(r, {uri = r.uri, args = r.args, encoder = subrequest.head_encoder, on_done = nothing})
    sub.background = true
end

local function write(r, file)
    local ranges = r.ranges
    if not ranges then return output.write_file(r, file.fd, file.start, file.size) end
    for i = 1, #ranges do
        local range = ranges[i]
        if range.head and not output.write(r, range.head) then return nil end
        if not output.write_file(r, file.fd, file.start + range[1], range[2] - range[1]) then return nil end
    end
    if ranges.tail then return output.write(r, ranges.tail) end
    return true
end

--- Sends u.cache.file; u is a fresh response. → what the content handler returns | nil when the file is no response
function cached.send(r, u)
    local file, background = cache.take_file(u), u.cache.background
    u.buf, u.pos = file.head, 1
    if not http_response.read_header(u) then
        io.close(file.fd)
        return nil
    end
    keep_open(r, file.fd)
    u.buf = ""
    if background then update(r) end
    if u.accel_redirect and not u.conf.ignore["x-accel-redirect"] then return headers.redirect(u) end
    r.cached = true
    headers.copy_all(u)
    headers.complete(u)
    r.status, r.status_line = u.status, u.status_line
    r.headers_out.content_length = file.size
    local ok, status = output.send_header(r)
    u.header_sent = r.header_sent
    if not ok then return status or OK end
    if r.header_only then
        r.eof = true
        return OK
    end
    if file.size > 0 and not write(r, file) then return ERROR end
    return OK
end

return cached
