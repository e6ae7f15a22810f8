-- Variants of a cached response: the hash of what a request says in the headers that Vary names.
local md5 = require "pyresty.native".crypto.md5
local headers_in = require "pyresty.http.headers_in"

local concat, gmatch, ipairs, lower = table.concat, string.gmatch, ipairs, string.lower

local NORMALIZED = {["accept-charset"] = true, ["accept-encoding"] = true, ["accept-language"] = true}

--- main is the key's hash, vary the response's header.
return function(r, main, vary)
    local parts = {main}
    for name in gmatch(lower(vary), "[^ ,]+") do
        local values = headers_in.all(r, name)
        if NORMALIZED[name] then
            local words = {}
            for _, value in ipairs(values) do
                for word in gmatch(value, "[^ ,]+") do words[#words + 1] = word end
            end
            values = words
        end
        parts[#parts + 1] = name .. ":" .. concat(values, ",") .. "\r\n"
    end
    return md5(concat(parts))
end
