-- ngx_http_scgi_module: requests to SCGI servers, a netstring of parameters; HTTP or CGI comes back.
local cgi_response = require "pyresty.http.upstream.cgi_response"
local conf_of = require "pyresty.http.upstream.conf"
local core = require "pyresty.http.upstream.core"
local params = require "pyresty.http.upstream.params"

local concat, format = table.concat, string.format

local scgi = {name = "scgi", schema = "scgi://", read_header = cgi_response.read_header,
    body_decoder = cgi_response.body_decoder, excess = cgi_response.excess}
local module = {content = {}}

local pieces = {}

local function body_length(r)
    if r.content_length then return r.content_length end
    return r.main.chunked and not r.parent and r.main.body_size or 0
end

function scgi.create_request(r, u, conf)
    local list, n = params.collect(r, conf)
    for i = 1, n do pieces[i] = list[i] .. "\0" end
    u.passes_body, u.head = conf.pass_body, r.method == "HEAD"
    local length = conf.pass_body and body_length(r) or 0
    local text = format("CONTENT_LENGTH\0%.0f\0", length) .. concat(pieces, "", 1, n)
    return format("%d:", #text) .. text .. ","
end

function scgi.may_stream_body(r, conf) return conf.pass_body and not r.chunked and r.content_length ~= nil end

function scgi.cache_key() return "" end

function scgi.parse_url(_, _, text) return params.parse_url(text) end

local function compile(loc, spec)
    local conf = conf_of.compile(loc, spec, scgi)
    conf.params = params.compile(loc, "scgi")
    loc.scgi_conf = conf
    return conf
end

function module.content.scgi(r, spec)
    local loc = r.loc
    return core.run(r, loc.scgi_conf or compile(loc, spec))
end

return module
