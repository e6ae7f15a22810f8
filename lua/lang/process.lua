-- os.execute and file:close() of a popen file report as in Lua 5.2: true | nil, "exit" | "signal", code.
-- lupa builds Lua 5.1 and 5.2 without popen: there a temporary file takes the pipe's place.

local error, require = error, require
local getmetatable = debug.getmetatable
local setmetatable = setmetatable
local type = type
local floor = math.floor
local execute, tmpname, remove = os.execute, os.tmpname, os.remove
local kind, open = io.type, io.open
local output = io.output

local on_luajit = type(rawget(_G, "jit")) == "table"
local methods = getmetatable(io.stdout).__index
local close = methods.close

-- What wait() said → the three results.
local function report(status)
    if status == -1 then
        return nil, "No child processes", 10
    end
    local signal = status % 128
    if signal ~= 0 then
        return nil, "signal", signal
    end
    local code = floor(status / 256) % 256
    if code == 0 then
        return true, "exit", 0
    end
    return nil, "exit", code
end

local function begun(host, ...)
    host.program_begun()
    return ...
end

-- Calls what starts a program; the host, if there is one, sees to it that the program begins with no signal blocked.
local function start(call, command, mode)
    local host = require "pyresty.state".host
    if not host or type(command) ~= "string" or (mode ~= nil and type(mode) ~= "string") then
        return call(command, mode)
    end
    host.begin_program()
    return begun(host, call(command, mode))
end

local function run(command)
    local first, _, third = start(execute, command)
    return type(first) == "number" and first or third or 0
end

--- os.execute(command) → true | nil, "exit" | "signal", code; os.execute() → whether there is a shell.
function os.execute(command)
    if command == nil then
        local answer = execute()
        return answer ~= 0 and answer ~= false and answer ~= nil
    end
    return report(run(command))
end

local pipes = setmetatable({}, { __mode = "k" }) -- file → function() → status

local function close_pipe(file, finish)
    pipes[file] = nil
    return report(finish(file))
end

function methods.close(file)
    local finish = file ~= nil and pipes[file]
    if finish then
        return close_pipe(file, finish)
    elseif kind(file) == "closed file" then
        error("attempt to use a closed file", 2)
    end
    return close(file)
end

function io.close(file)
    return (file or output()):close()
end

local function check_mode(mode)
    if mode ~= nil and mode ~= "r" and mode ~= "w" then
        error("bad argument #2 to 'popen' (invalid mode)", 3)
    end
    return mode or "r"
end

if on_luajit then
    local popen = io.popen
    local pclose

    local function finish(file)
        pclose = pclose or require "pyresty.native.pclose"
        return pclose(file)
    end

    function io.popen(command, mode)
        local file, message, code = start(popen, command, mode)
        if file then
            pipes[file] = finish
        end
        return file, message, code
    end
else
    local function quoted(path)
        return "'" .. path .. "'"
    end

    local function reader(command)
        local path = tmpname()
        local status = run("{ " .. command .. "\n} >" .. quoted(path))
        local file, message, code = open(path, "r")
        remove(path)
        if not file then
            return nil, message, code
        end
        pipes[file] = function()
            close(file)
            return status
        end
        return file
    end

    local function writer(command)
        local path = tmpname()
        local file, message, code = open(path, "w")
        if not file then
            return nil, message, code
        end
        pipes[file] = function()
            close(file)
            local status = run("{ " .. command .. "\n} <" .. quoted(path))
            remove(path)
            return status
        end
        return file
    end

    --- io.popen(command, "r" | "w"): the command runs to its end at once ("r") or at close ("w").
    function io.popen(command, mode)
        if check_mode(mode) == "r" then
            return reader(command)
        end
        return writer(command)
    end
end
