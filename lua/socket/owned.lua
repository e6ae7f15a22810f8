-- The open cosockets of a request and its subrequests: they are closed when it ends.
local cleanup = require "pyresty.http.cleanup"
local pairs = pairs

local owned = {}

local function close_all(r)
    for s in pairs(r.sockets) do s:abandon() end
end

--- A socket has a connection now; s:abandon() is called when its request ends before it gave that up.
function owned.add(s)
    cleanup.set(s.r.main, "sockets", close_all)[s] = true
end

function owned.remove(s) s.r.main.sockets[s] = nil end

return owned
