-- ngx_http_uwsgi_module: requests to uwsgi servers, in one packet of parameters; HTTP or CGI comes back.
local cgi_response = require "pyresty.http.upstream.cgi_response"
local conf_of = require "pyresty.http.upstream.conf"
local core = require "pyresty.http.upstream.core"
local log = require "pyresty.http.log"
local params = require "pyresty.http.upstream.params"

local char, concat, floor, lower, sub = string.char, table.concat, math.floor, string.lower, string.sub
local LOG_ALERT = 2
local MOST = 65535
local PLAIN, SECURE = "uwsgi://", "suwsgi://"

local uwsgi = {name = "uwsgi", schema = PLAIN, secure_schema = SECURE, read_header = cgi_response.read_header,
    body_decoder = cgi_response.body_decoder, excess = cgi_response.excess}
local module = {content = {}}

local function two_bytes(n) return char(n % 256, floor(n / 256) % 256) end

local pieces = {}

function uwsgi.create_request(r, u, conf)
    local list, n = params.collect(r, conf)
    local size = 0
    for i = 1, n do
        local text = list[i]
        pieces[2 * i - 1], pieces[2 * i] = two_bytes(#text), text
        size = size + 2 + #text
    end
    if size > MOST then
        log.error(LOG_ALERT, r, "uwsgi request is too big: " .. size)
        return nil, 500
    end
    u.passes_body, u.head = conf.pass_body, r.method == "HEAD"
    return char(conf.modifier1) .. two_bytes(size) .. char(conf.modifier2) .. concat(pieces, "", 1, 2 * n)
end

function uwsgi.may_stream_body(r, conf) return conf.pass_body and not r.chunked and r.content_length ~= nil end

function uwsgi.cache_key() return "" end

function uwsgi.parse_url(_, u, text)
    if lower(sub(text, 1, #SECURE)) == SECURE then
        u.schema, text = SECURE, sub(text, #SECURE + 1)
    elseif lower(sub(text, 1, #PLAIN)) == PLAIN then
        text = sub(text, #PLAIN + 1)
    end
    return params.parse_url(text)
end

local function compile(loc, spec)
    local conf = conf_of.compile(loc, spec, uwsgi)
    conf.params = params.compile(loc, "uwsgi")
    conf.modifier1, conf.modifier2 = loc.uwsgi_modifier1, loc.uwsgi_modifier2
    loc.uwsgi_conf = conf
    return conf
end

function module.content.uwsgi(r, spec)
    local loc = r.loc
    return core.run(r, loc.uwsgi_conf or compile(loc, spec))
end

return module
