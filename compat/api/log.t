The error log.

--- include: run.inc
--- log_level: debug
--- config
location /info { error_log logs/error.log warn; content_by_lua_block {
    ngx.log(ngx.INFO, "an info line")
    ngx.log(ngx.WARN, "a warning")
    print("a notice")
    ngx.say(require "ngx.errlog".get_sys_filter_level())
} }
location /function { content_by_lua_block {
    local function inner() ngx.log(ngx.WARN, "within") end
    inner()
    ngx.say "ok"
} }

=== log: below the level of error_log
--- request
GET /info
--- error_log: a warning
--- no_error_log
an info line
a notice
--- response_body
5

=== log: the function's name
--- request
GET /function
--- error_log: inner(): within
--- response_body
ok

=== log: a line
--- request
POST /run
ngx.log(ngx.WARN, "text ", 1, " ", true, " ", nil, " ", ngx.null)
ngx.say "ok"
--- error_log: [lua] case:1: text 1 true nil null
--- response_body
ok

=== log: levels
--- request
POST /run
ngx.log(ngx.EMERG, "m-emerg") ngx.log(ngx.ALERT, "m-alert") ngx.log(ngx.CRIT, "m-crit") ngx.log(ngx.ERR, "m-err")
ngx.log(ngx.WARN, "m-warn") ngx.log(ngx.NOTICE, "m-notice") ngx.log(ngx.INFO, "m-info") ngx.log(ngx.DEBUG, "m-debug")
ngx.say "ok"
--- grep_error_log: \[\w+\](?= [\d#]+: \*\d+ \[lua\] case:\d: m-)
--- grep_error_log_out
[emerg]
[alert]
[crit]
[error]
[warn]
[notice]
[info]
[debug]
--- response_body
ok
--- error_log
[lua] case:1: m-emerg
[lua] case:1: m-alert
[lua] case:1: m-crit
[lua] case:1: m-err

=== log: STDERR
--- request
POST /run
ngx.log(ngx.STDERR, "to stderr")
ngx.say "ok"
--- error_log: [lua] case:1: to stderr
--- response_body
ok

=== log: a level out of range, no number
--- request
POST /run
err(function() ngx.log(9, "x") end)
err(function() ngx.log(-1, "x") end)
err(function() ngx.log("x", "x") end)
err(function() ngx.log() end)
--- response_body
case:1: bad argument #1 to 'log' (bad log level: 9)
case:2: bad argument #1 to 'log' (bad log level: -1)
case:3: bad argument #1 to 'log' (number expected, got string)
case:4: bad argument #1 to 'log' (number expected, got no value)

=== log: values that have no text
--- request
POST /run
err(function() ngx.log(ngx.WARN, {}) end)
err(function() ngx.log(ngx.WARN, "a", print) end)
err(function() ngx.log(ngx.WARN, coroutine.create(function() end)) end)
--- response_body
case:1: bad argument #1 to 'log' (expected table to have __tostring metamethod)
case:2: bad argument #2 to 'log' (string, number, boolean, or nil expected, got function)
case:3: bad argument #1 to 'log' (string, number, boolean, or nil expected, got thread)

=== log: a table with __tostring
--- request
POST /run
ngx.log(ngx.WARN, "t: ", setmetatable({}, {__tostring = function() return "as text" end}))
ngx.say "ok"
--- error_log: t: as text
--- response_body
ok

=== log: nothing
--- request
POST /run
ngx.log(ngx.WARN)
ngx.say "ok"
--- error_log_like: \[warn\] [\d#]+: \*\d+ \[lua\] case:1: , client
--- response_body
ok

=== log: numbers as they are spelled
--- request
POST /run
ngx.log(ngx.WARN, 1, " ", 1.5, " ", 1e15, " ", -0.1)
ngx.say "ok"
--- error_log: case:1: 1 1.5 1e+15 -0.1
--- response_body
ok

=== log: a long line is cut
--- request
POST /run
ngx.log(ngx.WARN, ("x"):rep(5000))
ngx.say "ok"
--- error_log_like: case:1: x{4000,4060}\n
--- oracle: a line of OpenResty has 4096 bytes
--- response_body
ok

=== log: what follows the message
--- request
POST /run
ngx.log(ngx.WARN, "who")
ngx.say "ok"
--- error_log: who, client: 127.0.0.1, server: localhost, request: "POST /run HTTP/1.1", host: "localhost"
--- response_body
ok

=== print: a notice
--- request
POST /run
print("printed ", 1, nil, true)
ngx.say "ok"
--- error_log_like: \[notice\] [\d#]+: \*\d+ \[lua\] case:1: printed 1niltrue, client
--- response_body
ok

=== print: wrong values
--- request
POST /run
err(function() print({}) end)
--- response_body
case:1: bad argument #1 to 'print' (expected table to have __tostring metamethod)

=== errlog.get_sys_filter_level
--- request
POST /run
show(require "ngx.errlog".get_sys_filter_level())
--- response_body
8

=== errlog.raw_log
--- request
POST /run
require "ngx.errlog".raw_log(ngx.WARN, "raw line")
ngx.say "ok"
--- error_log_like: \[warn\] [\d#]+: \*\d+ raw line, client
--- response_body
ok

=== errlog.raw_log: wrong arguments
--- request
POST /run
local errlog = require "ngx.errlog"
err(function() errlog.raw_log("x", "y") end)
err(function() errlog.raw_log(ngx.WARN, 1) end)
err(function() errlog.raw_log(9, "y") end)
err(function() errlog.raw_log() end)
--- response_body
case:2: bad argument #1 to 'raw_log' (must be a number)
case:3: bad argument #2 to 'raw_log' (must be a string)
case:4: bad log level
case:5: bad argument #1 to 'raw_log' (must be a number)

=== PRELUDE
--- include: run.inc
--- http_config
init_worker_by_lua_block { ngx.log(ngx.WARN, "worker's line") }
--- config
location /init-worker { return 200; }

=== log: in init_worker
--- request
GET /init-worker
--- startup_log: [lua] init_worker_by_lua(nginx.conf:
--- response_body:
