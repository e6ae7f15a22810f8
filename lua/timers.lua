-- One timer per object, in a heap; Python keeps a single loop timer for the earliest. An object's deadline that moves
-- later only changes a field: its heap entry is looked at again when it comes due.
local state = require "pyresty.state"
local ops = require "pyresty.ops"

local floor, push_op, ARM = math.floor, ops.push, ops.ARM

local SLACK = 0.0005 -- seconds; nginx's timers count milliseconds

local timers = {}
local keys, objects, n = {}, {}, 0
local armed -- monotonic time Python will call tick at, or nil

local function up(i, key, object)
    while i > 1 do
        local parent = floor(i / 2)
        if keys[parent] <= key then break end
        keys[i], objects[i] = keys[parent], objects[parent]
        i = parent
    end
    keys[i], objects[i] = key, object
end

local function pop()
    local key, object = keys[n], objects[n]
    keys[n], objects[n] = nil, nil
    n = n - 1
    if n == 0 then return end
    local i = 1
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

-- object.on_timer(object) is called after `seconds`, unless cleared or set anew before.
function timers.set(object, seconds)
    local deadline = state.mono + seconds
    object.deadline = deadline
    local queued = object.queued
    if queued and queued <= deadline then return end
    object.queued = deadline
    n = n + 1
    up(n, deadline, object)
end

function timers.clear(object) object.deadline = nil end

-- Fires what is due. Callbacks may set timers.
function timers.tick()
    armed = nil
    local due = state.mono + SLACK
    while n > 0 and keys[1] <= due do
        local key, object = keys[1], objects[1]
        pop()
        if object.queued == key then
            object.queued = nil
            local deadline = object.deadline
            if deadline then
                if deadline <= due then
                    object.deadline = nil
                    object.on_timer(object)
                else
                    object.queued = deadline
                    n = n + 1
                    up(n, deadline, object)
                end
            end
        end
    end
end

-- Called once at the end of an entry: has Python's timer to be moved earlier?
function timers.arm()
    if n > 0 and (not armed or keys[1] < armed - SLACK) then
        armed = keys[1]
        local delay = armed - state.mono
        push_op(ARM, 0, delay > 0 and delay or 0)
    end
end

function timers.count() return n end

return timers
