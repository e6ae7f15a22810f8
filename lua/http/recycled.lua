-- Tables of requests that are used again: making and collecting one takes a tenth of a short request's time. What could
-- be left in one is safe by construction: whoever assigns to a field that `reset` does not know marks the table as
-- grown, and such a table is never given back.
local lang = require "pyresty.lang"

local rawset, setmetatable = rawset, setmetatable
local on_luajit = lang.engine == "luajit" -- the others make tables faster than this would be
local new_table = on_luajit and require "table.new" or function() return {} end

local FIELDS = 64

local recycled = {}

-- The fields that reset assigns, nil included.
local function fields_of(reset, a, b)
    local known = {}
    reset(setmetatable({}, {__newindex = function(_, name) known[name] = true end}), a, b)
    return known
end

--- A kind of tables. reset(t, a, b) assigns all their fields; `a`, `b`: some arguments that it takes without harm.
function recycled.kind(reset, a, b)
    local known = fields_of(reset, a, b)
    local function note(t, name, value)
        if value == nil then return end
        rawset(t, name, value)
        if not known[name] then rawset(t, "grown", true) end
    end
    return {reset = reset, meta = {__newindex = note}, spare = false}
end

--- A table with the fields of reset(t, a, b).
function recycled.take(kind, a, b)
    local t = kind.spare
    if t then
        kind.spare = false
        setmetatable(t, nil)
    else
        t = new_table(0, FIELDS)
    end
    kind.reset(t, a, b)
    return on_luajit and setmetatable(t, kind.meta) or t
end

--- Somebody will have the table for longer: it is not used again.
function recycled.keep(t) t.grown = true end

--- Nobody has the table any more, if its fields are only those of reset.
function recycled.give(kind, t)
    if on_luajit and not t.grown then kind.spare = t end
end

return recycled
