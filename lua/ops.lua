-- Operations for Python, collected while Lua runs and returned by the entry in one crossing:
-- a flat list of (op, id, a, b, c, d). The numbers are pyresty/vm/ops.py's.
local unpack = unpack or table.unpack

local STRIDE, LIMIT = 6, 600

local ops = {
    WAIT_READ = 1, -- id, fd: step(id, true) when readable
    WAIT_WRITE = 2, -- id, fd
    CANCEL = 3, -- id, fd: the wait is void
    CLOSE = 4, -- -, fd: stop its watchers and close it
    ARM = 5, -- -, seconds: call tick() then, instead of when said before
    PAUSE = 6, -- connection id: stop its read watcher
    RESUME = 7, -- connection id
    DROP = 8, -- connection id: close it
    CALL = 9, -- id, name, a, b, c: run a Python operation in a greenlet, step(id, …results)
    FRESH = 10, -- connection id, bytes: serve them in a new VM
    RETURN = 11, -- connection id, bytes, keep: a fresh VM is through with the connection
    TURN = 12, -- call end_turn when the descriptors that are ready in this turn of the loop have been served
    RELEASE = 13, -- the VM was told to retire, and nothing needs it any more
}

local list, n, from = {}, 0, 0 -- from: what was already taken of a list too long for one return

function ops.push(op, id, a, b, c, d)
    list[n + 1], list[n + 2], list[n + 3] = op, id or 0, a
    list[n + 4], list[n + 5], list[n + 6] = b, c, d
    n = n + STRIDE
end

-- What an entry returns: nothing when Python has nothing to do; a full LIMIT of values when there may be more.
function ops.take()
    if n == 0 then return end
    local first, left = from + 1, n - from
    if left <= LIMIT then
        local last = n
        n, from = 0, 0
        return unpack(list, first, last)
    end
    from = from + LIMIT
    return unpack(list, first, from)
end

return ops
