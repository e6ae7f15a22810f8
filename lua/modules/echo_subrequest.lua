-- Subrequests of echo_location and echo_subrequest. Their output, and what the parent writes after it started one that
-- it does not wait for, comes in the order of the commands (what nginx's postpone filter does).
local sched = require "pyresty.sched"
local headers_in = require "pyresty.http.headers_in"
local io = require "pyresty.native".io
local log = require "pyresty.http.log"
local output = require "pyresty.http.output"
local paths = require "pyresty.http.paths"
local phases = require "pyresty.http.phases"
local subrequest = require "pyresty.http.subrequest"
local uri = require "pyresty.http.uri"

local format = string.format
local type = type
local LOG_ERR = 4
local ERROR = -1

local subrequests = {}

-- ---------------------------------------------------------------- specifications

local function target(r, directive, text, args)
    if text == "" then return nil end
    local path, query = uri.parse_unsafe(text)
    if not path then
        log.debug(r, directive .. ' sees unsafe uri: "' .. text .. '"')
        return nil
    end
    return {uri = path, args = args or query, vars = {}}
end

--- URI [ARGS] → what subrequest.new takes | nil, which was logged under the directive's name.
function subrequests.location(r, directive, args)
    local spec = target(r, directive, args[1], args[2])
    if spec then
        spec.body, spec.body_file, spec.content_length = r.body, r.body_file, r.content_length
    end
    return spec
end

local function read_file(r, name)
    local path = paths.full(name)
    local fd, reason, code = io.open(path)
    if not fd then
        log.error(LOG_ERR, r, 'open() "' .. path .. '" failed (' .. code .. ": " .. reason .. ")")
        return nil
    end
    local size = io.fstat(fd)
    local data = io.pread(fd, 0, size)
    io.close(fd)
    return data
end

local function with_length(r, length)
    local headers, from = {n = 2, "Content-Length", format("%d", length)}, r.headers_in
    for i = 1, from.n, 2 do
        if headers_in.lower(from[i]) ~= "content-length" then
            local n = headers.n
            headers[n + 1], headers[n + 2], headers.n = from[i], from[i + 1], n + 2
        end
    end
    return headers
end

--- METHOD URI [-q ARGS] [-b BODY] [-f FILE] → what subrequest.new takes | nil, which was logged.
function subrequests.parse(r, directive, args)
    local options = {}
    for i = 3, #args, 2 do
        local name = args[i]
        if name ~= "-q" and name ~= "-b" and name ~= "-f" then
            log.error(LOG_ERR, r, "unknown option for echo_subrequest*: " .. name)
            return nil
        end
        options[name] = args[i + 1]
    end
    local spec = target(r, directive, args[2], options["-q"])
    if not spec then return nil end
    spec.method = args[1]
    local data = options["-b"]
    if (not data or data == "") and options["-f"] then
        data = read_file(r, options["-f"])
        if not data then return nil end
    end
    if data and data ~= "" then
        spec.body, spec.content_length, spec.headers_in = data, #data, with_length(r, #data)
    else
        spec.body, spec.body_file, spec.content_length = r.body, r.body_file, r.content_length
    end
    return spec
end

-- ---------------------------------------------------------------- output in order

local function append(r, slot)
    local slots = r.echo_slots
    slots.n = slots.n + 1
    slots[slots.n] = slot
end

--- Writes now, or behind the subrequests that have not ended → nil | ERROR
function subrequests.write(r, text)
    if r.echo_slots then return append(r, text) end
    local ok, err = output.write(r, text)
    if not ok and err ~= "header only" then return ERROR end
end

local function start(parent, spec)
    local sub = subrequest.new(parent, spec)
    sub.header_only = sub.method == "HEAD"
    return phases.start(sub)
end

local function start_waiting(thread, spec)
    spec.on_done = function() return sched.post(thread) end
    return start(thread.r, spec)
end

-- Starts one whose output is kept, and goes on at once.
local function start_collecting(thread, spec, slot)
    spec.encoder = subrequest.capture_encoder
    spec.on_done = function(sub)
        slot.pieces, slot.count = {subrequest.collected(sub)}, sub.collected_n > 0 and 1 or 0
        local waiter = slot.waiter
        if waiter then
            slot.waiter = nil
            return sched.post(waiter)
        end
    end
    start(thread.r, spec)
    return sched.post(thread)
end

--- In a light thread: starts the subrequests that r does not wait for, now that it is about to wait or has ended.
function subrequests.start(r)
    local slots = r.echo_slots
    if not slots then return end
    for i = 1, slots.n do
        local slot = slots[i]
        local spec = type(slot) == "table" and slot.spec
        if spec then
            slot.spec = nil
            sched.operate(start_collecting, spec, slot)
        end
    end
end

local function park(thread, slot) slot.waiter = thread end

local function emit(r, slot)
    if not slot.pieces then sched.operate(park, slot) end
    for i = 1, slot.count do r.encoder.body(r, slot.pieces[i]) end
end

--- Brings out what is held back, waiting for the subrequests → nil | ERROR
function subrequests.finish(r)
    local slots = r.echo_slots
    if not slots then return nil end
    subrequests.start(r)
    r.echo_slots = nil
    for i = 1, slots.n do
        local slot = slots[i]
        if type(slot) == "string" then
            local ok, err = output.write(r, slot)
            if not ok and err ~= "header only" then return ERROR end
        else
            emit(r, slot)
        end
    end
end

--- In a light thread: runs a subrequest whose body becomes part of r's. `wait`: returns when it has ended.
function subrequests.run(r, spec, wait)
    if subrequest.too_deep(r, spec.uri) then return ERROR end
    if wait then
        local status = subrequests.finish(r)
        if status then return status end
        spec.encoder = subrequest.inline_encoder
        sched.operate(start_waiting, spec)
        return nil
    end
    r.echo_slots = r.echo_slots or {n = 0}
    return append(r, {spec = spec})
end

return subrequests
