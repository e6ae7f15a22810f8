-- Responses of uwsgi and SCGI servers: a status line or CGI's "Status" header, then a body up to its length or the end.
local http_response = require "pyresty.http.upstream.http_response"

local cgi_response = {}

function cgi_response.read_header(u)
    if u.status == 0 and not u.cgi then
        local ok = http_response.read_status_line(u)
        if ok == nil then return nil end
        u.cgi = not ok
    end
    local ok
    ok, u.pos = http_response.read_lines(u, u.buf, u.pos)
    if ok == false then return false, 'upstream sent invalid header: "' .. u.bad_line .. '..."' end
    if not ok then return nil end
    u.chunked = nil
    if u.status == 101 then u.upgrade = require("pyresty.http.headers_in").get(u.r, "upgrade") ~= nil end
    return http_response.cgi_status(u)
end

function cgi_response.body_decoder(u)
    u.keepalive, u.ends_with_connection = false, false
    local status = u.status
    local length = (status == 204 or status == 304 or u.head) and 0 or u.content_length
    if not length then
        u.ends_with_connection = true
        return http_response.until_close
    end
    u.left = length
    if length == 0 then
        u.finished = true
        if #u.buf >= u.pos then u.excess = true end
    end
    return http_response.by_length
end

function cgi_response.excess() return 'upstream sent more data than specified in "Content-Length" header' end

return cgi_response
