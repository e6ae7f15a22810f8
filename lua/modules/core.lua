-- ngx_http_core_module: what its directives do at a request's end.
local state = require "pyresty.state"
local log = require "pyresty.http.log"

local CLIENT_CLOSED, DEBUG = 499, 8

local module = {}

-- A client that did not read in time, or that is sent away without an answer (444), gets a RST.
local function reset_connection(r)
    local c = r.conn
    if not r.aborted or r.status == CLIENT_CLOSED or not c or not c.fd then return end
    if not c.take_body then state.host.reset_on_close(c.fd) end -- a stream of HTTP/2 leaves its connection alone
end

local function tell(r) return log.debug(r, "http log handler") end

function module.log(loc)
    local resets, tells = loc.reset_timedout_connection, log.enabled(DEBUG, {loc = loc})
    if not resets then return tells and tell or nil end
    return function(r)
        if tells then tell(r) end
        return reset_connection(r)
    end
end

return module
