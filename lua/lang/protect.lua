-- pcall and xpcall that a yield passes through, for Lua 5.1. The protected function runs in a coroutine of its own
-- ("inner"), whose yields its caller hands on. To everyone else inner and caller are one coroutine: running, status,
-- traceback and setfenv(0) speak of the outermost one.

local debug = debug
local error = error
local rawget = rawget
local native_pcall, native_xpcall = pcall, xpcall
local setfenv = setfenv
local setmetatable = setmetatable
local type = type
local unpack = unpack
local select = select
local concat = table.concat
local find, gmatch, gsub, match = string.find, string.gmatch, string.gsub, string.match
local getinfo, traceback, thread_setfenv = debug.getinfo, debug.traceback, debug.setfenv
local create, resume, status, yield = coroutine.create, coroutine.resume, coroutine.status, coroutine.yield
local describe = coroutine.running -- → coroutine, is_main
local main = require "pyresty.main_thread"

-- Values are weak too: Lua 5.1 has no ephemerons, and an abandoned pair would hold itself. Those that still wait are on
-- each other's stacks.
local WEAK = { __mode = "kv" }
local caller_of = setmetatable({}, WEAK) -- inner → the coroutine that waits for it in pcall
local outermost = setmetatable({}, WEAK) -- inner → the coroutine that it stands for
local inner_of = setmetatable({}, WEAK) -- coroutine → the inner one that it waits for
local failed = setmetatable({}, WEAK) -- coroutine → the dead inner one whose error its handler looks at

-- Every resume nests on the C stack, which Lua 5.1 does not watch.
local MAX_NESTING = 190
local nesting = 0

local OWN = "lang/protect.lua:"
local TAIL_CALL = "\t(tail call): ?"

local function left(...)
    nesting = nesting - 1
    return ...
end

local function enter(co, ...)
    if nesting >= MAX_NESTING then
        return false, "C stack overflow"
    end
    nesting = nesting + 1
    return left(resume(co, ...))
end

local function current()
    local co = describe()
    return co
end

-- Runs `inner` to its end, handing each of its yields to the caller's own resumer.
local function settle(co, inner, ok, ...)
    if status(inner) == "suspended" and ok then
        return settle(co, inner, enter(inner, yield(...)))
    end
    inner_of[co] = nil
    return ok, inner, ...
end

local function is_lua(f)
    return type(f) == "function" and getinfo(f, "S").what ~= "C"
end

-- The inner coroutine of a protected call of f; nil when the native pcall does as well: no yield passes through a C
-- function, and its errors would show our position.
local function prepare(f)
    local is_lua_function, inner = native_pcall(create, f)
    if is_lua_function then
        return inner
    end
    local meta = debug.getmetatable(f)
    if f == yield or type(meta) == "table" and is_lua(rawget(meta, "__call")) then
        return create(function(...)
            return f(...)
        end)
    end
    return nil
end

local function run(co, inner, ...)
    caller_of[inner], outermost[inner], inner_of[co] = co, outermost[co] or co, inner
    return settle(co, inner, enter(inner, ...))
end

local function without_inner(ok, _, ...)
    return ok, ...
end

function _G.pcall(...)
    if select("#", ...) == 0 then
        error("bad argument #1 to 'pcall' (value expected)", 2)
    end
    local co = current()
    local inner = co ~= main and prepare((...))
    if not inner then
        return native_pcall(...)
    end
    return without_inner(run(co, inner, select(2, ...)))
end

local function handled(co, handler, ok, inner, ...)
    if ok then
        return true, ...
    end
    local before = failed[co]
    failed[co] = inner
    local _, result = native_pcall(handler, (...))
    failed[co] = before
    return false, result
end

local function bound(f, ...)
    local count, arguments = select("#", ...), { ... }
    return function()
        return f(unpack(arguments, 1, count))
    end
end

local function with_no_inner(ok, ...)
    return ok, nil, ...
end

function _G.xpcall(f, handler, ...)
    local co = current()
    local inner = co ~= main and prepare(f)
    if inner then
        return handled(co, handler, run(co, inner, ...))
    elseif select("#", ...) == 0 then
        return native_xpcall(f, handler)
    elseif is_lua(f) then
        return native_xpcall(bound(f, ...), handler)
    end
    return handled(co, handler, with_no_inner(native_pcall(f, ...)))
end

function coroutine.running()
    local co, is_main = describe()
    return outermost[co] or co, is_main
end

function coroutine.resume(co, ...)
    if type(co) ~= "thread" then
        return resume(co, ...)
    elseif inner_of[co] and outermost[current()] == co then
        return false, "cannot resume running coroutine"
    end
    return enter(co, ...)
end

-- Behind a tail call, which is a level of its own: level 3 is whoever called the wrapped function.
local function unwrap(ok, ...)
    if ok then
        return ...
    end
    error((...), 3)
end

function coroutine.wrap(f)
    local co = create(f)
    return function(...)
        return unwrap(enter(co, ...))
    end
end

function coroutine.status(co)
    local co_status = status(co)
    if co_status == "normal" then
        local here = current()
        if outermost[here] == co then
            return "running"
        end
    end
    return co_status
end

function _G.setfenv(target, env)
    if target == 0 then
        local co = current()
        local above = caller_of[co]
        while above do
            thread_setfenv(above, env)
            above = caller_of[above]
        end
        target = 0
    elseif type(target) == "number" and target > 0 then
        target = target + 2 -- native_pcall and this function
    end
    local ok, result = native_pcall(setfenv, target, env)
    if not ok then
        error((gsub(result, "'%?'", "'setfenv'")), 2)
    end
    return result
end

-- Appends the frames of a native traceback; our own are left out, pcall and xpcall look like the C functions they
-- stand for. Returns the new count and the place of our first frame in `lines`.
local function append(lines, n, text)
    local first
    local behind_own = false
    for line in gmatch(text, "\n(\t[^\n]*)") do
        local own = find(line, OWN, 1, true) or find(line, "'native_x?pcall'$")
        if not own then
            if not (behind_own and line == TAIL_CALL) then
                behind_own = false
                n = n + 1
                lines[n] = line
            end
        else
            first = first or n + 1
            behind_own = true
            local name = match(line, "in function '(x?pcall)'$")
            if name then
                n = n + 1
                lines[n] = "\t[C]: in function '" .. name .. "'"
            end
        end
    end
    return n, first
end

-- The frames of a suspended or dead coroutine, innermost first.
local function append_thread(lines, n, co)
    local inner = inner_of[co]
    if inner then
        n = append_thread(lines, n, inner)
    end
    n = append(lines, n, traceback(co))
    if caller_of[co] then
        -- How the protected function was entered, when by a function of ours.
        while lines[n] == TAIL_CALL do
            lines[n], n = nil, n - 1
        end
    end
    return n
end

local function append_failed(lines, n, co, first)
    local dead = failed[co]
    if not dead then
        return n
    end
    local extra = {}
    local count = append_thread(extra, 0, dead)
    first = first or n + 1
    for i = n, first, -1 do
        lines[i + count] = lines[i]
    end
    for i = 1, count do
        lines[first + i - 1] = extra[i]
    end
    return n + count
end

local function with_header(message, lines, n)
    local header = "stack traceback:"
    if message then
        header = message .. "\n" .. header
    end
    return header .. (n > 0 and "\n" or "") .. concat(lines, "\n", 1, n)
end

-- The running coroutine's frames from `level` (1 is the caller of debug.traceback), then those of its callers.
local function trace_running(message, level)
    local lines = {}
    local co = current()
    local n, first = append(lines, 0, traceback("", level + 2))
    n = append_failed(lines, n, co, first)
    local above = caller_of[co]
    while above do
        n, first = append(lines, n, traceback(above))
        n = append_failed(lines, n, above, first)
        above = caller_of[above]
    end
    return with_header(message, lines, n)
end

--- debug.traceback([thread,] message?, level?)
function debug.traceback(...)
    local first, second = ...
    if type(first) == "thread" then
        if second ~= nil and type(second) ~= "string" and type(second) ~= "number" then
            return second
        end
        if first ~= current() then
            local lines = {}
            return with_header(second, lines, append_thread(lines, 0, first))
        end
        local text = trace_running(second, select(3, ...) or 1)
        return text
    end
    if first ~= nil and type(first) ~= "string" and type(first) ~= "number" then
        return first
    end
    local text = trace_running(first, second or 1)
    return text
end
