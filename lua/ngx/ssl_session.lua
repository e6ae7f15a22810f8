-- require "ngx.ssl.session": TLS sessions, in ssl_session_fetch_by_lua* and ssl_session_store_by_lua*.
local state = require "pyresty.state"

local byte, error, format, gsub = string.byte, error, string.format, string.gsub

local session = {version = "0.1.25"}

local function current()
    local r = state.r
    if not r or r.phase == "init" then error("no request found", 3) end
    local c = r.conn
    if not c or not c.tls then return nil, nil, "bad request" end
    return r, c
end

local function hexadecimal(c) return format("%02X", byte(c)) end

-- → id, as upper-case hexadecimal | nil, err
function session.get_session_id()
    local r, c, err = current()
    if not r then return nil, err end
    local id = r.session_id or c.session_id
    if not id then return nil, "uninitialized session id in lua context" end
    return (gsub(id, ".", hexadecimal))
end

-- → ASN.1 | nil, err
function session.get_serialized_session()
    local r, _, err = current()
    if not r then return nil, err end
    if not r.session then return nil, "bad session in lua context" end
    return r.session
end

-- → true | nil, err
function session.set_serialized_session(der)
    local r, c, err = current()
    if not r then return nil, err end
    return state.host.tls_set_session(c.tls, der)
end

return session
