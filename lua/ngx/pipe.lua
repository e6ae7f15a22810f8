-- require "ngx.pipe": child processes that a request starts, reads from, writes to and waits for.
local state = require "pyresty.state"
local child = require "pyresty.process.child"
local guard = require "pyresty.ngx.guard"
local reader = require "pyresty.socket.reader"

local concat, find, floor = table.concat, string.find, math.floor
local error, getmetatable, ipairs, newproxy, setmetatable, tonumber, tostring, type =
    error, getmetatable, ipairs, newproxy, setmetatable, tonumber, tostring, type

local MAX_TIMEOUT = 4294967295
local TIMEOUT = 10000 -- milliseconds
local BUFFER_SIZE = 4096

local pipe = {version = "0.1.25"}
local Process = {}
Process.__index = Process
child.Process = Process

local wait_phases = guard.phases("proc:wait")

local function process_of(self)
    local p = type(self) == "table" and getmetatable(self) == Process and self.process
    if not p then error("not a process instance", 3) end
    return p
end

-- Raises at `level`: of the module's own place for what reads, else of its caller's.
local function check_phase(level)
    local r = state.r
    if not r or r.phase == "init" then error("no request found", level) end
    if not wait_phases[r.phase] then error(guard.refusal(r), level) end
end

-- ---------------------------------------------------------------- time limits

local NAMES = {"write_timeout", "stdout_read_timeout", "stderr_read_timeout", "wait_timeout"}

local function set_timeouts(proc, values)
    for i = 1, 4 do
        local value = values[i]
        if value then
            if value < 0 or value > MAX_TIMEOUT then error("bad " .. NAMES[i] .. " option", 3) end
            proc[NAMES[i]] = floor(value)
        end
    end
end

--- proc:set_timeouts(write?, stdout_read?, stderr_read?, wait?) in milliseconds; 0 for none
function Process:set_timeouts(write, stdout_read, stderr_read, wait)
    set_timeouts(self, {write, stdout_read, stderr_read, wait})
end

-- ---------------------------------------------------------------- methods

function Process:pid() return process_of(self).pid end

local function any(buffer, max)
    local size = reader.size(buffer)
    if size > 0 then return reader.take(buffer, size < max and size or max) end
end

for _, name in ipairs {"stdout", "stderr"} do
    local limit = name .. "_read_timeout"

    Process[name .. "_read_all"] = function(self)
        local p = process_of(self)
        check_phase(2)
        return child.read(p, name, nil, nil, reader.take_all, self[limit])
    end

    Process[name .. "_read_line"] = function(self)
        local p = process_of(self)
        check_phase(2)
        return child.read(p, name, reader.line, nil, nil, self[limit])
    end

    Process[name .. "_read_bytes"] = function(self, count)
        if count <= 0 then
            if count < 0 then error("bad len argument", 2) end
            return ""
        end
        local p = process_of(self)
        check_phase(2)
        return child.read(p, name, reader.bytes, floor(count), nil, self[limit])
    end

    Process[name .. "_read_any"] = function(self, max)
        max = tonumber(max)
        if not max or max <= 0 then error("bad max argument", 2) end
        local p = process_of(self)
        check_phase(2)
        return child.read(p, name, any, floor(max), nil, self[limit])
    end
end

--- proc:write(data) → number of bytes | nil, err
function Process:write(data)
    local p = process_of(self)
    local kind = type(data)
    if kind == "table" then
        data = concat(data)
    elseif kind == "number" then
        data = tostring(data)
    elseif kind ~= "string" then
        error("bad data arg: string, number, or table expected, got " .. kind, 2)
    end
    check_phase(3)
    return child.write(p, data, self.write_timeout)
end

local ENDS = {stdin = true, stdout = true, stderr = true}

--- proc:shutdown("stdin" | "stdout" | "stderr") → true | nil, err
function Process:shutdown(direction)
    local p = process_of(self)
    if not ENDS[direction] then error("bad shutdown arg: " .. direction, 2) end
    return child.shutdown(p, direction)
end

--- proc:wait() → ok, reason, status | nil, err
function Process:wait()
    local p = process_of(self)
    check_phase(3)
    return child.wait(p, self.wait_timeout)
end

--- proc:kill(signal number) → true | nil, err
function Process:kill(number)
    local p = process_of(self)
    if type(number) ~= "number" then error("bad signal arg: number expected, got " .. tostring(number), 2) end
    return child.kill(p, number)
end

-- ---------------------------------------------------------------- spawn

-- → strings that NUL ends
local function read_arguments(args)
    local kind = type(args)
    if kind == "string" then return child.pack {"/bin/sh", "-c", args} end
    if kind ~= "table" then error("bad args arg: table expected, got " .. kind, 3) end
    local list = {}
    for i, arg in ipairs(args) do
        if type(arg) ~= "string" then args[i] = tostring(arg) end
        list[i] = args[i]
    end
    if #list == 0 then error("bad args arg: non-empty table expected", 3) end
    return child.pack(list)
end

local function read_environ(environ)
    if type(environ) ~= "table" then
        error("bad environ option: table expected, got " .. type(environ), 3)
    end
    for i, text in ipairs(environ) do
        local where = "bad value at index " .. i .. " of environ option: "
        if type(text) ~= "string" then error(where .. "string expected, got " .. type(text), 3) end
        if not find(text, "=", 2, true) then
            error(where .. "'name=[value]' format expected, got '" .. text .. "'", 3)
        end
    end
    return environ[1] and child.pack(environ) or nil
end

local function read_buffer_size(value)
    local size = tonumber(value)
    if not size or size < 1 then error("bad buffer_size option", 3) end
    return size
end

-- Destroys the process when nobody has its object any more.
local function guard_of(p)
    local proxy = newproxy(true)
    getmetatable(proxy).__gc = function() child.destroy(p) end
    return proxy
end

--- pipe.spawn(args, options?) → process | nil, err
function pipe.spawn(args, options)
    local r = state.r
    if not r or r.phase == "init" then error("API disabled in the current context", 2) end
    local arguments = read_arguments(args)
    options = options or {}
    local merge = options.merge_stderr and true or false
    local buffer_size = options.buffer_size and read_buffer_size(options.buffer_size) or BUFFER_SIZE
    local environ = options.environ and read_environ(options.environ) or nil
    local proc = {}
    set_timeouts(proc, {
        options.write_timeout or TIMEOUT, options.stdout_read_timeout or TIMEOUT,
        options.stderr_read_timeout or TIMEOUT, options.wait_timeout or TIMEOUT,
    })
    local p, err = child.spawn(r, arguments, environ, merge, buffer_size, proc)
    if not p then return nil, err end
    proc.process, proc.guard = p, guard_of(p)
    return setmetatable(proc, Process)
end

return pipe
