-- Query strings: ngx.decode_args, ngx.req.get_uri_args, ngx.encode_args, $arg_NAME.
local uri = require "pyresty.http.uri"

local concat, find, lower, next, sub, tostring, type = table.concat, string.find, string.lower, next, string.sub,
    tostring, type
local unescape, escape = uri.unescape, uri.escape_lua
local COMPONENT = 2

local args = {}

local function add(found, key, value)
    local old = found[key]
    if old == nil then
        found[key] = value
    elseif type(old) == "table" then
        old[#old + 1] = value
    else
        found[key] = {old, value}
    end
end

-- Stores the pair s[from … to]; → whether it had a name.
local function add_pair(found, s, from, to)
    if from > to then return false end
    local equals = find(s, "=", from, true)
    if equals == from then return false end
    if equals and equals <= to then
        add(found, unescape(sub(s, from, equals - 1)), unescape(sub(s, equals + 1, to)))
    else
        add(found, unescape(sub(s, from, to)), true)
    end
    return true
end

-- ngx.decode_args(s, max) and ngx.req.get_post_args: values are strings, `true` without "=", arrays when repeated;
-- pairs without a name are dropped. max: 100 by default, 0 = no limit. → table, "truncated" or nil
function args.decode(s, max)
    max = max or 100
    local found, count, from = {}, 0, 1
    while true do
        local amp = find(s, "&", from, true)
        if not amp then
            add_pair(found, s, from, #s)
            return found, nil
        end
        add_pair(found, s, from, amp - 1)
        count = count + 1
        if count == max then return found, "truncated" end
        from = amp + 1
    end
end

local function count_pairs(s)
    local n, amp = 1, find(s, "&", 1, true)
    while amp do
        n = n + 1
        amp = find(s, "&", amp + 1, true)
    end
    return n
end

-- ngx.req.get_uri_args(max): as decode, but only named pairs count. max < 0 is 100. → table, "truncated" or nil
function args.uri(s, max)
    local found = {}
    if not s or s == "" then return found, nil end
    max = max or 100
    if max < 0 then max = 100 end
    local limit = count_pairs(s)
    local truncated
    if max > 0 and limit > max then limit, truncated = max, "truncated" end
    local taken, from = 0, 1
    while true do
        local amp = find(s, "&", from, true)
        if add_pair(found, s, from, amp and amp - 1 or #s) then taken = taken + 1 end
        if not amp or taken == limit then return found, truncated end
        from = amp + 1
    end
end

local function put(out, n, key, value)
    if n > 0 then
        n = n + 1
        out[n] = "&"
    end
    out[n + 1] = key
    if value == true then return n + 1 end
    out[n + 2], out[n + 3] = "=", escape(tostring(value), COMPONENT)
    return n + 3
end

local function put_any(out, n, key, value, nested)
    local kind = type(value)
    if kind == "string" or kind == "number" or value == true then return put(out, n, key, value) end
    if value == false then return n end
    if kind ~= "table" or nested then return nil, "attempt to use " .. kind .. " as query arg value" end
    for _, item in next, value do
        local err
        n, err = put_any(out, n, key, item, true)
        if not n then return nil, err end
    end
    return n
end

local function encode_pair(out, n, key, value)
    if type(key) ~= "string" then return nil, 'attempt to use a non-string key in the "args" option table' end
    return put_any(out, n, escape(key, COMPONENT), value, false)
end

-- ngx.encode_args(t): → string | nil, err (the text that ngx_lua raises)
function args.encode(t)
    local key, value = next(t)
    if key == nil then return "" end
    local out = {}
    local n, err = encode_pair(out, 0, key, value)
    if not n then return nil, err end
    key, value = next(t, key)
    while key ~= nil do -- the first was outside: LuaJIT's trace ends at a loop that is entered
        n, err = encode_pair(out, n, key, value)
        if not n then return nil, err end
        key, value = next(t, key)
    end
    return concat(out, "", 1, n)
end

-- The value of the pair at s[from …] if that is `wanted`, "name=" in lower case.
local function value_at(s, from, wanted)
    local to = from + #wanted - 1
    local name = sub(s, from, to)
    if name ~= wanted and lower(name) ~= wanted then return nil end
    local amp = find(s, "&", to + 1, true)
    return sub(s, to + 1, amp and amp - 1 or -1)
end

local function search(s, wanted)
    local amp = find(s, "&", 1, true)
    while amp do
        local value = value_at(s, amp + 1, wanted)
        if value then return value end
        amp = find(s, "&", amp + 1, true)
    end
end

-- The raw value of the first pair of that name, which is compared without case (ngx_http_arg). nil: none
function args.get(s, lower_name)
    if not s or lower_name == "" then return nil end
    local wanted = lower_name .. "="
    return value_at(s, 1, wanted) or search(s, wanted)
end

return args
