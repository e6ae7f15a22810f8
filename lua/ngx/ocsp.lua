-- require "ngx.ocsp": OCSP requests and responses for the certificate of a handshake.
local state = require "pyresty.state"

local error, sub = error, string.sub
local MAX = 4096

local ocsp = {version = "0.1.25"}

-- → URL | nil (none) | URL, "truncated" | nil, err
function ocsp.get_ocsp_responder_from_der_chain(chain, max)
    local url, err = state.host.ocsp_responder(chain)
    if not url then
        if err then return nil, err end
        return nil
    end
    max = max or MAX
    if #url > max then return sub(url, 1, max), "truncated" end
    return url
end

-- → DER | nil, err
function ocsp.create_ocsp_request(chain, max)
    local request, err = state.host.ocsp_request(chain)
    if not request then return nil, err end
    max = max or MAX
    if #request > max then return nil, "output buffer too small: " .. #request .. " > " .. max end
    return request
end

-- → true | nil, err
function ocsp.validate_ocsp_response(response, chain, max)
    local ok, err = state.host.ocsp_validate(response, chain)
    if ok then return true end
    return nil, sub(err, 1, max or MAX)
end

-- → true | true, "no status req" | nil, err
function ocsp.set_ocsp_status_resp(response)
    local r = state.r
    if not r or r.phase == "init" then error("no request found", 2) end
    local number = r.conn and r.conn.tls
    if not number then return nil, "bad request" end
    if not state.host.ocsp_set_response(number, response) then return true, "no status req" end
    return true
end

return ocsp
