-- ngx_http_limit_req_module: the leaky bucket of each key.
local state = require "pyresty.state"
local log = require "pyresty.http.log"
local native = require "pyresty.native"
local phases = require "pyresty.http.phases"
local script = require "pyresty.http.script"

local floor, format = math.floor, string.format
local ipairs = ipairs
local LOG_ERR, LOG_INFO = 4, 7
local MAX_KEY = 65535

local module = {variables = {}}
local opened = {} -- zone name → {handle, key, rate, name}

local function zone_of(name)
    local zone = opened[name]
    if not zone then
        local spec = state.plan.limit_req_zones[name]
        local memory = state.plan.module_zones[spec.index]
        zone = {
            handle = native.limits.open(memory.address, memory.size, name), key = script.compile(spec.key),
            rate = spec.rate, name = name, source = spec.source,
        }
        opened[name] = zone
    end
    return zone
end

local function number(excess) return format("%.0f.%03.0f", floor(excess / 1000), excess % 1000) end

local function compile(loc)
    local limits = {}
    for i, limit in ipairs(loc.limit_req) do
        limits[i] = {zone = zone_of(limit.zone), burst = limit.burst, delay = limit.delay}
    end
    return limits
end

-- Asks every limit in turn; the last one counts at once, those before it when all have let the request through.
-- → "ok" | "busy" | "full" | nil (no key has a value), excess, the limit that decided; keys[i] are those in use
local function ask(r, limits, keys)
    local verdict, excess, limit
    local now = floor(state.now * 1000)
    for i = 1, #limits do
        limit = limits[i]
        local zone = limit.zone
        local key = script.eval(r, zone.key)
        if #key > MAX_KEY then
            log.error(LOG_ERR, r, 'the value of the "' .. zone.source .. '" key is more than 65535 bytes: "'
                .. key .. '"')
        elseif key ~= "" then
            keys[i] = key
            verdict, excess = native.limits.request(zone.handle, now, key, zone.rate, limit.burst, i == #limits)
            if verdict ~= "ok" then return verdict, excess, limit end
        end
    end
    return verdict, excess, limit
end

-- Counts the request with the limits before the last → the longest delay in seconds, its excess and limit
local function settle(limits, keys, excess)
    local longest, by, most = 0, nil, 0
    local now = floor(state.now * 1000)
    for i = 1, #limits do
        local limit = limits[i]
        if keys[i] then
            local zone = limit.zone
            local own = i == #limits and excess or native.limits.settle(zone.handle, now, keys[i], zone.rate)
            local delay = own > limit.delay and floor((own - limit.delay) * 1000 / zone.rate) / 1000 or 0
            if delay > longest then longest, by, most = delay, limit, own end
        end
    end
    return longest, most, by
end

local function refuse(r, loc, verdict, excess, limit)
    local dry = loc.limit_req_dry_run
    if verdict == "busy" then
        log.error(loc.limit_req_log_level, r, "limiting requests" .. (dry and ", dry run" or "") .. ", excess: "
            .. number(excess) .. ' by zone "' .. limit.zone.name .. '"')
    else
        log.error(LOG_ERR, r, 'could not allocate node in limit_req zone "' .. limit.zone.name .. '"')
    end
    r.main.limit_req_status = dry and "REJECTED_DRY_RUN" or "REJECTED"
    if not dry then return loc.limit_req_status end
end

function module.preaccess(loc)
    if not loc.limit_req then return nil end
    local limits = compile(loc)
    return function(r)
        local main = r.main
        if main.limit_req_status then return end
        local keys = {}
        local verdict, excess, limit = ask(r, limits, keys)
        if not verdict then return end
        if verdict ~= "ok" then return refuse(r, loc, verdict, excess, limit) end
        local seconds, most, by = settle(limits, keys, excess)
        if seconds == 0 then
            main.limit_req_status = "PASSED"
            return
        end
        local dry = loc.limit_req_dry_run
        log.error(loc.limit_req_log_level == LOG_INFO and LOG_INFO or loc.limit_req_log_level + 1, r,
            "delaying request" .. (dry and ", dry run" or "") .. ", excess: " .. number(most) .. ', by zone "'
            .. by.zone.name .. '"')
        main.limit_req_status = dry and "DELAYED_DRY_RUN" or "DELAYED"
        if not dry then return phases.delay(r, seconds) end
    end
end

function module.variables.limit_req_status(r) return r.main.limit_req_status end

return module
