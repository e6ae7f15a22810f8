-- Tracebacks as ngx_lua writes them: our own functions are shown as the C functions they stand for.
local log = require "pyresty.http.log"

local getinfo, getlocal, running = debug.getinfo, debug.getlocal, coroutine.running
local concat, format, sub = table.concat, string.format, string.sub
local tonumber, tostring, type = tonumber, tostring, type

local LOG_ERR = 4
local TOP, BOTTOM = 12, 10 -- levels shown before and after "..."

local errors = {
    wrapped = {}, -- coroutines of coroutine.wrap that died of the error `err`, the innermost first
}

-- Notes that an error came out of a wrapped coroutine, for the traceback of the thread it may end.
function errors.note_wrapped(co, err)
    local wrapped = errors.wrapped
    if wrapped.err ~= err then
        wrapped = {err = err}
        errors.wrapped = wrapped
    end
    wrapped[#wrapped + 1] = co
end

-- Our modules' chunk names begin with the directory of this one.
local OWN = getinfo(1, "S").source:gsub("errors%.lua$", "")

local function is_own(info) return sub(info.source, 1, #OWN) == OWN end

-- The place of a C function without a name: LuaJIT's debug.traceback tells where it is, ngx_lua does not.
local function somewhere(info) return info.func and format(" at %p", info.func) or " in ?" end

local function describe(info, caller)
    local place = "\n\t" .. info.short_src .. ":"
    if info.currentline > 0 then place = place .. info.currentline .. ":" end
    if info.what == "main" then return place .. " in main chunk" end
    local named = not (caller and is_own(caller)) -- what we call it is no name the user gave
    if named and info.name and info.namewhat ~= "" then return place .. " in function '" .. info.name .. "'" end
    if info.what == "C" then return place .. somewhere(info) end
    return place .. " in function <" .. info.short_src .. ":" .. info.linedefined .. ">"
end

local function describe_own(info)
    if info.name and info.namewhat ~= "" then return "\n\t[C]: in function '" .. info.name .. "'" end
    return nil
end

local function levels(co, level, what)
    local list = {}
    while true do
        local info = co and getinfo(co, level, what) or not co and getinfo(level + 1, what)
        if not info then return list end
        if info.what ~= "tail" then list[#list + 1] = info end -- Lua 5.1 gives tail calls a level
        level = level + 1
    end
end

-- The frames of a coroutine, from level on, as lines. Of several of ours in a row, with the C functions they call,
-- only the one the user called is shown.
local function frames(co, level, what)
    local lines, held = {}, nil
    local list = levels(co, co and level or level + 1, what or "Snl")
    for i = 1, #list do
        local info, caller = list[i], list[i + 1]
        if is_own(info) then
            held = info
        elseif not (info.what == "C" and caller and is_own(caller)) then
            if held then
                lines[#lines + 1] = describe_own(held)
                held = nil
            end
            lines[#lines + 1] = describe(info, caller)
        end
    end
    return lines
end

-- The lines, the middle of many left out; `level` is that of the first.
local function joined(lines, level)
    local n, top = #lines, TOP - (level or 0)
    if n > top + BOTTOM then
        return concat(lines, "", 1, top) .. "\n\t..." .. concat(lines, "", n - BOTTOM + 1, n)
    end
    return concat(lines)
end

-- The traceback of a light thread and of those that started it.
function errors.thread_traceback(thread, err)
    local text, number = "", 0
    local failed = errors.wrapped
    if failed.err ~= nil and failed.err == err then
        for i = 1, #failed do
            text, number = text .. "\ncoroutine " .. number .. ":" .. joined(frames(failed[i], 0)), number + 1
        end
    end
    while thread do
        local co = thread.co
        if co then text = text .. "\ncoroutine " .. number .. ":" .. joined(frames(co, 0)) end
        thread, number = thread.parent, number + 1
    end
    return "stack traceback:" .. text
end

-- The traceback of a dead coroutine.
function errors.coroutine_traceback(co) return "stack traceback:" .. joined(frames(co, 0)) end

-- The traceback of the running coroutine, from the caller's caller on.
function errors.traceback(level)
    return "stack traceback:" .. joined(frames(nil, level + 1))
end

local on_luajit = rawget(_G, "jit") ~= nil
local EXACTLY = on_luajit and "Snlf" or "Snl"

--- debug.traceback([thread,] message?, level?) for applications: without our own functions.
function errors.debug_traceback(...)
    local co, message, level = ...
    if type(co) ~= "thread" then co, message, level = nil, co, message end
    if message ~= nil and type(message) ~= "string" and type(message) ~= "number" then return message end
    if co == running() then co = nil end
    level = tonumber(level) or co and 0 or 1
    local text = "stack traceback:" .. joined(frames(co, co and level or level + 1, EXACTLY), level)
    return message and message .. "\n" .. text or text
end

-- What the C function that a dead coroutine died in (error, as a rule) was called with, on LuaJIT. → array, its length
function errors.last_arguments(co)
    local values, n = {}, 0
    local info = on_luajit and co and getinfo(co, 0, "S")
    if not info or info.what ~= "C" then return values, 0 end
    while true do
        local name, value = getlocal(co, 0, n + 1)
        if not name then return values, n end
        n = n + 1
        values[n] = value
    end
end

-- ngx_lua logs only strings (and numbers); other error values have no text.
function errors.text(err)
    if type(err) == "string" then return err end
    if type(err) == "number" then return tostring(err) end
    return "unknown reason"
end

--- Logs that a light thread (kind: "entry" or "user") ended by an error.
function errors.log_aborted(kind, thread, err)
    return log.error(LOG_ERR, thread.r, "lua " .. kind .. " thread aborted: runtime error: " .. errors.text(err) .. "\n"
        .. errors.thread_traceback(thread, err))
end

return errors
