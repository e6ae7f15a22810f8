-- ngx_http_access_module: allow and deny, by the client's address.
local address = require "pyresty.http.address"
local binary = require "pyresty.http.vars.connection".binary
local log = require "pyresty.http.log"

local byte, floor, sub = string.byte, math.floor, string.sub
local ipairs = ipairs
local LOG_ERR = 4
local MAPPED = ("\0"):rep(10) .. "\255\255" -- ::ffff:0:0/96

local module = {}

--- Do the first `bits` bits of two addresses (as bytes) agree?
function module.same_network(client, network, bits)
    local whole = floor(bits / 8)
    if sub(client, 1, whole) ~= sub(network, 1, whole) then return false end
    local rest = bits - 8 * whole
    if rest == 0 then return true end
    local scale = 2 ^ (8 - rest)
    return floor(byte(client, whole + 1) / scale) == floor(byte(network, whole + 1) / scale)
end

local function rule_matches(rule, kind, client)
    if rule.kind == "all" then return true end
    return rule.kind == kind and (kind == "unix" or module.same_network(client, rule.address, rule.bits))
end

-- An address in text form → "inet", "inet6" or "unix", its bytes.
local function kind_of(text)
    if sub(text, 1, 5) == "unix:" then return "unix", "" end
    local client = binary(text)
    if #client == 4 then return "inet", client end
    if sub(client, 1, 12) == MAPPED then return "inet", sub(client, 13) end
    return "inet6", client
end

--- Does a list of rules name an address?
function module.includes(rules, text)
    local kind, client = kind_of(text)
    for i = 1, #rules do
        if rule_matches(rules[i], kind, client) then return true end
    end
    return false
end

function module.access(loc)
    local rules = loc.access_rules
    if not rules or #rules == 0 then return nil end
    return function(r)
        local kind, client = kind_of(address.client(r.conn))
        for _, rule in ipairs(rules) do
            if rule_matches(rule, kind, client) then
                if not rule.deny then return true end
                if r.loc.satisfy ~= "any" then log.error(LOG_ERR, r, "access forbidden by rule") end
                return 403
            end
        end
    end
end

return module
