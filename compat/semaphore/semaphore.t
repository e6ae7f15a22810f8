ngx.semaphore: counting, waiting in turn, time limits, threads that are killed while they wait, waiting across requests.

--- log_level: debug
--- config
location /arguments {
    content_by_lua_block {
        local semaphore = require "ngx.semaphore"
        local function message(...) return (select(2, pcall(...)):gsub("^.-:%d+: ", "")) end
        ngx.say(message(semaphore.new, -1))
        ngx.say(message(semaphore.wait, {}, 1))
        ngx.say(message(semaphore.post, 1))
        ngx.say(message(semaphore.count, nil))
        local sem = semaphore.new("2")
        ngx.say(message(sem.wait, sem, -0.1))
        ngx.say(message(sem.post, sem, 0))
        ngx.say(sem:count(), " ", sem:post(), " ", sem:post(2), " ", sem:count())
        ngx.say(semaphore.new(2.7):count(), " ", semaphore.new(nil):count(), " ", semaphore.new("x"):count())
    }
}
location /at-once {
    content_by_lua_block {
        local sem = require("ngx.semaphore").new(1)
        ngx.say(sem:wait(1))
        ngx.say(sem:count())
        ngx.say(sem:wait(0))
        ngx.say(sem:wait(0.0004))
        ngx.say(sem:wait(0.01))
        ngx.say(sem:count())
    }
}
location /in-turn {
    content_by_lua_block {
        local sem = require("ngx.semaphore").new()
        local function waiter(name)
            local ok, err = sem:wait(1)
            ngx.say(name, " ", ok, " ", err, " ", sem:count())
        end
        local threads = {}
        for i = 1, 4 do threads[i] = ngx.thread.spawn(waiter, i) end
        ngx.say("count ", sem:count())
        sem:post(3)
        ngx.say("posted, count ", sem:count())
        ngx.say("the poster gets ", sem:wait(0))
        ngx.sleep(0)
        ngx.say("later")
        sem:post()
        for i = 1, 4 do ngx.thread.wait(threads[i]) end
        ngx.say("count ", sem:count())
    }
}
location /killed {
    content_by_lua_block {
        local sem = require("ngx.semaphore").new()
        local first = ngx.thread.spawn(function() sem:wait(1) ngx.say("first goes on") end)
        local second = ngx.thread.spawn(function() ngx.say("second: ", (sem:wait(1))) end)
        ngx.say(sem:count(), " ", ngx.thread.kill(first), " ", sem:count())
        sem:post()
        ngx.thread.wait(second)
        ngx.say(sem:count())
    }
}
location /exit {
    content_by_lua_block {
        local sem = require("ngx.semaphore").new()
        ngx.thread.spawn(function() sem:wait(1) end)
        ngx.exit(204)
    }
}
location /across {
    content_by_lua_block {
        local shared = package.loaded.across
        if not shared then
            shared = require("ngx.semaphore").new()
            package.loaded.across = shared
            ngx.timer.at(0, function() shared:post() end)
        end
        ngx.say(shared:wait(1), " ", shared:count())
    }
}
location /log { content_by_lua_block { ngx.say("x") }
    log_by_lua_block {
        local sem = require("ngx.semaphore").new(1)
        ngx.log(ngx.WARN, "in log: ", sem:wait(1))
        ngx.log(ngx.WARN, "in log: ", select(2, sem:wait(1)))
        ngx.log(ngx.WARN, "in log: ", sem:post(), " ", sem:count())
    }
}
location /header { content_by_lua_block { ngx.say("x") }
    header_filter_by_lua_block {
        local sem = require("ngx.semaphore").new(1)
        ngx.header["X-Count"] = sem:count()
        ngx.header["X-Error"] = select(2, sem:wait(1))
    }
}
location /collected {
    content_by_lua_block {
        local sem = require("ngx.semaphore").new(3)
        sem = nil
        collectgarbage()
        ngx.say("collected")
    }
}

=== what its functions take
--- request
GET /arguments
--- response_body
no negative number
not a semaphore instance
not a semaphore instance
not a semaphore instance
no negative number
positive number required
2 true true 5
2 0 0

=== a resource that is there, none, and a time limit
--- request
GET /at-once
--- response_body
true
0
niltimeout
niltimeout
falsetimeout
0
--- error_log
http lua semaphore wait yielding
--- no_error_log
[error]

=== who came first goes on first, when the poster has given way
--- request
GET /in-turn
--- response_body
count -4
posted, count -1
the poster gets niltimeout
later
1 true nil 0
2 true nil 0
3 true nil 0
4 true nil 0
count 0
--- error_log
semaphore handler: wait queue: not empty, resource count: 4

=== a thread that is killed while it waits leaves the queue
--- request
GET /killed
--- response_body
-2 1 -1
second: true
0
--- error_log
http lua semaphore cleanup

=== ngx.exit while another thread waits
--- request
GET /exit
--- error_code: 204
--- error_log
http lua semaphore cleanup
--- no_error_log
[error]

=== a timer wakes a request
--- request
GET /across
--- response_body
true 0

=== the log phase may do anything but wait
--- request
GET /log
--- error_log
in log: nilAPI disabled in the context of log_by_lua*
in log: API disabled in the context of log_by_lua*
in log: true 2

=== nor may the header filter
--- request
GET /header
--- response_headers
X-Count: 1
X-Error: API disabled in the context of header_filter_by_lua*

=== the collector takes what nobody holds
--- request
GET /collected
--- response_body
collected
--- error_log
in lua gc, semaphore
