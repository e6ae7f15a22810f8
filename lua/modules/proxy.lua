-- ngx_http_proxy_module: HTTP/1 to upstream servers.
local headers_in = require "pyresty.http.headers_in"
local http_response = require "pyresty.http.upstream.http_response"
local conf_of = require "pyresty.http.upstream.conf"
local core = require "pyresty.http.upstream.core"
local redirects = require "pyresty.http.upstream.redirects"
local resolve = require "pyresty.http.upstream.resolve"
local script = require "pyresty.http.script"
local uri = require "pyresty.http.uri"

local concat, find, format, ipairs, lower, sub, type =
    table.concat, string.find, string.format, ipairs, string.lower, string.sub, type
local by_chunks, by_length, until_close = http_response.by_chunks, http_response.by_length, http_response.until_close

local DEFAULT_PORTS = {["http://"] = 80, ["https://"] = 443}

local proxy = {name = "proxy", secure_schema = "https://", schema = "http://"}
local module = {content = {}}

-- ---------------------------------------------------------------- the request

-- The arguments and the escaped path that come behind what `proxy_pass` says (ngx_http_proxy_create_request).
local function rest_of(r, from)
    local path = from > 0 and sub(r.uri, from + 1) or r.uri
    if r.internal or find(r.unparsed_uri, "%", 1, true) then path = uri.escape(path, 0) end
    local args = r.args
    if args and args ~= "" then return path .. "?" .. args end
    return path
end

local function request_uri(r, own, conf)
    if own == "" then
        if r.valid_unparsed_uri ~= false then return r.unparsed_uri end
        return rest_of(r, 0)
    end
    if conf.url then return own end
    if r.valid_location == false then return rest_of(r, 0) end
    return own .. rest_of(r, #conf.spec.location)
end

local function body_length(r, u)
    if u.body then return #u.body end
    if r.chunked and u.unbuffered then return nil end
    if r.content_length then return r.content_length end
    if r.main.chunked and not r.parent then return r.main.body_size end
    return nil
end

local function length_line(r, u)
    local length = body_length(r, u)
    return length and format("Content-Length: %.0f\r\n", length) or ""
end

local function chunked_line(r, u)
    return r.chunked and u.unbuffered and "Transfer-Encoding: chunked\r\n" or ""
end

local BODY_LINES = {length = length_line, chunked = chunked_line}

-- `Name: value` lines as parts: strings, or functions(r, u) → string.
local function compile_headers(list)
    local parts, n, known = {}, 0, {}
    local function add(part)
        if type(part) == "string" and type(parts[n]) == "string" then
            parts[n] = parts[n] .. part
        elseif part ~= "" then
            n = n + 1
            parts[n] = part
        end
    end
    for _, entry in ipairs(list) do
        local name, value = entry.name, entry.value
        known[lower(name)] = true
        if type(value) == "table" and value.body then
            add(BODY_LINES[value.body])
        else
            local compiled = script.compile(value)
            if type(compiled) == "function" then
                local prefix = name .. ": "
                add(function(r)
                    local text = compiled(r)
                    return text ~= "" and prefix .. text .. "\r\n" or ""
                end)
            elseif compiled ~= "" then
                add(name .. ": " .. compiled .. "\r\n")
            end
        end
    end
    return {parts = parts, n = n, known = known}
end

local lines = {} -- never live across an operation

-- The client's headers that no directive replaces.
local function pass_headers(r, n, known)
    local list = r.headers_in
    local lower_of = headers_in.lower
    for i = 1, list.n, 2 do
        local name = list[i]
        if not known[lower_of(name)] then
            lines[n + 1], lines[n + 2], lines[n + 3], lines[n + 4] = name, ": ", list[i + 1], "\r\n"
            n = n + 4
        end
    end
    return n
end

local function host_header(target)
    if sub(target.host, 1, 5) == "unix:" then return "localhost" end
    if target.no_port or target.port == DEFAULT_PORTS[target.schema] then return target.host end
    return target.host .. ":" .. format("%d", target.port)
end

-- The URL's parts are the request's own when it has variables.
local function own_url(u, conf)
    local target = u.target
    if target then return target.uri, target.schema end
    return conf.spec.uri, conf.spec.schema
end

function proxy.create_request(r, u, conf)
    local own, schema = own_url(u, conf)
    local path = request_uri(r, own, conf)
    if path == "" then
        require("pyresty.http.log").error(4, r, "zero length URI to proxy")
        return nil, 500
    end
    u.uri, u.schema = path, schema
    local method = u.method or conf.method and script.eval(r, conf.method) or r.method
    u.head = lower(method) == "head"
    if conf.set_body then
        u.body = script.eval(r, conf.set_body)
    else
        u.passes_body = conf.pass_body
    end
    lines[1], lines[2], lines[3], lines[4] = method, " ", path, conf.version
    local n = 4
    local own_headers = u.cacheable and conf.cache_headers or conf.headers
    local parts = own_headers.parts
    for i = 1, own_headers.n do
        local part = parts[i]
        n = n + 1
        lines[n] = type(part) == "string" and part or part(r, u)
    end
    if conf.pass_headers then n = pass_headers(r, n, own_headers.known) end
    lines[n + 1] = "\r\n"
    return concat(lines, "", 1, n + 1)
end

--- What a response is cached under when `proxy_cache_key` does not say.
function proxy.cache_key(r, u)
    local own, schema = own_url(u, u.conf)
    local host = u.target and host_header(u.target) or u.conf.spec.host_header
    return schema .. host .. request_uri(r, own, u.conf)
end

--- May the body be sent on while it arrives?
function proxy.may_stream_body(r, conf)
    return not conf.set_body and conf.pass_body and (not r.chunked or conf.http11)
        and (r.chunked or r.content_length) and true or false
end

-- ---------------------------------------------------------------- the response

local function settle(u)
    if u.chunked then u.content_length = nil end
    local status = u.status
    u.bodiless = status == 204 or status == 304 or u.head
    if u.bodiless or not u.chunked and u.content_length == 0 then u.keepalive = not u.connection_close end
    if status == 101 then
        u.keepalive = false
        u.upgrade = headers_in.get(u.r, "upgrade") ~= nil
    end
end

function proxy.read_header(u)
    local ok, message = http_response.read_header(u)
    if ok then
        settle(u)
        return true
    end
    if ok == false and u.status == 0 then -- what HTTP/0.9 servers send
        require("pyresty.http.upstream.socket").log(4, u, message, "reading response header from upstream")
        u.status, u.pos, u.connection_close, u.r.http_version = 200, 1, true, 9
        return true
    end
    return ok, message
end

function proxy.body_decoder(u)
    u.ends_with_connection = false
    if u.bodiless then
        u.left, u.finished = 0, true
        if #u.buf >= u.pos then u.excess = true end
        return by_length
    end
    if u.chunked then
        u.keepalive = not u.connection_close
        return by_chunks
    end
    local length = u.content_length
    if not length then
        u.ends_with_connection = true
        return until_close
    end
    u.left, u.keepalive = length, not u.connection_close
    if length == 0 then u.finished = true end
    return by_length
end

function proxy.excess(u)
    if u.chunked then return "upstream sent data after final chunk" end
    return 'upstream sent more data than specified in "Content-Length" header'
end

-- ---------------------------------------------------------------- URLs with variables

function proxy.parse_url(_, _, text)
    local scheme = lower(sub(text, 1, 7)) == "http://" and "http://"
        or lower(sub(text, 1, 8)) == "https://" and "https://" or nil
    if not scheme or #text == #scheme then return nil, 'invalid URL prefix in "' .. text .. '"' end
    local target, message = resolve.parse(sub(text, #scheme + 1), DEFAULT_PORTS[scheme])
    if not target then return nil, message .. ' in upstream "' .. sub(text, #scheme + 1) .. '"' end
    target.schema = scheme
    return target
end

-- ---------------------------------------------------------------- the handler

local function compile(loc, spec)
    local conf = conf_of.compile(loc, spec, proxy)
    conf.http11 = loc.proxy_http_version == 11
    conf.version = conf.http11 and " HTTP/1.1\r\n" or " HTTP/1.0\r\n"
    conf.method, conf.set_body = script.compile(loc.proxy_method), script.compile(loc.proxy_set_body)
    conf.headers = compile_headers(loc.proxy_headers)
    conf.cache_headers = conf.cache and compile_headers(loc.proxy_cache_headers)
    conf.passes_own = true -- Server and Date, where they are not hidden, are the upstream's or not there
    conf.rewrite_redirect = redirects.location(loc.proxy_redirect)
    conf.rewrite_cookie = redirects.cookie(loc)
    loc.proxy_conf = conf
    return conf
end

function module.content.proxy(r, spec)
    local loc = r.loc
    return core.run(r, loc.proxy_conf or compile(loc, spec))
end

-- ---------------------------------------------------------------- variables

local function spec_of(r)
    local content = r.loc.content
    return content and content.kind == "proxy" and content or nil
end

module.variables = {
    proxy_host = function(r)
        local u = r.upstream
        if u and u.target then return host_header(u.target) end
        local spec = spec_of(r)
        return spec and spec.host_header
    end,
    proxy_port = function(r)
        local u = r.upstream
        if u and u.target then return format("%d", u.target.port) end
        local spec = spec_of(r)
        return spec and spec.port
    end,
    proxy_add_x_forwarded_for = function(r)
        local seen = headers_in.all(r, "x-forwarded-for")
        local address = r.conn.address
        if #seen == 0 then return address end
        return concat(seen, ", ") .. ", " .. address
    end,
}

return module
