-- TLS sessions outside OpenSSL: in a zone that workers share (ssl_session_cache shared), and Lua's
-- (ssl_session_fetch_by_lua*, ssl_session_store_by_lua*).
local state = require "pyresty.state"
local log = require "pyresty.http.log"
local native = require "pyresty.native"
local in_handshake = require "pyresty.tls.phases"

local byte, find, floor, sub, type = string.byte, string.find, math.floor, string.sub, type
local LOG_DEBUG = 8
local SESSION_TICKET, PRE_SHARED_KEY, SUPPORTED_VERSIONS = 35, 41, 43
local TLS1_3 = 0x304
local ID_SIZE = 32

local sessions = {}
local zones = {} -- name → handle

local function zone_of(name)
    local handle = zones[name]
    if not handle then
        local zone = state.plan.zones[name]
        handle = native.shdict.open(zone.address, zone.size, name)
        zones[name] = handle
    end
    return handle
end

local function milliseconds() return floor(state.now * 1000) end

local function number_at(text, at) return byte(text, at) * 256 + byte(text, at + 1) end

-- Will the handshake be one of TLS 1.3?
local function is_new(c)
    local versions = state.host.tls_extension(c.tls, SUPPORTED_VERSIONS)
    return versions and c.first_settings.tls13 and find(versions, "\3\4", 2, true) and true or false
end

-- The id of the session that the client wants to resume: TLS 1.3 has it where its keys are.
local function wanted(c, new)
    if not new then
        local ticket = c.first_settings.tickets and state.host.tls_extension(c.tls, SESSION_TICKET)
        if ticket and ticket ~= "" then return "" end -- it has the session itself
        return state.host.tls_hello_session(c.tls)
    end
    local keys = state.host.tls_extension(c.tls, PRE_SHARED_KEY)
    if not keys or #keys < 4 then return "" end
    local size = number_at(keys, 3)
    return size == ID_SIZE and sub(keys, 5, 4 + size) or ""
end

local function from_zone(c, name, id)
    local value = native.shdict.get(zone_of(name), milliseconds(), id)
    if type(value) == "string" then
        state.host.tls_found_session(c.tls, value)
        return true
    end
end

--- The client's hello has been read: looks for its session. → true when the handshake may go on at once
function sessions.fetch(c, suspend, go_on)
    local chunk, name = state.plan.lua and state.plan.lua.ssl_session_fetch, c.first_settings.cache
    if not chunk and not name then return true end
    local new = is_new(c)
    local id = wanted(c, new)
    if name and id ~= "" and from_zone(c, name, id) then return true end
    if not chunk or id == "" then return true end
    if new then
        if log.enabled(LOG_DEBUG, c) then
            log.debug(c, "ssl_session_fetch_by_lua*: skipped since TLS version >= 1.3 (304)")
        end
        return true
    end
    c.session_id = id
    suspend(c)
    in_handshake.run(c, "ssl_session_fetch", chunk, function() return go_on(c) end)
    return false
end

--- The handshake is through: keeps what sessions it has made.
function sessions.store(c)
    local chunk, name = state.plan.lua and state.plan.lua.ssl_session_store, c.first_settings.cache
    if not chunk and not name then return end
    local host = state.host
    while true do
        local id, der = host.tls_made_session(c.tls)
        if not id then return end
        if name and id ~= "" then
            native.shdict.store(zone_of(name), milliseconds(), "set", id, der, c.first_settings.timeout * 1000, 0)
        end
        if chunk then
            if host.tls_version(c.tls) >= TLS1_3 then
                if log.enabled(LOG_DEBUG, c) then
                    log.debug(c, "ssl_session_store_by_lua*: skipped since TLS version >= 1.3 (304)")
                end
            else
                in_handshake.store(c, chunk, id, der)
            end
        end
    end
end

return sessions
