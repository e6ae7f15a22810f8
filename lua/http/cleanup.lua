-- What a request holds (descriptors, sockets, files) goes with it, however it ends.
local io = require "pyresty.native".io

local cleanup = {}

--- f(r) runs when r is through.
function cleanup.add(r, f)
    local list = r.cleanup or {}
    r.cleanup = list
    list[#list + 1] = f
end
local add = cleanup.add

--- The set in r[name]; f(r) runs when r is through, if ever a set was asked for.
function cleanup.set(r, name, f)
    local set = r[name]
    if not set then
        set = {}
        r[name] = set
        add(r, f)
    end
    return set
end

--- The descriptor stays open until the main request is through: what is queued is sent from it later.
function cleanup.close_later(r, fd)
    return add(r.main, function() io.close(fd) end)
end

--- The request is through.
function cleanup.run(r)
    local list = r.cleanup
    if not list then return end
    r.cleanup = nil
    for i = 1, #list do list[i](r) end
end

return cleanup
