charset, charset_types, override_charset: what Content-Type becomes.

--- http_config
charset_types text/plain application/json;
map $arg_c $from_map { default ""; a latin1; }
--- config
charset utf-8;
location /lua { content_by_lua_block { ngx.say("x") } }
location /json { default_type application/json; content_by_lua_block { ngx.say("{}") } }
location /xml { default_type text/xml; content_by_lua_block { ngx.say("x") } }
location /own { content_by_lua_block { ngx.header.content_type = "text/plain; charset=koi8-r" ngx.say("x") } }
location /plain { charset GBK; content_by_lua_block { ngx.header.content_type = "Text/Plain" ngx.say("x") } }
location /off { charset off; content_by_lua_block { ngx.say("x") } }
location /all { charset_types *; default_type image/png; content_by_lua_block { ngx.say("x") } }
location /variable { charset $from_map; content_by_lua_block { ngx.say("x") } }
location /unknown { charset $arg_c; content_by_lua_block { ngx.say("x") } }
location /none { content_by_lua_block { ngx.header.content_type = "" ngx.say("x") } }
location /error { return 403; }
location /moved { return 301 /x; }
location /kept { return 307 /x; }
location /filter { content_by_lua_block { ngx.say("x") } body_filter_by_lua_block {
    if ngx.arg[2] then ngx.log(ngx.WARN, "type ", ngx.header.content_type) end
} header_filter_by_lua_block { ngx.log(ngx.WARN, "before ", ngx.header.content_type) } }
location /capture { charset GBK; content_by_lua_block {
    ngx.say(ngx.location.capture("/lua").header["Content-Type"])
} }
location /if { if ($arg_c) { charset latin1; } default_type text/html; content_by_lua_block { ngx.say("x") } }

=== what ngx_lua chose
--- request
GET /lua
--- response_headers
Content-Type: text/plain; charset=utf-8

=== a listed type
--- request
GET /json
--- response_headers
Content-Type: application/json; charset=utf-8

=== a type that is not listed
--- request
GET /xml
--- response_headers
Content-Type: text/xml

=== a handler that named one
--- request
GET /own
--- response_headers
Content-Type: text/plain; charset=koi8-r

=== a handler that named none
--- request
GET /plain
--- response_headers
Content-Type: Text/Plain; charset=GBK

=== off
--- request
GET /off
--- response_headers
Content-Type: text/plain

=== every type
--- request
GET /all
--- response_headers
Content-Type: image/png; charset=utf-8

=== a variable
--- request
GET /variable?c=a
--- response_headers
Content-Type: text/plain; charset=latin1

=== an empty variable
--- request
GET /variable
--- response_headers
Content-Type: text/plain

=== html is always listed; an error page
--- request
GET /error
--- error_code: 403
--- response_headers
Content-Type: text/html; charset=utf-8

=== a redirect without
--- request
GET /moved
--- error_code: 301
--- response_headers
Content-Type: text/html

=== a redirect with
--- request
GET /kept
--- error_code: 307
--- response_headers
Content-Type: text/html; charset=utf-8

=== within if
--- request
GET /if?c=1
--- response_headers
Content-Type: text/html; charset=latin1

=== not within if
--- request
GET /if
--- response_headers
Content-Type: text/html; charset=utf-8

=== a variable without a value
--- request
GET /unknown
--- error_code: none

=== no type
--- request
GET /none
--- response_headers
!Content-Type

=== seen behind the filter only
--- request
GET /filter
--- grep_error_log: (?:type|before) text/plain[^,]*?(?=,| while)
--- grep_error_log_out
before text/plain
type text/plain; charset=utf-8

=== captures have none
--- request
GET /capture
--- response_body
text/plain

=== unknown parameters
--- config
charset a b;
--- must_die
--- error_log
invalid number of arguments in "charset" directive
