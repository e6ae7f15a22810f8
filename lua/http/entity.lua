-- What a filter that changes a body has to do to the header, and the types it looks at.
local headers_out = require "pyresty.http.headers_out"

local byte, find, lower, sub = string.byte, string.find, string.lower, string.sub
local QUOTE = 34

local entity = {}

--- The entity tag says no more than that the meaning is the same (ngx_http_weak_etag).
function entity.weaken_etag(r)
    local tag = headers_out.first(r, "etag")
    if not tag or sub(tag, 1, 2) == "W/" then return end
    if byte(tag, 1) ~= QUOTE then return headers_out.remove(r, "etag") end
    headers_out.set(r, "ETag", "W/" .. tag)
end

--- There are no ranges of what is made on the way (ngx_http_clear_accept_ranges).
function entity.clear_ranges(r)
    r.allow_ranges = nil
    headers_out.remove(r, "accept-ranges")
end

--- The body will be another: length, ranges and strong validators go.
function entity.changes(r)
    headers_out.clear_content_length(r)
    entity.clear_ranges(r)
    return entity.weaken_etag(r)
end

--- Is the response's type in a table {type → true}? (ngx_http_test_content_type)
function entity.has_type(r, types)
    if types["*"] then return true end -- whether it has one or not
    local value = r.headers_out.content_type
    if not value or value == "" then return false end
    local semicolon = find(value, ";", 1, true)
    return types[lower(semicolon and sub(value, 1, semicolon - 1) or value)] or false
end

return entity
