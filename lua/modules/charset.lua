-- ngx_http_charset_filter_module: adds the charset to Content-Type.
local variables = require "pyresty.http.variables"

local find, lower, sub = string.find, string.lower, string.sub
local type = type
local ERROR = -1

local module = {}

-- The type without its parameters.
local function bare(value)
    local semicolon = find(value, ";", 1, true)
    return semicolon and sub(value, 1, semicolon - 1) or value
end

-- A charset's reader: r → name | nil when its variable has no value.
local function reader(charset)
    if type(charset) == "table" then return variables.resolve(charset[1].var) end
    return function() return charset end
end

function module.header_filter(loc)
    if not loc.charset then return end
    local name_of, types, override = reader(loc.charset), loc.charset_types, loc.override_charset

    return function(r)
        local out = r.headers_out
        local kind = out.content_type
        if not kind or kind == "" or r.parent then return end
        if out.charset then
            if not override then return end
        elseif not types["*"] and not types[lower(bare(kind))] then
            return
        end
        local name = name_of(r)
        if not name then return ERROR end
        if r.status == 301 or r.status == 302 then -- some clients took it for the next page's
            out.charset = nil
            return
        end
        out.charset = name ~= "" and name or nil
    end
end

return module
