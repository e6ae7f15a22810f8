-- ngx_http_limit_conn_module: how many requests of a key are served at a time.
local cleanup = require "pyresty.http.cleanup"
local state = require "pyresty.state"
local log = require "pyresty.http.log"
local native = require "pyresty.native"
local script = require "pyresty.http.script"

local ipairs = ipairs
local LOG_ERR = 4
local MAX_KEY = 255

local module = {variables = {}}
local opened = {} -- zone name → {handle, key, name}

local function zone_of(name)
    local zone = opened[name]
    if not zone then
        local spec = state.plan.limit_conn_zones[name]
        local memory = state.plan.module_zones[spec.index]
        zone = {
            handle = native.limits.open(memory.address, memory.size, name), key = script.compile(spec.key), name = name,
            source = spec.source,
        }
        opened[name] = zone
    end
    return zone
end

local function leave_all(entered)
    for i = 1, #entered, 2 do native.limits.leave(entered[i], entered[i + 1]) end
end

local function refuse(r, loc, verdict, zone, entered)
    local dry = loc.limit_conn_dry_run
    if verdict == "busy" then
        log.error(loc.limit_conn_log_level, r, "limiting connections" .. (dry and ", dry run," or "") .. ' by zone "'
            .. zone.name .. '"')
    end
    leave_all(entered)
    r.main.limit_conn_status = dry and "REJECTED_DRY_RUN" or "REJECTED"
    if not dry then return loc.limit_conn_status end
end

local function enter(r, loc, limits)
    local main, entered = r.main, {}
    for i = 1, #limits do
        local zone, most = limits[i].zone, limits[i].connections
        local key = script.eval(r, zone.key)
        if #key > MAX_KEY then
            log.error(LOG_ERR, r, 'the value of the "' .. zone.source .. '" key is more than 255 bytes: "'
                .. key .. '"')
        elseif key ~= "" then
            main.limit_conn_status = "PASSED"
            local verdict = native.limits.enter(zone.handle, key, most)
            if verdict ~= "ok" then return refuse(r, loc, verdict, zone, entered) end
            entered[#entered + 1], entered[#entered + 2] = zone.handle, key
        end
    end
    if entered[1] then cleanup.add(r.main, function() return leave_all(entered) end) end
end

function module.preaccess(loc)
    if not loc.limit_conn then return nil end
    local limits = {}
    for i, limit in ipairs(loc.limit_conn) do
        limits[i] = {zone = zone_of(limit.zone), connections = limit.connections}
    end
    return function(r)
        if r.main.limit_conn_status then return end
        return enter(r, loc, limits)
    end
end

function module.variables.limit_conn_status(r) return r.main.limit_conn_status end

return module
