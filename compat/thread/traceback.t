Tracebacks of light threads that the user started.

--- config
location /spawn { content_by_lua_block {
    local t = ngx.thread.spawn(function()
        error("thrown")
    end)
    ngx.say((ngx.thread.wait(t)))
} }
location /sleeping { content_by_lua_block {
    local t = ngx.thread.spawn(function()
        ngx.sleep(0.001)
        error("thrown later")
    end)
    ngx.say((ngx.thread.wait(t)))
} }

=== thread that dies at once
--- skip_engine
lua51: PUC Lua does not name a function that has made a tail call
lua52: PUC Lua does not name a function that has made a tail call
--- request
GET /spawn
--- response_body
false
--- error_log_like: lua user thread aborted: runtime error: content_by_lua\(nginx.conf:\d+\):3: thrown\nstack traceback:\ncoroutine 0:\n\t\[C\]: in function 'error'\n\tcontent_by_lua\(nginx.conf:\d+\):3: in function <content_by_lua\(nginx.conf:\d+\):2>\ncoroutine 1:\n\t\[C\]: in function 'spawn'\n\tcontent_by_lua

=== thread that dies after a wait
--- skip_engine
lua51: PUC Lua does not name a function that has made a tail call
lua52: PUC Lua does not name a function that has made a tail call
--- request
GET /sleeping
--- response_body
false
--- error_log_like: lua user thread aborted: runtime error: content_by_lua\(nginx.conf:\d+\):4: thrown later\nstack traceback:\ncoroutine 0:\n\t\[C\]: in function 'error'\n\tcontent_by_lua\(nginx.conf:\d+\):4: in function <content_by_lua\(nginx.conf:\d+\):2>\ncoroutine 1:\n\t\[C\]: in function 'wait'\n\tcontent_by_lua
