ngx.pipe: what a program reads and writes, its end, time limits, what happens to it with its request. Debian's nginx is
built without it; its behaviour was taken from ngx_lua's sources and its test suite.

--- oracle: nginx is built without ngx.pipe
--- log_level: debug
--- http_config
init_worker_by_lua_block {
    local proc = require("ngx.pipe").spawn {"sleep", 10}
    package.loaded.of_init_worker = proc
    package.loaded.refusal = select(2, pcall(proc.stdout_read_line, proc))
}
init_by_lua_block {
    function message(...) return (select(2, pcall(...)):gsub("^.-:%d+: ", "")) end
}
--- config
location /both-ways {
    content_by_lua_block {
        local proc = assert(require("ngx.pipe").spawn {"sh", "-c", "cat; echo told >&2; exit 3"})
        ngx.say(proc:write("a line\r\nanother\n"), " ", proc:write {"ab", 12}, " ", proc:write(3.5))
        ngx.say(proc:shutdown("stdin"), " ", proc:write("x"))
        ngx.say(proc:stdout_read_line())
        ngx.say(proc:stdout_read_bytes(3), " ", proc:stdout_read_bytes(0))
        ngx.say(proc:stdout_read_any(2))
        ngx.say(proc:stdout_read_line())
        ngx.say(proc:stdout_read_line())
        ngx.say(proc:stdout_read_line())
        ngx.say("[", proc:stdout_read_all(), "]")
        ngx.say(proc:stderr_read_all())
        ngx.say(proc:wait())
        ngx.say(proc:wait())
        ngx.say(proc:stdout_read_all())
        ngx.say(proc:write("x"))
        ngx.say(proc:shutdown("stdin"))
        ngx.say(proc:kill(15))
    }
}
location /all {
    content_by_lua_block {
        local proc = require("ngx.pipe").spawn "echo -n one; sleep 0.02; echo two; echo three >&2; exit 0"
        ngx.print(proc:stdout_read_all())
        ngx.print(proc:stderr_read_all())
        ngx.say(proc:wait())
    }
}
location /merged {
    content_by_lua_block {
        local proc = require("ngx.pipe").spawn("echo out; echo err >&2", {merge_stderr = true})
        ngx.print(proc:stdout_read_all())
        ngx.say(proc:stderr_read_all())
        ngx.say(proc:shutdown("stderr"))
        ngx.say(proc:wait())
    }
}
location /environ {
    content_by_lua_block {
        local pipe = require "ngx.pipe"
        ngx.print(pipe.spawn({"env"}, {environ = {"NAME=value=x", "EMPTY="}}):stdout_read_all())
        ngx.say(pipe.spawn("echo $PATH", {environ = {}}):stdout_read_all() ~= "\n")
        ngx.say(pipe.spawn("echo $A$B", {environ = {"A=1", nil, "B=2", x = 1}}):stdout_read_line())
    }
}
location /signals {
    content_by_lua_block {
        local proc = require("ngx.pipe").spawn {"sleep", 10}
        ngx.say(proc:pid() > 1, " ", proc:kill(0))
        ngx.say(proc:kill(1000))
        ngx.say(proc:kill(9), " ", proc:wait())
        ngx.say(proc:kill(9))
        local signal = require "resty.signal"
        proc = require("ngx.pipe").spawn {"sleep", 10}
        ngx.say(signal.kill(proc:pid(), "NONE"), " ", signal.kill(proc:pid(), "TERM"), " ", proc:wait())
        ngx.say(signal.kill(proc:pid(), 15))
        ngx.say(signal.kill(1, "NO"))
        ngx.say(signal.signum("HUP"), " ", signal.signum(5), " ", signal.signum("KILL"))
    }
}
location /limits {
    content_by_lua_block {
        local proc = require("ngx.pipe").spawn({"sleep", 10}, {
            write_timeout = 10, stdout_read_timeout = 10, stderr_read_timeout = 10, wait_timeout = 10,
        })
        ngx.say(proc:stdout_read_all())
        ngx.say(proc:stderr_read_line())
        ngx.say(proc:write(("x"):rep(200000)))
        ngx.say(proc:wait())
        proc:set_timeouts(nil, 15)
        ngx.say(proc:stdout_read_any(1))
    }
}
location /partial {
    content_by_lua_block {
        local proc = require("ngx.pipe").spawn({"sh", "-c", "echo -n part; read x; echo -n ial; read y"},
            {stdout_read_timeout = 100})
        ngx.say(proc:stdout_read_line())
        proc:write("go on\n")
        ngx.say(proc:stdout_read_bytes(4))
    }
}
location /busy {
    content_by_lua_block {
        local proc = require("ngx.pipe").spawn {"sleep", 10}
        local threads = {
            ngx.thread.spawn(function() return "reader", proc:stdout_read_line() end),
            ngx.thread.spawn(function() return "writer", proc:write(("x"):rep(200000)) end),
            ngx.thread.spawn(function() return "waiter", proc:wait() end),
        }
        ngx.say(proc:stdout_read_any(1))
        ngx.say(proc:write("x"))
        ngx.say(proc:wait())
        ngx.say(proc:shutdown("stdout"), " ", proc:shutdown("stdin"))
        ngx.say(ngx.thread.wait(threads[1]))
        ngx.say(ngx.thread.wait(threads[2]))
        ngx.say(ngx.thread.kill(threads[3]))
        ngx.say(proc:stdout_read_any(1))
        proc:kill(9)
        ngx.say(proc:wait())
    }
}
location /killed-reader {
    content_by_lua_block {
        local proc = require("ngx.pipe").spawn {"cat"}
        local thread = ngx.thread.spawn(function() proc:stdout_read_line() end)
        ngx.thread.kill(thread)
        proc:write("still there\n")
        ngx.say(proc:stdout_read_line())
    }
}
location /closed-while-reading {
    content_by_lua_block {
        local proc = require("ngx.pipe").spawn "echo -n left; echo >&2; exec sleep 10"
        local thread = ngx.thread.spawn(function() return proc:stdout_read_line() end)
        proc:stderr_read_line()
        ngx.say(proc:kill(9), " ", proc:wait())
        ngx.say(ngx.thread.wait(thread))
    }
}
location /arguments {
    content_by_lua_block {
        local pipe = require "ngx.pipe"
        local spawn = pipe.spawn
        ngx.say(message(spawn))
        ngx.say(message(spawn, {}))
        ngx.say(message(spawn, "x", {buffer_size = 0}))
        ngx.say(message(spawn, "x", {environ = 1}))
        ngx.say(message(spawn, "x", {environ = {1}}))
        ngx.say(message(spawn, "x", {environ = {"=x"}}))
        ngx.say(message(spawn, "x", {write_timeout = -1}))
        ngx.say(message(spawn, "x", {wait_timeout = 4294967296}))
        local proc = spawn {"cat"}
        ngx.say(message(proc.set_timeouts, proc, 1, -1))
        ngx.say(message(proc.write, proc, true))
        ngx.say(message(proc.stdout_read_bytes, proc, -1))
        ngx.say(message(proc.stderr_read_any, proc, "x"))
        ngx.say(message(proc.shutdown, proc, "all"))
        ngx.say(message(proc.kill, proc, "KILL"))
        ngx.say(message(proc.wait, {}))
    }
}
location /no-such {
    content_by_lua_block {
        ngx.say(require("ngx.pipe").spawn({"/no/such-program"}):wait())
        ngx.say(require("ngx.pipe").spawn({"/no/such-program"}, {environ = {"A=b"}}):wait())
    }
}
location /with-request {
    content_by_lua_block {
        local proc = require("ngx.pipe").spawn {"sleep", 10}
        package.loaded.left_over = proc
        ngx.say("left")
    }
}
location /after-request {
    content_by_lua_block {
        local proc = package.loaded.left_over
        ngx.say(proc:wait())
        ngx.say(proc:stdout_read_all())
        ngx.say(proc:kill(0))
    }
}
location /collected {
    content_by_lua_block {
        local proc = require("ngx.pipe").spawn {"sleep", 10}
        local pid = proc:pid()
        proc = nil
        collectgarbage()
        local kill = require("resty.signal").kill
        repeat ngx.sleep(0.001) until not kill(pid, "NONE")
        ngx.say("gone")
    }
}
location /log {
    return 200 "x\n";
    log_by_lua_block {
        local proc = require("ngx.pipe").spawn {"cat"}
        ngx.log(ngx.WARN, message(proc.wait, proc))
        ngx.log(ngx.WARN, message(proc.write, proc, "x"))
        ngx.log(ngx.WARN, message(proc.stdout_read_all, proc))
        ngx.log(ngx.WARN, "kill: ", proc:kill(9))
    }
}
location /of-init-worker {
    content_by_lua_block {
        ngx.say(package.loaded.of_init_worker:wait())
        ngx.say((package.loaded.refusal:gsub("^.*/", "")))
    }
}
location /timer {
    content_by_lua_block {
        local sem = require("ngx.semaphore").new()
        local answer
        ngx.timer.at(0, function()
            local proc = require("ngx.pipe").spawn {"echo", "from a timer"}
            answer = proc:stdout_read_line()
            sem:post()
        end)
        sem:wait(1)
        ngx.say(answer)
    }
}

=== write, read by lines, bytes and what there is, stderr, the end
--- request
GET /both-ways
--- response_body
16 4 3
true nilclosed
a line
ano 
th
er
nilclosedab123.5
nilclosed
[]
told

falseexit3
nilexited
nilclosed
nilclosed
nilclosed
nilexited
--- no_error_log
[error]

=== all of stdout and stderr
--- request
GET /all
--- response_body
onetwo
three
trueexit0

=== stderr goes with stdout
--- request
GET /merged
--- response_body
out
err
nilmerged to stdout
nilmerged to stdout
trueexit0

=== the environment is the given one, or ours
--- request
GET /environ
--- response_body
NAME=value=x
EMPTY=
true
1

=== signals, by number and by name
--- request
GET /signals
--- response_body
true true
nilinvalid signal
true falsesignal9
nilexited
true true falsesignal15
nilNo such process
nilunknown signal name
1 5 9
--- error_log
signal 17 (SIGCHLD) received from

=== time limits
--- request
GET /limits
--- response_body
niltimeout
niltimeout
niltimeout
niltimeout
niltimeout
--- error_log
lua pipe add timer for reading: 10(ms)
lua pipe add timer for writing: 10(ms)
lua pipe add timer for waiting: 10(ms)
lua pipe add timer for reading: 15(ms)
lua pipe kill process:

=== what was read before a time limit
--- request
GET /partial
--- response_body
niltimeoutpart
niltimeoutial

=== one reader, one writer, one waiter; a pipe that is shut under them
--- request
GET /busy
--- response_body
nilpipe busy reading
nilpipe busy writing
nilpipe busy waiting
true true
truereadernilaborted
truewriternilaborted
1
nilclosed
falsesignal9
--- error_log
lua pipe proc wait cleanup

=== a reader that is killed leaves the pipe as it was
--- request
GET /killed-reader
--- response_body
still there
--- error_log
lua pipe proc read stdout cleanup

=== the process is waited for while another thread reads
--- request
GET /closed-while-reading
--- response_body
true falsesignal9
truenilclosedleft

=== arguments
--- request
GET /arguments
--- response_body
bad args arg: table expected, got nil
bad args arg: non-empty table expected
bad buffer_size option
bad environ option: table expected, got number
bad value at index 1 of environ option: string expected, got number
bad value at index 1 of environ option: 'name=[value]' format expected, got '=x'
bad write_timeout option
bad wait_timeout option
bad stdout_read_timeout option
bad data arg: string, number, or table expected, got boolean
bad len argument
bad max argument
bad shutdown arg: all
bad signal arg: number expected, got KILL
not a process instance

=== a program that is not there
--- request
GET /no-such
--- response_body
falseexit1
falseexit1
--- error_log
lua pipe child execvp() failed while executing /no/such-program (2: No such file or directory)
lua pipe child execvpe() failed while executing /no/such-program (2: No such file or directory)

=== a process ends with its request
--- request
GET /with-request
--- response_body
left
--- error_log
lua pipe kill process:

=== the object of an ended request
--- request
GET /after-request
--- response_body
nilexited
nilclosed
nilexited

=== a process that nobody has an object of is killed
--- request
GET /collected
--- response_body
gone

=== the log phase may not wait
--- request
GET /log
--- response_body
x
--- error_log
API disabled in the context of log_by_lua*
kill: true

=== a process of init_worker_by_lua ends with that
--- request
GET /of-init-worker
--- response_body_like
^nilexited
pipe\.lua:\d+: API disabled in the context of init_worker_by_lua\*
$

=== in a timer
--- request
GET /timer
--- response_body
from a timer
