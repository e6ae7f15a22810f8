-- ngx_http_empty_gif_module: one transparent pixel, made when nginx's was.
local discard_early = require("pyresty.http.body").discard_early
local headers_out = require "pyresty.http.headers_out"
local output = require "pyresty.http.output"

local char = string.char
local OK, MODIFIED = 0, 23349600

local GIF = "GIF89a" .. char(1, 0, 1, 0, 0x80, 1, 0) .. "\0\0\0\255\255\255" .. "!" .. char(0xf9, 4, 1, 0, 0, 1, 0)
    .. "," .. char(0, 0, 0, 0, 1, 0, 1, 0, 0) .. char(2, 2, 0x4c, 1, 0) .. ";"

local module = {content = {}}

function module.content.empty_gif(r)
    if r.method ~= "GET" and r.method ~= "HEAD" then return 405 end
    local refused = discard_early(r)
    if refused then return refused end
    local h = r.headers_out
    if not r.err_status then r.status = 200 end
    h.content_type, h.content_length, h.last_modified = "image/gif", #GIF, MODIFIED
    headers_out.remove(r, "etag")
    r.allow_ranges = false
    local ok, status = output.send_header(r)
    if not ok then return status or -1 end
    if not r.header_only then output.write(r, GIF, not r.parent) end
    return OK
end

return module
