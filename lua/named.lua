-- Light threads that user code can name by their coroutines, those of ngx.thread.spawn, until the handler that made
-- them is through. r.users: coroutine → thread, or PAST when it was waited for or killed; [1]: how many it has had.
-- (What is run for every thread has no loops here: LuaJIT compiles nothing that runs into one.)
local state = require "pyresty.state"

local next, setmetatable, type = next, setmetatable, type

local loaded, new_table = pcall(require, "table.new")
if not loaded then new_table = function() return {} end end

local MANY = 256 -- threads of a handler, of which those that are past are then forgotten
local SPARE = 256
local PAST = {collected = true}
local ended = setmetatable({}, {__mode = "k"}) -- coroutines that may look alive and are not, or are forgotten: set
local recycled = setmetatable({}, {__mode = "k"}) -- coroutines that more than one thread has had: set
local spare, spare_count = {}, 0 -- tables of threads that are past

local named = {ended = ended}

local function sweep(users)
    local kept = new_table(1, 8)
    kept[1] = users[1]
    for co, thread in next, users do
        if thread == PAST then
            if not recycled[co] then ended[co] = true end
        elseif type(co) ~= "number" then
            kept[co] = thread
        end
    end
    return kept
end

function named.add(r, thread)
    local users = r.users
    if not users then
        users = new_table(1, 8)
        users[1], r.users = 0, users
    elseif users[1] % MANY == MANY - 1 then
        users = sweep(users)
        r.users = users
    end
    users[1] = users[1] + 1
    users[thread.co] = thread
end

--- The thread of the current request with that coroutine, PAST for one that was, or is another request's; or nil.
function named.find(co)
    local r = state.r
    local users = r and r.users
    local thread = users and users[co]
    return thread or (ended[co] or recycled[co]) and PAST or nil
end

--- A thread was waited for or killed. If it never was in an operation nobody else has its table, which is used again
--- with its coroutine.
function named.past(thread)
    local co = thread.co
    local users = thread.r.users
    if users then users[co] = PAST end
    if thread.wait == false and spare_count < SPARE then
        if not recycled[co] then recycled[co] = true end
        thread.r, thread.parent, thread.parent_co, thread.value = false, false, false, false
        spare_count = spare_count + 1
        spare[spare_count] = thread
    end
end

--- A table with its coroutine for another thread, or nil: r, parent, and parent_co are to be set.
function named.take()
    local thread = spare[spare_count]
    if not thread then return end
    spare[spare_count] = nil
    spare_count = spare_count - 1
    thread.dead, thread.collected, thread.ok, thread.waiter = false, false, true, false
    return thread
end

return named
