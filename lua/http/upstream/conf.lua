-- What a location says to an upstream protocol (`proxy_*`, `fastcgi_*` …), gathered once from its merged values.
local script = require "pyresty.http.script"
local state = require "pyresty.state"
local cache = require "pyresty.http.upstream.cache"
local peers = require "pyresty.http.upstream.peers"

local NOTHING = {}
local TEMP_LEVELS = {1, 2}
local DEFAULT_MAX_FILE = 1024 * 1024 * 1024

local conf = {}

local function to_store(value)
    if not value or value == true then return value or nil end
    return script.compile(value)
end

--- The settings of `loc` under a prefix ("proxy"), for core.run. spec is the location's content; protocol a protocol.
function conf.compile(loc, spec, protocol)
    local prefix = protocol.name
    local function of(name) return loc[prefix .. "_" .. name] end
    local buffers = of "buffers" or {count = 8, size = 4096}
    local temp = of "temp_path"
    return {
        protocol = protocol, loc = loc, spec = spec, schema = spec.schema or protocol.schema,
        upstream = spec.upstream and peers.upstream(spec.upstream) or nil,
        url = spec.url and script.compile(spec.url) or nil,
        connect_timeout = of "connect_timeout", send_timeout = of "send_timeout", read_timeout = of "read_timeout",
        buffer_size = of "buffer_size", buffering = of "buffering", changes_buffering = of "buffering" ~= nil,
        buffers_size = buffers.count * buffers.size,
        max_temp_file_size = of "max_temp_file_size" or DEFAULT_MAX_FILE,
        temp_path = temp and temp.path or state.plan.prefix .. prefix .. "_temp",
        temp_levels = temp and temp.levels or TEMP_LEVELS,
        bind = script.compile(of "bind" or nil), socket_keepalive = of "socket_keepalive",
        next_upstream = of "next_upstream", next_tries = of "next_upstream_tries",
        next_timeout = of "next_upstream_timeout",
        intercept_errors = of "intercept_errors", ignore = of "ignore_headers" or NOTHING,
        hidden = of "hidden" or NOTHING, ignore_client_abort = of "ignore_client_abort",
        streams_body = of "request_buffering" == false, pass_headers = of "pass_request_headers" ~= false,
        pass_body = of "pass_request_body" ~= false, cache = cache.compile(loc, prefix),
        force_ranges = of "force_ranges", limit_rate = of "limit_rate" or 0,
        store = to_store(of "store"), store_access = of "store_access",
    }
end

return conf
