-- ngx.shared: dictionaries in memory that all workers share.
local guard = require "pyresty.ngx.guard"
local log = require "pyresty.http.log"
local native = require "pyresty.native"
local state = require "pyresty.state"

local error, floor, getmetatable, pairs, rawget, select, setmetatable = error, math.floor, getmetatable, pairs, rawget,
    select, setmetatable
local tonumber, tostring, type = tonumber, tostring, type
local byte = string.byte

local MAX_KEY = 65535
local LOG_ALERT = 2
local DEFAULT_KEYS = 1024

local methods = {}
local dict_mt = { __index = methods }

local shdict -- loaded with the first dictionary

local function now()
    return floor(state.now * 1000)
end

-- The zone of `dict`, or an error where the method was called.
local function zone_of(dict)
    local zone = type(dict) == "table" and rawget(dict, 1)
    if type(zone) ~= "number" or getmetatable(dict) ~= dict_mt then
        error('bad "zone" argument', 3)
    end
    return zone
end

-- → key as string | nil, err
local function check_key(key)
    if key == nil then
        return nil, "nil key"
    end
    if type(key) ~= "string" then
        key = tostring(key)
    end
    local length = #key
    if length == 0 then
        return nil, "empty key"
    elseif length > MAX_KEY then
        return nil, "key too long"
    end
    return key
end

-- ---------------------------------------------------------------- get and set

function methods.get(dict, key)
    local zone = zone_of(dict)
    local name, err = check_key(key)
    if not name then
        return nil, err
    end
    return shdict.get(zone, now(), name)
end

function methods.get_stale(dict, key)
    local zone = zone_of(dict)
    local name, err = check_key(key)
    if not name then
        return nil, err
    end
    return shdict.get(zone, now(), name, true)
end

local STORABLE = { string = true, number = true, boolean = true, ["nil"] = true }

local function store(zone, op, key, value, exptime, flags)
    exptime = exptime or 0
    if exptime < 0 then
        error('bad "exptime" argument', 3)
    end
    local name, err = check_key(key)
    if not name then
        return nil, err
    end
    if not STORABLE[type(value)] then
        return nil, "bad value type"
    end
    flags = flags or 0
    if type(flags) ~= "number" then
        error("bad argument #10 to 'ngx_lua_ffi_shdict_store' (cannot convert '" .. type(flags) .. "' to 'int')", 3)
    end
    return shdict.store(zone, now(), op, name, value, floor(exptime * 1000), floor(flags))
end

local function storing(op)
    methods[op] = function(dict, key, value, exptime, flags)
        local zone = zone_of(dict)
        local ok, err, forcible = store(zone, op, key, value, exptime, flags)
        if ok == nil then
            return nil, err
        end
        return ok, err, forcible
    end
end

storing "set"
storing "safe_set"
storing "add"
storing "safe_add"
storing "replace"

function methods.delete(dict, key)
    local zone = zone_of(dict)
    local ok, err, forcible = store(zone, "set", key, nil)
    if ok == nil then
        return nil, err
    end
    return ok, err, forcible
end

-- A numeric argument of incr, or an error there.
local function number(value, name)
    local result = tonumber(value)
    if not result then
        error("bad " .. name .. " arg: number expected, got " .. type(value), 3)
    end
    return result
end

function methods.incr(dict, key, value, init, init_ttl)
    local zone = zone_of(dict)
    local name, err = check_key(key)
    if not name then
        return nil, err
    end
    local by = tonumber(value)
    if not by then
        error("cannot convert 'nil' to 'double'", 2)
    end
    init = init and number(init, "init") or nil
    if init_ttl == nil then
        local sum, problem, forcible = shdict.incr(zone, now(), name, by, init, 0)
        if init and sum then return sum, nil, forcible or false end
        if sum then return sum end
        return nil, problem
    end
    init_ttl = number(init_ttl, "init_ttl")
    if init_ttl < 0 then
        error('bad "init_ttl" argument', 2)
    end
    if not init then
        error('must provide "init" when providing "init_ttl"', 2)
    end
    return shdict.incr(zone, now(), name, by, init, floor(init_ttl * 1000))
end

-- ---------------------------------------------------------------- lists, whose keys are strings or numbers

local function check_count(wanted, seen)
    if seen ~= wanted then
        error("expecting " .. wanted .. " arguments, but only seen " .. seen, 3)
    end
end

-- → key as string, or nil; false for what can be no key of a list.
local function list_key(key)
    local kind = type(key)
    if kind == "string" or kind == "nil" then
        return key
    end
    return kind == "number" and tostring(key)
end

local function expected(kind, value)
    return kind .. " expected, got " .. type(value)
end

local function pushing(method, left)
    methods[method] = function(...)
        check_count(3, select("#", ...))
        local dict, key, value = ...
        local zone = zone_of(dict)
        local text = list_key(key)
        if text == false then
            guard.argument(2, expected("string", key))
        end
        local name, err = check_key(text)
        if not name then
            return nil, err
        end
        local kind = type(value)
        if kind ~= "string" and kind ~= "number" then
            return nil, "bad value type"
        end
        return shdict.push(zone, now(), name, value, left)
    end
end

pushing("lpush", true)
pushing("rpush", false)

local function popping(method, left)
    methods[method] = function(...)
        check_count(2, select("#", ...))
        local dict, key = ...
        local zone = zone_of(dict)
        local text = list_key(key)
        if text == false then
            guard.argument(2, expected("string", key))
        end
        local name, err = check_key(text)
        if not name then
            return nil, err
        end
        local value, message = shdict.pop(zone, now(), name, left)
        if message then
            return nil, message
        end
        return value
    end
end

popping("lpop", true)
popping("rpop", false)

function methods.llen(...)
    check_count(2, select("#", ...))
    local dict, key = ...
    local zone = zone_of(dict)
    local text = list_key(key)
    if text == false then
        guard.argument(2, expected("string", key))
    end
    local name, err = check_key(text)
    if not name then
        return nil, err
    end
    return shdict.llen(zone, now(), name)
end

-- ---------------------------------------------------------------- times

function methods.ttl(dict, key)
    local zone = zone_of(dict)
    local name, err = check_key(key)
    if not name then
        return nil, err
    end
    local left, message = shdict.ttl(zone, now(), name)
    if not left then
        return nil, message
    end
    return left / 1000
end

function methods.expire(dict, key, exptime)
    local zone = zone_of(dict)
    if not exptime then
        error('bad "exptime" argument', 2)
    end
    local name, err = check_key(key)
    if not name then
        return nil, err
    end
    return shdict.expire(zone, now(), name, floor(exptime * 1000))
end

-- ---------------------------------------------------------------- the whole dictionary

function methods.flush_all(dict)
    shdict.flush_all(zone_of(dict), now())
end

local function check_optional(seen)
    if seen ~= 1 and seen ~= 2 then
        error("expecting 1 or 2 argument(s), but saw " .. seen, 3)
    end
end

function methods.flush_expired(...)
    local seen, dict, max = select("#", ...), ...
    check_optional(seen)
    if type(dict) ~= "table" then
        guard.argument(1, expected("table", dict))
    end
    local count = seen == 1 and 0 or tonumber(max)
    if not count then
        guard.argument(2, expected("number", max))
    end
    return shdict.flush_expired(zone_of(dict), now(), floor(count))
end

function methods.get_keys(...)
    local seen, dict, max = select("#", ...), ...
    check_optional(seen)
    if type(dict) ~= "table" then
        guard.argument(1, expected("table", dict))
    end
    local count = seen == 1 and DEFAULT_KEYS or tonumber(max)
    if not count then
        guard.argument(2, expected("number", max))
    end
    return shdict.get_keys(zone_of(dict), now(), floor(count))
end

function methods.capacity(dict)
    return shdict.capacity(zone_of(dict))
end

function methods.free_space(dict)
    return shdict.free_space(zone_of(dict))
end

-- ----------------------------------------------------------------

local shared = {}

local function tell(message)
    log.error(LOG_ALERT, state.r, message)
end

--- Opens the zones of the plan, {name → {size, address}}.
function shared.install(ngx)
    ngx.shared = {}
    for name, zone in pairs(state.plan and state.plan.zones or {}) do
        if byte(name, 1) ~= 0 then -- else it is no dictionary (a session cache)
            if not shdict then
                shdict = native.shdict
                shdict.on_alert(tell)
            end
            ngx.shared[name] = setmetatable({ shdict.open(zone.address, zone.size, name) }, dict_mt)
        end
    end
end

return shared
