-- The choice of the server by name and of the location by URI.
local regex = require "pyresty.http.regex"

local find, sub = string.find, string.sub
local ipairs, pairs, sort = ipairs, pairs, table.sort

local route = {}

-- ---------------------------------------------------------------- servers

local function load_listen(plan, listen)
    local servers = plan.servers
    local function by_name(indexes)
        local out, any = {}, false
        for name, index in pairs(indexes or {}) do
            out[name], any = servers[index], true
        end
        return any and out or nil
    end
    local regexes = {}
    for i, entry in ipairs(listen.regexes or {}) do
        regexes[i] = {re = regex.compile(entry.pattern, entry.caseless), server = servers[entry.server]}
    end
    listen.router = {
        exact = by_name(listen.names) or {},
        head = by_name(listen.wildcard_head), -- ".example.com" of *.example.com
        tail = by_name(listen.wildcard_tail), -- "www.example." of www.example.*
        regexes = regexes[1] and regexes,
        default = servers[listen.default_server],
    }
end

-- *.example.com: the longest suffix.
local function wildcard_head(names, host)
    local dot = find(host, ".", 1, true)
    while dot do
        local server = names[sub(host, dot)]
        if server then return server end
        dot = find(host, ".", dot + 1, true)
    end
end

-- www.example.*: the longest prefix.
local function wildcard_tail(names, host)
    local at = #host
    while at > 0 do
        if sub(host, at, at) == "." then
            local server = names[sub(host, 1, at)]
            if server then return server end
        end
        at = at - 1
    end
end

--- The server for a host name (lower case, no port; nil when the client named none) on a listening address. The
--- captures of a matching regular expression go to r.
function route.find_server(listen, host, r)
    local router = listen.router
    host = host or "" -- the name of those who name none
    local server = router.exact[host]
    if server then return server end
    if host ~= "" then
        if router.head then
            server = wildcard_head(router.head, host)
            if server then return server end
        end
        if router.tail then
            server = wildcard_tail(router.tail, host)
            if server then return server end
        end
        local regexes = router.regexes
        if regexes then
            for i = 1, #regexes do
                if regex.match(r, regexes[i].re, host) then return regexes[i].server end
            end
        end
    end
    return router.default
end

-- ---------------------------------------------------------------- locations

local make_level

local function add_prefix(level, seen, entry, locations)
    local length = #entry.name
    level.prefixes[entry.name] = {
        loc = locations[entry.loc], noregex = entry.noregex, inner = make_level(locations[entry.loc], locations),
    }
    if not seen[length] then
        seen[length] = true
        level.lengths[#level.lengths + 1] = length
    end
end

local function add_slash(level, name, index, locations)
    if locations[index].autoredirect and sub(name, -1) == "/" then
        level.slash = level.slash or {}
        level.slash[sub(name, 1, -2)] = locations[index]
    end
end

-- What a server or a location holds, ready to be searched; nil when it holds no locations.
function make_level(node, locations)
    local level = {exact = {}, prefixes = {}, lengths = {}, regexes = {}}
    local seen, any = {}, false
    for name, index in pairs(node.exact or {}) do
        level.exact[name], any = locations[index], true
        add_slash(level, name, index, locations)
    end
    for _, entry in ipairs(node.prefixes or {}) do
        any = true
        add_prefix(level, seen, entry, locations)
    end
    for _, entry in ipairs(node.prefixes or {}) do add_slash(level, entry.name, entry.loc, locations) end
    for i, entry in ipairs(node.regexes or {}) do
        any = true
        level.regexes[i] = {
            re = regex.compile(entry.pattern, entry.caseless), loc = locations[entry.loc],
            inner = make_level(locations[entry.loc], locations),
        }
    end
    sort(level.lengths, function(a, b) return a > b end)
    return any and level or nil
end

-- The longest prefix of the URI among a level's locations.
local function longest_prefix(level, uri)
    local lengths, size = level.lengths, #uri
    for i = 1, #lengths do
        local length = lengths[i]
        if length <= size then
            local entry = level.prefixes[length == size and uri or sub(uri, 1, length)]
            if entry then return entry, length == size end
        end
    end
end

local search

local function try_regexes(level, r, uri)
    local regexes = level.regexes
    for i = 1, #regexes do
        local entry = regexes[i]
        local matched = regex.match(r, entry.re, uri)
        if matched then
            if entry.inner then
                local loc, how = search(entry.inner, r, uri)
                if loc then return loc, how == "failed" and how or "final" end
            end
            return entry.loc, "final"
        end
        if matched == nil then return entry.loc, "failed" end
    end
end

-- → location or nil, "final" (no regex may overrule it), "redirect", "failed" or nil
-- (ngx_http_core_find_location)
function search(level, r, uri)
    local loc = level.exact[uri]
    if loc then return loc, "final" end
    local entry, whole = longest_prefix(level, uri)
    if not whole and level.slash and level.slash[uri] then return level.slash[uri], "redirect" end
    local noregex = false
    if entry then
        loc, noregex = entry.loc, entry.noregex
        if entry.inner then
            local nested, how = search(entry.inner, r, uri)
            if nested then
                loc = nested
                if how then return loc, how end
            end
        end
    end
    if not noregex and level.regexes[1] then
        local matched, how = try_regexes(level, r, uri)
        if matched then return matched, how end
    end
    return loc
end

-- limit_except: other methods than those it names have settings of their own.
local function by_method(r, loc)
    local limit = loc.limit_except
    if limit and not limit.methods[r.method] then return limit.location end
    return loc
end

--- The location for r.uri → loc | loc, "redirect" (to its name, which ends in "/") | 500 when a regular expression
--- failed. A server without a matching location answers with its own table.
function route.find_location(r, server)
    local level = server.router
    r.valid_location = true
    if level then
        local loc, how = search(level, r, r.uri)
        if how == "failed" then return 500 end
        if loc then return loc.limit_except and by_method(r, loc) or loc, how == "redirect" and how or nil end
    end
    return server.root_loc
end

--- Prepares a plan: routers of its listening addresses and servers.
function route.setup(plan)
    local locations = plan.locations
    for _, loc in ipairs(locations) do
        local limit = loc.limit_except
        if limit then limit.location = locations[limit.loc] end
    end
    for _, server in ipairs(plan.servers) do
        server.router = make_level(server, locations)
        server.root_loc = server.root_loc or locations[server.root]
    end
    for _, listen in ipairs(plan.listens) do load_listen(plan, listen) end
end

return route
