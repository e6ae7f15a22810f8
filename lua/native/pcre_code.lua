-- Code made for captures and replacement templates: straight, because LuaJIT compiles no short loops inside of another
-- loop well.

local ffi = require "ffi"

local copy, copy_string = ffi.copy, ffi.string
local concat, format, gsub, sub = table.concat, string.format, string.gsub, string.sub
local loadstring, setmetatable, tostring, type = loadstring, setmetatable, tostring, type

local MOST_KEPT = 262144 -- bytes of memory for texts that stay

local code = {}

-- ---------------------------------------------------------------- captures

local MOST_UNROLLED = 20

-- Fills res[0 … groups] from a vector. (Making strings may collect garbage but never matches again, so the vector stays
-- as it is.)
local function fill_by_loop(groups)
    return function(res, subject, from_vector, matched)
        for i = 0, groups do
            local from = from_vector[4 * i]
            res[i] = i < matched and from >= 0 and sub(subject, from + 1, from_vector[4 * i + 2])
        end
    end
end

-- The same without a loop.
local function filler_code(groups)
    local lines = { "local sub = ...", "return function(res, subject, vector, matched)", "local from" }
    for i = 0, groups do
        lines[#lines + 1] = format("from = vector[%d]", 4 * i)
        lines[#lines + 1] = format("if %d < matched and from >= 0 then res[%d] = sub(subject, from + 1, vector[%d])",
            i, i, 4 * i + 2)
        lines[#lines + 1] = format("else res[%d] = false end", i)
    end
    lines[#lines + 1] = "end"
    return concat(lines, "\n")
end

--- number of groups → function(res, subject, vector, matched): fills res[0 … groups], false for those without a part.
code.fillers = setmetatable({}, { __index = function(made, groups)
    if groups > MOST_UNROLLED then
        return fill_by_loop(groups)
    end
    local fill = loadstring(filler_code(groups), "=captures")(sub)
    made[groups] = fill
    return fill
end })

-- ---------------------------------------------------------------- texts

-- Where texts are put together: `area` has room for `capacity` bytes.
local output = { area = ffi.new("uint8_t[?]", 4096), capacity = 4096 }

-- Makes room for `size` bytes, of which `used` are to stay.
local function reserve(used, size)
    local capacity = output.capacity
    while capacity < size do
        capacity = capacity * 2
    end
    local area = ffi.new("uint8_t[?]", capacity)
    copy(area, output.area, used)
    output.area, output.capacity = area, capacity
end

--- The text of the `used` bytes. (A large area is not kept.)
function code.finish(used)
    local text = copy_string(output.area, used)
    if output.capacity > MOST_KEPT then
        output.area, output.capacity = ffi.new("uint8_t[?]", 4096), 4096
    end
    return text
end

local LITERAL = [[
if used + $size > output.capacity then reserve(used, used + $size) end
copy(output.area + used, parts[$part], $size)
used = used + $size
]]
local GROUP = [[
if $group < matched then
    from = vector[4 * $group]
    if from >= 0 then
        size = vector[4 * $group + 2] - from
        if used + size > output.capacity then reserve(used, used + size) end
        copy(output.area + used, subject + from, size)
        used = used + size
    end
end
]]

local function template_code(parts)
    local lines = {
        "local parts, output, copy, reserve = ...", "return function(subject, vector, matched, used)",
        "local from, size",
    }
    for i = 1, #parts do
        local part = parts[i]
        local text = type(part) == "string" and LITERAL or GROUP
        lines[#lines + 1] = gsub(text, "%$(%l+)", { part = i, group = part, size = #tostring(part) })
    end
    lines[#lines + 1] = "return used end"
    return concat(lines, "\n")
end

--- Puts `size` bytes behind the `used` → bytes used then.
function code.put(bytes, size, used)
    if used + size > output.capacity then
        reserve(used, used + size)
    end
    copy(output.area + used, bytes, size)
    return used + size
end

--- parts: strings and numbers of groups → function(subject, vector, matched, used), which puts a match's text behind
--- the `used` bytes → bytes used then.
function code.template(parts)
    return loadstring(template_code(parts), "=template")(parts, output, copy, reserve)
end

return code
