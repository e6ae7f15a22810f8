-- Tables of headers for the user: by lower-case name, found in any spelling.
local log = require "pyresty.http.log"

local format, lower, gsub, find = string.format, string.lower, string.gsub, string.find
local rawget, setmetatable, tostring, type = rawget, setmetatable, tostring, type

local headers = {}

local DEFAULT_MAX = 100

local spellings, spelled = {}, 0 -- any spelling → lower-case name with hyphens

local function canonical(name)
    local known = spellings[name]
    if known then return known end
    known = lower(name)
    if find(known, "_", 1, true) then known = gsub(known, "_", "-") end
    if spelled >= 2000 then spellings, spelled = {}, 0 end
    spellings[name], spelled = known, spelled + 1
    return known
end

local META = {
    __index = function(t, name)
        if type(name) == "number" then name = tostring(name) end
        if type(name) ~= "string" then return nil end
        return rawget(t, canonical(name))
    end,
}

local lowered, lowered_count = {}, 0

local function lower_name(name)
    local known = lowered[name]
    if known then return known end
    known = lower(name)
    if lowered_count >= 2000 then lowered, lowered_count = {}, 0 end
    lowered[name], lowered_count = known, lowered_count + 1
    return known
end

--- Tells the debug log that not all headers are given. which: "request" or "response"; max as in collect.
function headers.log_excess(r, which, count, max)
    if not log.enabled(8, r) then return end
    if max == nil or max < 0 then max = DEFAULT_MAX end
    log.debug(r, format("lua exceeding %s header limit %d > %d", which, count, max))
end

--- Makes the table of `count` names and values, list = {name, value, name, value …}. max: nil for 100, 0 for all.
-- → table [, "truncated"]
function headers.collect(list, count, max, raw)
    if max == nil or max < 0 then max = DEFAULT_MAX end
    local taken = (max > 0 and count > max) and max or count
    local out = {}
    for i = 1, 2 * taken, 2 do
        local name, value = list[i], list[i + 1]
        if not raw then name = lower_name(name) end
        local known = out[name]
        if known == nil then
            out[name] = value
        elseif type(known) == "table" then
            known[#known + 1] = value
        else
            out[name] = {known, value}
        end
    end
    if not raw then setmetatable(out, META) end
    if taken < count then return out, "truncated" end
    return out
end

return headers
