-- setfenv and getfenv for Lua 5.2, by way of each function's _ENV; level 0 is the running coroutine's environment,
-- which later coroutines inherit and which load() gives to chunks, as the thread's globals are in Lua 5.1.

local error = error
local select = select
local setmetatable = setmetatable
local tonumber = tonumber
local type = type
local getinfo, getupvalue = debug.getinfo, debug.getupvalue
local upvaluejoin = debug.upvaluejoin
local floor = math.floor
local find, gsub = string.find, string.gsub
local running = coroutine.running
local co_create, co_resume = coroutine.create, coroutine.resume
local load, loadfile = load, loadfile
local globals = _G

local threads = setmetatable({}, { __mode = "k" }) -- coroutine → its environment, where it is not the globals
local detached = setmetatable({}, { __mode = "k" }) -- functions without _ENV → what setfenv gave them
local in_use = false -- whether any coroutine ever got an environment of its own

local function thread_environment(co)
    return in_use and threads[co or running()] or globals
end

local function env_upvalue(f)
    local index = 1
    while true do
        local name, value = getupvalue(f, index)
        if name == nil then
            return nil
        elseif name == "_ENV" then
            return index, value
        end
        index = index + 1
    end
end

local function function_environment(f)
    local index, value = env_upvalue(f)
    if index then
        return value
    end
    return detached[f] or globals
end

local function set_function_environment(f, env)
    local index = env_upvalue(f)
    if not index then
        detached[f] = env
        return
    end
    -- An upvalue of its own: other closures keep the environment that they share so far.
    upvaluejoin(f, index, function()
        return env
    end, 1)
end

-- The function that `target`, a level or a function, names; `offset` is the number of frames below the caller.
local function target_function(target, name)
    if type(target) == "function" then
        return target
    end
    local level = tonumber(target)
    if not level then
        error("bad argument #1 to '" .. name .. "' (number expected, got " .. type(target) .. ")", 3)
    end
    level = floor(level)
    local info = level >= 0 and getinfo(level + 2, "f")
    if not info then
        error("bad argument #1 to '" .. name .. "' (invalid level)", 3)
    end
    return info.func
end

--- getfenv(function or level = 1) → environment
function globals.getfenv(target)
    if target == nil then
        target = 1
    end
    if target == 0 then
        return thread_environment()
    end
    local f = target_function(target, "getfenv")
    return function_environment(f)
end

local function is_lua(f)
    return getinfo(f, "S").what ~= "C"
end

--- setfenv(function or level, env) → function; nothing at level 0
function globals.setfenv(target, env)
    if type(env) ~= "table" then
        local got = env == nil and "no value" or type(env)
        error("bad argument #2 to 'setfenv' (table expected, got " .. got .. ")", 2)
    end
    if target == 0 then
        in_use = true
        threads[running()] = env
        return
    end
    local f = target_function(target, "setfenv")
    if not is_lua(f) then
        error("'setfenv' cannot change environment of given object", 2)
    end
    set_function_environment(f, env)
    return f
end

function debug.getfenv(object)
    if type(object) == "function" then
        return function_environment(object)
    elseif type(object) == "thread" then
        return thread_environment(object)
    end
    return nil
end

function debug.setfenv(object, env)
    if type(object) == "thread" then
        in_use = true
        threads[object] = env
    elseif type(object) == "function" and is_lua(object) then
        set_function_environment(object, env)
    else
        error("'setfenv' cannot change environment of given object", 2)
    end
    return object
end

local function in_luajits_words(message)
    if find(message, "^attempt to load a %a+ chunk %(mode") then
        return "attempt to load chunk with wrong mode"
    end
    message = gsub(message, "(:%d+: )(<%l+>)( expected near .*)$", "%1'%2'%3")
    return (gsub(message, "( near )(<eof>)$", "%1'%2'"))
end

local function with_environment(chunk, message)
    if not chunk then
        return nil, in_luajits_words(message)
    elseif in_use then
        local env = threads[running()]
        if env then
            set_function_environment(chunk, env)
        end
    end
    return chunk
end

local function loaded(chunk, message)
    if not chunk then
        return nil, in_luajits_words(message)
    end
    return chunk
end

--- load(text or reader, name?, mode?, env?) → function | nil, err
function globals.load(chunk, name, mode, ...)
    if type(chunk) == "string" and name == nil then
        name = chunk
    end
    if select("#", ...) > 0 then
        return loaded(load(chunk, name, mode, (...)))
    end
    return with_environment(load(chunk, name, mode))
end

globals.loadstring = globals.load

--- loadfile(file name?, mode?, env?) → function | nil, err
function globals.loadfile(name, mode, ...)
    if select("#", ...) > 0 then
        return loaded(loadfile(name, mode, (...)))
    end
    return with_environment(loadfile(name, mode))
end

function globals.dofile(name)
    local chunk, message = globals.loadfile(name)
    if not chunk then
        error(message, 0)
    end
    return chunk()
end

--- coroutine.create(f): the new coroutine inherits the environment of the one that makes it.
function coroutine.create(f)
    local co = co_create(f)
    if in_use then
        threads[co] = threads[running()]
    end
    return co
end

-- Behind a tail call: level 2 is whoever called the wrapped function.
local function unwrap(ok, ...)
    if ok then
        return ...
    end
    error((...), 2)
end

function coroutine.isyieldable()
    local _, main = running()
    return not main
end

function coroutine.wrap(f)
    local co = coroutine.create(f)
    return function(...)
        return unwrap(co_resume(co, ...))
    end
end
