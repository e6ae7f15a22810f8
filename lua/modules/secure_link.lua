-- ngx_http_secure_link_module: $secure_link tells whether a link's digest is right and its time not over.
local state = require "pyresty.state"
local crypto = require "pyresty.native".crypto
local script = require "pyresty.http.script"

local find, floor, lower, match, sub = string.find, math.floor, string.lower, string.match, string.sub
local tonumber = tonumber

local module = {variables = {}}
local compiled = {} -- location → {link, md5}

local function values_of(loc)
    local known = compiled[loc]
    if not known then
        known = {link = script.compile(loc.secure_link), md5 = script.compile(loc.secure_link_md5)}
        compiled[loc] = known
    end
    return known
end

-- /ANY/DIGEST/LINK → LINK
local function by_secret(r, secret)
    local digest, link = match(r.unparsed_uri, "^.[^/]*/([^/]*)/(.+)$")
    if not digest or #digest ~= 32 or lower(digest) ~= crypto.md5(link .. secret) then return nil end
    return link
end

local function by_digest(r, values)
    local value, expires = script.eval(r, values.link), nil
    local comma = find(value, ",", 1, true)
    if comma then
        local text = sub(value, comma + 1)
        value = sub(value, 1, comma - 1)
        expires = not find(text, "%D") and tonumber(text) or 0
        if expires <= 0 then return nil end
        r.secure_link_expires = text
    end
    if #value > 24 then return nil end
    local digest = crypto.decode_base64url(value)
    if not digest or #digest ~= 16 or digest ~= crypto.md5_bin(script.eval(r, values.md5)) then return nil end
    return expires and expires < floor(state.now) and "0" or "1"
end

function module.variables.secure_link(r)
    local loc = r.loc
    if loc.secure_link_secret then return by_secret(r, loc.secure_link_secret) end
    if not loc.secure_link or not loc.secure_link_md5 then return nil end
    return by_digest(r, values_of(loc))
end

function module.variables.secure_link_expires(r) return r.secure_link_expires end

return module
