Signals that are no command do not end a worker, and system calls go on (lua_sa_restart).

--- config
location /t { content_by_lua_block {
    for _, name in ipairs {"ALRM", "IO", "CHLD"} do
        local pipe = io.popen("kill -s " .. name .. " " .. ngx.worker.pid() .. " && echo " .. name)
        ngx.print(pipe:read "*a")
        pipe:close()
    end
    os.execute("kill -s USR1 " .. ngx.worker.pid())
} }

=== ALRM, IO, CHLD
--- request
GET /t
--- response_body
ALRM
IO
CHLD
--- error_log
signal 14 (SIGALRM) received
signal 29 (SIGIO) received
signal 10 (SIGUSR1) received

=== programs are started with no signal blocked
--- user_files
>>> ways.lua
local COMMAND = "grep SigBlk /proc/self/status"
local function by_way_of_a_file(run)
    local path = os.tmpname()
    run(COMMAND .. " >" .. path)
    local file = io.open(path)
    local line = file:read "*l"
    file:close()
    os.remove(path)
    return line
end
local ways = {}
function ways.execute() return by_way_of_a_file(os.execute) end
function ways.reading()
    local pipe = io.popen(COMMAND)
    local line = pipe:read "*l"
    pipe:close()
    return line
end
function ways.writing()
    return by_way_of_a_file(function(command)
        local pipe = io.popen(command, "w")
        pipe:write "x"
        pipe:close()
    end)
end
return ways
--- http_config
lua_package_path "$prefix/html/?.lua;;";
--- config
location = /t { content_by_lua_block {
    local ways = require "ways"
    local function own() return io.open("/proc/self/status"):read("*a"):match "SigBlk:%s*%x+" end
    local before = own()
    for _, name in ipairs {"execute", "reading", "writing"} do ngx.say(name, " ", ways[name]()) end
    ngx.say(own() == before)
} }
--- request
GET /t
--- response_body escaped
execute SigBlk:\t0000000000000000\n
reading SigBlk:\t0000000000000000\n
writing SigBlk:\t0000000000000000\n
true\n

=== those that the C library starts through ffi, too
--- skip_engine
lua51: no FFI
lua52: no FFI
--- config
location = /t { content_by_lua_block {
    local ffi = require "ffi"
    ffi.cdef [[ int system(const char *command); int fork(void); int waitpid(int pid, int *status, int options);
                void _exit(int code); ]]
    local path = os.tmpname()
    local function own() return io.open("/proc/self/status"):read("*a"):match "SigBlk:%s*%x+" end
    local before = own()
    ffi.C.system("grep SigBlk /proc/self/status >" .. path)
    local file = io.open(path)
    ngx.say(file:read "*l")
    file:close()
    local pid = ffi.C.fork()
    if pid == 0 then
        local out = io.open(path, "w")
        out:write(own())
        out:close()
        ffi.C._exit(0)
    end
    ffi.C.waitpid(pid, nil, 0)
    file = io.open(path)
    ngx.say(file:read "*l")
    os.remove(path)
    ngx.say(own() == before)
} }
--- request
GET /t
--- response_body escaped
SigBlk:\t0000000000000000\n
SigBlk:\t0000000000000000\n
true\n

=== ngx.pipe's too
--- oracle: nginx is built without ngx.pipe
--- config
location = /t { content_by_lua_block {
    local proc = require("ngx.pipe").spawn {"grep", "SigBlk", "/proc/self/status"}
    ngx.say(proc:stdout_read_line())
} }
--- request
GET /t
--- response_body escaped
SigBlk:\t0000000000000000\n
