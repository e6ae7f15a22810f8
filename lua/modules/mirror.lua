-- ngx_http_mirror_module: background subrequests, whose responses nobody sees.
local body = require "pyresty.http.body"
local phases = require "pyresty.http.phases"
local sched = require "pyresty.sched"
local subrequest = require "pyresty.http.subrequest"

local ipairs = ipairs

local module = {}

local function mirrored(sub) return phases.release(sub.parent) end

local function launch(r, targets)
    for _, target in ipairs(targets) do
        phases.hold(r)
        subrequest.launch(r, {
            uri = target, args = r.args, method = r.method, body = r.body, body_file = r.body_file,
            content_length = r.content_length, encoder = subrequest.head_encoder, on_done = mirrored,
        })
    end
end

local function read_done(thread, ok, status)
    local r = thread.r
    r.threads = r.threads - 1
    if not ok then status = 500 end
    if not status then launch(r, thread.targets) end
    return phases.answer(r, status)
end

local function read(r)
    local ok, status = body.read(r)
    return not ok and status or nil
end

function module.precontent(loc)
    local targets = loc.mirror
    if not targets or not targets[1] then return nil end
    return function(r)
        if r.parent then return end
        if not loc.mirror_request_body or r.body_read or not r.chunked and not r.content_length then
            return launch(r, targets)
        end
        r.result = phases.WAIT
        r.threads = r.threads + 1
        local thread = {r = r, finish = read_done, kind = "content", targets = targets}
        r.entry = thread
        sched.start(thread, read, r)
        return r.result
    end
end

return module
