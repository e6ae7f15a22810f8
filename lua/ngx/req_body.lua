-- ngx.req: the body.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local guard = require "pyresty.ngx.guard"
local body = require "pyresty.http.body"
local headers_in = require "pyresty.http.headers_in"
local log = require "pyresty.http.log"
local temporary = require "pyresty.http.temporary"
local io = require "pyresty.native".io

local concat, error, floor, format, select, sub = table.concat, error, math.floor, string.format, select, string.sub
local refuse_here, refuse = guard.refuse_here, guard.refuse

local LOG_CRIT, LOG_WARN = 3, 5
local FIRST_PIECES = 128 -- pieces of append_body that are joined at once

local function expect_none(count)
    if count ~= 0 then return "expecting 0 arguments but seen " .. count end
end

-- Throws the body away. What has arrived whole is as if it had never been there.
local function discard(r)
    local conn = r.conn
    if r.body_read or r.body_discarded or not r.content_length and not r.chunked then return end
    if r.content_length and conn.buf and r.content_length <= #conn.buf - conn.pos + 1 then
        body.discard(r)
        r.body_read, r.body_dropped, r.content_length = true, true, 0
    else
        r.body_discarded = true
    end
end

local function install_read(req)
    local read_phases, discard_phases = guard.phases("ngx.req.read_body"), guard.phases("ngx.req.discard_body")

    function req.read_body(...)
        local problem = expect_none(select("#", ...))
        if problem then error(problem, 2) end
        local r = state.r
        if not r or not read_phases[r.phase] then refuse(r, "request object not found") end
        if r.main.body_discarded then return end
        local ok, status = body.read(r)
        if not ok then return sched.exit(status) end
    end

    function req.discard_body(...)
        local problem = expect_none(select("#", ...))
        if problem then error(problem, 2) end
        local r = state.r
        if not r or not discard_phases[r.phase] then refuse_here(r, "request object not found") end
        if not r.parent then discard(r) end
    end
end

-- Has the request a body that was read, or made by the user?
local function is_read(r)
    local main = r.main
    return r.body ~= nil or r.body_file ~= nil or main.body_read and not main.body_dropped
end

local function install_get(req)
    local data_phases, file_phases = guard.phases("ngx.req.get_body_data"), guard.phases("ngx.req.get_body_file")

    function req.get_body_data(...)
        local count, max = select("#", ...), ...
        if count > 1 then error("expecting 0 or 1 arguments but seen " .. count, 2) end
        max = count == 1 and floor(guard.number(1, max, 1)) or 0
        local r = state.r
        if not r or not data_phases[r.phase] then refuse_here(r, "request object not found") end
        local data = r.body
        if r.body_file or not data or data == "" then return nil end
        if max > 0 and #data > max then return sub(data, 1, max) end
        return data
    end

    function req.get_body_file(...)
        local problem = expect_none(select("#", ...))
        if problem then error(problem, 2) end
        local r = state.r
        if not r or not file_phases[r.phase] then refuse_here(r, "request object not found") end
        return r.body_file
    end
end

-- Lets go of the body there is, and of its file.
local function replace(r, data, path, size)
    if r.body_file and r.body_file ~= path then temporary.let_go(r, r.body_file) end
    r.body, r.body_file, r.body_size = data, path, size
    r.chunked = nil
    r.content_length = size
    headers_in.set(r, "Content-Length", format("%.0f", size))
end

-- Why the body can't be replaced, or nil.
local function unreplaceable(r)
    if r.main.body_discarded then return "request body already discarded asynchronously" end
    if not is_read(r) then return "request body not read yet" end
end

local function install_set(req)
    local data_phases, file_phases = guard.phases("ngx.req.set_body_data"), guard.phases("ngx.req.set_body_file")

    function req.set_body_data(...)
        local count, data = select("#", ...), ...
        if count ~= 1 then error("expecting 1 arguments but seen " .. count, 2) end
        data = guard.string(1, data, 1)
        local r = state.r
        if not r or not data_phases[r.phase] then refuse_here(r, "request object not found") end
        local problem = unreplaceable(r)
        if problem then error(problem, 2) end
        replace(r, data, nil, #data)
    end

    function req.set_body_file(...)
        local count, path, clean = select("#", ...), ...
        if count ~= 1 and count ~= 2 then error("expecting 1 or 2 arguments but seen " .. count, 2) end
        path = guard.string(1, path, count)
        local r = state.r
        if not r or not file_phases[r.phase] then refuse_here(r, "no request found") end
        local problem = unreplaceable(r)
        if problem then error(problem, 2) end
        if count == 2 then guard.boolean(2, clean, 2) end
        local size = io.stat(path)
        if not size then error('stat() "' .. path .. '" failed', 2) end
        if clean then temporary.delete_later(r, path) end
        if size == 0 then
            replace(r, "", nil, 0)
        else
            replace(r, nil, path, size)
        end
    end
end

local function install_build(req)
    local init_phases = guard.phases("ngx.req.init_body")
    local append_phases, finish_phases = guard.phases("ngx.req.append_body"), guard.phases("ngx.req.finish_body")

    function req.init_body(...)
        local count, size = select("#", ...), ...
        if count > 1 then error("expecting 0 or 1 argument but seen " .. count, 2) end
        local r = state.r
        if not r or not init_phases[r.phase] then refuse_here(r, "no request found") end
        local problem = unreplaceable(r)
        if problem then error(problem, 2) end
        if count == 1 then
            size = floor(guard.number(1, size, 1))
            if size < 0 then error("bad size argument: " .. size, 2) end
        else
            size = r.loc.client_body_buffer_size
        end
        r.new_body = {n = 0, size = 0, held = 0, limit = size, fd = nil, path = nil}
    end

    -- Puts the held pieces into the body's file → true | nil
    local function spill(r, new)
        if not new.fd then
            local fd, path = temporary.open(r)
            if not fd then
                log.error(LOG_CRIT, r, path)
                return nil
            end
            log.error(LOG_WARN, r, "a client request body is buffered to a temporary file " .. path)
            new.fd, new.path = fd, path
            temporary.delete_later(r, path)
        end
        local ok, reason, code = io.write(new.fd, concat(new, "", 1, new.n))
        new.n, new.held = 0, 0
        if not ok then
            log.error(LOG_CRIT, r, 'pwrite() "' .. new.path .. '" failed (' .. code .. ": " .. reason .. ")")
        end
        return ok
    end

    function req.append_body(...)
        local count, data = select("#", ...), ...
        if count ~= 1 then error("expecting 1 arguments but seen " .. count, 2) end
        data = guard.string(1, data, 1)
        local r = state.r
        if not r or not append_phases[r.phase] then refuse_here(r, "no request found") end
        local new = r.new_body
        if not new then error("request_body not initialized", 2) end
        if new.n >= FIRST_PIECES then new[1], new.n = concat(new, "", 1, new.n), 1 end
        new.n = new.n + 1
        new[new.n] = data
        new.size, new.held = new.size + #data, new.held + #data
        if new.held > new.limit and not spill(r, new) then error("fail to write file", 2) end
    end

    function req.finish_body(...)
        local count = select("#", ...)
        if count ~= 0 then error("expecting 0 argument but seen " .. count, 2) end
        local r = state.r
        if not r or not finish_phases[r.phase] then refuse_here(r, "no request found") end
        local new = r.new_body
        if not new then error("request_body not initialized", 2) end
        if not new.fd then return replace(r, concat(new, "", 1, new.n), nil, new.size) end
        r.new_body = nil
        if new.n > 0 and not spill(r, new) then error("fail to write file", 2) end
        temporary.close(r, new.fd)
        replace(r, nil, new.path, new.size)
    end
end

local function install(ngx)
    local req = ngx.req
    install_read(req)
    install_get(req)
    install_set(req)
    install_build(req)
end

return {install = install}
