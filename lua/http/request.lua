-- A request at its beginning.
local state = require "pyresty.state"
local headers_out = require "pyresty.http.headers_out"
local recycled = require "pyresty.http.recycled"
local route = require "pyresty.http.route"

local next = next

local request = {count = 0} -- count: of all requests
local retired = false -- a request's table that is free when the entry is over

local function reset(r, c)
    local vars, subs = r.vars, r.subs
    if not vars or next(vars) ~= nil then vars = {} end
    if subs and subs[1] then subs = nil end
    r.conn, r.main, r.method, r.http_version, r.request_line, r.raw_head = c, r, "", 11, "", ""
    r.unparsed_uri, r.uri, r.args, r.exten, r.headers_in, r.header_index = "", "", nil, nil, false, nil
    r.content_length, r.chunked, r.host, r.keepalive = nil, nil, nil, true
    r.server, r.loc, r.phase, r.program, r.pc = c.default, c.default.root_loc, "", nil, 1
    r.vars, r.captures, r.status, r.header_sent, r.header_only, r.eof = vars, nil, 0, false, false, false
    r.headers_out, r.ctx, r.start, r.internal, r.bytes_sent = headers_out.new(r.headers_out), nil, state.now, false, 0
    r.body_bytes_sent, r.uri_changes, r.threads, r.running, r.result = 0, 0, 0, nil, nil
    r.encoder, r.chunked_out, r.body, r.body_read, r.done = c.encoder, false, nil, false, false
    r.entry, r.entry_status, r.users, r.subs, r.pending_captures = nil, nil, nil, subs, nil
    r.expect_continue, r.finishing, r.header_size, r.http_protocol, r.remote_user = nil, nil, nil, nil, nil
    r.seen_body_data, r.valid_location, r.no_default_type, r.set_args, r.script_quote = nil, nil, nil, nil, nil
    r.filter_data, r.filter_last, r.body_filter_over = nil, nil, nil
    r.socket, r.seen, r.allow_ranges, r.upstream, r.upstream_states, r.cleanup = nil, state.now, nil, nil, nil, nil
    r.body_cleans, r.status_line, r.disable_not_modified = nil, nil, nil
end

local kind = recycled.kind(reset, {default = {}})
local take, give = recycled.take, recycled.give

--- The next request of a connection.
function request.new(c)
    c.requests, request.count = c.requests + 1, request.count + 1
    return take(kind, c)
end

--- The request is through. If all its entries were seen (waits.lua), its table is free when this one is over: what it
--- has waited for otherwise may still know it, and so may subrequests in the background.
function request.retire(r)
    local subs = r.subs
    if r.seen == state.now and not (subs and subs[1]) then retired = r end
end

--- An entry begins.
function request.renew()
    if retired then
        local u = retired.upstream
        if u and not retired.grown then u.free(u) end
        give(kind, retired)
        retired = false
    end
end

--- The server a name chooses, by its Host header or the request line.
function request.choose_server(c, r)
    local server = route.find_server(c.listen, r.host, r)
    r.server = server
    r.loc = server.root_loc
end

return request
