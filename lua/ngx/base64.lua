-- require "ngx.base64": the alphabet for URLs.
local crypto = require "pyresty.native".crypto

local type = type

local base64 = {version = "0.1.33"}

function base64.encode_base64url(s)
    if type(s) ~= "string" then return nil, "must provide a string" end
    return crypto.encode_base64url(s)
end

function base64.decode_base64url(s)
    if type(s) ~= "string" then return nil, "must provide a string" end
    local decoded = crypto.decode_base64url(s)
    if not decoded then return nil, "invalid input" end
    return decoded
end

return base64
