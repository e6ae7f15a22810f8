-- ngx_http_set_content_type: from the URI's extension by `types`, else `default_type`.
local uri = require "pyresty.http.uri"

local content_type = {}

-- What an internal redirect has brought with it stays.
function content_type.set(r)
    local known = r.headers_out.content_type
    if known and known ~= "" then return end
    local loc = r.loc
    local exten = r.exten or uri.exten(r.uri)
    local types = loc.types
    local value = exten and types and types[exten:lower()] or loc.default_type
    if value and value ~= "" then r.headers_out.content_type = value end
end

-- What ngx_lua does before it sends a header: only where the handler chose none.
function content_type.default(r)
    if r.headers_out.content_type == nil and r.loc.lua_use_default_type and not r.no_default_type
        and r.status ~= 304 then
        return content_type.set(r)
    end
end

return content_type
