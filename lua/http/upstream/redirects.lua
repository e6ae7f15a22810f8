-- proxy_redirect, proxy_cookie_domain, proxy_cookie_path, proxy_cookie_flags: what is changed in Location, Refresh and
-- Set-Cookie. A rule has a pattern (text, or a regular expression) and a replacement.
local regex = require "pyresty.http.regex"
local script = require "pyresty.http.script"

local find, ipairs, lower, sub, type = string.find, ipairs, string.lower, string.sub, type

local redirects = {}

local function compile_rules(list)
    local rules = {}
    for i, entry in ipairs(list or {}) do
        rules[i] = {
            re = entry.regex and regex.compile(entry.regex, entry.caseless) or nil,
            pattern = entry.pattern ~= nil and script.compile(entry.pattern) or nil,
            replacement = entry.replacement ~= nil and script.compile(entry.replacement) or nil,
            flags = entry.flags,
        }
    end
    return rules
end


-- ---------------------------------------------------------------- Location

-- The text as a rule changes it, or nil when the rule does not match. A regular expression stands for all of it.
local function by_rule(r, rule, text)
    if rule.re then return regex.match(r, rule.re, text) and script.eval(r, rule.replacement) or nil end
    local pattern = script.eval(r, rule.pattern)
    if sub(text, 1, #pattern) ~= pattern then return nil end
    return script.eval(r, rule.replacement) .. sub(text, #pattern + 1)
end

--- The function (r, value, from) → value | nil of the proxy_redirect rules; nil when there are none.
function redirects.location(list)
    if type(list) ~= "table" then return nil end
    local rules = compile_rules(list)
    return function(r, value, from)
        local text = from > 1 and sub(value, from) or value
        for i = 1, #rules do
            local changed = by_rule(r, rules[i], text)
            if changed then return from > 1 and sub(value, 1, from - 1) .. changed or changed end
        end
        return nil
    end
end

-- ---------------------------------------------------------------- Set-Cookie

-- The parts of a cookie: {name, value, …attributes}; those with a name alone have value nil.
local function parse(value)
    local parts, n, pos = {}, 0, 1
    while pos <= #value do
        local stop = find(value, ";", pos, true) or #value + 1
        local from = find(value, "[^ ]", pos) or stop
        local part = from < stop and sub(value, from, stop - 1) or ""
        local equals = find(part, "=", 1, true)
        n = n + 1
        parts[n] = equals and {name = sub(part, 1, equals - 1), value = sub(part, equals + 1)} or {name = part}
        pos = stop + 1
    end
    return parts
end

local function assemble(parts)
    local out = {}
    for i, part in ipairs(parts) do out[i] = part.value and part.name .. "=" .. part.value or part.name end
    return table.concat(out, "; ")
end

local function change_path(r, rules, value)
    for i = 1, #rules do
        local changed = by_rule(r, rules[i], value)
        if changed then return changed end
    end
end

local function change_domain(r, rules, value)
    local dot = sub(value, 1, 1) == "." and 1 or 0
    local text = sub(value, dot + 1)
    for i = 1, #rules do
        local rule = rules[i]
        if rule.re then
            if regex.match(r, rule.re, value) then return script.eval(r, rule.replacement) end
        elseif lower(script.eval(r, rule.pattern)) == lower(text) then
            return sub(value, 1, dot) .. script.eval(r, rule.replacement)
        end
    end
end

local SET = {
    secure = {"secure", nil}, httponly = {"httponly", nil}, ["samesite=strict"] = {"samesite", "Strict"},
    ["samesite=lax"] = {"samesite", "Lax"}, ["samesite=none"] = {"samesite", "None"},
}
local CLEAR = {nosecure = "secure", nohttponly = "httponly", nosamesite = "samesite"}
local NAMES = {secure = "Secure", httponly = "HttpOnly", samesite = "SameSite"}

local function index_of(parts, name)
    for i = 2, #parts do
        if lower(parts[i].name) == name then return i end
    end
end

local function apply_flag(parts, flag)
    local clear = CLEAR[flag]
    if clear then
        local at = index_of(parts, clear)
        while at do
            table.remove(parts, at)
            at = index_of(parts, clear)
        end
        return
    end
    local set = SET[flag]
    if not set then return end
    local at = index_of(parts, set[1])
    if at then
        if set[2] then parts[at].value = set[2] end
    else
        parts[#parts + 1] = {name = NAMES[set[1]], value = set[2]}
    end
end

local function flag_rule_matches(r, rule, name)
    if rule.re then return regex.match(r, rule.re, name) end
    return lower(script.eval(r, rule.pattern)) == lower(name)
end

local function change_flags(r, rules, parts)
    for i = 1, #rules do
        local rule = rules[i]
        if flag_rule_matches(r, rule, parts[1].name) then
            for _, flag in ipairs(rule.flags) do apply_flag(parts, lower(script.eval(r, script.compile(flag)))) end
            return true
        end
    end
end

--- The function (r, value) → value of a location's cookie rules; nil when there are none.
function redirects.cookie(loc)
    local domains, paths, flags = loc.proxy_cookie_domain, loc.proxy_cookie_path, loc.proxy_cookie_flags
    if not domains and not paths and not flags then return nil end
    domains, paths, flags = domains and compile_rules(domains), paths and compile_rules(paths),
        flags and compile_rules(flags)
    return function(r, value)
        local parts, changed = parse(value), false
        if not parts[1] then return value end
        for i = 2, #parts do
            local part = parts[i]
            local low = lower(part.name)
            local rules, change = nil, nil
            if low == "domain" then rules, change = domains, change_domain end
            if low == "path" then rules, change = paths, change_path end
            local new = rules and part.value and change(r, rules, part.value)
            if new then part.value, changed = new, true end
        end
        if flags and change_flags(r, flags, parts) then changed = true end
        return changed and assemble(parts) or value
    end
end

return redirects
