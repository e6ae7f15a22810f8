-- ngx_http_not_modified_filter_module: 304 and 412 from If-Modified-Since, If-None-Match and their opposites.
local headers_in = require "pyresty.http.headers_in"
local headers_out = require "pyresty.http.headers_out"

local byte, find, match, sub = string.byte, string.find, string.match, string.sub
local parse_time = headers_out.parse_time

local module = {}

-- Has the request any header "If-…"? A look at the names, so that nothing is built for the many that have none.
local function is_conditional(headers)
    for i = 1, headers.n or 0, 2 do
        local first, second, third = byte(headers[i], 1, 3)
        if third == 45 and (first == 73 or first == 105) and (second == 102 or second == 70) then return true end
    end
    return false
end

local function modified_since(r, text)
    local modified, mode = r.headers_out.last_modified, r.loc.if_modified_since
    if not modified or mode == "off" then return true end
    local since = parse_time(text)
    if since == modified then return false end
    return mode ~= "before" or since == nil or since < modified
end

local function unmodified_since(r, text)
    local modified = r.headers_out.last_modified
    if not modified then return false end
    local since = parse_time(text)
    return since ~= nil and modified <= since
end

-- Does a list of entity tags name the response's? Weak comparison takes W/"x" for "x".
local function tag_matches(r, text, weak)
    if text == "*" then return true end
    local tag = headers_out.first(r, "etag")
    if not tag then return false end
    if weak and sub(tag, 1, 2) == "W/" then tag = sub(tag, 3) end
    local at = 1
    while at <= #text do
        if weak and sub(text, at, at + 1) == "W/" then at = at + 2 end
        if sub(text, at, at + #tag - 1) == tag then
            local rest = match(text, "^[ \t]*()", at + #tag)
            if rest > #text or sub(text, rest, rest) == "," then return true end
        end
        local comma = find(text, ",", at, true)
        if not comma then return false end
        at = match(text, "^[ \t,]*()", comma)
    end
    return false
end

local function not_modified(r)
    local since, none_match = headers_in.get(r, "if-modified-since"), headers_in.get(r, "if-none-match")
    if not since and not none_match then return false end
    if since and modified_since(r, since) then return false end
    return not none_match or tag_matches(r, none_match, true)
end

local function filter(r)
    local status = r.status
    if status ~= 200 and status ~= 0 or r.parent or not is_conditional(r.headers_in) then return end
    if r.disable_not_modified then return end
    local unmodified, if_match = headers_in.get(r, "if-unmodified-since"), headers_in.get(r, "if-match")
    if unmodified and not unmodified_since(r, unmodified) then return 412 end
    if if_match and not tag_matches(r, if_match, false) then return 412 end
    if not not_modified(r) then return end
    r.status, r.status_line = 304, nil
    r.headers_out.content_type = nil
    headers_out.clear_content_length(r)
    headers_out.remove(r, "accept-ranges")
    headers_out.remove(r, "content-encoding")
end

function module.header_filter() return filter end

return module
