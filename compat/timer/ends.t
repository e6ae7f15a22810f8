How timers end: by ngx.exit in any of their threads, by an error, not at all for want of room.

--- http_config
lua_max_running_timers 1;
--- config
location /exit-in-thread {
    content_by_lua_block {
        ngx.timer.at(0, function()
            ngx.thread.spawn(function() ngx.sleep(0.001) ngx.log(ngx.WARN, "exits") ngx.exit(0) end)
            ngx.sleep(0.005)
            ngx.log(ngx.ERR, "not reached")
        end)
        ngx.sleep(0.01)
        ngx.say(ngx.timer.running_count())
    }
}
location /exit-in-entry {
    content_by_lua_block {
        ngx.timer.at(0, function()
            ngx.thread.spawn(function() ngx.sleep(0.003) ngx.log(ngx.ERR, "not reached") end)
            ngx.exit(0)
        end)
        ngx.sleep(0.01)
        ngx.say(ngx.timer.running_count())
    }
}
location /exit-after-entry {
    content_by_lua_block {
        ngx.timer.at(0, function() ngx.thread.spawn(function() ngx.sleep(0.001) ngx.exit(0) end) end)
        ngx.sleep(0.01)
        ngx.say(ngx.timer.running_count())
    }
}
location /error {
    content_by_lua_block {
        ngx.timer.at(0, function() ngx.sleep(0.001) error("went wrong") end)
        ngx.sleep(0.01)
        ngx.say(ngx.timer.running_count())
    }
}
location /no-room {
    content_by_lua_block {
        ngx.timer.at(0, function(...) ngx.log(ngx.WARN, select("#", ...), " arguments: ", ...) ngx.sleep(0.005) end, 1, nil, "x", nil)
        ngx.timer.at(0, function() ngx.log(ngx.ERR, "not reached") end)
        ngx.sleep(0.01)
        ngx.say(ngx.timer.running_count())
    }
}

=== ngx.exit in a light thread of a timer ends the timer
--- request
GET /exit-in-thread
--- response_body
0
--- error_log
exits, context: ngx.timer
--- no_error_log
[error]
[alert]

=== ngx.exit in the timer's function ends its light threads
--- request
GET /exit-in-entry
--- response_body
0

=== ngx.exit in a light thread that outlived the timer's function
--- request
GET /exit-after-entry
--- response_body
0

=== an error
--- request
GET /error
--- response_body
0
--- error_log
lua entry thread aborted: runtime error: content_by_lua(nginx.conf:$LINE[/error {]+1):2: went wrong

=== more timers run than may
--- request
GET /no-room
--- response_body
0
--- error_log
5 arguments: false1nilxnil, context: ngx.timer
[alert]
lua failed to run timer with function defined at =content_by_lua(nginx.conf:$LINE[/no-room]+1):3: 1 lua_max_running_timers are not enough
--- no_error_log
[error]
