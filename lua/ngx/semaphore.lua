-- require "ngx.semaphore": light threads wait for what others post; first come, first served.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local timers = require "pyresty.timers"
local guard = require "pyresty.ngx.guard"
local log = require "pyresty.http.log"

local error, format, getmetatable, newproxy, setmetatable = error, string.format, getmetatable, newproxy, setmetatable
local floor, match, tonumber, tostring, type = math.floor, string.match, tonumber, tostring, type
local LOG_DEBUG = 8

local semaphore = {version = "0.1.25"}
local class = {__index = semaphore}
local wait_phases = guard.phases("sem:wait")

-- What a semaphore has: {id = proxy, count = resources, queue = array of waiting threads (false: gave up), first, last,
-- waiting = how many}
local Resource = {}

local function address_of(id) return match(tostring(id), "0x(%x+)") or tostring(id) end

local function debugs() return log.enabled(LOG_DEBUG, nil) end

local function tell(text, ...) log.debug(nil, format(text, ...)) end

-- The proxies of all semaphores share this one's metatable.
local prototype = newproxy(true)
getmetatable(prototype).__gc = function(id)
    if id ~= prototype and debugs() then tell("in lua gc, semaphore %s", address_of(id)) end
end

--- semaphore.new(n?) → semaphore with n resources
function semaphore.new(n)
    n = floor(tonumber(n) or 0)
    if n < 0 then error("no negative number", 2) end
    local id = newproxy(prototype)
    if debugs() then tell("http lua semaphore new: %s, resources: %d", address_of(id), n) end
    local sem = setmetatable({id = id, count = n, queue = {}, first = 1, last = 0, waiting = 0}, Resource)
    return setmetatable({sem = sem}, class)
end

local function resource_of(self)
    local sem = type(self) == "table" and self.sem
    if type(sem) ~= "table" or getmetatable(sem) ~= Resource then error("not a semaphore instance", 3) end
    return sem
end

-- ---------------------------------------------------------------- waiting

local function leave(thread)
    local sem = thread.semaphore
    sem.queue[thread.place] = false
    sem.waiting = sem.waiting - 1
    thread.semaphore, thread.place, thread.on_cancel = nil, nil, nil
end

local function timed_out(thread)
    leave(thread)
    return sched.run(thread, false, "timeout")
end

local function cancelled(thread)
    if debugs() then tell "http lua semaphore cleanup" end
    return leave(thread)
end

local function enqueue(thread, sem, seconds)
    local place = sem.last + 1
    sem.queue[place], sem.last, sem.waiting = thread, place, sem.waiting + 1
    thread.semaphore, thread.place = sem, place
    thread.on_cancel, thread.on_timer = cancelled, timed_out
    timers.set(thread, seconds)
end

--- sem:wait(seconds) → true | nil, err | false, "timeout" after having waited
function semaphore.wait(self, seconds)
    local sem = resource_of(self)
    local r = state.r
    if not r or r.phase == "init" then error("no request found") end
    local ms = tonumber(seconds) * 1000
    if ms < 0 then error("no negative number", 2) end
    ms = floor(ms)
    if debugs() then
        tell("http lua semaphore wait: %s, timeout: %d, resources: %d, event posted: %d", address_of(sem.id), ms,
            sem.count, sem.posted and 1 or 0)
    end
    if not wait_phases[r.phase] then return nil, guard.refusal(r) end
    if sem.waiting == 0 and sem.count > 0 then
        sem.count = sem.count - 1
        return true
    end
    if ms == 0 then return nil, "timeout" end
    if debugs() then tell "http lua semaphore wait yielding" end
    local ok, err = sched.operate(enqueue, sem, ms / 1000)
    return ok, err
end

-- ---------------------------------------------------------------- posting

local function next_waiting(sem)
    while sem.first <= sem.last do
        local thread = sem.queue[sem.first]
        sem.queue[sem.first] = nil
        sem.first = sem.first + 1
        if thread then return thread end
    end
    sem.first, sem.last = 1, 0
end

-- nginx expires its timers before its posted events.
local function hand_out(sem)
    timers.expire()
    sem.posted = false
    if debugs() then
        tell("semaphore handler: wait queue: %sempty, resource count: %d", sem.waiting > 0 and "not " or "", sem.count)
    end
    while sem.waiting > 0 and sem.count > 0 do
        local thread = next_waiting(sem)
        leave(thread)
        timers.clear(thread)
        sem.count = sem.count - 1
        sched.run(thread, true)
    end
end

--- sem:post(n?) → true; those who wait go on when the running threads have given way.
function semaphore.post(self, n)
    local sem = resource_of(self)
    local count = n and tonumber(n) or 1
    if count < 1 then error("positive number required", 2) end
    count = floor(count)
    if debugs() then
        tell("http lua semaphore post: %s, n: %d, resources: %d", address_of(sem.id), count, sem.count)
    end
    sem.count = sem.count + count
    if sem.waiting > 0 and not sem.posted then
        sem.posted = true
        sched.at_last(hand_out, sem)
    end
    return true
end

--- sem:count() → resources, or how many wait as a negative number
function semaphore.count(self)
    local sem = resource_of(self)
    return sem.count - sem.waiting
end

return semaphore
