-- ngx_http_auth_request_module: asks a subrequest whether the client may go on.
local headers_out = require "pyresty.http.headers_out"
local log = require "pyresty.http.log"
local phases = require "pyresty.http.phases"
local script = require "pyresty.http.script"
local subrequest = require "pyresty.http.subrequest"
local variables = require "pyresty.http.variables"

local ipairs = ipairs
local LOG_ERR = 4

local module = {}

-- What the subrequest's status means to the access phase.
local function verdict(r, sub)
    local status = sub.status
    if status == 403 then return 403 end
    if status == 401 then
        local challenge = headers_out.first(sub, "www-authenticate")
        if challenge then headers_out.push(r, "WWW-Authenticate", challenge) end
        return 401
    end
    if status >= 200 and status < 300 then return true end
    log.error(LOG_ERR, r, "auth request unexpected status: " .. status)
    return 500
end

-- The assignments of auth_request_set, whose values are the subrequest's.
local function compile_assignments(list)
    local assignments = {}
    for i, entry in ipairs(list or {}) do
        assignments[i] = {write = variables.writer(entry.name), value = script.compile(entry.value)}
    end
    return assignments
end

function module.access(loc)
    local target = loc.auth_request
    if not target then return nil end
    local assignments = compile_assignments(loc.auth_request_set)

    local function answered(sub)
        local r = sub.parent
        for i = 1, #assignments do
            local assignment = assignments[i]
            assignment.write(r, script.eval(sub, assignment.value))
        end
        return phases.continue(r, phases.access_result(r, verdict(r, sub)))
    end

    return function(r)
        subrequest.launch(r, {uri = target, encoder = subrequest.head_encoder, on_done = answered})
        return phases.WAIT
    end
end

return module
