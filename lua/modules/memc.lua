-- ngx_http_memc_module: all commands of memcached, by $memc_cmd, $memc_key, $memc_value, $memc_flags, $memc_exptime.
local conf_of = require "pyresty.http.upstream.conf"
local content_type = require "pyresty.http.content_type"
local core = require "pyresty.http.upstream.core"
local io = require "pyresty.native".io
local log = require "pyresty.http.log"
local memcached = require "pyresty.modules.memcached"
local params = require "pyresty.http.upstream.params"
local uri = require "pyresty.http.uri"
local variables = require "pyresty.http.variables"

local find, format, ipairs, pairs, sub, tonumber = string.find, string.format, ipairs, pairs, string.sub, tonumber
local LOG_ERR = 4
local READ = memcached.protocol
local MEMCACHED_ESCAPES = 5
local UINT32, UINT64 = 10, 20 -- digits

local memc = {name = "memc", schema = "memcached://"}
local module = {content = {}}

-- ---------------------------------------------------------------- requests

local METHODS = {GET = "get", HEAD = "get", POST = "add", PUT = "set", DELETE = "delete"}
local STORAGE = {set = true, add = true, replace = true, append = true, prepend = true}
local KNOWN = {get = true, delete = true, incr = true, decr = true, flush_all = true, stats = true, version = true}
for name in pairs(STORAGE) do KNOWN[name] = true end

local function refuse(r, message, status)
    log.error(LOG_ERR, r, message)
    return nil, status
end

local function value_of(r, name)
    local value = variables.get(r, name)
    return value ~= "" and value or nil
end

-- A number of at most so many digits → text | "" (unset) | nil
local function number_of(r, name, digits)
    local value = value_of(r, name)
    if not value then return "" end
    if #value > digits or find(value, "%D") then return nil end
    return value
end

local function key_of(r, u)
    local key = value_of(r, "memc_key")
    if not key then return refuse(r, 'the "$memc_key" variable is not set', 500) end
    u.key = uri.escape(key, MEMCACHED_ESCAPES)
    if log.enabled(8, r) then log.debug(r, 'http memcached request: "' .. u.key .. '"') end
    return u.key
end

local function body_of(r)
    if r.body then return r.body end
    local fd = r.body_file and io.open(r.body_file)
    if not fd then return nil end
    local data = io.pread(fd, 0, io.fstat(fd))
    io.close(fd)
    return data
end

local requests = {}

local function store(r, u)
    local key, status = key_of(r, u)
    if not key then return nil, status end
    local value = variables.get(r, "memc_value") or body_of(r)
    if not value then
        return refuse(r, 'neither the "$memc_value" variable nor the request body is available', 500)
    end
    local flags, exptime = u.memc_flags, u.memc_exptime
    if flags == "" then
        flags = "0"
        variables.set(r, "memc_flags", flags)
    end
    if exptime == "" then
        exptime = "0"
        variables.set(r, "memc_exptime", exptime)
    end
    return format("%s %s %s %s %d\r\n", u.command, key, flags, exptime, #value) .. value .. "\r\n"
end
for name in pairs(STORAGE) do requests[name] = store end

function requests.get(r, u)
    local key, status = key_of(r, u)
    return key and "get " .. key .. "\r\n", status
end

function requests.delete(r, u)
    local key, status = key_of(r, u)
    if not key then return nil, status end
    local exptime = u.memc_exptime
    return "delete " .. key .. (exptime ~= "" and " " .. exptime or "") .. "\r\n"
end

function requests.incr(r, u)
    local key, status = key_of(r, u)
    return key and u.command .. " " .. key .. " " .. u.memc_value .. "\r\n", status
end
requests.decr = requests.incr

function requests.flush_all(_, u)
    local exptime = u.memc_exptime
    return "flush_all" .. (exptime ~= "" and " " .. exptime or "") .. "\r\n"
end

function requests.stats(_, u) return u.command .. "\r\n" end
requests.version = requests.stats

local TAKES_EXPTIME = {flush_all = true, delete = true}

-- Looks at the variables a command takes → true | nil, status
local function check(r, u)
    local command = u.command
    local stores = STORAGE[command]
    if stores or TAKES_EXPTIME[command] then
        u.memc_exptime = number_of(r, "memc_exptime", UINT32)
        if not u.memc_exptime then
            return refuse(r, 'variable "$memc_exptime" takes invalid value: ' .. value_of(r, "memc_exptime"), 400)
        end
    end
    if stores then
        u.memc_flags = number_of(r, "memc_flags", UINT32)
        if not u.memc_flags then
            return refuse(r, 'variable "$memc_flags" takes invalid value: ' .. value_of(r, "memc_flags"), 400)
        end
    elseif command == "incr" or command == "decr" then
        local value = number_of(r, "memc_value", UINT64)
        if value == "" then
            return refuse(r, 'the "$memc_value" variable is required for command "' .. command .. '"', 400)
        elseif not value then
            return refuse(r, 'variable "$memc_value" is invalid for incr/decr: ' .. value_of(r, "memc_value"), 400)
        end
        u.memc_value = value
    end
    return true
end

function memc.create_request(r, u)
    u.command = variables.get(r, "memc_cmd")
    local ok, status = check(r, u)
    if not ok then return nil, status end
    return requests[u.command](r, u)
end

function memc.may_stream_body() return false end
function memc.parse_url(_, _, text) return params.parse_url(text) end

-- ---------------------------------------------------------------- responses

local ERRORS = "^%u+_ERROR .*\r\n$"

-- A response of one line → status | nil
local function status_of(command, line)
    if line == "ERROR\r\n" or find(line, ERRORS) then return 502 end
    if STORAGE[command] then
        if line == "STORED\r\n" then return 201 end
        if line == "NOT_STORED\r\n" or line == "EXISTS\r\n" then return 200 end
    elseif command == "incr" or command == "decr" then
        if find(line, "^%d+ *\r\n$") then return 201 end
    elseif command == "delete" then
        if line == "DELETED\r\n" then return 200 end
    elseif command == "flush_all" then
        if line == "OK\r\n" then return 200 end
    elseif command == "version" then
        if find(line, "^VERSION ") then return 200 end
    end
    if line == "NOT_FOUND\r\n" and command ~= "version" and command ~= "flush_all" then return 404 end
end

-- Where the response ends and what it means → position, status | nil (more is needed) | false (invalid)
local function read_simple(u)
    local data = u.buf
    if u.command == "stats" and find(data, "^STAT ") then
        local _, stop = find(data, "\r\nEND\r\n", 1, true)
        return stop, 200
    end
    local _, stop = find(data, "\r\n", 1, true)
    if not stop then return nil end
    if u.command == "stats" and data == "END\r\n" then return stop, 200 end
    local status = status_of(u.command, sub(data, 1, stop))
    if not status then return false end
    return stop, status
end

local function read_simple_header(u)
    local stop, status = read_simple(u)
    if stop == nil then return nil end
    u.pos = 1
    if not stop then
        log.error(LOG_ERR, u.r, 'memcached sent invalid response for command "' .. u.command .. '" at pos 0: ')
        u.status, u.content_length, u.buf = 502, 0, ""
        return true
    end
    u.excess = stop < #u.buf
    u.buf = sub(u.buf, 1, stop)
    u.status, u.content_length, u.keepalive = status, stop, status == 200 or status == 201 or status == 404
    return true
end

local function read_value(u)
    local ok, message = READ.read_header(u)
    if not ok or u.status ~= 200 then return ok, message end
    variables.set(u.r, "memc_flags", u.flags)
    if u.r.loc.memc_flags_to_last_modified then
        u.r.headers_out.last_modified = tonumber(u.flags)
    end
    return ok
end

function memc.read_header(u)
    if u.command == "get" then return read_value(u) end
    return read_simple_header(u)
end

-- What was read with the header is the whole body.
local function whole(u, data)
    u.finished = true
    return data
end

function memc.body_decoder(u)
    if u.command == "get" then return READ.body_decoder(u) end
    u.ends_with_connection = false
    if u.content_length == 0 then u.finished = true end
    return whole
end

-- ---------------------------------------------------------------- the handler

local function compile(loc, spec)
    local conf = conf_of.compile(loc, spec, memc)
    conf.buffering, conf.intercept_404 = false, true
    loc.memc_conf = conf
    return conf
end

-- The command, which later reads of $memc_cmd see → true | nil, status
local function choose(r)
    local command = value_of(r, "memc_cmd")
    if not command then
        command = METHODS[r.method]
        if not command then
            return refuse(r, "ngx_memc: $memc_cmd variable not found for HTTP " .. r.method .. " requests", 400)
        end
        variables.set(r, "memc_cmd", command)
    elseif not KNOWN[command] then
        return refuse(r, 'ngx_memc: unknown $memc_cmd "' .. command .. '"', 400)
    end
    local allowed = r.loc.memc_cmds_allowed
    if allowed and not allowed[command] then
        return refuse(r, 'ngx_memc: memcached command "' .. command .. '" not allowed', 403)
    end
    return true
end

function module.content.memc(r, spec)
    local ok, status = choose(r)
    if not ok then return status end
    content_type.set(r)
    local loc = r.loc
    return core.run(r, loc.memc_conf or compile(loc, spec))
end

module.variables = {}
for _, name in ipairs {"memc_cmd", "memc_key", "memc_value", "memc_flags", "memc_exptime"} do
    module.variables[name] = {get = function() return nil end, stored = true} -- unset is no mistake
end

return module
