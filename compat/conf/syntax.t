How the configuration is read: quotes, escapes, comments, includes, Lua blocks, inheritance.

--- http_config
include ../html/http/*.conf;
include ../html/none/*.conf;   # a pattern may match nothing
--- config
# a comment { with ; signs "
location /quotes { return 200 "a b;{}#'\n"; }
location /single { return 200 'a "b" \'c\'\n'; }
location /escapes { return 200 "tab\tquote\"back\\slash\x\n"; }
location /bare { return 200 a\ b\;c\n; }
location /hash { return 200 a#b\n; } # trailing comment
location /lines {
    return
        200
        "first
second\n";
}
location /dollar { set $v value; return 200 "$v ${v}s $v-x \n"; }
location /braces{return 200 "no space\n";}
location "/quoted name" { return 200 "quoted name\n"; }
location ~ "^/re/[0-9]{2,3}$" { return 200 "regex\n"; }
location /included { content_by_lua_block { ngx.say(included) } }
include ../html/server.conf;
location /sizes { client_max_body_size 1k; content_by_lua_block { ngx.say("x") } }
location /lua-comment { content_by_lua_block {
    -- an apostrophe isn't a string, nor is a brace }
    --[[ } " ]]
    --[==[ ]] } ]==]
    ngx.say("commented")
} }
location /lua-strings { content_by_lua_block {
    local a = "}" .. '}' .. "\"}" .. '\'}' .. [[}]] .. [=[]]}]=]
    local t = { { "{" } }
    ngx.say(a, t[1][1], # t)
} }
location /lua-nested { content_by_lua_block { local f = function() return { a = { b = {} } } end if f() then for _ = 1, 1 do ngx.say(type(f().a.b)) end end } }
location /lua-line { content_by_lua_block {


    ngx.say(debug.getinfo(1, "l").currentline, " ", debug.getinfo(1, "S").short_src)
} }
location /lua-dollar { set $x nginx; content_by_lua_block { local x = "$x ${x}" ngx.say(x) } }
location /lua-string-dollar { content_by_lua 'ngx.say("$uri")'; }
location /lua-semicolon { content_by_lua_block { ngx.print("a"); ngx.print("b"); ngx.say("c") } }
location /lua-escapes { content_by_lua_block { ngx.say("tab\tbackslash\\ \65\x42 #") } }
location /set-block { set_by_lua_block $a { return "}" .. ngx.var.uri } return 200 "$a\n"; }
location /inherit {
    root /nonexistent;
    error_page 404 = @inherited;
    location /inherit/inner { }
    location /inherit/own { error_page 403 = @other; }
}
location @inherited { return 200 "inherited\n"; }
location @other { return 200 "other\n"; }
--- user_files
>>> http/a.conf
init_by_lua_block { included = "from an included file" }
>>> server.conf
location /in-file {
    content_by_lua_block {
        error("in an included file")
    }
}
location /deeper { include ../html/location.conf; }
>>> location.conf
return 200 "two levels of include\n";

=== double quotes
--- request
GET /quotes
--- response_body
a b;{}#'

=== single quotes
--- request
GET /single
--- response_body
a "b" 'c'

=== escapes in quotes
--- request
GET /escapes
--- response_body escaped
tab\tquote"back\\slash\\x\n

=== escapes without quotes
--- request
GET /bare
--- response_body escaped
a\\ b\\;c\n

=== a number sign inside a word
--- request
GET /hash
--- response_body
a#b

=== arguments on several lines
--- request
GET /lines
--- response_body
first
second

=== variables in text
--- request
GET /dollar
--- response_body escaped
value values value-x \n

=== no spaces around braces
--- request
GET /braces
--- response_body
no space

=== a quoted location
--- request
GET /quoted%20name/x
--- response_body
quoted name

=== a quoted regex
--- request
GET /re/123
--- response_body
regex

=== include with a pattern
--- request
GET /included
--- response_body
from an included file

=== include in a server, errors name the included file
--- request
GET /in-file
--- error_code: 500
--- error_log
runtime error: content_by_lua(../html/server.conf:2):2: in an included file

=== include in a location
--- request
GET /deeper
--- response_body
two levels of include

=== comments in a Lua block
--- request
GET /lua-comment
--- response_body
commented

=== strings in a Lua block
--- request
GET /lua-strings
--- response_body
}}"}'}}]]}{1

=== nested braces in a Lua block
--- request
GET /lua-nested
--- response_body
table

=== line numbers and source of a Lua block
--- request
GET /lua-line
--- response_body
4 content_by_lua(nginx.conf:$LINE[location /lua-line])

=== no variables in a Lua block
--- request
GET /lua-dollar
--- response_body
$x ${x}

=== no variables in the string form
--- request
GET /lua-string-dollar
--- response_body
$uri

=== semicolons in a Lua block
--- request
GET /lua-semicolon
--- response_body
abc

=== escapes in a Lua block belong to Lua
--- skip_engine
lua51: PUC Lua 5.1 has no \x escape
--- request
GET /lua-escapes
--- response_body escaped
tab\tbackslash\\ AB #\n

=== brace in a set_by_lua_block
--- request
GET /set-block
--- response_body
}/set-block

=== error_page is inherited
--- request
GET /inherit/inner/x
--- response_body
inherited
--- error_log
open() "/nonexistent/inherit/inner/x" failed (2: No such file or directory)

=== error_page is not inherited beside an own one
--- request
GET /inherit/own/x
--- error_code: 404
--- error_log
No such file or directory

=== listen on a Unix socket
--- http_config
server {
    listen unix:$TEST_NGINX_SERVER_ROOT/own.sock;
    server_name local;
    location / { content_by_lua_block { ngx.say(ngx.var.remote_addr, " ", ngx.var.server_addr) } }
}
--- config
location / { return 200 "x"; }
--- address: unix:$TEST_NGINX_SERVER_ROOT/own.sock
--- request
GET /
--- response_body
unix: unix:$TEST_NGINX_SERVER_ROOT/own.sock

=== several addresses of a server, several servers of an address
--- http_config
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2; server_name first; return 200 "first $server_port\n"; }
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 default_server; server_name second; return 200 "second $server_port\n"; }
--- config
location / { return 200 "x"; }
--- address: $TEST_NGINX_RAND_PORT_2
--- request
GET /
--- more_headers
Host: unknown
--- response_body
second $TEST_NGINX_RAND_PORT_2

=== env
--- main_config
env OWN_VARIABLE=from_config;
env HOME;
--- config
location / { content_by_lua_block { ngx.say(os.getenv("OWN_VARIABLE"), " ", os.getenv("HOME") ~= nil, " ", os.getenv("LANGUAGE_NOT_KEPT")) } }
--- request
GET /
--- response_body
from_config true nil

=== handlers of http and server are inherited
--- http_config
rewrite_by_lua_block { ngx.ctx.a = "http rewrite" }
access_by_lua_block { ngx.ctx.b = "http access" }
--- config
access_by_lua_block { ngx.ctx.b = "server access" }
location / { content_by_lua_block { ngx.say(ngx.ctx.a, ", ", ngx.ctx.b) } }
location /own { rewrite_by_lua_block { ngx.ctx.a = "own" } content_by_lua_block { ngx.say(ngx.ctx.a, ", ", ngx.ctx.b) } }
--- request
GET /
--- response_body
http rewrite, server access

=== http2_recv_timeout is obsolete
--- http_config
http2_recv_timeout 20s;
--- config
location / { return 200 "ok\n"; }
--- request
GET /
--- response_body
ok
--- startup_log
[warn]
the "http2_recv_timeout" directive is obsolete, use the "client_header_timeout" directive instead in $TEST_NGINX_CONF:$LINE[http2_recv_timeout]

=== http2_idle_timeout is obsolete
--- http_config
http2_idle_timeout any;
--- config
location / { return 200 "ok\n"; }
--- request
GET /
--- response_body
ok
--- startup_log
[warn]
the "http2_idle_timeout" directive is obsolete, use the "keepalive_timeout" directive instead in $TEST_NGINX_CONF:$LINE[http2_idle_timeout]

=== http2_max_requests is obsolete
--- http_config
http2_max_requests any;
--- config
location / { return 200 "ok\n"; }
--- request
GET /
--- response_body
ok
--- startup_log
[warn]
the "http2_max_requests" directive is obsolete, use the "keepalive_requests" directive instead in $TEST_NGINX_CONF:$LINE[http2_max_requests]

=== http2_max_field_size is obsolete
--- http_config
http2_max_field_size any;
--- config
location / { return 200 "ok\n"; }
--- request
GET /
--- response_body
ok
--- startup_log
[warn]
the "http2_max_field_size" directive is obsolete, use the "large_client_header_buffers" directive instead in $TEST_NGINX_CONF:$LINE[http2_max_field_size]

=== http2_max_header_size is obsolete
--- http_config
http2_max_header_size any;
--- config
location / { return 200 "ok\n"; }
--- request
GET /
--- response_body
ok
--- startup_log
[warn]
the "http2_max_header_size" directive is obsolete, use the "large_client_header_buffers" directive instead in $TEST_NGINX_CONF:$LINE[http2_max_header_size]

=== set_misc_base32_padding is deprecated
--- config
location / { set_misc_base32_padding off; set_encode_base32 $x abc; return 200 "$x\n"; }
--- request
GET /
--- response_body
c5h66
--- startup_log
the "set_misc_base32_padding" directive is deprecated, use the "set_base32_padding" directive instead in $TEST_NGINX_CONF:$LINE[set_misc_base32_padding]
