-- What every face checks first: is there a request, and may this function be used in the phase that runs?
-- The phases come from the catalogue (pyresty/ngx); errors are raised where the user's code called the face.
local state = require "pyresty.state"

local getinfo, getupvalue = debug.getinfo, debug.getupvalue
local error, ipairs, next, tonumber, tostring, type = error, ipairs, next, tonumber, tostring, type
local format, sub = string.format, string.sub

local CONTEXTS = {
    set = "set_by_lua*",
    rewrite = "rewrite_by_lua*",
    server_rewrite = "server_rewrite_by_lua*",
    access = "access_by_lua*",
    precontent = "precontent_by_lua*",
    content = "content_by_lua*",
    log = "log_by_lua*",
    header_filter = "header_filter_by_lua*",
    body_filter = "body_filter_by_lua*",
    timer = "ngx.timer",
    init_worker = "init_worker_by_lua*",
    exit_worker = "exit_worker_by_lua*",
    balancer = "balancer_by_lua*",
    ssl_client_hello = "ssl_client_hello_by_lua*",
    ssl_cert = "ssl_certificate_by_lua*",
    ssl_session_store = "ssl_session_store_by_lua*",
    ssl_session_fetch = "ssl_session_fetch_by_lua*",
    proxy_ssl_cert = "proxy_ssl_certificate_by_lua*",
    proxy_ssl_verify = "proxy_ssl_verify_by_lua*",
}

local guard = {}

-- How the chunk names of our own files begin: their functions stand for C functions of ngx_lua.
local own = sub(getinfo(1, "S").source, 1, -#"ngx/guard.lua" - 1)

--- Does the chunk name belong to one of our files?
function guard.is_own(source) return sub(source, 1, #own) == own end

local own_functions = {}

--- Notes all functions in the ngx table, before the user puts others there.
function guard.note_own(t)
    for _, value in next, t do
        if type(value) == "function" then
            own_functions[value] = true
        elseif type(value) == "table" and not own_functions[value] then
            own_functions[value] = true
            guard.note_own(value)
        end
    end
end

--- Is it a function written in Lua, by the user?
function guard.is_lua_function(fn)
    if type(fn) ~= "function" then return false end
    local name = getupvalue(fn, 1) -- a C function's has an empty name; getinfo, which makes a table, is slower
    if name and name ~= "" then return not own_functions[fn] end
    local info = getinfo(fn, "S")
    return info.what ~= "C" and not guard.is_own(info.source)
end

--- The set {phase → true} in which `name` may be used.
function guard.phases(name)
    local declared = state.api_phases[name]
    if not declared then error("no phases are declared for " .. name, 2) end
    local allowed = {}
    for _, phase in ipairs(declared) do allowed[phase] = true end
    return allowed
end

local function absent(r) return not r or r.phase == "init" end

-- The following are called by a face as a statement, never as `return f()`: a tail call would take its frame away
-- and with it the position of the error.

--- What a function that may not be used in the phase says.
function guard.refusal(r) return "API disabled in the context of " .. (CONTEXTS[r.phase] or "(unknown)") end

--- Raises "API disabled in the context of …", or `missing` without a request.
function guard.refuse(r, missing)
    if absent(r) then error(missing or "no request found", 3) end
    error(guard.refusal(r), 3)
end

--- Raises "API disabled in the current context", or `missing` without a request. `level` is 3 for the face's caller.
function guard.refuse_here(r, missing, level)
    error(absent(r) and (missing or "no request found") or "API disabled in the current context", level or 3)
end

--- Raises "bad argument #n to 'NAME' (message)" with the name the face was called by; `deeper`: functions in between.
function guard.argument(n, message, deeper)
    deeper = deeper or 0
    local info = getinfo(2 + deeper, "n")
    local name = info and info.name or "?"
    if info and info.namewhat == "method" then
        n = n - 1
        if n == 0 then error(format("calling '%s' on bad self (%s)", name, message), 3 + deeper) end
    end
    error(format("bad argument #%d to '%s' (%s)", n, name, message), 3 + deeper)
end

-- As guard.argument, from a function between it and the face.
local function wrong_type(n, expected, got, count)
    local info = getinfo(3, "n")
    local name = info and info.name or "?"
    local what = got == nil and n > count and "no value" or type(got)
    error(format("bad argument #%d to '%s' (%s expected, got %s)", n, name, expected, what), 4)
end

--- Argument n as string: numbers become one. `count` is the number of arguments that were passed.
function guard.string(n, value, count)
    local kind = type(value)
    if kind == "string" then return value end
    if kind == "number" then return tostring(value) end
    wrong_type(n, "string", value, count)
end

--- Argument n as number: strings that spell one become it.
function guard.number(n, value, count)
    local number = value ~= nil and tonumber(value)
    if number then return number end
    wrong_type(n, "number", value, count)
end

function guard.boolean(n, value, count)
    if type(value) == "boolean" then return value end
    wrong_type(n, "boolean", value, count)
end

function guard.table(n, value, count)
    if type(value) == "table" then return value end
    wrong_type(n, "table", value, count)
end

return guard
