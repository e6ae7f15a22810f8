-- The choice of a request's location, and what that decides: whether the connection stays open, whether the body may be
-- that large, a redirect for a missing slash, a fresh VM.
local state = require "pyresty.state"
local browsers = require "pyresty.http.browsers"
local headers_in = require "pyresty.http.headers_in"
local log = require "pyresty.http.log"
local route = require "pyresty.http.route"
local uri = require "pyresty.http.uri"

local type = type
local LOG_ERR, WAIT = 4, -2

local locating = {}

--- `lua_code_cache off`: another VM serves the request from its beginning. What has begun here (a redirect, a body that
-- was read) stays here.
function locating.to_fresh_vm(r)
    if state.fresh then return state.init_failed and 500 or nil end
    if r.parent or r.internal or r.body_read or not r.conn.hand_over then return nil end
    r.conn.hand_over(r)
    return WAIT
end

-- keepalive_disable: MSIE 6 behind a POST, Safari on a Macintosh.
local function closes_for_browser(r, disabled)
    if not (disabled.msie6 and r.method == "POST") and not disabled.safari then return false end
    local agent = headers_in.get(r, "user-agent")
    if not agent then return false end
    return disabled.msie6 and r.method == "POST" and browsers.is_msie6(agent)
        or disabled.safari and browsers.is_safari(agent)
end

--- A step of a server's program.
function locating.find(r)
    local loc, redirect = route.find_location(r, r.server)
    if not loc then loc = r.server.root_loc end
    if type(loc) == "number" then return loc end -- the matching itself failed
    r.loc = loc
    local c = r.conn
    if loc.keepalive_timeout == 0 or c.requests >= loc.keepalive_requests
        or state.now - c.start > loc.keepalive_time or closes_for_browser(r, loc.keepalive_disable) then
        r.main.keepalive = false
    end
    if loc.internal and not r.internal then return 404 end
    local length = r.content_length
    if length and loc.client_max_body_size > 0 and length > loc.client_max_body_size and not r.discarding_body
        and not r.parent then
        log.error(LOG_ERR, r, "client intended to send too large body: "
            .. (headers_in.get(r, "content-length") or length) .. " bytes")
        r.keepalive = r.keepalive and nil
        return 413
    end
    if redirect == "redirect" then
        local target = uri.escape(loc.name)
        if r.args then target = target .. "?" .. r.args end
        r.headers_out.location = target
        return 301
    end
    if loc.fresh_vm then
        local rc = locating.to_fresh_vm(r)
        if rc then return rc end
    end
    r.program, r.pc = loc.program, 1
end

return locating
