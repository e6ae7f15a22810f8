-- Subrequests whose output has a place in their parent's (ngx_http_postpone_filter): they run side by side, and what
-- belongs behind one that is not through waits. The layer stands below the body filters that ask for them.
local layers = require "pyresty.http.layers"
local native = require "pyresty.native"
local phases = require "pyresty.http.phases"
local subrequest = require "pyresty.http.subrequest"

local type = type

local postpone = {}
local FILE_PIECE = 32768

-- r.postponed = {next, first, last, [i] = item}: an item is a string, {fd, offset, count}, or
-- {sub, n, [i] = bytes, through, had_output} of a subrequest.
local encoder = {}

local function pass(r, item)
    if type(item) == "table" then return r.postponed.next.file(r, item.fd, item.offset, item.count) end
    return r.postponed.next.body(r, item)
end

local function append(p, item)
    p.last = p.last + 1
    p[p.last] = item
end

local function flush_item(r, item)
    for i = 1, item.n do
        r.postponed.next.body(r, item[i])
        item[i] = nil
    end
    item.n = 0
end

-- Output of r for which nothing is left to wait leaves.
local function drain(r)
    local p = r.postponed
    while p.first <= p.last do
        local item = p[p.first]
        if type(item) == "table" and item.sub then
            flush_item(r, item)
            if not item.through then return end
        else
            pass(r, item)
        end
        p[p.first] = nil
        p.first = p.first + 1
    end
    if r.conn then r.conn.flush = true end
    if p.ended then
        p.ended = false
        p.next.last(r)
        return phases.release(r)
    end
end

local function is_empty(p) return p.first > p.last end

function encoder.head(r) return r.postponed.next.head(r) end
function encoder.body(r, data)
    local p = r.postponed
    if is_empty(p) then return p.next.body(r, data) end
    return append(p, data)
end
function encoder.file(r, fd, offset, count)
    local p = r.postponed
    if is_empty(p) then return p.next.file(r, fd, offset, count) end
    return append(p, {fd = fd, offset = offset, count = count})
end
function encoder.flush(r) return r.postponed.next.flush(r) end
function encoder.last(r)
    local p = r.postponed
    local behind = p.behind
    p.behind = nil
    if behind then postpone.subrequest(r, behind) end
    if is_empty(p) then return p.next.last(r) end
    p.ended = true
    return phases.hold(r)
end

-- ---------------------------------------------------------------- the subrequest's side

local ordered = {}
function ordered.head(sub)
    if sub.status == 0 then sub.status = 200 end
end
function ordered.body(sub, data)
    local item, parent = sub.postpone_item, sub.parent
    local p = parent.postponed
    item.had_output = true
    if p[p.first] == item then return p.next.body(parent, data) end
    item.n = item.n + 1
    item[item.n] = data
end
function ordered.file(sub, fd, offset, count)
    while count > 0 do
        local data = native.io.pread(fd, offset, count < FILE_PIECE and count or FILE_PIECE)
        if not data or data == "" then return end
        ordered.body(sub, data)
        offset, count = offset + #data, count - #data
    end
end
function ordered.last() end
function ordered.flush(sub) return sub.parent.encoder.flush(sub.parent) end

local function through(sub)
    local item = sub.postpone_item
    item.through = true
    local f = item.on_through
    drain(sub.parent)
    if f then return f(sub) end
end

--- Puts the layer in, from a header filter.
function postpone.install(r)
    if r.postponed then return end
    r.postponed = {first = 1, last = 0}
    return layers.insert(r, encoder, r.postponed)
end

--- A subrequest whose output stands here in that of r. spec: as of subrequest.launch; on_through(sub) is called when it
--- ended; before_finish(sub, had_output) when it is about to: true makes what it put out the response.
--- → it, not yet begun
function postpone.subrequest(r, spec)
    local item = {n = 0, through = false, on_through = spec.on_through}
    spec.encoder, spec.on_done = ordered, through
    append(r.postponed, item)
    local sub = subrequest.launch(r, spec)
    item.sub, sub.postpone_item = sub, item
    local finish = spec.before_finish
    if finish then sub.before_finish = function() return finish(sub, item.had_output or false) end end
    return sub
end

--- The same, behind all that r will send.
function postpone.behind(r, spec) r.postponed.behind = spec end

return postpone
