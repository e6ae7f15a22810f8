-- The open cosockets of a request and its subrequests: they are closed when it ends. Most requests have one, r.socket:
-- the table of such a request is used again, so that its socket must not take it for its own any more. (It may be
-- connected by another one then.)
local cleanup = require "pyresty.http.cleanup"
local keep = require("pyresty.http.recycled").keep

local pairs = pairs

local owned = {}
local GONE = {done = true} -- the request of a socket whose own is through
GONE.main = GONE

local function close_all(r)
    for s in pairs(r.sockets) do s:abandon() end
end

--- A socket belongs to a request from now on.
function owned.claim(s, r)
    s.r = r
    if r.socket == s then return end
    if r.socket or r ~= r.main then keep(r) else r.socket = s end
end

--- A socket has a connection now; s:abandon() is called when its request ends before it gave that up.
function owned.add(s)
    local main = s.r.main
    if main.socket ~= s then cleanup.set(main, "sockets", close_all)[s] = true end
end

function owned.remove(s)
    local sockets = s.r.main.sockets
    if sockets then sockets[s] = nil end
end

--- The request of r.socket is through.
function owned.release(r)
    local s = r.socket
    r.socket = nil
    if s.r ~= r then return end
    if s.fd then s:abandon() end
    s.r = GONE
end

return owned
