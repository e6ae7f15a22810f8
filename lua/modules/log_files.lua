-- Access log files whose names have variables: opened for each line, or kept open by open_log_file_cache.
local state = require "pyresty.state"
local io = require "pyresty.native".io
local timers = require "pyresty.timers"

local next = next

local log_files = {}

-- ---------------------------------------------------------------- the cache

-- cache: {max, inactive, min_uses, valid (seconds)} of the plan; entries: name → {fd or nil, uses, used (turn of the
-- last use), checked (seconds), ino}

local function forget(entry)
    timers.clear(entry)
    entry.entries[entry.name] = nil
    entry.cache.count = entry.cache.count - 1
    if entry.fd then io.close(entry.fd) end
end

local function drop_oldest(cache)
    local oldest
    for _, entry in next, cache.entries do
        if not oldest or entry.used < oldest.used then oldest = entry end
    end
    return forget(oldest)
end

local function entry_of(cache, name)
    local entry = cache.entries[name]
    if entry then return entry end
    if cache.count >= cache.max then drop_oldest(cache) end
    entry = {name = name, uses = 0, cache = cache, entries = cache.entries, on_timer = forget}
    cache.entries[name], cache.count = entry, cache.count + 1
    return entry
end

-- Does the name still lead to the file that is open?
local function is_current(entry)
    if state.mono - entry.checked < entry.cache.valid then return true end
    entry.checked = state.mono
    local size, _, _, _, ino = io.stat(entry.name)
    return size and ino == entry.ino
end

local function open(entry)
    local fd, message = state.host.open_append(entry.name)
    if not fd then
        forget(entry)
        return nil, message
    end
    local _, _, _, _, ino = io.fstat(fd)
    entry.fd, entry.ino, entry.checked = fd, ino, state.mono
    return fd
end

local function cached(cache, name)
    if not cache.entries then cache.entries, cache.count, cache.turn = {}, 0, 0 end
    local entry = entry_of(cache, name)
    cache.turn = cache.turn + 1
    entry.uses, entry.used = entry.uses + 1, cache.turn
    timers.set(entry, cache.inactive)
    if entry.fd and not is_current(entry) then
        io.close(entry.fd)
        entry.fd = nil
    end
    local fd = entry.fd
    if not fd then
        local message
        fd, message = open(entry)
        if not fd then return nil, message end
    end
    return fd, entry
end

-- ----------------------------------------------------------------

--- Writes a line to the file `name` → bytes written | nil, reason, errno; nil, "(ERRNO: TEXT)" when it can't be opened.
function log_files.write(cache, name, line)
    local fd, entry, message
    if cache then
        fd, entry = cached(cache, name)
        message = entry
    else
        fd, message = state.host.open_append(name)
    end
    if not fd then return nil, message end
    local written, reason, code = io.write(fd, line)
    if not cache then
        io.close(fd)
    elseif entry.uses < cache.min_uses then
        io.close(fd)
        entry.fd = nil
    end
    return written, reason, code
end

return log_files
