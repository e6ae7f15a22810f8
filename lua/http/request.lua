-- A request at its beginning.
local state = require "pyresty.state"
local headers_out = require "pyresty.http.headers_out"
local route = require "pyresty.http.route"

local request = {count = 0} -- count: of all requests

--- The next request of a connection.
function request.new(c)
    c.requests, request.count = c.requests + 1, request.count + 1
    local r = {
        conn = c, main = false, method = "", http_version = 11, request_line = "", raw_head = "", unparsed_uri = "",
        uri = "", args = nil, exten = nil, headers_in = false, header_index = nil, content_length = nil, chunked = nil,
        host = nil, keepalive = true, server = c.default, loc = c.default.root_loc, phase = "",
        program = nil,
        pc = 1, vars = {}, captures = nil, status = 0, header_sent = false, header_only = false, eof = false,
        headers_out = headers_out.new(), ctx = nil, start = state.now, internal = false, bytes_sent = 0,
        body_bytes_sent = 0, uri_changes = 0, threads = 0, running = nil, result = nil, encoder = c.encoder,
        chunked_out = false, body = nil, body_read = false, done = false,
    }
    r.main = r
    return r
end

--- The server a name chooses, by its Host header or the request line.
function request.choose_server(c, r)
    local server = route.find_server(c.listen, r.host, r)
    r.server = server
    r.loc = server.root_loc
end

return request
