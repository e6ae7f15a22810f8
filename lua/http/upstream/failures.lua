-- What counts as a failure of a peer, what follows from it, and what the client gets for it.
local state = require "pyresty.state"
local cache = require "pyresty.http.upstream.cache"
local headers = require "pyresty.http.upstream.headers"
local headers_out = require "pyresty.http.headers_out"
local log = require "pyresty.http.log"

local ipairs = ipairs
local LOG_DEBUG = 8

local failures = {}

local STATUS = {
    timeout = 504, http_504 = 504, http_500 = 500, http_503 = 503, http_403 = 403, http_404 = 404, http_429 = 429,
}
local OUTCOME = {http_403 = "next", http_404 = "next", client = "next"}
local NOT_IDEMPOTENT = {POST = true, LOCK = true, PATCH = true}

-- May another peer be asked?
local function may_try_again(u, failure)
    local conf = u.conf
    if u.tries == 0 or not conf.next_upstream[failure] then return false end
    if u.request_sent then
        if u.unbuffered then return false end
        if NOT_IDEMPOTENT[u.r.method] and not conf.next_upstream.non_idempotent then return false end
    end
    local limit = conf.next_timeout
    return limit == 0 or state.mono - u.start < limit
end
failures.may_try_again = may_try_again

-- The numbers of failures in nginx's debug log.
local BITS = {
    error = "2", timeout = "4", invalid_header = "8", http_500 = "10", http_502 = "20", http_503 = "40",
    http_504 = "80", http_403 = "100", http_404 = "200", http_429 = "400", nolive = "40000000",
}

--- The status a failure ends with, unless a response says another.
function failures.status(failure) return STATUS[failure] or 502 end

--- How it is told to the balancer: "failed" counts against the peer, "next" does not.
function failures.outcome(failure) return OUTCOME[failure] or "failed" end

--- Tells the debug log.
function failures.note(u, failure)
    if log.enabled(LOG_DEBUG, u.r) then log.debug(u.r, "http next upstream, " .. (BITS[failure] or "0")) end
end

local BY_STATUS = {
    [500] = "http_500", [502] = "http_502", [503] = "http_503", [504] = "http_504", [403] = "http_403",
    [404] = "http_404", [429] = "http_429",
}

--- The name of a status among the failures, or nil.
function failures.named(status) return BY_STATUS[status] end

--- A response that proxy_next_upstream takes for a failure (ngx_http_upstream_test_next). → its name | nil
function failures.of_response(u)
    local failure = BY_STATUS[u.status]
    if not failure or u.tries <= 1 or not may_try_again(u, failure) then return nil end
    return failure
end

--- error_page instead of the upstream's own (ngx_http_upstream_intercept_errors). → status | nil
function failures.intercepted(u)
    local status = u.status
    if status == 404 and u.conf.intercept_404 then return 404 end
    local pages = u.conf.intercept_errors and u.r.loc.error_page
    if not pages then return nil end
    for _, page in ipairs(pages) do
        if page.status == status then
            if status == 401 then
                local challenge = headers.first(u, "www-authenticate")
                if challenge then headers_out.push(u.r, "WWW-Authenticate", challenge) end
            end
            if u.cache then
                cache.read_header(u, u.cache)
                cache.free(u, status)
            end
            return status
        end
    end
end

return failures
