-- Temporary files of request bodies.
local cleanup = require "pyresty.http.cleanup"
local state = require "pyresty.state"

local pairs, unpack = pairs, unpack or table.unpack

local temporary = {}

local NO_LEVELS = {}

local function close_all(r)
    for fd in pairs(r.temporary_fds) do state.host.close_fd(fd) end
end

--- A new file below client_body_temp_path, open until temporary.close, or the request's end → fd, path | nil, message
function temporary.open(r)
    local place = r.loc.client_body_temp_path
    local path = place and place.path or state.plan.prefix .. "client_body_temp"
    local fd
    fd, path = state.host.temp_file(path, unpack(place and place.levels or NO_LEVELS))
    if fd then cleanup.set(r.main, "temporary_fds", close_all)[fd] = true end
    return fd, path
end

--- Closes what temporary.open has opened.
function temporary.close(r, fd)
    r.main.temporary_fds[fd] = nil
    state.host.close_fd(fd)
end

local function delete_all(r)
    for path in pairs(r.temporary) do state.host.unlink(path) end
end

--- The file goes when the request ends.
function temporary.delete_later(r, path)
    cleanup.set(r.main, "temporary", delete_all)[path] = true
end

--- The file is no longer the request's body: it goes now, if it was to go at all.
function temporary.let_go(r, path)
    local set = r.main.temporary
    if not set or not set[path] then return end
    set[path] = nil
    state.host.unlink(path)
end

return temporary
