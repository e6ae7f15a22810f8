-- ngx_http_core_module: what its directives do at a request's end.
local state = require "pyresty.state"

local CLIENT_CLOSED = 499

local module = {}

-- A client that did not read in time, or that is sent away without an answer (444), gets a RST.
local function reset_connection(r)
    local c = r.conn
    if not r.aborted or r.status == CLIENT_CLOSED or not c or not c.fd then return end
    if not c.take_body then state.host.reset_on_close(c.fd) end -- a stream of HTTP/2 leaves its connection alone
end

function module.log(loc) return loc.reset_timedout_connection and reset_connection or nil end

return module
