-- ngx_http_autoindex_module: a directory's listing as HTML, JSON, JSONP or XML.
local directory = require "pyresty.modules.directory"
local discard_early = require("pyresty.http.body").discard_early
local args = require "pyresty.http.args"
local listing = require "pyresty.modules.autoindex_text"
local log = require "pyresty.http.log"
local output = require "pyresty.http.output"

local byte, find, lower = string.byte, string.find, string.lower
local SLASH, LOG_INFO, ERROR, OK = 47, 7, -1, 0
local MAX_CALLBACK = 128

local module = {}

local TYPES = {
    html = "text/html", json = "application/json", jsonp = "application/javascript", xml = "text/xml",
}

-- → format, callback | nil: a bad name was sent
local function format_of(r)
    local format = r.loc.autoindex_format
    if format ~= "jsonp" then return format end
    local callback = r.args and args.get(r.args, "callback")
    if not callback or callback == "" then return "json" end
    if #callback > MAX_CALLBACK then
        log.error(LOG_INFO, r, 'client sent too long callback name: "' .. callback .. '"')
        return nil
    end
    if find(callback, "[^%w_.]") then
        log.error(LOG_INFO, r, 'client sent invalid callback name: "' .. callback .. '"')
        return nil
    end
    return format, callback
end

local function is_utf8(r)
    local h = r.headers_out
    local charset = h.charset
    if charset then return lower(charset) == "utf-8" end
    return h.content_type and find(lower(h.content_type), "; charset=utf-8", 1, true) ~= nil
end

local function handler(r)
    local method = r.method
    if byte(r.uri, -1) ~= SLASH or method ~= "GET" and method ~= "HEAD" then return end
    local refused = discard_early(r)
    if refused then return refused end
    local format, callback = format_of(r)
    if not format then return 400 end
    local entries, status = directory.entries(r)
    if not entries then return status end
    local h = r.headers_out
    if not r.err_status then r.status = 200 end
    h.content_type, h.charset = TYPES[format], format == "xml" and "utf-8" or nil
    local ok, rc = output.send_header(r)
    if not ok then return rc or ERROR end
    if r.header_only then return OK end
    output.write(r, listing[format](r, entries, callback, is_utf8(r)), not r.parent)
    return OK
end

function module.fallback(loc) return loc.autoindex and handler or nil end

return module
