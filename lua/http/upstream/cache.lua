-- Cached responses (ngx_http_file_cache, the cache half of ngx_http_upstream). u.cache is the request's entry.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local native = require "pyresty.native"
local cache_control = require "pyresty.http.upstream.cache_control"
local cache_file = require "pyresty.http.upstream.cache_file"
local cache_zones = require "pyresty.http.upstream.cache_zones"
local variant_of = require "pyresty.http.upstream.cache_variant"
local headers = require "pyresty.http.upstream.headers"
local headers_in = require "pyresty.http.headers_in"
local http_time = require "pyresty.http.http_time"
local log = require "pyresty.http.log"
local script = require "pyresty.http.script"
local status_line = require("pyresty.http.status").line

local concat, floor, ipairs, lower, match, min, sub, tonumber =
    table.concat, math.floor, ipairs, string.lower, string.match, math.min, string.sub, tonumber
local unpack = unpack or table.unpack
local io, md5 = native.io, native.crypto.md5
local LOG_CRIT, LOG_ERR = 3, 4
local NO_LEVELS = {}

local cache = {}

local function holds(r, predicates)
    for i = 1, #predicates do
        local value = script.eval(r, predicates[i])
        if value ~= "" and value ~= "0" then return true end
    end
    return false
end

-- ---------------------------------------------------------------- settings

local function compiled(list)
    local out = {}
    for i, value in ipairs(list or {}) do out[i] = script.compile(value) end
    return out
end

--- The cache settings of a location under a prefix; nil when it has no cache.
function cache.compile(loc, prefix)
    local function of(name) return loc[prefix .. "_cache_" .. name] end
    local name = loc[prefix .. "_cache"]
    if not name then return nil end
    return {
        name = script.compile(name), key = of "key" ~= nil and script.compile(of "key") or nil,
        bypass = compiled(of "bypass"), no_cache = compiled(loc[prefix .. "_no_cache"]), methods = of "methods",
        min_uses = of "min_uses", valid = of "valid" or {}, lock = of "lock", lock_timeout = of "lock_timeout",
        lock_age = of "lock_age", use_stale = of "use_stale", background = of "background_update",
        revalidate = of "revalidate", convert_head = of "convert_head", range_offset = of "max_range_offset",
    }
end

local function valid_for(settings, status)
    for _, entry in ipairs(settings.valid) do
        if entry.status == 0 or entry.status == status then return entry.valid end
    end
    return 0
end

-- ---------------------------------------------------------------- looking up

local function use_node(c, hash)
    local node = cache_zones.node(c.zone, hash)
    if c.node == node then return node end
    if c.node then c.node.users = c.node.users - 1 end
    c.node, c.hash, c.path = node, hash, cache_file.path(c.zone, hash)
    node.uses, node.users, node.accessed = node.uses + 1, node.users + 1, state.now
    if state.fresh then state.host.cache_used(c.path, state.now) end -- its zones end with the request
    return node
end

local function wake(node)
    local waiters = node.waiters
    node.waiters = nil
    for i = 1, waiters and #waiters or 0 do
        if not waiters[i].dead then sched.unpark(waiters[i], true) end
    end
end

-- One request at a time fills a missing entry (`*_cache_lock`). → "miss" | "scarce" | "again"
local function lock(c, node, settings)
    if not settings.lock then return "miss" end
    local now = state.mono
    if not node.updating or node.lock_time <= now then
        node.updating, node.lock_time = true, now + settings.lock_age
        c.updating, c.lock_time = true, node.lock_time
    end
    if c.updating then return "miss" end
    c.deadline = c.deadline or now + settings.lock_timeout
    if c.deadline <= now then return "scarce" end
    local waiters = node.waiters or {}
    node.waiters = waiters
    waiters[#waiters + 1] = state.thread
    sched.park(min(c.deadline, node.lock_time) - now)
    return "again"
end

local function close(c)
    local file = c.file
    c.file = nil
    if file then io.close(file.fd) end
end

local function judge(c, node)
    local file, now = c.file, floor(state.now)
    if file.valid >= now then return "hit" end
    c.stale_updating, c.stale_error = file.valid + file.updating >= now, file.valid + file.error >= now
    if node.updating then return "updating" end
    node.updating = true
    c.updating, c.lock_time = true, node.lock_time
    return "stale"
end

-- → "hit" | "stale" | "updating" | "miss" | "scarce" | "again" | "error", status
local function open(r, c, settings)
    local node = c.node
    if node.error then
        if node.valid >= state.now then return "error", node.error end
        node.error = nil
    end
    local file, broken = cache_file.open(c.path)
    if broken then log.error(LOG_CRIT, r, 'cache file "' .. c.path .. '" contains invalid header') end
    if file and file.key ~= c.key then
        log.error(LOG_CRIT, r, 'cache file "' .. c.path .. '" has md5 collision')
        io.close(file.fd)
        file = nil
    end
    if not file then
        if node.uses < settings.min_uses then return "scarce" end
        return lock(c, node, settings)
    end
    if file.vary ~= "" then
        local variant = variant_of(r, c.main, file.vary)
        if variant ~= file.variant then
            io.close(file.fd)
            if c.secondary then return lock(c, node, settings) end
            c.secondary = true
            use_node(c, variant)
            return open(r, c, settings)
        end
    end
    c.file = file
    return judge(c, node)
end

local function out_of_range(r, settings)
    local most = settings.range_offset
    if not most then return false end
    local range = headers_in.get(r, "range")
    if not range or lower(sub(range, 1, 6)) ~= "bytes=" then return false end
    if most == 0 then return true end
    local from = match(range, "^%s*(%d+)%-", 7)
    if not from then return sub(range, 7, 7) == "-" end
    return tonumber(from) >= most
end

local function may_send_stale(r, u, c)
    return (u.conf.cache.use_stale.updating or c.stale_updating) and not r.background
end

-- → "send" (c.file is what the client gets) | "go" (to the upstream) | nil, status
local function decide(r, u, c, found, status)
    local settings = u.conf.cache
    if found == "error" then
        u.cache_status = "hit"
        return nil, status
    end
    if found == "hit" then
        u.cache_status = "hit"
        return "send"
    elseif found == "stale" and settings.background and may_send_stale(r, u, c) then
        u.cache_status = "stale"
        c.background = true
        return "send"
    elseif found == "updating" and may_send_stale(r, u, c) then
        u.cache_status = "updating"
        return "send"
    elseif found == "stale" or found == "updating" then
        u.cache_status = "expired"
    elseif found == "scarce" then
        u.cacheable = false
    end
    if out_of_range(r, settings) then u.cacheable = false end
    return "go"
end

--- Looks a request up, in a light thread → "send" | "go" | nil, status. u.cache is nil where nothing is to be cached.
function cache.lookup(r, u)
    local settings = u.conf.cache
    if not settings.methods[r.method] then return "go" end
    local name = script.eval(r, settings.name)
    if name == "" or name == "off" then return "go" end
    local zone = cache_zones.named(name)
    if not zone then
        log.error(LOG_ERR, r, 'cache "' .. name .. '" not found')
        return nil, 500
    end
    if r.method == "HEAD" and settings.convert_head then u.method = "GET" end
    local key = settings.key and script.eval(r, settings.key) or u.protocol.cache_key(r, u)
    local main = md5(key)
    local c = {zone = zone, key = key, main = main, node = nil, hash = nil, path = nil, valid = 0, vary = "",
        updating_sec = 0, error_sec = 0}
    u.cache, u.cacheable = c, true
    use_node(c, main)
    if holds(r, settings.bypass) then
        u.cache_status = "bypass"
        return "go"
    end
    u.cache_status = "miss"
    local found, status
    repeat
        found, status = open(r, c, settings)
    until found ~= "again"
    return decide(r, u, c, found, status)
end

-- ---------------------------------------------------------------- storing

local function head_of(u)
    local parts, n = {status_line(u.status)}, 1
    if u.status_line then parts[1] = "HTTP/1.1 " .. u.status_line .. "\r\n" end
    local list = u.headers
    for i = 1, u.headers_n, 3 do
        local low = list[i + 2]
        if low ~= "transfer-encoding" and low ~= "content-length" then
            n = n + 1
            parts[n] = list[i] .. ": " .. list[i + 1] .. "\r\n"
        end
    end
    parts[n + 1] = "\r\n"
    return concat(parts, "", 1, n + 1)
end

local function meta_of(r, u, c)
    local full = u.status == 200 or u.status == 206
    local modified = full and headers.first(u, "last-modified")
    local vary = c.vary
    return {
        valid = c.valid, updating = c.updating_sec, error = c.error_sec, date = floor(state.now), key = c.key,
        vary = vary, variant = vary ~= "" and variant_of(r, c.main, vary) or "",
        modified = modified and http_time.parse(modified) or -1, etag = full and headers.first(u, "etag") or "",
        head = head_of(u),
    }
end

-- Where the response belongs: under its variant when that was looked for, else under the key.
local function settle_path(c, meta)
    if c.secondary and (meta.vary == "" or meta.variant ~= c.hash) then use_node(c, c.main) end
end

--- A response's header is here: is it kept? Opens the file that relay.lua fills.
function cache.begin(r, u)
    local c, settings = u.cache, u.conf.cache
    close(c)
    if holds(r, settings.no_cache) then u.cacheable = false end
    if not u.buffering then u.cacheable = false end
    if u.cacheable and c.valid == 0 then
        local seconds = valid_for(settings, u.status)
        if seconds > 0 then c.valid = floor(state.now) + seconds else u.cacheable = false end
    end
    if not u.cacheable then return cache.free(u) end
    local meta = meta_of(r, u, c)
    settle_path(c, meta)
    local own = c.zone.temp
    local fd, path = state.host.temp_file(own or u.conf.temp_path, unpack(own and NO_LEVELS or u.conf.temp_levels))
    if not fd then
        log.error(LOG_CRIT, r, path)
        u.cacheable = false
        return cache.free(u)
    end
    c.temp_fd, c.temp_path = fd, path
    io.write(fd, cache_file.encode(meta))
end

--- A piece of the body.
function cache.write(u, data)
    local c = u.cache
    if not io.write(c.temp_fd, data) then cache.abandon(u) end
end

--- What was stored so far is no response.
function cache.abandon(u)
    local c = u.cache
    if not c or not c.temp_fd then return end
    state.host.close_fd(c.temp_fd)
    state.host.unlink(c.temp_path)
    c.temp_fd, u.cacheable = nil, false
end

--- The response is complete.
function cache.commit(u)
    local c = u.cache
    if not c or not c.temp_fd then return end
    state.host.close_fd(c.temp_fd)
    c.temp_fd, c.node.error = nil, nil
    local problem = state.host.cache_store(c.temp_path, c.path)
    if problem then
        log.error(LOG_CRIT, u.r, 'rename() "' .. c.temp_path .. '" to "' .. c.path .. '" failed ' .. problem)
    end
    return cache.free(u)
end

--- Is it the "304 Not Modified" of a revalidation?
function cache.is_revalidation(u)
    local c = u.cache
    return c.file and u.status == 304 and u.cache_status == "expired" and u.conf.cache.revalidate
end

--- The file, which is being sent, holds again: as long as the 304's header said (c.valid …), else its own.
function cache.renew(r, u, file)
    local c, settings = u.cache, u.conf.cache
    local valid, updating, failing = c.valid, c.updating_sec, c.error_sec
    if valid == 0 then
        cache_control.read(u, c)
        valid, updating, failing = c.valid, c.updating_sec, c.error_sec
    end
    if valid == 0 then
        local seconds = valid_for(settings, u.status)
        if seconds > 0 then valid = floor(state.now) + seconds end
    end
    if valid == 0 or holds(r, settings.no_cache) then return end
    file.valid, file.updating, file.error, file.date = valid, updating, failing, floor(state.now)
    cache_file.update(c.path, file)
end

--- May the expired file be sent although the upstream failed so? ("stale-if-error" is for those that gave no response.)
function cache.may_use_stale(u, failure, responded)
    local c = u.cache
    if not c or not c.file or u.cache_status ~= "expired" then return false end
    return u.conf.cache.use_stale[failure] or not responded and c.stale_error or false
end

--- The entry is no longer this request's; status is that of a failure which may be remembered.
function cache.free(u, status)
    local c = u.cache
    if not c or c.freed then return end
    c.freed = true
    local cacheable = u.cacheable
    cache.abandon(u)
    local node = c.node
    node.users = node.users - 1
    if status and cacheable then
        local seconds = c.valid > 0 and c.valid - state.now or valid_for(u.conf.cache, status)
        if seconds > 0 then node.error, node.valid = status, state.now + seconds end
    end
    if c.updating and node.lock_time == c.lock_time then
        node.updating = false
        wake(node)
    end
    close(c)
end

--- The descriptor of c.file belongs to the response from now on.
function cache.take_file(u)
    local c = u.cache
    local file = c.file
    c.file = nil
    return file
end

cache.read_header = cache_control.read

-- ---------------------------------------------------------------- variables of conditional requests

local function conditional(r)
    local u = r.upstream
    if not u or not u.cache or not u.cache.file or u.cache_status ~= "expired" then return nil end
    return u.conf.cache.revalidate and u.cache.file or nil
end

function cache.last_modified(r)
    local file = conditional(r)
    return file and file.modified >= 0 and http_time.format(file.modified) or ""
end

function cache.etag(r)
    local file = conditional(r)
    return file and file.etag or ""
end

return cache
