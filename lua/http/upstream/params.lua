-- What FastCGI, uwsgi and SCGI servers are told of a request: `*_param` values, then the client's headers as HTTP_NAME.
local script = require "pyresty.http.script"
local resolve = require "pyresty.http.upstream.resolve"

local gsub, ipairs, sub, type, upper = string.gsub, ipairs, string.sub, type, string.upper

local params = {}

local names, count = {}, 0 -- a header's name → HTTP_NAME; clients choose names, so this is bounded

local function cgi_name(name)
    local known = names[name]
    if known then return known end
    known = "HTTP_" .. gsub(upper(name), "-", "_")
    if count >= 2000 then names, count = {}, 0 end
    names[name] = known
    count = count + 1
    return known
end

--- The compiled parameters of a location: {list, replaces = names of headers that are not passed}.
function params.compile(loc, prefix)
    local list, replaces = {}, {}
    for i, entry in ipairs(loc[prefix .. "_params"]) do
        list[i] = {name = entry.name, value = script.compile(entry.value), if_not_empty = entry.if_not_empty}
        if sub(entry.name, 1, 5) == "HTTP_" then replaces[entry.name] = true end
    end
    return {list = list, replaces = replaces}
end

--- Name and value in turn, in one array that the next call uses again → array, length
local pairs_of, last = {}, 0
function params.collect(r, conf)
    local n, list, replaces = 0, conf.params.list, conf.params.replaces
    for i = 1, #list do
        local entry = list[i]
        local value = entry.value
        if type(value) == "function" then value = value(r) end
        if value ~= "" or not entry.if_not_empty then
            pairs_of[n + 1], pairs_of[n + 2], n = entry.name, value, n + 2
        end
    end
    if conf.pass_headers then
        local headers = r.headers_in
        for i = 1, headers.n, 2 do
            local name = cgi_name(headers[i])
            if not replaces[name] then pairs_of[n + 1], pairs_of[n + 2], n = name, headers[i + 1], n + 2 end
        end
    end
    for i = n + 1, last do pairs_of[i] = nil end
    last = n
    return pairs_of, n
end

--- A server's address with variables, perhaps behind a scheme → target | nil, message
function params.parse_url(text, scheme)
    if scheme and sub(text, 1, #scheme) == scheme then text = sub(text, #scheme + 1) end
    local target, message = resolve.parse(text, nil)
    if not target then return nil, message .. ' in upstream "' .. text .. '"' end
    return target
end

return params
