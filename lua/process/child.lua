-- A child process and its pipes, as ngx.pipe has them. Its end is known from a descriptor that becomes readable then.
local cleanup = require "pyresty.http.cleanup"
local state = require "pyresty.state"
local ops = require "pyresty.ops"
local sched = require "pyresty.sched"
local log = require "pyresty.http.log"
local reader = require "pyresty.socket.reader"
local io = require "pyresty.native".io

local concat, find, format, ipairs, pairs, sub, tostring =
    table.concat, string.find, string.format, ipairs, pairs, string.sub, tostring
local feed, take_all = reader.feed, reader.take_all
local LOG_ERR, LOG_NOTICE, LOG_DEBUG = 4, 6, 8
local SIGCHLD, SIGKILL = 17, 9
local EINVAL, ESRCH = 22, 3
local CHUNK = 65536

local child = {}

local function debugs(r, text, ...)
    if log.enabled(LOG_DEBUG, r) then log.debug(r, format(text, ...)) end
end

local function address_of(t)
    local text = tostring(t)
    return (sub(text, (find(text, "0x", 1, true) or -1) + 2):upper())
end

local function close_fd(fd) ops.push(ops.CLOSE, 0, fd) end

-- ---------------------------------------------------------------- life

local function stream(fd, name) return fd and {fd = fd, name = name, buffer = reader.new()} end

local function exited(p)
    close_fd(p.exit_fd)
    p.exit_fd = nil
    p.reason, p.status = state.host.process_reap(p.pid)
    log.error(LOG_NOTICE, nil, format("signal %d (SIGCHLD) received from %d", SIGCHLD, p.pid))
    debugs(nil, "lua pipe SIGCHLD fd read pid:%d status:%d", p.pid, p.status)
    p.dead = true
    local waiter = p.waiter
    if waiter then
        debugs(nil, "lua pipe resume process:%s waiting for %d", p.id, p.pid)
        return sched.unpark(waiter, true)
    end
end

-- A pipe is closed by us: who waits at it is told that it was "aborted", or "closed" by the end of the process.
local function close_stream(p, s)
    local fd = s and s.fd
    if not fd then return end
    local thread = s.thread
    if not thread then
        s.fd = nil
        return close_fd(fd)
    end
    debugs(nil, "lua pipe abort blocking operation pipe_ctx:%s ev:%s", address_of(s), address_of(thread))
    return sched.interrupt(thread, nil, p.dead and "closed" or "aborted")
end

local function finalize(p)
    debugs(nil, "lua pipe finalize process:%s pid:%d", p.id, p.pid)
    p.dead = true
    close_stream(p, p.stdin)
    close_stream(p, p.stdout)
    close_stream(p, p.stderr)
    p.closed = true
end

-- Kills the process if it still runs, and gives up what belongs to it.
function child.destroy(p)
    if p.destroyed then return end
    p.destroyed = true
    if p.r.children then p.r.children[p] = nil end
    debugs(nil, "lua pipe destroy process:%s pid:%d", p.id, p.pid)
    if not p.dead then
        debugs(nil, "lua pipe kill process:%s pid:%d", p.id, p.pid)
        local code, text = state.host.process_kill(p.pid, SIGKILL)
        if code ~= 0 and code ~= ESRCH then
            log.error(LOG_ERR, nil, format("lua pipe failed to kill process:%s pid:%d (%d: %s)", p.id, p.pid, code,
                text))
        end
    end
    return finalize(p)
end

local function destroy_all(r)
    for p in pairs(r.children) do child.destroy(p) end
end

local function belongs_to(p, r)
    p.r = r
    cleanup.set(r, "children", destroy_all)[p] = true
end

--- Starts a program for a request. arguments, environ (nil: ours): strings that NUL ends. id: what logs call it.
--- → process | nil, err
function child.spawn(r, arguments, environ, merge, buffer_size, id)
    local pid, exit_fd, stdin, stdout, stderr, problem = state.host.process_spawn(arguments, environ, merge)
    if not pid then return nil, exit_fd end
    if problem then
        local call = environ and "execvpe" or "execvp"
        log.error(LOG_ERR, nil, "lua pipe child " .. call .. "() failed while executing " .. problem)
    end
    local p = {
        pid = pid, exit_fd = exit_fd, merged = merge, id = address_of(id), on_ready = exited,
        stdin = stream(stdin, "stdin"), stdout = stream(stdout, "stdout"), stderr = stream(stderr, "stderr"),
    }
    belongs_to(p, r.main)
    sched.watch_read(p, exit_fd)
    debugs(nil, "lua pipe spawn process:%s pid:%d merge_stderr:%d buffer_size:%d", p.id, pid, merge and 1 or 0,
        buffer_size)
    return p
end

-- ---------------------------------------------------------------- reading and writing

local function cancelled(thread)
    local s, action = thread.stream, thread.action
    debugs(nil, "lua pipe proc %s cleanup", action)
    s.thread, thread.stream, thread.on_cancel = nil, nil, nil
end

-- Waits at one end of a pipe. → true | nil, "timeout" | nil, "aborted" | nil, "closed"
local function wait_at(p, s, action, wait, ms)
    local r, thread = state.r, state.thread
    local verb = action == "write" and "write" or "read"
    s.thread, thread.stream, thread.action, thread.on_cancel = thread, s, action, cancelled
    if ms > 0 then
        debugs(r, "lua pipe add timer for %s: %d(ms) process:%s pid:%d pipe:%s", verb == "read" and "reading" or
            "writing", ms, p.id, p.pid, address_of(s))
    end
    debugs(r, "lua pipe %s yielding process:%s pid:%d pipe:%s", verb, p.id, p.pid, address_of(s))
    local ok, err = wait(s.fd, ms > 0 and ms / 1000 or nil)
    s.thread, thread.stream, thread.on_cancel = nil, nil, nil
    return ok, err
end

-- All that the pipe holds now. → true | nil, "again" | nil, err
local function fill(p, s)
    local data, err, code = io.read(s.fd, CHUNK)
    if data then
        feed(s.buffer, data)
        return true
    end
    if err == "again" then return nil, "again" end
    if code == 0 then
        debugs(nil, "lua pipe closed pipe:%s", address_of(s))
        s.eof = true
        return true
    end
    debugs(nil, "lua pipe read data error pipe:%s (%d: %s)", address_of(s), code, io.strerror(code))
    return nil, io.strerror(code), p
end

-- What was read when the reader could not have what it wants.
local function partial(s, err)
    return nil, err, take_all(s.buffer)
end

-- The process was waited for meanwhile: the reader gets what is left.
local function last_words(p, s)
    while not s.eof and fill(p, s) do end -- luacheck: ignore 542
    close_fd(s.fd)
    s.fd = nil
    return partial(s, "closed")
end

-- → true | nil, err, what there is
local function more(p, s, ms)
    local ok, err = fill(p, s)
    if ok then return true end
    if err ~= "again" then return partial(s, err) end
    ok, err = wait_at(p, s, "read " .. s.name, sched.wait_read, ms)
    if ok then return true end
    if err == "aborted" then
        close_fd(s.fd)
        s.fd = nil
    elseif err == "closed" then
        return last_words(p, s)
    end
    return partial(s, err)
end

--- Reads from stream "stdout" or "stderr" what take(buffer, argument) finds; at the pipe's end at_end(buffer), if
--- given. ms: time limit of each wait, 0 for none. → data | nil, err, partial
function child.read(p, name, take, argument, at_end, ms)
    debugs(state.r, "lua pipe read process:%s pid:%d", p.id, p.pid)
    if p.closed then return nil, "closed" end
    if p.merged and name == "stderr" then return nil, "merged to stdout" end
    local s = p[name]
    if not s.fd then return nil, "closed" end
    if s.thread then return nil, "pipe busy reading" end
    while true do
        local data = take and take(s.buffer, argument)
        if data then return data end
        if s.eof then
            if at_end then return at_end(s.buffer) end
            return partial(s, "closed")
        end
        local ok, err, rest = more(p, s, ms)
        if not ok then return nil, err, rest end
    end
end

-- → position behind what the pipe took | nil, err
local function write_from(p, s, data, from, ms)
    while from <= #data do
        local piece = sub(data, from, from + CHUNK - 1)
        local written, err, code, before = io.write(s.fd, piece)
        from = from + (written or before)
        if not written then
            if err ~= "again" then
                debugs(nil, "lua pipe write data error pipe:%s (%d: %s)", address_of(s), code, io.strerror(code))
                return nil, err == "closed" and "closed" or io.strerror(code)
            end
            local ok
            ok, err = wait_at(p, s, "write", sched.wait_write, ms)
            if not ok then
                if err ~= "timeout" then
                    close_fd(s.fd)
                    s.fd = nil
                end
                return nil, err
            end
        end
    end
    return from
end

--- Writes all of data to the program's stdin. → number of bytes | nil, err
function child.write(p, data, ms)
    debugs(state.r, "lua pipe write process:%s pid:%d", p.id, p.pid)
    if p.closed then return nil, "closed" end
    local s = p.stdin
    if not s.fd then return nil, "closed" end
    if s.thread then return nil, "pipe busy writing" end
    local ok, err = write_from(p, s, data, 1, ms)
    if not ok then return nil, err end
    return #data
end

--- Closes our end of "stdin", "stdout" or "stderr". → true | nil, err
function child.shutdown(p, name)
    if p.closed then return nil, "closed" end
    if p.merged and name == "stderr" then return nil, "merged to stdout" end
    close_stream(p, p[name])
    return true
end

-- ---------------------------------------------------------------- the end of the process

local function wait_cancelled(thread)
    debugs(nil, "lua pipe proc wait cleanup")
    thread.waits_process.waiter, thread.waits_process, thread.on_cancel = nil, nil, nil
end

--- Waits for the end of the process and closes its pipes. → whether the status is 0, "exit" or "signal", status |
--- nil, err
function child.wait(p, ms)
    debugs(state.r, "lua pipe wait process:%s pid:%d", p.id, p.pid)
    if p.closed then return nil, "exited" end
    if p.waiter then return nil, "pipe busy waiting" end
    if not p.reason then
        local thread = state.thread
        p.waiter, thread.waits_process, thread.on_cancel = thread, p, wait_cancelled
        if ms > 0 then
            debugs(state.r, "lua pipe add timer for waiting: %d(ms) process:%s pid:%d", ms, p.id, p.pid)
        end
        debugs(state.r, "lua pipe wait yielding process:%s pid:%d", p.id, p.pid)
        local ok = sched.park(ms > 0 and ms / 1000 or nil)
        p.waiter, thread.waits_process, thread.on_cancel = nil, nil, nil
        if not ok then return nil, "timeout" end
    end
    finalize(p)
    return p.status == 0, p.reason, p.status
end

--- Sends a signal. → true | nil, err
function child.kill(p, number)
    if p.destroyed or p.dead then return nil, "exited" end
    local code, text = state.host.process_kill(p.pid, number)
    if code == 0 then return true end
    if code == EINVAL then return nil, "invalid signal" end
    if code == ESRCH then return nil, "exited" end
    return nil, text
end

--- The strings of a list, up to its first hole, as child.spawn takes them.
function child.pack(list)
    local out = {}
    for i, text in ipairs(list) do out[i] = text .. "\0" end
    return concat(out)
end

return child
