-- ngx.location.capture and capture_multi: the arguments; pyresty.http.subrequest runs them.
local state = require "pyresty.state"
local guard = require "pyresty.ngx.guard"
local target = require "pyresty.ngx.target"
local headers_in = require "pyresty.http.headers_in"
local log = require "pyresty.http.log"
local subrequest = require "pyresty.http.subrequest"
local variables = require "pyresty.http.variables"

local error, format, lower, next, pairs, pcall = error, string.format, string.lower, next, pairs, pcall
local select, tonumber, tostring, type = select, tonumber, tostring, type
local find, sub = string.find, string.sub
local unpack = unpack or table.unpack

local LOG_ERR = 4
local GET = 2

local METHODS = {
    [2] = "GET", [4] = "HEAD", [8] = "POST", [16] = "PUT", [32] = "DELETE", [64] = "MKCOL", [128] = "COPY",
    [256] = "MOVE", [512] = "OPTIONS", [1024] = "PROPFIND", [2048] = "PROPPATCH", [4096] = "LOCK", [8192] = "UNLOCK",
    [16384] = "PATCH", [32768] = "TRACE",
}
local FORWARDS_BODY = {PUT = true, POST = true}

-- All functions here return nil and the error's text when an argument is wrong.

-- ---------------------------------------------------------------- options

local function boolean_option(options, name)
    local value = options[name]
    if value == nil or type(value) == "boolean" then return value or false end
    return nil, "Bad " .. name .. " option value"
end

local function args_option(value)
    local kind = type(value)
    if kind ~= "nil" and kind ~= "string" and kind ~= "number" and kind ~= "table" then
        return nil, "Bad args option value"
    end
    local text, message = target.args(value)
    if message then return nil, message end
    return text or ""
end

local function vars_option(value)
    if value == nil then return false end
    if type(value) ~= "table" then return nil, "Bad vars option value" end
    for name, item in pairs(value) do
        if type(name) ~= "string" then return nil, 'attempt to use a non-string key in the "vars" option table' end
        if type(item) ~= "string" and type(item) ~= "number" then
            return nil, "attempt to use bad variable value type " .. type(item)
        end
    end
    return value
end

local function method_option(value)
    if value == nil then return GET end
    if type(value) ~= "number" then return nil, "Bad http request method" end
    return value
end

local function ctx_option(value)
    if value == nil then return false end
    if type(value) ~= "table" then
        return nil, "Bad ctx option value type " .. type(value) .. ", expected a Lua table"
    end
    return value
end

local function body_option(value)
    if value == nil then return false end
    if type(value) ~= "string" and type(value) ~= "number" then return nil, "Bad http request body" end
    return tostring(value)
end

-- the options that were read last
local read = {
    args = "", vars = false, share = false, copy = false, forward = false, method = GET, ctx = false, body = false,
}

-- Checked options in the order in which ngx_lua looks at them. → table, until the next call | nil, message
local function read_options(options)
    local err
    read.args, err = args_option(options.args)
    if err then return nil, err end
    read.vars, err = vars_option(options.vars)
    if err then return nil, err end
    read.share, err = boolean_option(options, "share_all_vars")
    if err then return nil, err end
    read.copy, err = boolean_option(options, "copy_all_vars")
    if err then return nil, err end
    read.forward = options.always_forward_body and true or false
    read.method, err = method_option(options.method)
    if err then return nil, err end
    read.ctx, err = ctx_option(options.ctx)
    if err then return nil, err end
    read.body, err = body_option(options.body)
    if err then return nil, err end
    return read
end

local NO_OPTIONS = {
    args = "", vars = false, share = false, copy = false, forward = false, method = GET, ctx = false, body = false,
}

-- ---------------------------------------------------------------- what the subrequest gets of its parent

-- The headers of the parent; with `length`, its Content-Length gives way to this one, with false it is left out.
local function copy_headers(r, length)
    local from, to, n = r.headers_in, {n = 0}, 0
    if length then
        to[1], to[2], n = "Content-Length", format("%.0f", length), 2
    end
    for i = 1, from.n, 2 do
        if length == nil or lower(from[i]) ~= "content-length" then
            to[n + 1], to[n + 2], n = from[i], from[i + 1], n + 2
        end
    end
    to.n = n
    return to
end

local function give_body(spec, r, options)
    local body = options.body
    spec.body, spec.body_file, spec.content_length = nil, nil, nil
    if body then
        spec.body, spec.content_length = body, #body
        spec.headers_in = copy_headers(r, #body)
    elseif not options.forward and not FORWARDS_BODY[spec.method] and (r.content_length or 0) > 0 then
        spec.headers_in = copy_headers(r, false)
    else
        spec.body, spec.body_file = r.body, r.body_file
        if r.chunked then
            local size = r.body_size or r.body and #r.body
            spec.content_length = size
            spec.headers_in = copy_headers(r, size or false)
        else
            spec.content_length = r.content_length
            spec.headers_in = headers_in.share(r)
        end
    end
end

local function copy_vars(vars)
    local copy = {}
    for name, value in next, vars do copy[name] = value end
    return copy
end

-- Assigns the `vars` option → true | nil, message
local function assign(r, spec, vars)
    -- the subrequest is not there yet: a stand-in takes what the writers change
    local stand_in = {
        main = r.main, parent = r, conn = r.conn, vars = spec.vars, args = spec.args, uri = spec.uri, loc = r.loc,
        server = r.server, headers_in = spec.headers_in, headers_out = r.headers_out, method = spec.method,
    }
    for name, value in pairs(vars) do
        local ok, err = pcall(variables.set, stand_in, name, tostring(value))
        if not ok then
            if err and err:find('" not changeable', 1, true) then
                log.error(LOG_ERR, r, 'variable "' .. name .. '" not changeable')
                return nil, "failed to adjust the subrequest: 500"
            end
            log.error(LOG_ERR, r, 'variable "' .. name .. '" cannot be assigned a value (maybe you forgot to define '
                .. "it first?) ")
            return nil, "failed to adjust the subrequest: -1"
        end
    end
    spec.args = stand_in.args
    return true
end

-- ---------------------------------------------------------------- one query

local function join(args, more)
    if more == "" then return args end
    if not args or args == "" then return more end
    return args .. "&" .. more
end

local function options_of(count, options, index)
    if count ~= 1 and count ~= 2 then
        return nil, "query argument " .. index .. " expecting one or two arguments"
    end
    if count == 1 then return NO_OPTIONS end
    if type(options) ~= "table" then
        return nil, "expecting table as the 2nd argument for subrequest " .. index .. ", but got " .. type(options)
    end
    return read_options(options)
end

-- What C's %s shows of a text.
local function c_string(text)
    local at = find(text, "\0", 1, true)
    return at and sub(text, 1, at - 1) or text
end

local spare -- a table for a subrequest that is through, or nil

local function new_spec()
    return {
        uri = false, args = false, method = false, ctx = nil, body = nil, body_file = nil, content_length = nil,
        headers_in = nil, vars = nil, on_done = nil,
    }
end

-- The subrequest for a URI with its options, as they were given when there are `count` = 2 of them.
-- → spec | nil, error text, text about a URI of a wrong type
local function spec_of(r, count, uri, given, index)
    local options, err = options_of(count, given, index)
    if not options then return nil, err end
    if type(uri) == "number" then uri = tostring(uri) end
    if type(uri) ~= "string" then return nil, nil, "string expected, got " .. type(uri) end
    local path, args = target.parse(r, uri)
    if not path then return nil, "unsafe uri in argument #1: " .. c_string(uri) end
    if subrequest.too_deep(r, path) then return nil, "failed to issue subrequest: -1" end
    local method = METHODS[options.method]
    if not method then
        log.error(LOG_ERR, r, "unsupported HTTP method: " .. (tonumber(options.method) or 0))
        return nil, "failed to adjust the subrequest: -1"
    end
    local spec = spare or new_spec()
    spare = nil
    spec.uri, spec.args, spec.method, spec.ctx = path, join(args, options.args), method, options.ctx or nil
    give_body(spec, r, options)
    spec.vars = options.share and r.vars or options.copy and copy_vars(r.vars) or {}
    if options.vars then
        local ok
        ok, err = assign(r, spec, options.vars)
        if not ok then return nil, err end
    end
    return spec
end

-- → array of specs | nil, error text, text about argument #3 (a URI of a wrong type)
local function specs_of(r, queries)
    local specs = {}
    for i = 1, #queries do
        local query = queries[i]
        if query == nil then return nil, "only array-like tables are allowed" end
        if type(query) ~= "table" then
            return nil, "the query argument " .. i - 1 .. " is not a table, but a " .. type(query)
        end
        local spec, err, about_uri = spec_of(r, #query, query[1], query[2], i - 1)
        if not spec then return nil, err, about_uri end
        specs[i] = spec
    end
    return specs
end

-- run: subrequest.capture or .capture_all, of what → its results
local function wait_for(r, run, what)
    r.pending_captures = (r.pending_captures or 0) + 1
    local results = run(what)
    r.pending_captures = r.pending_captures - 1
    return results
end

-- ---------------------------------------------------------------- faces

local function install(ngx)
    local single_phases = guard.phases("ngx.location.capture")
    local multi_phases = guard.phases("ngx.location.capture_multi")
    ngx.location = ngx.location or {}

    function ngx.location.capture(...)
        local count = select("#", ...)
        if count ~= 1 and count ~= 2 then error("expecting one or two arguments", 2) end
        local r = state.r
        if not r or not single_phases[r.phase] then guard.refuse(r, "no request object found") end
        if r.main.http_version >= 20 then error("http2 requests not supported yet", 2) end
        local uri, options = ...
        local spec, err, about_uri = spec_of(r, options ~= nil and 2 or uri ~= nil and 1 or 0, uri, options, 0)
        if about_uri then guard.argument(3, about_uri) end
        if not spec then error(err, 2) end
        local result = wait_for(r, subrequest.capture, spec)
        spec.vars, spec.headers_in, spec.body, spare = nil, nil, nil, spec
        return result
    end

    function ngx.location.capture_multi(...)
        local count, queries = select("#", ...), ...
        if count ~= 1 then error("only one argument is expected, but got " .. count, 2) end
        guard.table(1, queries, 1)
        if #queries == 0 then error("at least one subrequest should be specified", 2) end
        local r = state.r
        if not r or not multi_phases[r.phase] then guard.refuse(r, "no request object found") end
        if r.main.http_version >= 20 then error("http2 requests not supported yet", 2) end
        local specs, err, about_uri = specs_of(r, queries)
        if about_uri then guard.argument(3, about_uri) end
        if not specs then error(err, 2) end
        return unpack(wait_for(r, subrequest.capture_all, specs), 1, #specs)
    end
end

return {install = install}
