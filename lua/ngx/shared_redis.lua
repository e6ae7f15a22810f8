-- The operations of ngx.shared on a zone that is in Redis (lua_shared_dict … backend=redis://HOST:PORT/DB), so that
-- several machines share it. The functions are those of native.shdict.
--
-- A key is NAME:KEY there: a hash of t (type), v (value) and f (flags), or a list whose items begin with their type.
-- What has to be one step is a script. An operation is a round trip and yields, so it is refused where nothing may
-- wait. Redis forgets what has expired and what it evicts in its own order; it tells of neither.
local state = require "pyresty.state"
local guard = require "pyresty.ngx.guard"
local tcp = require "pyresty.socket.tcp"

local concat, find, format, gsub, sub = table.concat, string.find, string.format, string.gsub, string.sub
local select, tonumber, tostring, type = select, tonumber, tostring, type

local TIMEOUT = 1000 -- milliseconds, of connecting, sending and receiving
local IDLE = 60000
local SCANNED = "500"

local redis = {}
local zones = {} -- handle → {settings, prefix, pattern, pool}
local phases -- in which an operation may wait

-- ---------------------------------------------------------------- the protocol (RESP2)

local function encode(out, n, ...)
    local count = select("#", ...)
    out[n + 1] = "*" .. count .. "\r\n"
    n = n + 1
    for i = 1, count do
        local word = select(i, ...)
        out[n + 1] = "$" .. #word .. "\r\n" .. word .. "\r\n"
        n = n + 1
    end
    return n
end

-- → reply: string, number, array, false (nothing) | nil, err, is an error of the server
local function read_reply(sock)
    local line, err = sock:receive()
    if not line then return nil, err end
    local kind, rest = sub(line, 1, 1), sub(line, 2)
    if kind == "+" then return rest end
    if kind == ":" then return tonumber(rest) end
    if kind == "-" then return nil, rest, true end
    local count = tonumber(rest)
    if (kind ~= "$" and kind ~= "*") or not count then return nil, "bad reply" end
    if count < 0 then return false end
    if kind == "$" then
        local data
        data, err = sock:receive(count + 2)
        return data and sub(data, 1, count), err
    end
    local list = {}
    for i = 1, count do
        local item, problem, told = read_reply(sock)
        if item == nil and not told then return nil, problem end
        list[i] = item
    end
    return list
end

-- ---------------------------------------------------------------- connections

-- AUTH and SELECT of a new connection. → true | nil, err
local function greet(sock, settings)
    local out, n, replies = {}, 0, 0
    if settings.password then
        if settings.user then
            n = encode(out, n, "AUTH", settings.user, settings.password)
        else
            n = encode(out, n, "AUTH", settings.password)
        end
        replies = 1
    end
    if settings.db ~= 0 then
        n, replies = encode(out, n, "SELECT", format("%d", settings.db)), replies + 1
    end
    if replies == 0 then return true end
    local sent, err = sock:send(concat(out, "", 1, n))
    if not sent then return nil, err end
    for _ = 1, replies do
        local reply
        reply, err = read_reply(sock)
        if reply == nil then return nil, err end
    end
    return true
end

local function connect(zone)
    local settings, sock = zone.settings, tcp.new(state.r)
    sock:settimeouts(TIMEOUT, TIMEOUT, TIMEOUT)
    local ok, err
    if settings.family == "unix" then
        ok, err = sock:connect("unix:" .. settings.server, zone.pool)
    else
        ok, err = sock:connect(settings.server, settings.port, zone.pool)
    end
    if not ok then return nil, err end
    if sock:getreusedtimes() == 0 then
        ok, err = greet(sock, settings)
        if not ok then
            sock:close()
            return nil, err
        end
    end
    return sock
end

-- One command. → reply | nil, err, is an error of the server
local function call(zone, ...)
    local r = state.r
    if not r or r.phase == "init" then return nil, "no request found" end
    phases = phases or guard.phases("ngx.sleep")
    if not phases[r.phase] then return nil, guard.refusal(r) end
    local sock, err = connect(zone)
    if not sock then return nil, "redis: " .. tostring(err) end
    local out = {}
    local sent
    sent, err = sock:send(concat(out, "", 1, encode(out, 0, ...)))
    if not sent then
        sock:close()
        return nil, "redis: " .. tostring(err)
    end
    local reply, problem, told = read_reply(sock)
    if reply == nil and not told then
        sock:close()
        return nil, "redis: " .. tostring(problem)
    end
    sock:setkeepalive(IDLE)
    if reply == nil then
        if sub(problem, 1, 3) == "OOM" then return nil, "no memory", true end
        return nil, problem, true
    end
    return reply
end

local function run(zone, script, key, ...)
    return call(zone, "EVAL", script, "1", zone.prefix .. key, ...)
end

local function is_wrong_type(err) return sub(err, 1, 9) == "WRONGTYPE" end

-- ---------------------------------------------------------------- values

-- → type and text of a value
local function encode_value(value)
    local kind = type(value)
    if kind == "number" then return "n", format("%.17g", value) end
    if kind == "boolean" then return "b", value and "1" or "0" end
    return "s", value
end

local function decode_value(kind, text)
    if kind == "n" then return tonumber(text) end
    if kind == "b" then return text == "1" end
    return text
end

--- get and get_stale → value, flags or nil when 0, is stale (never) | nil | nil, err
function redis.get(handle, _, key, stale)
    local zone = zones[handle]
    local reply, err = call(zone, "HMGET", zone.prefix .. key, "t", "v", "f")
    if not reply then
        if is_wrong_type(err) then return nil, "value is a list" end
        return nil, err
    end
    if not reply[1] then return nil end
    local value, flags = decode_value(reply[1], reply[2]), tonumber(reply[3])
    if stale then return value, flags ~= 0 and flags or nil, false end
    if flags ~= 0 then return value, flags end
    return value
end

local STORE = [[
local there = redis.call("EXISTS", KEYS[1]) == 1
if ARGV[1] == "add" and there then return "exists" end
if ARGV[1] == "replace" and not there then return "not found" end
redis.call("DEL", KEYS[1])
redis.call("HSET", KEYS[1], "t", ARGV[2], "v", ARGV[3], "f", ARGV[4])
if ARGV[5] ~= "0" then redis.call("PEXPIRE", KEYS[1], ARGV[5]) end
return ""]]

local KINDS = {set = "set", safe_set = "set", add = "add", safe_add = "add", replace = "replace"}

--- set, safe_set, add, safe_add, replace; nil as value deletes → true, nil, false | false, err, false | nil, err
function redis.store(handle, _, op, key, value, ttl, flags)
    local zone = zones[handle]
    if value == nil then
        if KINDS[op] ~= "set" then return false, "attempt to add or replace nil values", false end
        local reply, err = call(zone, "DEL", zone.prefix .. key)
        if not reply then return nil, err end
        return true, nil, false
    end
    local kind, text = encode_value(value)
    local reply, err = run(zone, STORE, key, KINDS[op], kind, text, format("%d", flags), format("%d", ttl))
    if not reply then
        if err == "no memory" then return false, err, false end
        return nil, err
    end
    if reply ~= "" then return false, reply, false end
    return true, nil, false
end

local INCR = [[
local found = redis.call("TYPE", KEYS[1]).ok
if found == "list" then return "not a number" end
if found == "none" then
    if ARGV[2] == "" then return "not found" end
    local sum = string.format("%.17g", tonumber(ARGV[2]) + tonumber(ARGV[1]))
    redis.call("HSET", KEYS[1], "t", "n", "v", sum, "f", "0")
    if ARGV[3] ~= "0" then redis.call("PEXPIRE", KEYS[1], ARGV[3]) end
    return {sum}
end
if redis.call("HGET", KEYS[1], "t") ~= "n" then return "not a number" end
local sum = string.format("%.17g", tonumber(redis.call("HGET", KEYS[1], "v")) + tonumber(ARGV[1]))
redis.call("HSET", KEYS[1], "v", sum)
return {sum}]]

--- → sum | sum, nil, false (with `init`) | nil, err
function redis.incr(handle, _, key, by, init, ttl)
    local reply, err = run(zones[handle], INCR, key, format("%.17g", by), init and format("%.17g", init) or "",
        format("%d", ttl or 0))
    if not reply then return nil, err end
    if type(reply) == "string" then return nil, reply end
    if not init then return tonumber(reply[1]) end
    return tonumber(reply[1]), nil, false
end

-- ---------------------------------------------------------------- lists

--- lpush (`left`) and rpush → length of the list | nil, err
function redis.push(handle, _, key, value, left)
    local zone = zones[handle]
    local kind, text = encode_value(value)
    local count, err = call(zone, left and "LPUSH" or "RPUSH", zone.prefix .. key, kind .. text)
    if count then return count end
    return nil, is_wrong_type(err) and "value not a list" or err
end

--- lpop (`left`) and rpop → value | nil | nil, err
function redis.pop(handle, _, key, left)
    local zone = zones[handle]
    local item, err = call(zone, left and "LPOP" or "RPOP", zone.prefix .. key)
    if item then return decode_value(sub(item, 1, 1), sub(item, 2)) end
    if item == false then return nil end
    return nil, is_wrong_type(err) and "value not a list" or err
end

--- → number of items, 0 when the key is missing | nil, err
function redis.llen(handle, _, key)
    local zone = zones[handle]
    local count, err = call(zone, "LLEN", zone.prefix .. key)
    if count then return count end
    return nil, is_wrong_type(err) and "value not a list" or err
end

-- ---------------------------------------------------------------- times

--- → milliseconds left, 0 = for ever | nil, "not found"
function redis.ttl(handle, _, key)
    local zone = zones[handle]
    local left, err = call(zone, "PTTL", zone.prefix .. key)
    if not left then return nil, err end
    if left == -2 then return nil, "not found" end
    return left == -1 and 0 or left
end

local EXPIRE = [[
if redis.call("EXISTS", KEYS[1]) == 0 then return 0 end
if ARGV[1] == "0" then redis.call("PERSIST", KEYS[1]) else redis.call("PEXPIRE", KEYS[1], ARGV[1]) end
return 1]]

--- Sets the time to live, 0 = for ever → true | nil, "not found"
function redis.expire(handle, _, key, ttl)
    local done, err = run(zones[handle], EXPIRE, key, format("%d", ttl))
    if not done then return nil, err end
    if done == 0 then return nil, "not found" end
    return true
end

-- ---------------------------------------------------------------- the whole zone

-- Calls visit(keys) for the zone's keys, as many at once as SCAN gives, until it returns false. → true | nil, err
local function scan(zone, visit)
    local cursor = "0"
    repeat
        local reply, err = call(zone, "SCAN", cursor, "MATCH", zone.pattern, "COUNT", SCANNED)
        if not reply then return nil, err end
        cursor = reply[1]
        local more
        more, err = visit(reply[2])
        if more == nil then return nil, err end
    until cursor == "0" or more == false
    return true
end

--- Deletes everything. → nothing | nil, err
function redis.flush_all(handle)
    local zone = zones[handle]
    local ok, err = scan(zone, function(keys)
        for i = 1, #keys do
            local done, problem = call(zone, "UNLINK", keys[i])
            if not done then return nil, problem end
        end
        return true
    end)
    if not ok then return nil, err end
end

--- → 0: Redis does that by itself
function redis.flush_expired() return 0 end

--- Keys in Redis's order, at most `max` (0: all) → array | nil, err
function redis.get_keys(handle, _, max)
    local zone = zones[handle]
    local found, seen, skip = {}, {}, #zone.prefix + 1
    local ok, err = scan(zone, function(keys)
        for i = 1, #keys do
            local key = sub(keys[i], skip)
            if not seen[key] then -- SCAN may tell of a key twice
                if max ~= 0 and #found >= max then return false end
                seen[key], found[#found + 1] = true, key
            end
        end
        return true
    end)
    if not ok then return nil, err end
    return found
end

--- Bytes that the configuration gave the zone; they limit nothing here.
function redis.capacity(handle) return zones[handle].settings.size end

function redis.free_space() return nil, "not supported by the redis backend" end

-- ---------------------------------------------------------------- opening

local function escape(text)
    if not find(text, "[%*%?%[%]\\]") then return text end
    return (gsub(text, "[%*%?%[%]\\]", "\\%0"))
end

--- A zone of plan.redis_dicts: {family, server (address or path), port, db, user, password, size} → handle
function redis.open(settings, name)
    local prefix = name .. ":"
    local address = settings.family == "unix" and settings.server or settings.server .. ":" .. settings.port
    zones[#zones + 1] = {
        settings = settings, prefix = prefix, pattern = escape(prefix) .. "*",
        pool = {pool = "redis:" .. address .. "/" .. settings.db .. ":" .. (settings.user or "")},
    }
    return #zones
end

return redis
