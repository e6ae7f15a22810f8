-- ngx_http_fastcgi_module: requests to FastCGI servers.
local conf_of = require "pyresty.http.upstream.conf"
local core = require "pyresty.http.upstream.core"
local http_response = require "pyresty.http.upstream.http_response"
local log = require "pyresty.http.log"
local params = require "pyresty.http.upstream.params"
local pcre = require "pyresty.native".pcre
local records = require "pyresty.http.upstream.fastcgi_records"
local regex = require "pyresty.http.regex"
local socket = require "pyresty.http.upstream.socket"

local byte, find, gsub, sub = string.byte, string.find, string.gsub, string.sub
local LOG_ALERT, LOG_ERR, LOG_WARN = 2, 4, 5
local SLASH = 47
local READING_HEADER, READING = "reading response header from upstream", "reading upstream"

local fastcgi = {name = "fastcgi", schema = "fastcgi://", body_end = records.stdin_end}
local module = {content = {}}

-- ---------------------------------------------------------------- the request

function fastcgi.create_request(r, u, conf)
    local list, n = params.collect(r, conf)
    local data, size = records.params(list, n)
    if not data then
        log.error(LOG_ALERT, r, "fastcgi request record is too big: " .. size)
        return nil, 500
    end
    u.passes_body, u.head = conf.pass_body, r.method == "HEAD"
    return records.begin(conf.keep_conn) .. data
end

function fastcgi.body_frame(_, data) return records.stdin(data) end

function fastcgi.may_stream_body(r, conf)
    return conf.pass_body and (r.chunked or r.content_length ~= nil and r.content_length > 0)
end

function fastcgi.cache_key() return "" end

function fastcgi.parse_url(_, _, text) return params.parse_url(text) end

-- ---------------------------------------------------------------- the response

-- Text on standard error, without what ends it.
local function tell(u, text)
    local shown = gsub(text, "[\n\r. ]+$", "")
    socket.log(LOG_ERR, u, 'FastCGI sent in stderr: "' .. shown .. '"', u.header_done and READING or READING_HEADER)
    local caught = u.conf.catch_stderr
    for i = 1, caught and #caught or 0 do
        if find(text, caught[i], 1, true) then u.caught = true end
    end
end

local function begin(u)
    local reader = records.reader()
    reader.u = u
    u.reader, u.text, u.text_pos, u.header_done, u.caught, u.first_body = reader, "", 1, false, false, nil
    return reader
end

function fastcgi.read_header(u)
    local reader = u.reader
    if u.headers_n == 0 and u.status == 0 and not u.fastcgi_begun then
        reader = begin(u)
        u.fastcgi_begun = true
    end
    local text, message = records.feed(reader, sub(u.buf, u.pos), tell)
    u.buf, u.pos = "", 1
    if not text then return false, message end
    if u.caught then return false, "upstream sent a text on stderr that is caught" end
    u.text = sub(u.text, u.text_pos) .. text
    local ok
    ok, u.text_pos = http_response.read_lines(u, u.text, 1)
    if ok == false then return false, 'upstream sent invalid header: "' .. u.bad_line .. '..."' end
    if not ok then
        if reader.closed then return false, "upstream prematurely closed FastCGI stdout" end
        if reader.ended then return false, "upstream sent unexpected FastCGI record: 3" end
        if #u.text - u.text_pos + 1 >= u.conf.buffer_size then return false, "upstream sent too big header" end
        return nil
    end
    u.header_done, u.chunked, u.fastcgi_begun = true, nil, nil
    u.text = sub(u.text, u.text_pos)
    return http_response.cgi_status(u)
end

-- Body bytes up to the length that the header names.
local function limited(u, text)
    local left = u.left
    if not left then return text end
    if #text > left then
        if not u.told_excess then
            u.told_excess = true
            socket.log(LOG_WARN, u, 'upstream sent more data than specified in "Content-Length" header', READING)
        end
        text = sub(text, 1, left)
        u.finished = true
    end
    u.left = left - #text
    return text
end

local function check_end(u)
    local reader = u.reader
    if not reader.ended then return end
    u.finished = true
    if u.left and u.left > 0 then
        u.failed_at_end = "upstream prematurely closed FastCGI request"
        return
    end
    u.keepalive, u.excess = u.conf.keep_conn, reader.excess
end

local function decode(u, data)
    local text, message = records.feed(u.reader, data, tell)
    if not text then return nil, message end
    text = limited(u, text)
    if not u.finished then check_end(u) end
    return text
end

function fastcgi.body_decoder(u)
    u.ends_with_connection = not u.conf.keep_conn
    local status = u.status
    u.left = (status == 204 or status == 304 or u.head) and 0 or u.content_length
    u.first_body = limited(u, u.text)
    if not u.finished then check_end(u) end
    return decode
end

-- ---------------------------------------------------------------- the handler

local function compile(loc, spec)
    local conf = conf_of.compile(loc, spec, fastcgi)
    conf.params = params.compile(loc, "fastcgi")
    conf.keep_conn, conf.catch_stderr = loc.fastcgi_keep_conn, loc.fastcgi_catch_stderr
    loc.fastcgi_conf = conf
    return conf
end

function module.content.fastcgi(r, spec)
    local loc = r.loc
    return core.run(r, loc.fastcgi_conf or compile(loc, spec))
end

-- ---------------------------------------------------------------- variables

-- → the script's name, the path behind it (ngx_http_fastcgi_split)
local function split(r)
    local pattern = r.loc.fastcgi_split_path_info
    if not pattern then return r.uri, nil end
    local res = {}
    local from = pcre.exec(regex.compile(pattern).handle, r.uri, 1, res)
    if not from then return r.uri, "" end
    return res[1] or "", res[2] or ""
end

module.variables = {
    fastcgi_script_name = function(r)
        local script = split(r)
        local index = r.loc.fastcgi_index
        if index and index ~= "" and byte(script, -1) == SLASH then return script .. index end
        return script
    end,
    fastcgi_path_info = function(r)
        local _, path = split(r)
        return path or ""
    end,
}

return module
