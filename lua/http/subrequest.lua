-- Subrequests: ngx.location.capture collects a response; echo_location's flows into the parent's output.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local refs = require "pyresty.http.ctx_refs"
local headers_out = require "pyresty.http.headers_out"
local log = require "pyresty.http.log"
local phases = require "pyresty.http.phases"
local recycled = require "pyresty.http.recycled"

local concat, type = table.concat, type
local take, give, keep = recycled.take, recycled.give, recycled.keep
local LOG_ERR, MAX_DEPTH = 4, 50

local subrequest = {}

-- ---------------------------------------------------------------- encoders

-- Collects: the response of a capture.
local capture = {takes_status = true}
function capture.head(r)
    if r.status == 0 then r.status = 200 end
    if r.method == "HEAD" or r.status == 204 or r.status == 304 then r.header_only = true end
end
function capture.body(r, data)
    local n = r.collected_n
    r.collected_n = n + 1
    if n == 0 then
        r.collected = data -- most often there is one piece
    elseif n == 1 then
        r.collected = {r.collected, data}
    else
        r.collected[n + 1] = data
    end
end
function capture.file(r, fd, offset, count)
    local io = require "pyresty.native".io
    while count > 0 do
        local data = io.pread(fd, offset, count < 32768 and count or 32768)
        if not data or data == "" then return end
        capture.body(r, data)
        offset, count = offset + #data, count - #data
    end
end
function capture.last() end
function capture.flush() end
subrequest.capture_encoder = capture

--- The body that was collected.
function subrequest.collected(r)
    local collected = r.collected
    if r.collected_n > 1 then return concat(collected, "", 1, r.collected_n) end
    return collected
end

-- Passes the body on to the parent's client; the header is dropped.
local inline = {}
function inline.head(r)
    if r.status == 0 then r.status = 200 end
end
function inline.body(r, data) return r.parent.encoder.body(r.parent, data) end
function inline.file(r, fd, offset, count) return r.parent.encoder.file(r.parent, fd, offset, count) end
function inline.last() end
function inline.flush(r) return r.parent.encoder.flush(r.parent) end
subrequest.inline_encoder = inline

-- Wants the status and the header alone.
local head_only = {}
function head_only.head(r)
    if r.status == 0 then r.status = 200 end
    r.header_only = true
end
function head_only.last() end
function head_only.flush() end
head_only.body, head_only.file = head_only.last, head_only.last
subrequest.head_encoder = head_only

-- ---------------------------------------------------------------- making one

local function depth_of(r)
    local depth = 0
    while r.parent do
        r, depth = r.parent, depth + 1
    end
    return depth
end

local function reset(sub, r, spec)
    local main = r.main
    sub.conn, sub.main, sub.parent, sub.method = r.conn, main, r, spec.method or "GET"
    sub.http_version, sub.request_line, sub.raw_head = main.http_version, main.request_line, main.raw_head
    sub.unparsed_uri = main.unparsed_uri
    sub.uri, sub.args, sub.headers_in = spec.uri, spec.args, spec.headers_in or r.headers_in
    sub.private_headers, sub.content_length, sub.host = spec.headers_in ~= nil, spec.content_length, r.host
    sub.keepalive, sub.server, sub.loc, sub.valid_unparsed_uri = false, r.server, r.server.root_loc, false
    sub.phase, sub.pc, sub.vars, sub.status, sub.header_sent = "", 1, spec.vars or r.vars, 0, false
    sub.headers_out = headers_out.new(sub.headers_out)
    sub.header_only, sub.eof, sub.ctx, sub.start = false, false, spec.ctx, state.now
    sub.internal, sub.bytes_sent, sub.body_bytes_sent, sub.uri_changes, sub.threads = true, 0, 0, 0, 0
    sub.encoder, sub.chunked_out, sub.body, sub.body_file = spec.encoder or capture, false, spec.body, spec.body_file
    sub.body_read, sub.done, sub.collected, sub.collected_n, sub.on_done = true, false, "", 0, spec.on_done
    sub.job, sub.job_index, sub.program, sub.result, sub.running, sub.entry = nil, nil, nil, nil, nil, nil
    sub.exten, sub.captures, sub.truncated, sub.entry_status, sub.finishing = nil, nil, nil, nil, nil
    sub.seen_body_data, sub.valid_location, sub.no_default_type, sub.set_args = nil, nil, nil, nil
end

local kind = recycled.kind(reset, {main = {}, server = {}}, {})

--- A subrequest of r, not started: spec = {uri, args, method, encoder, vars, ctx, body, headers_in, on_done}
function subrequest.new(r, spec)
    if r.parent then keep(r) end
    return take(kind, r, spec)
end

-- → an error text when the subrequests of r nest too deep
function subrequest.too_deep(r, uri)
    if depth_of(r) >= MAX_DEPTH then
        log.error(LOG_ERR, r, 'lua subrequests cycle while processing "' .. uri .. '"')
        return true
    end
end

local function result(sub)
    local header, body = headers_out.to_table(sub), subrequest.collected(sub)
    return {
        status = sub.status, header = header, body = body,
        truncated = sub.truncated or sub.withheld or false,
    }
end

local function start(sub)
    if not sub.done then return phases.start(sub) end
end

--- f(sub) later in this turn of the loop; until its end the main request knows of the subrequest.
function subrequest.begin_later(sub, f)
    local main = sub.main
    local subs = main.subs
    if not subs then
        subs = {}
        main.subs = subs
    end
    subs[#subs + 1] = sub
    return sched.later(f, sub)
end

-- Makes a subrequest of r that begins later in this turn of the loop; spec.on_done(sub, rc) is called at its end.
function subrequest.launch(r, spec)
    local sub = subrequest.new(r, spec)
    if spec.ctx then refs.note(sub) end
    subrequest.begin_later(sub, start)
    return sub
end

local function note_status(sub, rc)
    if type(rc) == "number" and (rc >= 300 or rc == -1) and sub.status == 0 then
        sub.status = rc == -1 and 500 or rc
    end
end

local function start_capture(thread, spec)
    local r = thread.r
    thread.capturing = true
    local sub = subrequest.launch(r, spec)
    if log.enabled(8, r) then log.debug(r, 'lua http subrequest "' .. log.target(sub) .. '"') end
    return sub
end

-- The only capture is through: the thread that waits gets its result. One that never waited nobody else has.
local function captured(sub, rc)
    note_status(sub, rc)
    local thread = sub.job
    if thread.dead then return end
    thread.capturing = false
    sched.post(thread, result(sub))
    if sub.start == state.now then give(kind, sub) end
end

local function start_one(thread, spec)
    spec.on_done = captured
    start_capture(thread, spec).job = thread
end

sched.discreet(start_one)

--- In a light thread: runs a subrequest. → {status, header, body, truncated}
function subrequest.capture(spec) return sched.operate(start_one, spec) end

-- One of several captures is through: takes its result, and wakes the thread when it was the last.
local function one_captured(sub, rc)
    note_status(sub, rc)
    local job = sub.job
    local thread = job.thread
    job.results[sub.job_index] = result(sub)
    job.pending = job.pending - 1
    if job.pending == 0 and not thread.dead then
        thread.capturing = false
        return sched.post(thread, job.results)
    end
end

local function start_all(thread, specs)
    local count = #specs
    local job = {thread = thread, results = {}, pending = count}
    for i = 1, count do
        local spec = specs[i]
        spec.on_done = one_captured
        local sub = start_capture(thread, spec)
        sub.job, sub.job_index = job, i
    end
end

--- In a light thread: runs subrequests side by side. → array of {status, header, body, truncated}
function subrequest.capture_all(specs) return sched.operate(start_all, specs) end

-- In a light thread: runs one whose body flows into the parent's output.
local function start_inline(thread, spec)
    spec.on_done = function()
        if not thread.dead then return sched.post(thread) end
    end
    return phases.start(subrequest.new(thread.r, spec))
end
function subrequest.run_inline(spec)
    spec.encoder = inline
    return sched.operate(start_inline, spec)
end

return subrequest
