-- ngx.shared: dictionaries in memory that all workers share.
local guard = require "pyresty.ngx.guard"
local log = require "pyresty.http.log"
local native = require "pyresty.native"
local null = require "pyresty.null"
local state = require "pyresty.state"

local error, floor, getmetatable, pairs, rawget, select, setmetatable = error, math.floor, getmetatable, pairs, rawget,
    select, setmetatable
local tonumber, tostring, type = tonumber, tostring, type
local byte = string.byte

local MAX_KEY = 65535
local LOG_ALERT = 2
local DEFAULT_KEYS = 1024

local methods = {}
methods.__index = methods -- as in ngx_lua, `dict.__index` is there too
local dict_mt = methods

local function now()
    return floor(state.now * 1000)
end

-- A dictionary is {zone's handle, its backend}: native.shdict or shared_redis, which have the same functions.
-- → handle, backend; an error where the method was called.
local function zone_of(dict, level)
    local zone = type(dict) == "table" and rawget(dict, 2)
    if type(zone) ~= "number" or getmetatable(dict) ~= dict_mt then
        error('bad "zone" argument', level or 3)
    end
    return zone, rawget(dict, 3)
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

-- What a method of dict and key begins with → key as string or nil and err, handle, backend
local function target(dict, key)
    local zone, backend = zone_of(dict, 4)
    local name, err = check_key(key)
    return name, err, zone, backend
end

-- ---------------------------------------------------------------- get and set

function methods.get(dict, key)
    local name, err, zone, backend = target(dict, key)
    if not name then
        return nil, err
    end
    return backend.get(zone, now(), name)
end

function methods.get_stale(dict, key)
    local name, err, zone, backend = target(dict, key)
    if not name then
        return nil, err
    end
    return backend.get(zone, now(), name, true)
end

local STORABLE = { string = true, number = true, boolean = true, ["nil"] = true }

local function store(dict, op, key, value, exptime, flags)
    local zone, backend = zone_of(dict, 4)
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
    return backend.store(zone, now(), op, name, value, floor(exptime * 1000), floor(flags))
end

local function storing(op)
    methods[op] = function(dict, key, value, exptime, flags)
        local ok, err, forcible = store(dict, op, key, value, exptime, flags)
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
    local ok, err, forcible = store(dict, "set", key, nil)
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
    local name, err, zone, backend = target(dict, key)
    if not name then
        return nil, err
    end
    local by = tonumber(value)
    if not by then
        error("cannot convert 'nil' to 'double'", 2)
    end
    init = init and number(init, "init") or nil
    if init_ttl == nil then
        local sum, problem, forcible = backend.incr(zone, now(), name, by, init, 0)
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
    return backend.incr(zone, now(), name, by, init, floor(init_ttl * 1000))
end

-- ---------------------------------------------------------------- lists, whose keys are strings or numbers

local function check_count(wanted, seen)
    if seen ~= wanted then
        error("expecting " .. wanted .. " arguments, but only seen " .. seen, 4)
    end
end

local function expected(kind, value)
    return kind .. " expected, got " .. type(value)
end

-- As target, for a method that has to get so many arguments.
local function list_target(wanted, ...)
    check_count(wanted, select("#", ...))
    local dict, key = ...
    local zone, backend = zone_of(dict, 4)
    local kind = type(key)
    if kind == "number" then
        key = tostring(key)
    elseif kind ~= "string" and kind ~= "nil" then
        guard.argument(2, expected("string", key), 1)
    end
    local name, err = check_key(key)
    return name, err, zone, backend
end

local function pushing(method, left)
    methods[method] = function(...)
        local name, err, zone, backend = list_target(3, ...)
        if not name then
            return nil, err
        end
        local _, _, value = ...
        local kind = type(value)
        if kind ~= "string" and kind ~= "number" then
            return nil, "bad value type"
        end
        return backend.push(zone, now(), name, value, left)
    end
end

pushing("lpush", true)
pushing("rpush", false)

local function popping(method, left)
    methods[method] = function(...)
        local name, err, zone, backend = list_target(2, ...)
        if not name then
            return nil, err
        end
        local value, message = backend.pop(zone, now(), name, left)
        if message then
            return nil, message
        end
        return value
    end
end

popping("lpop", true)
popping("rpop", false)

function methods.llen(...)
    local name, err, zone, backend = list_target(2, ...)
    if not name then
        return nil, err
    end
    return backend.llen(zone, now(), name)
end

-- ---------------------------------------------------------------- times

function methods.ttl(dict, key)
    local name, err, zone, backend = target(dict, key)
    if not name then
        return nil, err
    end
    local left, message = backend.ttl(zone, now(), name)
    if not left then
        return nil, message
    end
    return left / 1000
end

function methods.expire(dict, key, exptime)
    local zone, backend = zone_of(dict)
    if not exptime then
        error('bad "exptime" argument', 2)
    end
    local name, err = check_key(key)
    if not name then
        return nil, err
    end
    return backend.expire(zone, now(), name, floor(exptime * 1000))
end

-- ---------------------------------------------------------------- the whole dictionary

function methods.flush_all(dict)
    local zone, backend = zone_of(dict)
    return backend.flush_all(zone, now())
end

-- What flush_expired and get_keys begin with → count, handle, backend
local function counted(default, ...)
    local seen, dict, max = select("#", ...), ...
    if seen ~= 1 and seen ~= 2 then
        error("expecting 1 or 2 argument(s), but saw " .. seen, 3)
    end
    if type(dict) ~= "table" then
        guard.argument(1, expected("table", dict), 1)
    end
    local count = seen == 1 and default or tonumber(max)
    if not count then
        guard.argument(2, expected("number", max), 1)
    end
    return floor(count), zone_of(dict, 4)
end

function methods.flush_expired(...)
    local count, zone, backend = counted(0, ...)
    return backend.flush_expired(zone, now(), count)
end

function methods.get_keys(...)
    local count, zone, backend = counted(DEFAULT_KEYS, ...)
    return backend.get_keys(zone, now(), count)
end

function methods.capacity(dict)
    local zone, backend = zone_of(dict)
    return backend.capacity(zone)
end

function methods.free_space(dict)
    local zone, backend = zone_of(dict)
    return backend.free_space(zone)
end

-- ----------------------------------------------------------------

local shared = {}

local function tell(message)
    log.error(LOG_ALERT, state.r, message)
end

local function open_zones(ngx, zones)
    local shdict
    for name, zone in pairs(zones) do
        if byte(name, 1) ~= 0 then -- else it is no dictionary (a session cache)
            if not shdict then
                shdict = native.shdict
                shdict.on_alert(tell)
            end
            ngx.shared[name] = setmetatable({ null, shdict.open(zone.address, zone.size, name), shdict }, dict_mt)
        end
    end
end

--- Opens the zones of the plan, {name → {size, address}}, and those that are in Redis.
function shared.install(ngx)
    ngx.shared = {}
    local plan = state.plan or {}
    open_zones(ngx, plan.zones or {})
    for name, settings in pairs(plan.redis_dicts or {}) do
        local redis = require "pyresty.ngx.shared_redis"
        ngx.shared[name] = setmetatable({ null, redis.open(settings, name), redis }, dict_mt)
    end
end

return shared
