-- What runs now, shared by every module. Entries from Python refresh the clocks.
local io = require "pyresty.native".io

local clock, monotonic = io.clock, io.monotonic

local state = {
    r = nil, -- the current request
    thread = nil, -- the current light thread
    host = nil, -- Python's functions
    plan = nil, -- the compiled configuration
    now = 0, -- seconds since the epoch
    mono = 0, -- seconds of the monotonic clock, for timers
    exiting = false, -- the process, or this VM's part in it, is coming to its end
    console = nil, -- whether who has started the process is told of warnings and errors, too
}

-- What the process is: {pid, worker_id (nil in other processes), worker_count, type}. Read anew after the fork.
function state.know_process()
    local host = state.host
    state.process = {
        pid = host.pid(), worker_id = host.worker_id(), worker_count = host.worker_count(), type = host.process_type(),
    }
end

function state.touch()
    state.now, state.mono = clock(), monotonic()
end

return state
