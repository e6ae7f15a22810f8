-- Tables of requests that are used again: making and collecting one takes a tenth of a short request's time. What could
-- be left in one is safe by construction: whoever assigns to a field that `reset` does not know marks the table as
-- grown, and such a table is never given back.
local lang = require "pyresty.lang"

local loadstring, next, rawset, setmetatable = loadstring, next, rawset, setmetatable
local concat = table.concat
local on_luajit = lang.engine == "luajit" -- the others make tables faster than this would be

local MOST = 64 -- tables of a kind that wait to be used again

local recycled = {}

-- The fields that reset assigns, nil included.
local function fields_of(reset, a, b)
    local known = {}
    reset(setmetatable({}, {__newindex = function(_, name) known[name] = true end}), a, b)
    return known
end

-- Makes a table that has room for the fields: one from a constructor is a copy, not built field by field.
local function maker(known)
    local fields = {}
    for name in next, known do fields[#fields + 1] = name .. " = false" end
    fields[#fields + 1] = "grown = nil"
    return loadstring("return {" .. concat(fields, ", ") .. "}", "=request")
end

--- A kind of tables. reset(t, a, b) assigns all their fields; `a`, `b`: some arguments that it takes without harm.
function recycled.kind(reset, a, b)
    local known = fields_of(reset, a, b)
    local function note(t, name, value)
        if value == nil then return end
        rawset(t, name, value)
        if not known[name] then rawset(t, "grown", true) end
    end
    return {reset = reset, make = maker(known), meta = {__newindex = note}, spare = {}, count = 0}
end

--- Another table of the kind, `t` itself if there is one that nobody else has.
function recycled.renew(kind, t, a, b)
    if t and on_luajit and not t.grown then setmetatable(t, nil) else t = kind.make() end
    kind.reset(t, a, b)
    return on_luajit and setmetatable(t, kind.meta) or t
end

--- A table with the fields of reset(t, a, b).
function recycled.take(kind, a, b)
    local n = kind.count
    if n == 0 then return recycled.renew(kind, nil, a, b) end
    local t = kind.spare[n]
    kind.spare[n], kind.count = false, n - 1
    return recycled.renew(kind, t, a, b)
end

--- Somebody will have the table for longer: it is not used again.
function recycled.keep(t) t.grown = true end

--- Nobody has the table any more, if its fields are only those of reset.
function recycled.give(kind, t)
    local n = kind.count + 1
    if on_luajit and not t.grown and n <= MOST then kind.spare[n], kind.count = t, n end
end

return recycled
