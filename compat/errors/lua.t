Errors in handlers: status, what is logged, chunk names and tracebacks.

--- http_config
lua_package_path "$prefix/html/?.lua;;";
--- user_files
>>> mod.lua
local M = {}
function M.fail(x)
    error("in module: " .. x)
end
function M.deep(n)
    if n == 0 then M.fail("deep") end
    M.deep(n - 1)
    return n
end
return M
--- config
location /syntax { content_by_lua_block {
    local x = = 1
} }
location /syntax-end { content_by_lua_block {
    if true then
} }
location /string { content_by_lua 'error("from string")'; }
location /object { content_by_lua_block { error({ code = 1 }) } }
location /tostring { content_by_lua_block { error(setmetatable({}, { __tostring = function() return "custom text" end })) } }
location /nil { content_by_lua_block { error(nil) } }
location /level2 { content_by_lua_block {
    local function check() error("blame the caller", 2) end
    check()
} }
location /level0 { content_by_lua_block { error("no position", 0) } }
location /call-nil { content_by_lua_block { ngx.no_such_function() } }
location /arith { content_by_lua_block { local a = {} ngx.say(a + 1) } }
location /concat { content_by_lua_block { ngx.say("a" .. nil) } }
location /compare { content_by_lua_block { ngx.say(1 < "2") } }
location /module { content_by_lua_block { require("mod").fail("x") } }
location /deep { content_by_lua_block { require("mod").deep(2) } }
location /pcall { content_by_lua_block { ngx.say(pcall(require("mod").fail, "y")) } }
location /xpcall { content_by_lua_block {
    ngx.say(xpcall(function() error("z") end, function(m) return "handled: " .. m end))
} }
location /after-output { content_by_lua_block { ngx.say("some") ngx.flush(true) error("too late") } }
location /rewrite { rewrite_by_lua_block { error("rewrite") } content_by_lua_block { ngx.say("no") } }
location /access { access_by_lua_block { error("access") } content_by_lua_block { ngx.say("no") } }
location /header { content_by_lua_block { ngx.say("x") } header_filter_by_lua_block { error("header") } }
location /body { content_by_lua_block { ngx.say("x") } body_filter_by_lua_block { error("body") } }
location /log { content_by_lua_block { ngx.say("fine") } log_by_lua_block { error("logging") } }
location /page {
    error_page 500 /error.html;
    content_by_lua_block { error("x") }
}
location = /error.html { return 200 "own page\n"; }
location /disabled { header_filter_by_lua_block { ngx.say("x") } content_by_lua_block { ngx.print("y") } }
location /disabled-log { log_by_lua_block { ngx.sleep(0.1) } content_by_lua_block { ngx.print("y") } }
location /disabled-set { set_by_lua_block $x { return tostring(select(2, pcall(ngx.exec, "/"))) } return 200 "$x\n"; }
location /file-line { content_by_lua_file html/nofile/../gone.lua; }
location /method { content_by_lua_block { local s = "x" s:nomethod() } }
location /upvalue { content_by_lua_block {
    local t
    local function f() return t.field end
    return f()
} }
location /tail { content_by_lua_block {
    local function g() error("in tail") end
    local function f() return g() end
    f()
} }
location /yields { content_by_lua_block {
    local function f() ngx.sleep(0.001) error("after sleep") end
    f()
} }
location /headers-kept { content_by_lua_block { ngx.header["X-A"] = "1" error("e") } }

=== syntax error
--- request
GET /syntax
--- error_code: 500
--- error_log
[error]
failed to load inlined Lua code: content_by_lua(nginx.conf:$LINE[location /syntax ]):2: unexpected symbol near '=', client: 127.0.0.1, server: localhost, request: "GET /syntax HTTP/1.1", host: "localhost"

=== syntax error at the end of the block
--- request
GET /syntax-end
--- error_code: 500
--- error_log
failed to load inlined Lua code: content_by_lua(nginx.conf:$LINE[location /syntax-end ]):3: 'end' expected (to close 'if' at line 2) near '<eof>'

=== error in the string form
--- request
GET /string
--- error_code: 500
--- error_log_block
lua entry thread aborted: runtime error: content_by_lua(nginx.conf:$LINE[location /string ]):1: from string
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:$LINE[location /string ]):1: in main chunk, client: 127.0.0.1

=== error object without text
--- request
GET /object
--- error_code: 500
--- error_log
lua entry thread aborted: runtime error: unknown reason

=== error object with __tostring: not called
--- request
GET /tostring
--- error_code: 500
--- error_log
lua entry thread aborted: runtime error: unknown reason

=== error(nil)
--- request
GET /nil
--- error_code: 500
--- error_log
lua entry thread aborted: runtime error: unknown reason

=== error at level 2
--- request
GET /level2
--- error_code: 500
--- error_log
runtime error: content_by_lua(nginx.conf:$LINE[location /level2 ]):3: blame the caller

=== error at level 0
--- request
GET /level0
--- error_code: 500
--- error_log
runtime error: no position

=== call of a nil field
--- request
GET /call-nil
--- error_code: 500
--- error_log
content_by_lua(nginx.conf:$LINE[location /call-nil ]):1: attempt to call field 'no_such_function' (a nil value)

=== arithmetic on a table
--- request
GET /arith
--- error_code: 500
--- error_log
attempt to perform arithmetic on local 'a' (a table value)

=== concatenation of nil
--- request
GET /concat
--- error_code: 500
--- error_log
attempt to concatenate a nil value

=== comparison of different types
--- request
GET /compare
--- error_code: 500
--- error_log
attempt to compare number with string

=== error in a module: its path and the functions on the way
--- request
GET /module
--- error_code: 500
--- error_log_block
runtime error: $TEST_NGINX_SERVER_ROOT//html/mod.lua:3: in module: x
stack traceback:
coroutine 0:
	[C]: in function 'error'
	$TEST_NGINX_SERVER_ROOT//html/mod.lua:3: in function 'fail'
	content_by_lua(nginx.conf:$LINE[location /module ]):1: in main chunk, client

=== recursion in the traceback
--- request
GET /deep
--- error_code: 500
--- error_log_block
	$TEST_NGINX_SERVER_ROOT//html/mod.lua:3: in function 'fail'
	$TEST_NGINX_SERVER_ROOT//html/mod.lua:6: in function 'deep'
	$TEST_NGINX_SERVER_ROOT//html/mod.lua:7: in function 'deep'
	$TEST_NGINX_SERVER_ROOT//html/mod.lua:7: in function 'deep'
	content_by_lua(nginx.conf:$LINE[location /deep ]):1: in main chunk, client

=== pcall catches; nothing is logged
--- request
GET /pcall
--- response_body
false$TEST_NGINX_SERVER_ROOT//html/mod.lua:3: in module: y

=== xpcall runs its handler
--- request
GET /xpcall
--- response_body
falsehandled: content_by_lua(nginx.conf:$LINE[location /xpcall ]):2: z

=== error after the head was sent cuts the connection
--- request
GET /after-output
--- response_body
some
--- truncated
--- error_log
lua entry thread aborted: runtime error: content_by_lua(nginx.conf:$LINE[location /after-output ]):1: too late

=== error in rewrite
--- request
GET /rewrite
--- error_code: 500
--- error_log
lua entry thread aborted: runtime error: rewrite_by_lua(nginx.conf:$LINE[location /rewrite ]):1: rewrite

=== error in access
--- request
GET /access
--- error_code: 500
--- error_log
lua entry thread aborted: runtime error: access_by_lua(nginx.conf:$LINE[location /access ]):1: access

=== error in a header filter: nothing is sent
--- request
GET /header
--- error_code: none
--- error_log_block
failed to run header_filter_by_lua*: header_filter_by_lua(nginx.conf:$LINE[location /header ]):1: header
stack traceback:
	[C]: in function 'error'
	header_filter_by_lua(nginx.conf:$LINE[location /header ]):1: in main chunk

=== error in a body filter: nothing is sent
--- request
GET /body
--- error_code: none
--- error_log
failed to run body_filter_by_lua*: body_filter_by_lua(nginx.conf:$LINE[location /body ]):1: body

=== error in log
--- request
GET /log
--- response_body
fine
--- error_log
failed to run log_by_lua*: log_by_lua(nginx.conf:$LINE[location /log ]):1: logging
 while logging request, client: 127.0.0.1

=== error_page of a Lua error
--- request
GET /page
--- error_code: 500
--- response_body
own page
--- error_log
lua entry thread aborted

=== output in a header filter
--- request
GET /disabled
--- error_code: none
--- error_log
API disabled in the context of header_filter_by_lua*

=== sleep in log
--- request
GET /disabled-log
--- response_body: y
--- error_log
API disabled in the context of log_by_lua*

=== exec in set
--- request
GET /disabled-set
--- response_body
API disabled in the context of set_by_lua*

=== path of a missing file is shown as configured
--- request
GET /file-line
--- error_code: 404
--- error_log
cannot open $TEST_NGINX_SERVER_ROOT/html/nofile/../gone.lua: No such file or directory

=== method that does not exist
--- request
GET /method
--- error_code: 500
--- error_log
attempt to call method 'nomethod' (a nil value)

=== upvalue that is nil
--- request
GET /upvalue
--- error_code: 500
--- error_log
attempt to index upvalue 't' (a nil value)

=== tail call in the traceback
--- skip_engine
lua51: PUC Lua does not name a function that a tail call entered
lua52: PUC Lua does not name a function that a tail call entered
--- request
GET /tail
--- error_code: 500
--- error_log_block
	content_by_lua(nginx.conf:$LINE[location /tail ]):2: in function 'f'
	content_by_lua(nginx.conf:$LINE[location /tail ]):4: in main chunk

=== error after a wait keeps its traceback
--- request
GET /yields
--- error_code: 500
--- error_log_block
runtime error: content_by_lua(nginx.conf:$LINE[location /yields ]):2: after sleep
stack traceback:
coroutine 0:
	[C]: in function 'error'
	content_by_lua(nginx.conf:$LINE[location /yields ]):2: in function 'f'
	content_by_lua(nginx.conf:$LINE[location /yields ]):3: in main chunk, client: 127.0.0.1

=== headers that were set stay on the error page
--- request
GET /headers-kept
--- error_code: 500
--- response_headers
X-A: 1
Content-Type: text/html
--- error_log
lua entry thread aborted
