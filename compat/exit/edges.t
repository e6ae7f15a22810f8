ngx.exit where nothing, or only held output, has been sent; its way through header filters; what errors and missing
files of each handler become.

--- config
location /content/ { content_by_lua_block {
    if ngx.var.arg_print then ngx.print("said") end
    ngx.exit(tonumber(ngx.var.arg_code))
} }
location /rewrite/ { rewrite_by_lua_block { ngx.exit(tonumber(ngx.var.arg_code)) } content_by_lua_block { ngx.say("content") } }
location /access/ { access_by_lua_block { ngx.exit(tonumber(ngx.var.arg_code)) } content_by_lua_block { ngx.say("content") } }
location /held/ { rewrite_by_lua_block { ngx.status = 403 ngx.say("own page") ngx.exit(403) } }
location /filter/ {
    content_by_lua_block { ngx.say("content") }
    header_filter_by_lua_block {
        ngx.header.seen = ngx.status
        ngx.log(ngx.WARN, "filter at ", ngx.status)
        return ngx.exit(tonumber(ngx.var.arg_code))
    }
}
location /print/ { content_by_lua_block { ngx.print("12345") } }
location /no-set-file { set_by_lua_file $a html/none.lua; content_by_lua_block { ngx.say("never") } }
location /no-header-file { header_filter_by_lua_file html/none.lua; content_by_lua_block { ngx.say("lost") } }
location /no-content-file { content_by_lua_file html/none.lua; }
location /level { content_by_lua_block { error("no place", 2) } }
location /level-1 { content_by_lua_block {
    local function fail() error("a place", 2) end
    fail()
} }
location /level-escape { content_by_lua_block { ngx.say(ngx.escape_uri("x", 9)) } }
location /prefix-variable { content_by_lua_block { ngx.var.arg_none = 1 } }
location /threads { content_by_lua_block { ngx.say("t") } }

=== 403 with a body held for HTTP/1.0
--- request
GET /held/ HTTP/1.0
--- error_code: 403
--- response_headers
Content-Length: 9
--- response_body
own page

=== 500 after a body held for HTTP/1.0: what was said counts
--- request
GET /content/?print=1&code=500 HTTP/1.0
--- response_headers
Content-Length: 4
--- response_body chomp
said

=== 444 with a body held for HTTP/1.0
--- request
GET /content/?print=1&code=444 HTTP/1.0
--- error_code: none

=== nothing said, HTTP/1.0
--- request
GET /content/?code=0 HTTP/1.0
--- response_headers
Content-Length: 0
Content-Type: text/plain

=== 201, nothing said
--- request
GET /content/?code=201
--- error_code: 201
--- response_headers
Content-Type: text/plain
Transfer-Encoding: chunked

=== 201 in the access phase, nothing said
--- request
GET /access/?code=201
--- error_code: 201
--- response_headers
Content-Type: text/plain
Transfer-Encoding: chunked

=== HEAD, HTTP/1.0: no length
--- request
HEAD /print/ HTTP/1.0
--- response_headers
!Content-Length
Content-Type: text/plain

=== DECLINED in the content phase: no answer
--- request
GET /content/?code=-5
--- error_code: none

=== a code below 200 in the content phase: no answer
--- request
GET /content/?code=100
--- error_code: none

=== a code below 200 in the access phase: no answer
--- request
GET /access/?code=100
--- error_code: none

=== DECLINED in rewrite
--- request
GET /rewrite/?code=-5
--- response_body
content

=== BUSY in access
--- request
GET /access/?code=-3
--- response_body
content

=== 444 in a header filter is a status
--- request
GET /filter/?code=444
--- error_code: 444
--- response_headers
Content-Length: 0
seen: 444

=== a header filter sees the page it asked for
--- request
GET /filter/?code=403
--- error_code: 403
--- response_headers
seen: 403
--- grep_error_log: filter at \d+
--- grep_error_log_out
filter at 200
filter at 403

=== ERROR in a header filter
--- request
GET /filter/?code=-1
--- error_code: none

=== set_by_lua_file without a file
--- request
GET /no-set-file
--- error_code: 500
--- error_log
failed to load external Lua file "$TEST_NGINX_HTML_DIR/none.lua": cannot open $TEST_NGINX_HTML_DIR/none.lua: No such file or directory

=== header_filter_by_lua_file without a file
--- request
GET /no-header-file
--- error_code: none
--- grep_error_log: failed to load external Lua file
--- grep_error_log_out
failed to load external Lua file

=== content_by_lua_file without a file
--- request
GET /no-content-file
--- error_code: 404
--- error_log
No such file or directory

=== an error that points past the handler
--- request
GET /level
--- error_code: 500
--- error_log
lua entry thread aborted: runtime error: no place

=== an error that points at the handler
--- request
GET /level-1
--- error_code: 500
--- error_log
lua entry thread aborted: runtime error: content_by_lua(nginx.conf:$LINE[location /level-1]):3: a place

=== an error of a function that points past the handler
--- request
GET /level-escape
--- error_code: 500
--- error_log
lua entry thread aborted: runtime error: "type" 9 out of range

=== variables of a prefix can't be assigned
--- request
GET /prefix-variable
--- error_code: 500
--- error_log
variable "arg_none" not found for writing; maybe it is a built-in variable that is not changeable or you forgot to use "set $arg_none '';" in the config file to define it first

=== coroutines are used again
--- log_level: debug
--- pipelined_requests
GET /threads
GET /threads
--- response_body
t
t
--- grep_error_log: lua caching unused lua thread|lua reusing cached lua thread
--- grep_error_log_out
lua caching unused lua thread
lua reusing cached lua thread
lua caching unused lua thread

=== a long file name in a chunk's name
--- config
include ../html/a_configuration_file_with_a_rather_long_name.conf;
--- user_files
>>> a_configuration_file_with_a_rather_long_name.conf
location /lua {
    content_by_lua_block {
        error("here")
    }
}
--- request
GET /lua
--- error_code: 500
--- error_log
lua entry thread aborted: runtime error: content_by_lua(...
ion_file_with_a_rather_long_name.conf:2):2: here
