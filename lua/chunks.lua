-- The user's chunks: compiled when first needed, kept by the VM, with the globals their location asks for.
local state = require "pyresty.state"
local script = require "pyresty.http.script"

local error, getfenv, loadstring, pcall, require, setfenv, setmetatable, type =
    error, getfenv, loadstring, pcall, require, setfenv, setmetatable, type
local open = io.open
local sub, byte, gsub = string.sub, string.byte, string.gsub

local chunks = {}
local files = {} -- path → function

local globals = _G
local inherit = {__index = globals}

-- Modules keep the worker's globals.
local function required(env, ok, ...)
    setfenv(0, env)
    if not ok then error((...), 0) end
    return ...
end
local function require_outside(name)
    local env = getfenv(0)
    setfenv(0, globals)
    return required(env, pcall(require, name))
end

-- The environment of a request under `lua_globals request`.
local function environment(r)
    local main = r.main
    local env = main.env
    if not env then
        env = setmetatable({}, inherit)
        env._G = env
        env.require = require_outside
        main.env = env
    end
    return env
end

local function restore(before, ...)
    setfenv(0, before)
    return ...
end

-- fn in an environment that is also the running coroutine's, which loadstring and new coroutines take.
local function in_environment(fn, env)
    setfenv(fn, env)
    return function(...)
        local before = getfenv(0)
        setfenv(0, env)
        return restore(before, fn(...))
    end
end

-- Code as a function whose body it is, on the same lines: instances of it share the compiled prototype.
local function factory(code, name)
    return loadstring("return function(...) " .. code .. "\nend", name)
end

local INLINED = "failed to load inlined Lua code: "
local function external(path) return 'failed to load external Lua file "' .. path .. '": ' end

local function compile(chunk)
    local fn, err = loadstring(chunk.code, chunk.name)
    if not fn then return nil, err, false, INLINED end
    chunk.fn = fn
    return fn
end

local function read(path)
    local file, err = open(path, "rb")
    if not file then
        return nil, "cannot open " .. (gsub(err, "^.-: ", path .. ": "))
    end
    local code = file:read "*a"
    file:close()
    if not code then return nil, "cannot read " .. path end
    if byte(code, 1) == 35 then code = "--" .. code end -- "#!": the line stays, so that numbers fit
    return code
end

local function from_file(path)
    local fn = files[path]
    if fn then return fn end
    local code, err = read(path)
    if not code then return nil, err, true, external(path) end
    fn, err = loadstring(code, "@" .. path)
    if not fn then return nil, err, false, external(path) end
    files[path] = fn
    return fn, code
end

local function file_name(chunk, r)
    local compiled = chunk.compiled
    if not compiled then
        compiled = script.compile(chunk.file)
        chunk.compiled = compiled
    end
    local path = type(compiled) == "string" and compiled or script.eval(r, compiled)
    if sub(path, 1, 1) ~= "/" then path = state.plan.prefix .. path end
    return path
end

local function sandboxed(chunk, r, key, code, name)
    local make = chunk.factories and chunk.factories[key]
    if not make then
        make = factory(code, name)
        if not make then return nil end
        chunk.factories = chunk.factories or {}
        chunk.factories[key] = make
    end
    return in_environment(make(), environment(r))
end

-- The function to run for a chunk of the plan. r is nil in process phases. → fn | nil, message, whether the file
-- could not be read, what ngx_lua says before the message
function chunks.get(chunk, r)
    if r and r.loc.lua_globals == "request" then
        if chunk.code then
            if not chunk.fn then
                local fn, err, missing, what = compile(chunk)
                if not fn then return nil, err, missing, what end
            end
            return sandboxed(chunk, r, 1, chunk.code, chunk.name)
        end
        local path = file_name(chunk, r)
        local fn, err, missing, what = from_file(path)
        if not fn then return nil, err, missing, what end
        return sandboxed(chunk, r, path, read(path), "@" .. path)
    end
    if chunk.code then
        local fn = chunk.fn
        if fn then return fn end
        return compile(chunk)
    end
    return from_file(file_name(chunk, r))
end


return chunks
