-- The JSON endpoint: GET tells about the request, POST answers with what was sent.
local cjson = require "cjson.safe"

local api = {}

local function describe()
    return {
        method = ngx.req.get_method(),
        uri = ngx.var.uri,
        args = ngx.req.get_uri_args(),
        tags = setmetatable({}, cjson.empty_array_mt),
        nothing = cjson.null,
    }
end

function api.answer()
    local answer = describe()
    if answer.method == "POST" then
        ngx.req.read_body()
        local body, err = cjson.decode(ngx.req.get_body_data() or "")
        if not body then
            ngx.status = ngx.HTTP_BAD_REQUEST
            answer = {error = err}
        else
            answer.body = body
        end
    end
    ngx.header["Content-Type"] = "application/json"
    ngx.say(cjson.encode(answer))
end

return api
