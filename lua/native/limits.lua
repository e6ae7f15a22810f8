-- What limit_req and limit_conn count, in zones of shared memory. `now` is milliseconds, rates and bursts are in
-- thousandths of a request.

local layout = require "pyresty.native.shm_layout"
local index = require "pyresty.native.shm_index"
local entry = require "pyresty.native.shm_entry"
local zone = require "pyresty.native.shm_zone"
local crc32 = require "pyresty.native.crypto".crc32_short

local peek, touch, remove, expire = index.peek, index.touch, index.remove, index.expire
local put = entry.put
local locked, zones = zone.locked, zone.zones
local DATA, T_STRING, T_NUMBER = layout.E_DATA / 8, layout.T_STRING, layout.T_NUMBER
local IDLE = 60000 -- milliseconds until a key without excess may be forgotten
local STATE = ("\0"):rep(16) -- excess, last: two doubles

local limits = { open = zone.open }

local function aged(z, unit, now)
    local elapsed = now - z.f64[unit + DATA + 1]
    if elapsed < 0 then
        elapsed = elapsed < -IDLE and 1 or 0
    end
    return elapsed
end

local function excess_of(z, unit, elapsed, rate)
    local excess = z.f64[unit + DATA] - rate * elapsed / 1000 + 1000
    excess = excess - excess % 1
    return excess > 0 and excess or 0
end

-- A new key: nothing before it counts.
local function add(z, now, hash, key, last)
    expire(z, now)
    if not put(z, now, false, nil, T_STRING, hash, key, STATE, #STATE, nil, now + IDLE, 0) then
        return "full", 0
    end
    local unit = peek(z, hash, key)
    z.f64[unit + DATA], z.f64[unit + DATA + 1] = 0, last
    return "ok", 0
end

local function request(z, now, hash, key, rate, burst, account)
    local unit = peek(z, hash, key)
    if not unit then
        return add(z, now, hash, key, account and now or 0)
    end
    touch(z, unit)
    local elapsed = aged(z, unit, now)
    local excess = excess_of(z, unit, elapsed, rate)
    if excess > burst then
        return "busy", excess
    end
    if account then
        z.f64[unit + DATA] = excess
        if elapsed > 0 then
            z.f64[unit + DATA + 1] = now
        end
        z.f64[unit + layout.F_EXPIRES] = now + IDLE + excess * 1000 / rate
    end
    return "ok", excess
end

--- One more request of a key → "ok" | "busy" | "full", its excess. With `account` it counts, else `settle` counts it
--- when other limits have let it through.
function limits.request(handle, now, key, rate, burst, account)
    return locked(request, zones[handle], now, crc32(key), key, rate, burst, account)
end

local function settle(z, now, hash, key, rate)
    local unit = peek(z, hash, key)
    if not unit then
        return 0
    end
    local elapsed = aged(z, unit, now)
    local excess = excess_of(z, unit, elapsed, rate)
    z.f64[unit + DATA] = excess
    if elapsed > 0 then
        z.f64[unit + DATA + 1] = now
    end
    z.f64[unit + layout.F_EXPIRES] = now + IDLE + excess * 1000 / rate
    return excess
end

--- Counts a request that was let through → its excess.
function limits.settle(handle, now, key, rate)
    return (locked(settle, zones[handle], now, crc32(key), key, rate))
end

local function enter(z, hash, key, most)
    local unit = peek(z, hash, key)
    if unit then
        local count = z.f64[unit + DATA]
        if count >= most then
            return "busy"
        end
        z.f64[unit + DATA] = count + 1
        return "ok"
    end
    return put(z, 0, true, nil, T_NUMBER, hash, key, nil, 8, 1, 0, 0) and "ok" or "full"
end

--- One more connection of a key → "ok" | "busy" | "full". No key is ever pushed out.
function limits.enter(handle, key, most)
    return (locked(enter, zones[handle], crc32(key), key, most))
end

local function leave(z, hash, key)
    local unit = peek(z, hash, key)
    if not unit then
        return
    end
    local count = z.f64[unit + DATA] - 1
    if count > 0 then
        z.f64[unit + DATA] = count
    else
        remove(z, unit)
    end
end

--- A connection of a key is through.
function limits.leave(handle, key)
    locked(leave, zones[handle], crc32(key), key)
end

return limits
