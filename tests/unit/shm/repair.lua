-- luacheck: globals check dump every_death all_or_nothing key_by_key
-- every_death(handle, copy, prepare, operation, judge): runs `operation` on a zone and looks at the zone as it is after
-- every VM instruction, which is how a process that dies there leaves it. Each state is put into the zone `copy`,
-- repaired, checked, and judged: judge(dump of it, dump before, dump after) → nil or what is wrong.
local zones = require "pyresty.native.shm_zone".zones
local repair = require "pyresty.native.shm_repair"
local layout = require "pyresty.native.shm_layout"
local ffi = require "ffi"

local MUTEX = 64

local function same(a, b)
    for key, value in pairs(a) do
        if b[key] ~= value then return false end
    end
    for key in pairs(b) do
        if a[key] == nil then return false end
    end
    return true
end

local function differing_states(z, size, operation)
    local states, last = {}, ffi.new("uint8_t[?]", size)
    ffi.copy(last, z.u8, size)
    -- As a string, as a snapshot must not change what is looked at.
    local function look()
        if ffi.string(z.u8 + MUTEX, size - MUTEX) ~= ffi.string(last + MUTEX, size - MUTEX) then
            ffi.copy(last, z.u8, size)
            states[#states + 1] = ffi.string(z.u8, size)
        end
    end
    jit.off()
    jit.flush()
    debug.sethook(look, "", 1)
    operation()
    debug.sethook()
    jit.on()
    look()
    return states
end

local function put(z, size, state)
    ffi.copy(z.u8 + MUTEX, ffi.cast("const char *", state) + MUTEX, size - MUTEX)
end

local function text(dumped)
    local out = {}
    for key, value in pairs(dumped) do out[#out + 1] = key .. "=" .. value:sub(1, 60) end
    table.sort(out)
    return table.concat(out, "; ")
end

-- The operation either happened or did not.
function all_or_nothing(found, before, after)
    if not same(found, before) and not same(found, after) then
        return "half done: " .. text(found) .. "\nbefore: " .. text(before) .. "\nafter: " .. text(after)
    end
end

-- It may have stopped anywhere, but each key has its old value, its new one, or is gone.
function key_by_key(found, before, after)
    for key, value in pairs(found) do
        if before[key] ~= value and after[key] ~= value then return "wrong value of " .. key .. ": " .. value end
    end
    for key, value in pairs(before) do
        if after[key] == value and found[key] == nil then return key .. " is lost" end
    end
end

function every_death(handle, copy, operation, judge)
    local z, z2 = zones[handle], zones[copy]
    local size = layout.memory(z.f64[layout.F_CAPACITY])
    local before = dump(handle)
    local states = differing_states(z, size, function() operation(handle) end)
    local after = dump(handle)
    check(handle)
    assert(#states > 0, "the operation changed nothing")
    for i, state in ipairs(states) do
        put(z2, size, state)
        repair.run(z2)
        local ok, message = pcall(check, copy)
        message = ok and judge(dump(copy), before, after) or message
        if message then error("after store " .. i .. " of " .. #states .. ": " .. message, 0) end
        repair.run(z2)
        check(copy)
    end
    return #states
end
