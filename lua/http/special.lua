-- Answers that no handler wrote: error_page, then nginx's own pages (ngx_http_special_response_handler).
local headers_in = require "pyresty.http.headers_in"
local headers_out = require "pyresty.http.headers_out"
local output = require "pyresty.http.output"
local script = require "pyresty.http.script"

local byte, find, format, gsub, sub = string.byte, string.find, string.format, string.gsub, string.sub
local ipairs, pairs, require, type = ipairs, pairs, require, type
local SLASH, AT = 47, 64
local OK, ERROR = 0, -1

local special = {}

local TITLES = {
    [301] = "301 Moved Permanently", [302] = "302 Found", [303] = "303 See Other", [307] = "307 Temporary Redirect",
    [308] = "308 Permanent Redirect", [400] = "400 Bad Request", [401] = "401 Authorization Required",
    [402] = "402 Payment Required", [403] = "403 Forbidden", [404] = "404 Not Found", [405] = "405 Not Allowed",
    [406] = "406 Not Acceptable", [408] = "408 Request Time-out", [409] = "409 Conflict", [410] = "410 Gone",
    [411] = "411 Length Required", [412] = "412 Precondition Failed", [413] = "413 Request Entity Too Large",
    [414] = "414 Request-URI Too Large", [415] = "415 Unsupported Media Type",
    [416] = "416 Requested Range Not Satisfiable", [421] = "421 Misdirected Request", [429] = "429 Too Many Requests",
    [500] = "500 Internal Server Error", [501] = "501 Not Implemented", [502] = "502 Bad Gateway",
    [503] = "503 Service Temporarily Unavailable", [504] = "504 Gateway Time-out",
    [505] = "505 HTTP Version Not Supported", [507] = "507 Insufficient Storage", [498] = "404 Not Found",
}

-- nginx's inner codes: title, and the line below the heading; all are sent as 400.
local INNER = {
    [494] = {"400 Request Header Or Cookie Too Large", "Request Header Or Cookie Too Large"},
    [495] = {"400 The SSL certificate error", "The SSL certificate error"},
    [496] = {"400 No required SSL certificate was sent", "No required SSL certificate was sent"},
    [497] = {"400 The plain HTTP request was sent to HTTPS port", "The plain HTTP request was sent to HTTPS port"},
}

local function page(title, heading, note)
    return "<html>\r\n<head><title>" .. title .. "</title></head>\r\n<body>\r\n<center><h1>" .. heading
        .. "</h1></center>\r\n" .. (note and "<center>" .. note .. "</center>\r\n" or "")
end

local PAGES = {}
for code, title in pairs(TITLES) do PAGES[code] = page(title, title) end
for code, texts in pairs(INNER) do PAGES[code] = page(texts[1], "400 Bad Request", texts[2]) end

local PADDING = ("<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n"):rep(6)

local CLOSES = {
    [400] = true, [413] = true, [414] = true, [495] = true, [496] = true, [497] = true, [500] = true, [501] = true,
}
local NO_LINGER = {[400] = true, [495] = true, [496] = true, [497] = true}
local REDIRECTS = {[301] = true, [302] = true, [303] = true, [307] = true, [308] = true}

local function tail(loc)
    return "<hr><center>" .. headers_out.server_value(loc.server_tokens) .. "</center>\r\n</body>\r\n</html>\r\n"
end

-- Old MSIE and Chrome show pages of their own for short answers (msie_padding).
local function wants_padding(r, code)
    if code < 400 or r.loc.msie_padding == false or r.http_version < 10 then return false end
    local agent = headers_in.get(r, "user-agent")
    if not agent then return false end
    if find(agent, "Chrome/", 1, true) then return true end
    return find(agent, "MSIE ", 1, true) and not find(agent, "Opera", 1, true) and true or false
end

local function is_msie(r)
    local agent = headers_in.get(r, "user-agent")
    return agent and find(agent, "MSIE ", 1, true) and not find(agent, "Opera", 1, true)
end

local function clear_entity(r)
    headers_out.clear_content_length(r)
    headers_out.clear_last_modified(r)
    headers_out.remove(r, "accept-ranges")
    headers_out.remove(r, "etag")
end

local finalize

local function emit(r, content)
    finalize = finalize or require("pyresty.http.phases").finalize
    if not output.send_header(r) then return finalize(r, ERROR) end -- it sends what a header filter asked for
    if not r.header_only and content ~= "" then output.write(r, content, true) end
    return finalize(r, OK)
end

local function send_page(r, code, status)
    local body = PAGES[code] or ""
    clear_entity(r)
    if body ~= "" then
        body = body .. tail(r.loc)
        if wants_padding(r, code) then body = body .. PADDING end
        r.headers_out.content_type = "text/html"
        r.headers_out.charset = nil
    end
    r.headers_out.content_length = #body
    r.status, r.status_line = status, nil
    return emit(r, body)
end

local UNSAFE_IN_REFRESH = "[%z\1-\32\"'<>\\%^`{|~\127-\255]"

local function hexadecimal(letter) return format("%%%02X", byte(letter)) end

-- A page that makes old MSIE follow (msie_refresh).
local function send_refresh(r)
    local target = gsub(r.headers_out.location or headers_out.first(r, "location"), UNSAFE_IN_REFRESH, hexadecimal)
    headers_out.set(r, "Location", nil)
    local body = '<html><head><meta http-equiv="Refresh" content="0; URL=' .. target
        .. '"></head><body></body></html>\r\n'
    clear_entity(r)
    r.headers_out.content_type, r.headers_out.content_length = "text/html", #body
    r.status, r.status_line = 200, nil
    return emit(r, body)
end

-- ---------------------------------------------------------------- error_page

local compiled = {} -- location → {status → {target, overwrite, args, constant}}

local function pages_of(loc)
    local known = compiled[loc]
    if known ~= nil then return known end
    known = false
    for _, entry in ipairs(loc.error_page or {}) do
        known = known or {}
        -- the first entry for a status counts
        known[entry.status] = known[entry.status] or {
            target = script.compile(entry.value), overwrite = entry.overwrite, args = entry.args,
            constant = type(entry.value) ~= "table",
        }
    end
    compiled[loc] = known
    return known
end

local function split_args(text)
    local mark = find(text, "?", 1, true)
    if not mark then return text, nil end
    return sub(text, 1, mark - 1), sub(text, mark + 1)
end

local function redirect_away(r, target, overwrite)
    local status = REDIRECTS[overwrite] and overwrite or 302
    headers_out.set(r, "Location", nil)
    r.headers_out.location = target
    if r.loc.msie_refresh and is_msie(r) then return send_refresh(r) end
    return send_page(r, status, status)
end

-- overwrite: nil keeps the status, 0 takes the new handler's, else the status to send.
local function send_error_page(r, entry, status)
    local phases = require "pyresty.http.phases"
    local overwrite = entry.overwrite
    if overwrite ~= 0 then
        r.status = overwrite or status
        r.err_status = r.status
    end
    r.status_line = nil
    local target = script.eval(r, entry.target)
    local first = byte(target, 1)
    if first == SLASH then
        local path, args = target, entry.args
        if not entry.constant or not args then path, args = split_args(target) end
        if r.method ~= "HEAD" then r.method = "GET" end
        return phases.redirect(r, path, args)
    end
    if first == AT then return phases.named(r, target) end
    return redirect_away(r, target, overwrite)
end

-- ---------------------------------------------------------------- entry

--- Answers with a status that no handler wrote a response for, and finalizes the request (or redirects it).
function special.send(r, status)
    local loc = r.loc
    r.err_status = nil
    if CLOSES[status] then r.keepalive = false end
    if NO_LINGER[status] then r.lingering = false end
    r.headers_out.content_type, r.headers_out.charset = nil, nil
    local pages = not r.error_page and pages_of(loc)
    if pages then
        if not loc.recursive_error_pages then r.error_page = true end
        local entry = pages[status]
        if entry then return send_error_page(r, entry, status) end
    end
    if loc.msie_refresh and (status == 301 or status == 302) and is_msie(r) then return send_refresh(r) end
    return send_page(r, status, INNER[status] and 400 or status)
end

--- nginx's page for a status as it is sent, without padding; nil for those that have none.
function special.page(r, status)
    local body = PAGES[status]
    return body and body .. tail(r.loc)
end

return special
