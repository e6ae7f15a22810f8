-- Where ngx.exec, ngx.location.capture, ngx.redirect and ngx.req.set_uri lead to: URIs and arguments from user code.
local encode_args = require "pyresty.http.args".encode
local log = require "pyresty.http.log"
local parse_unsafe = require "pyresty.http.uri".parse_unsafe

local byte, find = string.byte, string.find
local tostring, type = tostring, type

local LOG_ERR = 4

-- ngx_lua's numbers of the phases, which some libraries compare with.
local RAW_PHASES = {
    set = 0x1, rewrite = 0x2, access = 0x4, content = 0x8, log = 0x10, header_filter = 0x20, body_filter = 0x40,
    timer = 0x80, init_worker = 0x100, balancer = 0x200, ssl_cert = 0x400, ssl_session_store = 0x800,
    ssl_session_fetch = 0x1000, exit_worker = 0x2000, ssl_client_hello = 0x4000, server_rewrite = 0x8000,
    proxy_ssl_cert = 0x10000, proxy_ssl_verify = 0x20000, precontent = 0x40000,
}

local target = {}

function target.raw_phase(phase) return RAW_PHASES[phase] end

--- Path and arguments of a URI, or nil when it is unsafe (which is logged when `tell`).
function target.parse(r, uri, tell)
    local path, args = parse_unsafe(uri)
    if not path and tell then log.error(LOG_ERR, r, 'unsafe URI "' .. uri .. '" was detected') end
    return path, args
end

--- The query string that an `args` argument stands for: string, number, table or nil. → string (nil for nil) | nil,
--- message, true when the argument itself is of a wrong type
function target.args(value)
    local kind = type(value)
    if value == nil or kind == "string" then return value end
    if kind == "number" then return tostring(value) end
    if kind == "table" then return encode_args(value) end
    return nil, "string, number, or table expected, but got " .. kind, true
end

--- The first byte of a URI that must not get into a header or a log, a control character other than TAB; nil: none.
function target.unsafe_byte(uri)
    local at = find(uri, "[%z\1-\8\10-\31\127]")
    return at and byte(uri, at)
end

return target
