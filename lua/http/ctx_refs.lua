-- The numbers of ngx.ctx tables in the debug log: ngx_lua's references, the number freed last is taken first. They live
-- as long as the main request, or the connection.
local log = require "pyresty.http.log"

local remove = table.remove

local free, last = {}, 0

local refs = {}

-- A number for a table → number
function refs.take()
    local ref = remove(free)
    if ref then return ref end
    last = last + 1
    return last
end

function refs.release(ref)
    free[#free + 1] = ref
    log.debug(nil, "lua release ngx.ctx at ref " .. ref)
end

-- r was given a ctx.
function refs.note(r)
    if not log.enabled(8, r) then return end
    local main = r.main or r
    local list = main.ctx_refs
    if not list then
        list = {}
        main.ctx_refs = list
    end
    list[#list + 1] = refs.take()
end

-- A handshake's phases are through: their tables live as long as the connection.
function refs.hand_over(r, connection)
    local list = r.ctx_refs
    if not list then return end
    r.ctx_refs = nil
    local held = connection.ctx_refs or {}
    connection.ctx_refs = held
    for i = 1, #list do held[#held + 1] = list[i] end
end

-- The main request, or the connection, is through.
function refs.release_all(main)
    local list = main.ctx_refs
    main.ctx_refs = nil
    for i = #list, 1, -1 do refs.release(list[i]) end
end

return refs
