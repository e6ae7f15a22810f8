-- `proxy_store` and its kin: a complete response of status 200 becomes a file (ngx_http_upstream_store).
local state = require "pyresty.state"
local io = require "pyresty.native".io
local headers = require "pyresty.http.upstream.headers"
local http_time = require "pyresty.http.http_time"
local log = require "pyresty.http.log"
local paths = require "pyresty.http.paths"
local script = require "pyresty.http.script"

local unpack = unpack or table.unpack
local LOG_CRIT = 3

local store = {}

--- The header is here: opens the temporary file.
function store.begin(r, u)
    if u.status ~= 200 or not u.buffering then return end
    local fd, path = state.host.temp_file(u.conf.temp_path, unpack(u.conf.temp_levels))
    if not fd then return log.error(LOG_CRIT, r, path) end
    u.store = {fd = fd, path = path}
end

local function close(u)
    local file = u.store
    u.store = nil
    state.host.close_fd(file.fd)
    return file
end

--- What was stored so far is no response.
function store.abandon(u) state.host.unlink(close(u).path) end

function store.write(u, data)
    if not io.write(u.store.fd, data) then store.abandon(u) end
end

--- The response is complete.
function store.commit(r, u)
    local length = u.content_length
    if length and length ~= u.state.response_length then return store.abandon(u) end -- of HEAD
    local file, conf = close(u), u.conf
    local path = conf.store == true and paths.filename(r) or script.eval(r, conf.store)
    local modified = headers.first(u, "last-modified")
    local time = modified and http_time.parse(modified)
    local problem = state.host.cache_store(file.path, path, conf.store_access, time)
    if problem then
        state.host.unlink(file.path)
        log.error(LOG_CRIT, r, 'rename() "' .. file.path .. '" to "' .. path .. '" failed ' .. problem)
    end
end

return store
