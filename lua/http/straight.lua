-- Chains of handlers as straight code: each link is compiled on its own, so that LuaJIT's traces go through a chain;
-- they end at a loop over handlers, and where one function is entered again and again.
local loadstring = loadstring

local straight = {}

-- A step of a location's program. A handler may go on elsewhere: in another program, or at another place of this one.
local STEP = [[
local handler, rest, program, after = ...
return function(r)
    r.pc = after
    local rc = handler(r)
    if rc ~= nil then return rc end
    if r.pc ~= after or r.program ~= program then return r.program[r.pc](r) end
    return rest(r)
end]]

local HEADER_FILTER = [[
local filter, rest = ...
return function(r)
    local rc = filter(r)
    if rc then return rc end
    return rest(r)
end]]

local BODY_FILTER = [[
local filter, rest = ...
return function(r, data, last)
    data, last = filter(r, data, last)
    if not data then return nil, last end
    return rest(r, data, last)
end]]

local LOG_HANDLER = [[
local handler, rest = ...
return function(r)
    handler(r)
    return rest(r)
end]]

-- Makes an array of handlers a program: entered at any place, it runs to its end, or to a handler's answer.
function straight.program(handlers)
    local program = {}
    for i = #handlers, 1, -1 do
        program[i] = loadstring(STEP, "=step")(handlers[i], program[i + 1], program, i + 1)
    end
    return program
end

local function composed(link)
    return function(list)
        local chain = list[#list]
        for i = #list - 1, 1, -1 do chain = loadstring(link, "=chain")(list[i], chain) end
        return chain
    end
end

-- One function of a list's: filter(r) → nil or the status that ends the response; filter(r, data, last) → data, last;
-- handler(r). nil for an empty list.
straight.header_filter = composed(HEADER_FILTER)
straight.body_filter = composed(BODY_FILTER)
straight.log = composed(LOG_HANDLER)

return straight
