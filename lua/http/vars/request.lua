-- Variables of what the client sent.
local args = require "pyresty.http.args"
local headers_in = require "pyresty.http.headers_in"
local paths = require "pyresty.http.paths"
local native = require "pyresty.native"
local sizes = require "pyresty.http.sizes"

local byte, find, gsub, lower, sub = string.byte, string.find, string.gsub, string.lower, string.sub
local concat = table.concat
local format = string.format

local arg = args.get
local header, all_headers = headers_in.get, headers_in.all
local LOG_ERR = 4
local SPACE, EQUALS, SEMICOLON, COMMA = 32, 61, 59, 44

-- "user_agent" → "user-agent", kept: the names come from the configuration and the code.
local dashed_names, dashed_count = {}, 0

local function dashed(name)
    local known = dashed_names[name]
    if known then return known end
    known = gsub(lower(name), "_", "-")
    if dashed_count >= 2000 then dashed_names, dashed_count = {}, 0 end
    dashed_names[name] = known
    dashed_count = dashed_count + 1
    return known
end

local function joined(r, name, separator)
    local values = all_headers(r, name)
    if not values or not values[1] then return nil end
    if not values[2] then return values[1] end
    return concat(values, separator)
end

local function token_end(text, from, length)
    while from <= length do
        local c = byte(text, from)
        if c == SEMICOLON or c == COMMA then return from + 1 end
        from = from + 1
    end
    return from
end

local function skip_spaces(text, from)
    while byte(text, from) == SPACE do from = from + 1 end
    return from
end

-- The value of `name` (lower case) in one Cookie header (ngx_http_parse_multi_header_lines).
local function cookie_in(text, name)
    if not find(lower(text), name, 1, true) then return nil end
    local low, from, length, size = lower(text), 1, #text, #name
    while from <= length do
        if sub(low, from, from + size - 1) == name then
            local at = skip_spaces(text, from + size)
            if byte(text, at) == EQUALS then
                at = skip_spaces(text, at + 1)
                local stop = find(text, ";", at, true)
                return sub(text, at, stop and stop - 1 or length)
            end
            from = at
        end
        from = skip_spaces(text, token_end(text, from, length))
    end
end

local function cookie(r, name)
    local first = header(r, "cookie")
    if not first then return nil end
    local value = cookie_in(first, name)
    if value then return value end
    local values = all_headers(r, "cookie")
    for i = 2, #values do
        value = cookie_in(values[i], name)
        if value then return value end
    end
end

local prefixes = {
    arg_ = function(r, name)
        local text = r.args
        if not text or name == "" then return nil end
        return arg(text, name)
    end,
    http_ = function(r, name)
        local value = header(r, dashed(name))
        if value == nil and find(name, "_", 1, true) then return header(r, name) end
        return value
    end,
    cookie_ = cookie,
}

local variables = {}

function variables.http_cookie(r) return joined(r, "cookie", "; ") end

function variables.http_x_forwarded_for(r) return joined(r, "x-forwarded-for", ", ") end

variables.args = {
    get = function(r) return r.args end,
    set = function(r, value)
        r.args, r.valid_unparsed_uri = value, false
        r.args_changed = true
    end,
}

function variables.query_string(r) return r.args end

function variables.is_args(r)
    local text = r.args
    return text and text ~= "" and "?" or ""
end

function variables.uri(r) return r.uri end

variables.document_uri = variables.uri

function variables.request_uri(r) return r.main.unparsed_uri end

function variables.request(r)
    local line = r.main.request_line
    return line ~= "" and line or nil
end

function variables.request_method(r) return r.main.method end

function variables.server_protocol(r)
    return r.main.http_protocol or r.http_version == 20 and "HTTP/2.0" or nil
end

function variables.host(r) return r.host or r.server.name or "" end

function variables.content_type(r) return header(r, "content-type") end

function variables.content_length(r)
    local value = header(r, "content-length")
    if value then return value end
    local length = r.content_length
    if length and not (r.chunked and not r.body and not r.body_file) then
        return format("%.0f", length)
    end
end

function variables.request_body(r)
    if r.body_file then return nil end
    return r.body
end

function variables.request_body_file(r) return r.body_file end

function variables.request_length(r)
    local main = r.main
    return format("%.0f", (main.head_size or #main.raw_head) + (main.body_size or 0))
end

function variables.request_id(r)
    local main = r.main
    local id = main.request_id
    if not id then
        id = native.crypto.to_hex(native.crypto.random_bytes(16))
        main.request_id = id
    end
    return id
end

function variables.remote_user(r)
    local user = r.main.remote_user
    if user ~= nil then return user or nil end
    user = false
    local value = header(r, "authorization")
    if value and #value > 6 and lower(sub(value, 1, 6)) == "basic " then
        local at = skip_spaces(value, 7)
        local text = at <= #value and native.crypto.decode_base64(sub(value, at))
        local colon = text and find(text, ":", 1, true)
        user = colon and colon > 1 and sub(text, 1, colon - 1) or false
    end
    r.main.remote_user = user
    return user or nil
end

function variables.server_name(r) return r.server.name or "" end

variables.document_root = function(r) return paths.root(r) end

variables.realpath_root = function(r) return paths.real_root(r) end

variables.request_filename = function(r) return paths.filename(r) end

variables.limit_rate = {
    get = function(r) return format("%.0f", r.main.limit_rate or 0) end,
    set = function(r, value)
        local main, rate = r.main, sizes.parse(value or "")
        if not rate then
            require("pyresty.http.log").error(LOG_ERR, r, 'invalid $limit_rate "' .. (value or "") .. '"')
            return
        end
        main.limit_rate = rate
        if main.header_sent then require("pyresty.http.pace").begin(main) end
    end,
}

return {variables = variables, prefixes = prefixes, prepare = {http_ = dashed}, cookie = cookie}
