-- ngx_http_referer_module: $invalid_referer.
local by_prefix = require "pyresty.modules.host_table".by_prefix
local by_suffix = require "pyresty.modules.host_table".by_suffix
local headers_in = require "pyresty.http.headers_in"
local pcre = require "pyresty.native".pcre
local regex = require "pyresty.http.regex"

local find, lower, next, sub = string.find, string.lower, next, string.sub
local ipairs = ipairs
local SHORTEST = #"http://i.ru"
local MAX_HOST = 256

local module = {variables = {}}
local compiled = {} -- table of the plan → {names = handles, regexes = handles}

local function expressions(table)
    local known = compiled[table]
    if known then return known end
    known = {names = {}, regexes = {}}
    for i, name in ipairs(table.names) do known.names[i] = regex.compile(name.pattern, name.caseless).handle end
    for i, text in ipairs(table.regexes) do known.regexes[i] = regex.compile(text, true).handle end
    compiled[table] = known
    return known
end

local function any_matches(handles, subject)
    for i = 1, #handles do
        if pcre.find(handles[i], subject, 1) then return true end
    end
    return false
end

local function without_scheme(text)
    if #text < SHORTEST then return nil end
    if lower(sub(text, 1, 7)) == "http://" then return sub(text, 8) end
    if lower(sub(text, 1, 8)) == "https://" then return sub(text, 9) end
end

local function is_valid(r, table)
    local text = headers_in.get(r, "referer")
    if not text then return table.none end
    local reference = without_scheme(text)
    if not reference then return table.blocked end
    local stop = find(reference, "[/:]") or #reference + 1
    if stop - 1 > MAX_HOST then return false end
    local host = lower(sub(reference, 1, stop - 1))
    local uri = table.exact[host] or by_suffix(table.head, host) or by_prefix(table.tail, host)
    if uri then
        local slash = find(reference, "/", stop, true)
        return uri == "" or slash and sub(reference, slash, slash + #uri - 1) == uri or false
    end
    local known = expressions(table)
    return any_matches(known.names, host) or any_matches(known.regexes, reference)
end

local function is_empty(table)
    return not next(table.exact) and not next(table.head) and not next(table.tail) and not table.names[1]
        and not table.regexes[1]
end

module.variables.invalid_referer = {
    stored = true,
    get = function(r)
        local table = r.loc.valid_referers
        if not table or is_empty(table) or is_valid(r, table) then return "" end
        return "1"
    end,
}

return module
