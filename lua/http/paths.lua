-- From URIs to files: root and alias (ngx_http_map_uri_to_path).
local state = require "pyresty.state"
local log = require "pyresty.http.log"

local byte, sub = string.byte, string.sub
local type = type
local SLASH, LOG_ALERT, LOG_CRIT = 47, 2, 3

local paths = {}
local roots = {} -- location → function(r) → string or string, of its root

-- script requires variables, which requires this module.
local script

local function compiled_root(loc)
    local root = roots[loc]
    if root == nil then
        script = script or require "pyresty.http.script"
        root = script.compile(loc.root)
        roots[loc] = root
    end
    return root
end

--- A path made absolute with the server prefix.
function paths.full(path)
    if byte(path, 1) == SLASH then return path end
    return state.plan.prefix .. path
end

--- The root (or alias) of the request's location, absolute.
function paths.root(r)
    local root = compiled_root(r.loc)
    if type(root) == "string" then return root end
    return paths.full(root(r))
end

--- An alias holds for the location the URI was matched in only → false after a `rewrite … break`, which is logged.
function paths.alias_holds(r)
    local loc = r.loc
    if not loc.alias or r.valid_location ~= false then return true end
    log.error(LOG_ALERT, r, '"alias" cannot be used in location "' .. loc.name .. '" where URI was rewritten')
    return false
end

--- The file of the request's URI → path | nil when an alias cannot be applied.
function paths.filename(r)
    local alias = r.loc.alias
    if not alias then return paths.root(r) .. r.uri end
    if not paths.alias_holds(r) then return nil end
    if alias < 0 then -- of a regular expression: the alias is the whole path
        return r.add_uri_to_alias and paths.root(r) .. r.uri or paths.root(r)
    end
    return paths.root(r) .. sub(r.uri, alias + 1)
end

--- The root with symbolic links resolved → string | nil, which was logged.
function paths.real_root(r)
    local root = paths.root(r)
    local real, reason = state.host.realpath(root)
    if not real then
        log.error(LOG_CRIT, r, 'realpath() "' .. root .. '" failed (' .. (reason or "unknown") .. ")")
        return nil
    end
    return real
end

return paths
