-- ngx_http_random_index_module: a URI that ends in "/" becomes that of any file there.
local directory = require "pyresty.modules.directory"

local byte, random = string.byte, math.random
local SLASH = 47

local module = {}

local function handler(r)
    local method = r.method
    if byte(r.uri, -1) ~= SLASH or method ~= "GET" and method ~= "HEAD" and method ~= "POST" then return end
    local entries, status = directory.entries(r)
    if not entries then return status end
    local names = {}
    for i = 1, #entries do
        if entries[i].kind == "f" then names[#names + 1] = entries[i].name end
    end
    if not names[1] then return end
    r.exec = {uri = r.uri .. names[random(#names)], args = r.args}
    return "exec"
end

function module.fallback(loc) return loc.random_index and handler or nil end

return module
