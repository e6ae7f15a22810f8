-- A response out of the cache goes to the client (ngx_http_upstream_cache_send).
local cleanup = require "pyresty.http.cleanup"
local io = require "pyresty.native".io
local cache = require "pyresty.http.upstream.cache"
local headers = require "pyresty.http.upstream.headers"
local http_response = require "pyresty.http.upstream.http_response"
local output = require "pyresty.http.output"
local phases = require "pyresty.http.phases"
local subrequest = require "pyresty.http.subrequest"

local OK, ERROR = 0, -1

local cached = {}

-- The request waits for the update, though its response does not.
local function updated(sub)
    local r = sub.parent
    r.threads = r.threads - 1
    if r.threads == 0 and not r.running and r.eof then return phases.finalize(r, OK) end
end

local function begin(sub)
    if not sub.done then return phases.run(sub) end
end

-- A subrequest fetches the response anew, while the stale one is sent: it goes on where r stands.
local function update(r)
    local sub = subrequest.new(r, {
        uri = r.uri, args = r.args, method = r.method, encoder = subrequest.head_encoder, on_done = updated,
    })
    sub.background, sub.loc, sub.captures, sub.internal = true, r.loc, r.captures, r.internal
    sub.valid_unparsed_uri, sub.unparsed_uri = r.valid_unparsed_uri, r.unparsed_uri
    sub.valid_location = r.valid_location
    sub.program, sub.pc, sub.content = r.program, r.pc - 1, r.content
    r.threads = r.threads + 1
    return subrequest.begin_later(sub, begin)
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
    cleanup.close_later(r, file.fd)
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
    if background then r.encoder.flush(r) end
    return OK
end

return cached
