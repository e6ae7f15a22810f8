-- The resty command: a script in a light thread of a timer's context, whose output is the process's stdout.
local state = require "pyresty.state"
local background = require "pyresty.background"
local errors = require "pyresty.errors"
local null = require "pyresty.null"
local timers = require "pyresty.timers"

local concat, maxn, select, tostring, type = table.concat, table.maxn, select, tostring, type
local loadstring, exit, stdout, stderr = loadstring, os.exit, io.stdout, io.stderr

local function text(value)
    if type(value) == "string" then return value end
    if value == null then return "null" end
    if type(value) ~= "table" then return tostring(value) end
    local parts = {}
    for i = 1, maxn(value) do parts[i] = text(value[i]) end
    return concat(parts)
end

-- → true | nil, err
local function write(...)
    local parts = {}
    for i = 1, select("#", ...) do parts[i] = text((select(i, ...))) end
    return stdout:write(concat(parts))
end

local function say(...)
    local ok, err = write(...)
    if not ok then return ok, err end
    return stdout:write "\n"
end

-- Output and exit are the process's own; what they were stays under its name with orig_ before it, as in OpenResty.
local function install(ngx, globals)
    ngx.config.is_console = true
    ngx.orig_print, ngx.orig_say, ngx.orig_exit = ngx.print, ngx.say, ngx.exit
    ngx.print, ngx.say, ngx.exit = write, say, exit
    globals.print = say
    function ngx.flush() return stdout:flush() end
    function ngx.eof() return true end
end

-- The script as one function → fn | nil, err
local function load(script)
    local inline, file, err
    if script.inline then
        inline, err = loadstring(script.inline, script.inline_name)
        if not inline then return nil, err end
    end
    if script.file then
        file, err = loadstring(script.file, script.file_name)
        if not file then return nil, err end
    end
    return function()
        if inline then inline() end
        if file then file() end
    end
end

-- Runs a script: {inline, inline_name, file, file_name, arg}. done(code) is called when it ended.
return function(script, done)
    install(_G.ngx, _G)
    rawset(_G, "arg", script.arg)

    local function leave(code)
        stdout:flush()
        return done(code)
    end

    local function failed(message)
        stdout:flush()
        stderr:write("ERROR: ", message, "\n")
        return leave(1)
    end

    local function finish(thread, ok, err)
        if not ok then return failed(errors.text(err) .. "\n" .. errors.coroutine_traceback(thread.co)) end
        return timers.set({on_timer = function() return leave(0) end}, 0) -- after timers that are due
    end

    local main, err = load(script)
    if not main then return failed(err) end
    return background.enter({loc = state.plan.http}, finish, main)
end
