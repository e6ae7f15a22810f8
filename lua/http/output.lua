-- What a request emits: header, then pieces of body, then the end. They pass the location's header and body filters
-- and reach the request's encoder: HTTP/1 (http1.lua), a capture's collector (subrequest.lua), or another protocol's.
--   encoder.head(r)   encoder.body(r, bytes)   encoder.file(r, fd, offset, count)   encoder.last(r)   encoder.flush(r)
local io = require "pyresty.native".io
local content_type = require "pyresty.http.content_type"
local log = require "pyresty.http.log"

local concat = table.concat

local FILE_PIECE = 32768

local output = {}

-- → true | nil, status (a filter wants this response instead) | nil, nil (already sent)
function output.send_header(r)
    if r.header_sent then return true end
    if r.filter_status then return nil end
    if r.status == 0 then r.status = 200 end
    local filter = r.loc.filter_header
    local rc = filter and filter(r)
    if rc then
        r.filter_status = rc
        return nil, rc
    end
    r.header_sent = true
    r.encoder.head(r)
    return true
end
local send_header = output.send_header

-- r.cut: a filter ended the response early, r.withheld: it kept the end back.
local function filtered(r, filter, data, last)
    local ended
    data, ended = filter(r, data, last)
    if not data then return nil end
    if ended and not last then
        r.cut = true
    elseif last and not ended then
        r.withheld, r.main.keepalive = true, false
    end
    return data, ended
end

local function fail(r)
    r.output_failed = true
    return nil, "nginx output filter error"
end

local function emit(r, data, last)
    local filter = r.loc.filter_body
    if filter then data, last = filtered(r, filter, data, last or false) end
    if not data then return fail(r) end
    local encoder = r.encoder
    if data ~= "" and encoder.body(r, data) == false then return fail(r) end
    if last then
        r.eof = true
        if encoder.last(r) == false then return fail(r) end
    end
    return 1
end

-- A piece of body, sent behind the header. → 1 | nil, err
function output.write(r, data, last)
    if r.eof then
        if r.cut then return 1 end
        return nil, "seen eof"
    end
    if not r.header_sent and not send_header(r) then return nil, "nginx output filter error" end
    if r.header_only then
        if last then r.eof = true end
        return nil, "header only"
    end
    return emit(r, data, last)
end
local write = output.write

-- The rest of the response is nothing: ends it. → 1 | nil, err
function output.finish(r)
    if r.eof or r.withheld then return 1 end
    local held = r.http10
    if held then
        r.http10 = nil
        local data = concat(held)
        r.headers_out.content_length = r.headers_out.content_length or #data
        if not r.header_sent and not send_header(r) then return nil, "nginx output filter error" end
        if not r.header_only and data ~= "" then emit(r, data) end
    end
    if not r.header_sent and not send_header(r) then return nil, "nginx output filter error" end
    if r.header_only then
        r.eof = true
        return 1
    end
    if r.output_failed then return nil, "nginx output filter error" end
    return emit(r, "", true)
end

-- Is an HTTP/1.0 response held back until its length is known?
local function is_held(r)
    if r.http_version >= 11 then return false end
    return r.loc.lua_http10_buffering and not r.headers_out.content_length and r.method ~= "HEAD"
end

local function hold(r)
    if log.enabled(8, r) then log.debug(r, "lua buffering output bufs for the HTTP 1.0 request") end
    return {}
end

-- A handler of ngx_lua is through and has sent nothing.
function output.nothing(r)
    content_type.default(r)
    if is_held(r) then r.http10 = hold(r) end
end

-- ngx.print's way out: the default content type, and HTTP/1.0 responses held back for their Content-Length.
function output.print(r, data)
    if r.eof and not r.cut then return nil, "seen eof" end
    if not r.header_sent then
        content_type.default(r)
        if is_held(r) then
            local held = r.http10
            if not held then
                held = hold(r)
                r.http10 = held
            end
            held[#held + 1] = data
            return 1
        end
    end
    return write(r, data)
end

-- A range of an open file.
function output.write_file(r, fd, offset, count)
    if not r.header_sent and not send_header(r) then return nil, "nginx output filter error" end
    if r.header_only or count == 0 then return 1 end
    if not r.loc.filter_body then
        r.encoder.file(r, fd, offset, count)
        return 1
    end
    while count > 0 do
        local data = io.pread(fd, offset, count < FILE_PIECE and count or FILE_PIECE)
        if not data or data == "" then return nil, "read failed" end
        local ok, err = write(r, data)
        if not ok then return nil, err end
        offset, count = offset + #data, count - #data
    end
    return 1
end

-- Sends what is held, now. → 1 | nil, err
function output.flush(r)
    if r.http10 then return nil, "buffering" end
    if not r.header_sent then return nil, "nothing to flush" end
    if r.loc.filter_body and not r.eof then emit(r, "", false) end
    r.encoder.flush(r)
    return 1
end

function output.eof(r)
    local ok, err = output.finish(r)
    if ok then r.encoder.flush(r) end
    return ok, err
end

return output
