ngx.log, print, error_log levels and access logs.

--- http_config
log_format own '$request_method $uri $status $body_bytes_sent "$http_user_agent" [$own] $request_length';
log_format escaped escape=json '{"a":"$arg_a"}';
log_format plain escape=none '$arg_a';
--- config
set $own "";
location /levels { content_by_lua_block {
    for _, level in ipairs({ "DEBUG", "INFO", "NOTICE", "WARN", "ERR", "CRIT", "ALERT", "EMERG" }) do ngx.log(ngx[level], "at level ", level) end
    ngx.say(ngx.DEBUG, ngx.INFO, ngx.NOTICE, ngx.WARN, ngx.ERR, ngx.CRIT, ngx.ALERT, ngx.EMERG, ngx.STDERR)
} }
location /values { content_by_lua_block { ngx.log(ngx.NOTICE, "v: ", nil, " ", true, " ", 1.5, " ", ngx.null, " ", setmetatable({}, { __tostring = function() return "object" end })) ngx.say(pcall(ngx.log, ngx.ERR, {})) } }
location /function { content_by_lua_block {
    local M = {}
    function M.named() ngx.log(ngx.NOTICE, "in a function") end
    local function direct() ngx.log(ngx.NOTICE, "in a local") end
    M.named()
    direct()
    ngx.say("ok")
} }
location /print { content_by_lua_block { print("printed ", 1, nil, true) ngx.say("ok") } }
location /level-bad { content_by_lua_block { ngx.say(pcall(ngx.log, 99, "x")) } }
location /long { content_by_lua_block { ngx.log(ngx.NOTICE, "<", string.rep("x", 5000), ">") ngx.say("ok") } }
location /newline { content_by_lua_block { ngx.log(ngx.NOTICE, "one\ntwo") ngx.say("ok") } }
location /quiet { error_log logs/quiet.log error; content_by_lua_block { ngx.log(ngx.WARN, "too low for this location") ngx.say("ok") } }
location /here { error_log logs/error.log warn; content_by_lua_block { ngx.log(ngx.NOTICE, "hidden") ngx.log(ngx.WARN, "shown") ngx.say("ok") } }
location /sub/ { content_by_lua_file html/logs.lua; }
location /access { access_log logs/access.log own; set $own "set value"; content_by_lua_block { ngx.say("12345") } }
location /off { access_log off; return 200 "x"; }
location /json { access_log logs/access.log escaped; return 200 "x"; }
location /plain { access_log logs/access.log plain; return 200 "x"; }
location /if { access_log logs/access.log own if=$arg_log; return 200 "x"; }
location /status { access_log logs/access.log own; return 404; }
location /log-changes { access_log logs/access.log own; content_by_lua_block { ngx.say("x") } log_by_lua_block { ngx.var.own = "from log_by_lua" } }
location /referer { content_by_lua_block { ngx.log(ngx.NOTICE, "with referer") ngx.say("x") } }
location /default { return 200 "12"; }
--- user_files
>>> logs.lua
local function helper()
    ngx.log(ngx.NOTICE, "from a file")
end
helper()
ngx.say("ok")

=== levels and constants
--- request
GET /levels
--- response_body
876543210
--- no_error_log
at level DEBUG
--- grep_error_log: \[(?!lua)\w+\](?= .*at level)|at level \w+
--- grep_error_log_out
[info]
at level INFO
[notice]
at level NOTICE
[warn]
at level WARN
[error]
at level ERR
[crit]
at level CRIT
[alert]
at level ALERT
[emerg]
at level EMERG

=== shape of a line
--- request
GET /print
--- response_body
ok
--- error_log_like: ^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[notice\] \d+#\d+: \*\d+ \[lua\] content_by_lua\(nginx.conf:\d+\):1: printed 1niltrue, client: 127.0.0.1, server: localhost, request: "GET /print HTTP/1.1", host: "localhost"$

=== kinds of values
--- request
GET /values
--- response_body_like: ^falsebad argument #1 to .* \(expected table to have __tostring metamethod\)\n$
--- error_log
v: nil true 1.5 null object

=== functions are named
--- request
GET /function
--- error_log
[lua] content_by_lua(nginx.conf:$LINE[location /function ]):3: named(): in a function
[lua] content_by_lua(nginx.conf:$LINE[location /function ]):4: direct(): in a local

=== function of a file
--- request
GET /sub/
--- error_log
[lua] logs.lua:2: helper(): from a file

=== wrong level
--- request
GET /level-bad
--- response_body_like: ^false.*bad log level: 99

=== a long message is cut
--- request
GET /long
--- error_log_like: \[lua\] content_by_lua\(nginx.conf:\d+\):1: <x{1900,4096}

=== a message of two lines
--- request
GET /newline
--- error_log_block
one
two, client: 127.0.0.1

=== own error_log of a location
--- request
GET /quiet
--- response_body
ok
--- no_error_log
too low

=== own level of a location
--- request
GET /here
--- error_log
shown
--- no_error_log
hidden

=== referrer in the line
--- request
GET /referer
--- more_headers
Referer: http://from/
--- error_log
with referer, client: 127.0.0.1, server: localhost, request: "GET /referer HTTP/1.1", host: "localhost", referrer: "http://from/"

=== own format of the access log
--- request
GET /access
--- more_headers
User-Agent: a"b\c
--- access_log
GET /access 200 16 "a\x22b\x5Cc" [set value] 

=== combined format
--- request
GET /default?q
--- more_headers
User-Agent: ua
Referer: ref
--- access_log
 +0000] "GET /default?q HTTP/1.1" 200 2 "ref" "ua"
127.0.0.1 - - [

=== combined format, nothing sent
--- request
GET /default
--- access_log
"GET /default HTTP/1.1" 200 2 "-" "-"

=== escape=json
--- request
GET /json?a=x"\y
--- access_log
{"a":"x\"\\y"}

=== escape=none
--- request
GET /plain?a=x"\y
--- access_log
x"\y

=== condition that holds
--- request
GET /if?log=1
--- access_log
GET /if 200 1 "-" []

=== status of an error
--- request
GET /status
--- error_code: 404
--- access_log
GET /status 404 153

=== log_by_lua runs before the access log
--- request
GET /log-changes
--- access_log
GET /log-changes 200 12 "-" [from log_by_lua]

=== a bad request is logged too
--- raw_request escaped
BAD\r\n\r\n
--- error_code: 400
--- access_log
"BAD" 400 157 "-" "-"

=== level debug: the end of a request
--- log_level: debug
--- http_config
# no formats
--- config
location / { return 200 "ok\n"; }
location /quiet { error_log logs/error.log info; return 200 "quiet\n"; }
--- pipelined_requests
GET /
GET /quiet
--- response_body
ok
quiet
--- grep_error_log chomp
http log handler
--- grep_error_log_out
http log handler
