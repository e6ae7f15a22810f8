-- The module "jit.v": tells what LuaJIT's compiler does, a line for each trace. LuaJIT's own comes as a Lua file beside
-- its library, which lupa does not bring.
--
--   [TRACE   1 app.lua:7 loop]                 compiled
--   [TRACE   2 (1/3) app.lua:9 -> 1]           compiled, from exit 3 of trace 1, goes on in trace 1
--   [TRACE --- app.lua:7 -- blacklisted at app.lua:20]   not compiled

local jit = require "jit"
local jit_util = require "jit.util"

local getenv = os.getenv
local format = string.format
local io_open, stdout = io.open, io.stdout
local type = type

local jit_v = {}

-- The compiler's reasons, by number (0 …); those with %s get its details.
local REASONS = {
    [0] = "error thrown or hook called during recording", "trace too short", "trace too long", "trace too deep",
    "too many snapshots", "blacklisted", "retry recording", "NYI: bytecode %s", "leaving loop in root trace",
    "inner loop in root trace", "loop unroll limit reached", "bad argument type",
    "JIT compilation disabled for function", "call unroll limit reached", "down-recursion, restarting",
    "NYI: unsupported variant of FastFunc %s", "NYI: return to lower frame",
}

local out, start_place, start_exit

local function place(fn, pc)
    local info = jit_util.funcinfo(fn, pc)
    if info.loc then
        return info.loc
    elseif info.ffid then
        return "builtin#" .. info.ffid
    elseif info.addr then
        return format("C:%x", info.addr)
    end
    return "(?)"
end

local function reason(code, detail)
    if type(code) ~= "number" then
        return tostring(code)
    end
    local text = REASONS[code]
    if not text then
        return "reason " .. code
    end
    if type(detail) == "function" then
        detail = place(detail)
    end
    return format(text, tostring(detail))
end

local function stopped(trace)
    local info = jit_util.traceinfo(trace)
    local link, kind = info.link, info.linktype
    local where = start_exit .. start_place
    if kind == "interpreter" then
        return format("[TRACE %3s %s -- fallback to interpreter]\n", trace, where)
    elseif kind == "stitch" then
        return format("[TRACE %3s %s %s %s]\n", trace, where, kind, start_place)
    elseif link == trace or link == 0 then
        return format("[TRACE %3s %s %s]\n", trace, where, kind)
    elseif kind == "root" then
        return format("[TRACE %3s %s -> %d]\n", trace, where, link)
    end
    return format("[TRACE %3s %s -> %d %s]\n", trace, where, link, kind)
end

local function aborted(fn, pc, code, detail)
    local at = place(fn, pc)
    if at ~= start_place then
        return format("[TRACE --- %s%s -- %s at %s]\n", start_exit, start_place, reason(code, detail), at)
    end
    return format("[TRACE --- %s%s -- %s]\n", start_exit, start_place, reason(code, detail))
end

local function on_trace(what, trace, fn, pc, other, detail)
    if what == "start" then
        start_place = place(fn, pc)
        start_exit = other and format("(%d/%s) ", other, detail == -1 and "stitch" or detail) or ""
        return
    elseif what == "stop" then
        out:write(stopped(trace))
    elseif what == "abort" then
        out:write(aborted(fn, pc, other, detail))
    elseif what == "flush" then
        out:write("[TRACE flush]\n")
    end
    out:flush()
end

--- Stops telling.
function jit_v.off()
    if out then
        jit.attach(on_trace)
        if out ~= stdout then
            out:close()
        end
        out = nil
    end
end

--- Tells into a file ("-" or nil: standard output; LUAJIT_VERBOSEFILE names another default).
function jit_v.on(path)
    jit_v.off()
    path = path or getenv "LUAJIT_VERBOSEFILE"
    if path and path ~= "-" then
        local file, message = io_open(path, "a")
        if not file then
            error(message, 2)
        end
        out = file
    else
        out = stdout
    end
    jit.attach(on_trace, "trace")
end

jit_v.start = jit_v.on

return jit_v
