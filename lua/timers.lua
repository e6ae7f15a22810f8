-- One timer per object, in a heap; Python keeps a single loop timer for the earliest. An object's deadline that moves
-- later only changes a field: its heap entry is looked at again when it comes due.
local state = require "pyresty.state"
local ops = require "pyresty.ops"

local floor, push_op, ARM = math.floor, ops.push, ops.ARM

local SLACK = 0.0005 -- seconds; nginx's timers count milliseconds
local FEW = 1000 -- entries that nobody waits for and that may stay in the heap

local timers = {}
local keys, objects, n = {}, {}, 0
local idle = 0 -- entries of the heap that nobody waits for
local armed -- monotonic time Python will call tick at, or nil
local horizon -- while timers fire: up to which time
local AGAIN = 0.000001 -- seconds after the horizon: when a timer goes off that was set for it or before

local function up(i, key, object)
    while i > 1 do
        local parent = floor(i / 2)
        if keys[parent] <= key then break end
        keys[i], objects[i] = keys[parent], objects[parent]
        i = parent
    end
    keys[i], objects[i] = key, object
end

local function down(i, key, object)
    while true do
        local child = 2 * i
        if child > n then break end
        if child < n and keys[child + 1] < keys[child] then child = child + 1 end
        if keys[child] >= key then break end
        keys[i], objects[i] = keys[child], objects[child]
        i = child
    end
    keys[i], objects[i] = key, object
end

local function pop()
    local key, object = keys[n], objects[n]
    keys[n], objects[n] = nil, nil
    n = n - 1
    if n > 0 then down(1, key, object) end
end

local function push(key, object)
    object.queued = key
    n = n + 1
    up(n, key, object)
end

-- Drops what nobody waits for: it would keep its objects alive until their time.
local function compact()
    local kept = 0
    for i = 1, n do
        local key, object = keys[i], objects[i]
        local current = object.queued == key
        if current and object.deadline then
            kept = kept + 1
            keys[kept], objects[kept] = key, object
        elseif current then
            object.queued = nil
        end
    end
    for i = kept + 1, n do keys[i], objects[i] = nil, nil end
    n, idle = kept, 0
    for i = floor(n / 2), 1, -1 do down(i, keys[i], objects[i]) end
end

-- object.on_timer(object) is called after `seconds`, unless cleared or set anew before.
function timers.set(object, seconds)
    local deadline, queued = state.mono + seconds, object.queued
    if queued and not object.deadline then idle = idle - 1 end
    if horizon and deadline <= horizon then deadline = horizon + AGAIN end
    object.deadline = deadline
    if queued then
        if queued <= deadline then return end
        idle = idle + 1
    end
    return push(deadline, object)
end

function timers.clear(object)
    if not object.deadline then return end
    object.deadline = nil
    if object.queued then
        idle = idle + 1
        if idle > FEW and idle > n / 2 then compact() end
    end
end

local function due_now(object, key, due)
    if object.queued ~= key then
        idle = idle - 1
        return
    end
    object.queued = nil
    local deadline = object.deadline
    if not deadline then
        idle = idle - 1
    elseif deadline <= due then
        object.deadline = nil
        return object.on_timer(object)
    else
        return push(deadline, object)
    end
end

-- Fires what is due. Callbacks may set timers, which fire next time at the earliest.
function timers.expire()
    local due = state.mono + SLACK
    horizon = due
    while n > 0 and keys[1] <= due do
        local key, object = keys[1], objects[1]
        pop()
        due_now(object, key, due)
    end
    horizon = nil
end

-- Python's timer went off.
function timers.tick()
    armed = nil
    return timers.expire()
end

-- Called once at the end of an entry: has Python's timer to be moved earlier?
function timers.arm()
    if n > 0 and (not armed or keys[1] < armed - SLACK) then
        armed = keys[1]
        local delay = armed - state.mono
        push_op(ARM, 0, delay > SLACK + AGAIN and delay or 0)
    end
end

-- An entry failed: perhaps it was the tick, so that Python has no timer any more.
function timers.rearm() armed, horizon = nil, nil end

function timers.count() return n end

return timers
