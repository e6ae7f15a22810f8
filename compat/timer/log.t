What the log says of timers.

=== lines of a timer have a number of its own
--- config
location = /numbers { content_by_lua_block {
    local function say() ngx.log(ngx.WARN, "one") ngx.sleep(0) ngx.log(ngx.WARN, "two") end
    ngx.timer.at(0, say)
    ngx.timer.at(0, say)
    ngx.sleep(0.05)
    ngx.say(ngx.var.connection)
} }
--- request
GET /numbers
--- response_body_like: ^\d+$
--- error_log_like: (?s)\*(\d+) \[lua\] \S+ one, context: ngx.timer.*\*(?!\1)(\d+) \[lua\] \S+ one, context: ngx.timer.*\*\1 \[lua\] \S+ two, context: ngx.timer
