-- A request's way: server rewrite, location, rewrite, access, content, filters (output), log. A location's handlers
-- are one flat array, its program (straight.lua); a handler returns nil to go on, a status to end with, WAIT when it
-- will call phases.continue later.
local cleanup = require "pyresty.http.cleanup"
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local timers = require "pyresty.timers"
local content_type = require "pyresty.http.content_type"
local refs = require "pyresty.http.ctx_refs"
local references = require "pyresty.vm_references"
local log = require "pyresty.http.log"
local output = require "pyresty.http.output"
local special = require "pyresty.http.special"
local headers_out = require "pyresty.http.headers_out"
local owned = require "pyresty.socket.owned"

local pairs, remove = pairs, table.remove
local sub = string.sub
local ERROR, OK, DECLINED, WAIT = -1, 0, -5, -2 -- WAIT is NGX_AGAIN's number
local MAX_URI_CHANGES = 10
local LOG_ERR, LOG_INFO = 4, 7

local phases = {WAIT = WAIT}
local content_handlers = {} -- kind → function(r, spec)

local run, finalize

-- ---------------------------------------------------------------- steps of a location's program

--- The client of a request that only waits has left (ngx_http_test_reading).
function phases.client_left(c)
    log.error(LOG_INFO, c.request, "client prematurely closed connection")
    c.broken = true
    return phases.terminate(c.request, 499)
end

local function go_on(waiter)
    waiter.r.conn.on_gone = nil
    return phases.continue(waiter.r, waiter.rc)
end

--- Goes on with a request after a time, with rc as its handler's answer. → WAIT
function phases.delay(r, seconds, rc)
    local waiter = {r = r, rc = rc, on_timer = go_on}
    timers.set(waiter, seconds)
    cleanup.add(r.main, function() return timers.clear(waiter) end)
    r.conn.on_gone = phases.client_left
    return WAIT
end

-- auth_delay: who has no right password is told so later. → WAIT, or nil where there is no delay
local function delayed(r)
    local seconds = r.loc.auth_delay
    if seconds == 0 then return nil end
    log.error(LOG_INFO, r, "delaying unauthorized request")
    return phases.delay(r, seconds, 401)
end

-- What an access handler's answer means under `satisfy`: nil goes on, a number ends the request.
function phases.access_result(r, rc)
    if rc == true then rc = OK end
    if not rc or rc == DECLINED then return end
    if r.loc.satisfy == "any" then
        if rc == OK then
            r.access_code = OK
            headers_out.remove(r, "www-authenticate")
            r.pc = r.loc.after_access
            return
        elseif rc == 403 or rc == 401 then
            if r.access_code ~= 401 then r.access_code = rc end
            return
        end
    elseif rc == OK then
        return
    end
    return rc == 401 and delayed(r) or rc
end

--- What the access handlers have left undecided (`satisfy any`).
function phases.post_access(r)
    local code = r.access_code
    r.access_code = nil
    if code and code ~= OK then
        if code == 403 then log.error(LOG_ERR, r, "access forbidden by rule") end
        return code == 401 and delayed(r) or code
    end
end

--- The end of the rewrite phase: looks for the location again when the URI was changed.
function phases.post_rewrite(r)
    if not r.uri_changed then return end
    r.uri_changes = r.uri_changes + 1
    if r.uri_changes > MAX_URI_CHANGES then
        log.error(LOG_ERR, r, 'rewrite or internal redirection cycle while processing "' .. r.uri .. '"')
        return 500
    end
    r.uri_changed = nil
    r.program, r.pc = r.server.find_program, 1
end

--- The content phase.
function phases.run_content(r)
    local loc = r.loc
    r.phase = "content"
    local spec = r.content or loc.content
    if spec then
        return phases.content(r, content_handlers[spec.kind], spec)
    end
    return 404
end

-- ---------------------------------------------------------------- the engine

function run(r)
    state.r = r
    r.running = true
    local rc = r.program[r.pc](r)
    r.running = nil
    if rc == WAIT then return end
    if rc == "exec" then return phases.follow(r) end
    return finalize(r, rc)
end
phases.run = run

-- A handler that answered WAIT is through: rc as a handler would have returned it.
function phases.continue(r, rc)
    if rc == nil then return run(r) end
    if rc == "exec" then return phases.follow(r) end
    return finalize(r, rc)
end

-- The end of a light thread that stands for a handler: its answer goes to `run` if that is on the stack.
function phases.answer(r, rc)
    if r.running then
        r.result = rc
    else
        return phases.continue(r, rc)
    end
end

-- Runs a built-in content handler in a light thread, so that it may wait.
local function content_done(thread, ok, rc)
    local r = thread.r
    r.threads = r.threads - 1
    if not ok then
        log.error(LOG_ERR, r, tostring(rc))
        rc = r.header_sent and ERROR or 500
    end
    return phases.answer(r, rc or OK)
end

function phases.content(r, handler, spec)
    if spec.direct then return handler(r, spec) end
    r.result = WAIT
    r.threads = r.threads + 1
    local thread = {r = r, finish = content_done, kind = "content"}
    r.entry = thread
    sched.start(thread, handler, r, spec)
    return r.result
end

function phases.start(r)
    local server = r.server
    r.loc = server.root_loc
    r.program, r.pc = server.program, 1
    r.phase = "server_rewrite"
    r.conn.action = nil
    return run(r)
end

-- ---------------------------------------------------------------- internal redirects

local function restart(r)
    r.internal = true
    r.ctx, r.captures, r.uri_changed, r.content, r.access_code = nil, nil, nil, nil, nil
    r.redirected = true
end

local function too_many(r)
    r.uri_changes = r.uri_changes + 1
    if r.uri_changes > MAX_URI_CHANGES then
        log.error(LOG_ERR, r, 'rewrite or internal redirection cycle while internally redirecting to "' .. r.uri .. '"')
        finalize(r, 500)
        return true
    end
end

-- ngx_http_internal_redirect
function phases.redirect(r, path, args)
    if too_many(r) then return end
    r.uri, r.args, r.valid_unparsed_uri = path, args, false
    r.exten = nil
    restart(r)
    return phases.start(r)
end

-- ngx_http_named_location
function phases.named(r, name)
    if too_many(r) then return end
    local loc = r.server.named and r.server.named[name]
    if not loc then
        log.error(LOG_ERR, r, 'could not find named location "' .. name .. '"')
        return finalize(r, 500)
    end
    restart(r)
    r.loc = loc
    r.program, r.pc = loc.program, 1
    return run(r)
end

-- What ngx.exec asked for.
function phases.follow(r)
    local target = r.exec
    r.exec = nil
    if sub(target.uri, 1, 1) == "@" then return phases.named(r, target.uri) end
    return phases.redirect(r, target.uri, target.args)
end

-- ---------------------------------------------------------------- the end

local function log_request(r)
    local handler = r.loc.log_request
    if not handler then return end
    r.phase = "log"
    state.r = r
    return handler(r)
end

local function clean_up(r)
    if r.ctx_refs then refs.release_all(r) end
    if r.socket then owned.release(r) end
    return cleanup.run(r)
end
phases.clean_up = clean_up

-- All output of the main request has been taken by the kernel (or the client is gone).
local function complete(r)
    r.done = true
    log_request(r)
    clean_up(r)
    if state.fresh then references.drop() end
    return r.conn.protocol.request_done(r.conn, r)
end
phases.complete = complete

-- Ends the request and its connection at once.
function phases.terminate(r, rc)
    local main = r.main
    if main.done then return end
    if rc and rc > 0 and main.status == 0 then main.status = rc end
    main.keepalive = false
    main.aborted = true
    sched.cancel_all(main)
    local conn = main.conn
    if main.eof and conn.transmit then conn.transmit(conn) end -- a whole response is out
    conn.protocol.discard_output(conn)
    return complete(main)
end

local function takes_status(rc)
    return rc >= 300 and rc ~= 408 and rc ~= 444 and rc ~= 499 or rc == 201 or rc == 204
end

-- A capture that ended with a status has that and no page, whatever error_page says.
local function captured(r, rc)
    if r.status == 0 then r.status = rc end
    local out = r.headers_out
    out.content_type, out.charset, out.content_length = nil, nil, nil
    content_type.default(r)
    headers_out.clear_last_modified(r)
    headers_out.remove(r, "accept-ranges")
    output.send_header(r)
    r.truncated = true
    return phases.sub_done(r, rc)
end

-- ngx_http_finalize_request
function finalize(r, rc)
    if r.done then return end
    state.r = r
    local before = r.before_finish
    if before and r.threads == 0 and rc ~= ERROR then -- may make the response itself (ngx_http_post_subrequest_t)
        r.before_finish = nil
        if before(r) then rc = OK end
    end
    if r.filter_status and not r.header_sent then return phases.failed_output(r) end
    if r.encoder.takes_status and not r.header_sent and takes_status(rc) then return captured(r, rc) end
    if rc == ERROR or rc == 499 or rc == 408 or rc == 444 then
        if r.parent and rc == ERROR and not r.output_failed then
            return phases.sub_done(r, rc)
        end
        return phases.terminate(r, rc)
    end
    if (rc >= 300 or rc == 201 or rc == 204) and not r.header_sent then
        special.send(r, rc)
        if r.filter_status and not r.header_sent then -- a header filter asked for another page
            local status = r.filter_status
            r.filter_status = nil
            if status < 200 then return phases.terminate(r, status) end
            headers_out.clean(r)
            return finalize(r, status)
        end
        if not r.eof or r.done or r.finishing then return end
        rc = OK
    end
    if not r.header_sent and rc ~= OK and rc >= 200 and r.status == 0 then r.status = rc end
    if not r.eof then
        local ok = output.finish(r)
        if not ok and not r.eof then return phases.failed_output(r) end
    end
    if r.threads > 0 then return end -- light threads go on; the last one finalizes
    if r.holds then
        r.held_rc, r.conn.flush = rc, true
        return
    end
    r.finishing = true
    if r.parent then return phases.sub_done(r, rc) end
    return r.conn.protocol.finish(r.conn, r)
end
phases.finalize = finalize

--- The request is not through before `release` was called as often, whatever its handlers say.
function phases.hold(r) r.holds = (r.holds or 0) + 1 end

function phases.release(r)
    r.holds = r.holds > 1 and r.holds - 1 or nil
    local rc = r.held_rc
    if r.holds or not rc then return end
    r.held_rc = nil
    return finalize(r, rc)
end

-- A filter refused: another page where none was sent yet, else the connection is cut.
function phases.failed_output(r)
    local status = r.filter_status
    r.filter_status = nil
    if status and status >= 200 and not r.header_sent then
        headers_out.clean(r)
        return special.send(r, status) -- 444 and its like too: it is no word of the handler
    end
    if r.parent and not r.output_failed then return phases.sub_done(r, ERROR) end
    return phases.terminate(r, ERROR)
end

-- Something of ours raised while r was current: 500 if it can still be said, else the end of the connection.
-- → whether there was such a request
function phases.rescue()
    local r = state.r
    local main = r and r.main
    state.r = nil
    if not main then return false end
    if main.on_last then -- a timer's
        sched.cancel_all(main)
        main.on_last(main)
        return true
    end
    local c = main.conn
    if not c or not c.protocol then return false end
    if main.done then
        if c.request == main then c.protocol.abandon(c) end
        return c.request == nil
    end
    main.running, main.conn.serving = nil, false
    main.uri_changes = 0
    sched.cancel_all(main)
    main.keepalive = false
    if main.header_sent then
        phases.terminate(main, ERROR)
    else
        headers_out.clean(main)
        main.error_page = true -- built-in page only
        finalize(main, 500)
    end
    return true
end

-- The main request knows a subrequest no longer.
local function forget(r)
    local subs = r.main.subs
    local n = subs and #subs or 0
    if n > 0 and subs[n] == r then
        subs[n] = nil
        return
    end
    for i = n - 1, 1, -1 do
        if subs[i] == r then return remove(subs, i) end
    end
end

-- A subrequest is through: its parent's thread, waiting in capture, is told.
function phases.sub_done(r, rc)
    if r.done then return end
    r.done = true
    forget(r)
    if r.loc.log_subrequest then log_request(r) end
    clean_up(r)
    return r.on_done(r, rc)
end

--- Takes in the content handlers of a module.
function phases.use(module)
    for kind, handler in pairs(module.content or {}) do content_handlers[kind] = handler end
end

return phases
