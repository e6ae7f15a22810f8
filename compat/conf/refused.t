Configurations that must be refused, with the words and the place that nginx names.

=== unknown directive in a server
--- config
nosuch_directive on;
--- must_die
--- error_log
[emerg]
unknown directive "nosuch_directive" in $TEST_NGINX_CONF:$LINE[nosuch_directive on;]

=== unknown directive in main
--- main_config
nosuch_main 1;
--- must_die
--- error_log
[emerg]
unknown directive "nosuch_main" in $TEST_NGINX_CONF:$LINE[nosuch_main 1;]

=== unknown directive without arguments
--- config
nosuch;
--- must_die
--- error_log
[emerg]
unknown directive "nosuch" in $TEST_NGINX_CONF:$LINE[nosuch;]

=== unknown block directive
--- config
nosuch_block { }
--- must_die
--- error_log
[emerg]
unknown directive "nosuch_block" in $TEST_NGINX_CONF:$LINE[nosuch_block { }]

=== directive not allowed in server
--- config
worker_processes 2;
--- must_die
--- error_log
[emerg]
"worker_processes" directive is not allowed here in $TEST_NGINX_CONF:$LINE[worker_processes 2;]

=== http directive not allowed in a location
--- config
location / { lua_package_path '/x'; }
--- must_die
--- error_log
[emerg]
"lua_package_path" directive is not allowed here in $TEST_NGINX_CONF:$LINE[location / { lua_package_path '/x'; }]

=== server not allowed in main
--- main_config
server { }
--- must_die
--- error_log
[emerg]
"server" directive is not allowed here in $TEST_NGINX_CONF:$LINE[server { }]

=== init_by_lua_block not allowed in a server
--- config
init_by_lua_block { }
--- must_die
--- error_log
[emerg]
"init_by_lua_block" directive is not allowed here in $TEST_NGINX_CONF:$LINE[init_by_lua_block { }]

=== content_by_lua_block not allowed in a server
--- config
content_by_lua_block { }
--- must_die
--- error_log
[emerg]
"content_by_lua_block" directive is not allowed here in $TEST_NGINX_CONF:$LINE[content_by_lua_block { }]

=== location not allowed in http
--- http_config
location / { }
--- must_die
--- error_log
[emerg]
"location" directive is not allowed here in $TEST_NGINX_CONF:$LINE[location / { }]

=== listen not allowed in a location
--- config
location / { listen 1; }
--- must_die
--- error_log
[emerg]
"listen" directive is not allowed here in $TEST_NGINX_CONF:$LINE[location / { listen 1; }]

=== too few arguments
--- config
client_max_body_size;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "client_max_body_size" directive in $TEST_NGINX_CONF:$LINE[client_max_body_size;]

=== too many arguments
--- config
client_max_body_size 1 2;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "client_max_body_size" directive in $TEST_NGINX_CONF:$LINE[client_max_body_size 1 2;]

=== wrong number of arguments of rewrite
--- config
rewrite a;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "rewrite" directive in $TEST_NGINX_CONF:$LINE[rewrite a;]

=== listen without arguments
--- config
listen;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "listen" directive in $TEST_NGINX_CONF:$LINE[listen;]

=== error_page with one argument
--- config
error_page 404;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "error_page" directive in $TEST_NGINX_CONF:$LINE[error_page 404;]

=== flag value
--- config
tcp_nodelay yes;
--- must_die
--- error_log
[emerg]
invalid value "yes" in "tcp_nodelay" directive, it must be "on" or "off" in $TEST_NGINX_CONF:$LINE[tcp_nodelay yes;]

=== flag value of lua_code_cache
--- config
lua_code_cache maybe;
--- must_die
--- error_log
[emerg]
invalid value "maybe" in "lua_code_cache" directive, it must be "on" or "off" in $TEST_NGINX_CONF:$LINE[lua_code_cache maybe;]

=== size value
--- config
client_max_body_size 1x;
--- must_die
--- error_log
[emerg]
"client_max_body_size" directive invalid value in $TEST_NGINX_CONF:$LINE[client_max_body_size 1x;]

=== time value
--- config
client_body_timeout 1q;
--- must_die
--- error_log
[emerg]
"client_body_timeout" directive invalid value in $TEST_NGINX_CONF:$LINE[client_body_timeout 1q;]

=== number value
--- main_config
worker_rlimit_nofile abc;
--- must_die
--- error_log
[emerg]
"worker_rlimit_nofile" directive invalid number in $TEST_NGINX_CONF:$LINE[worker_rlimit_nofile abc;]

=== enum value
--- config
satisfy none;
--- must_die
--- error_log
[emerg]
invalid value "none" in $TEST_NGINX_CONF:$LINE[satisfy none;]

=== duplicate directive
--- config
client_max_body_size 1;
client_max_body_size 2;
--- must_die
--- error_log
[emerg]
"client_max_body_size" directive is duplicate in $TEST_NGINX_CONF:$LINE[client_max_body_size 2;]

=== duplicate root
--- config
root a;
root b;
--- must_die
--- error_log
[emerg]
"root" directive is duplicate in $TEST_NGINX_CONF:$LINE[root b;]

=== duplicate lua_code_cache
--- config
lua_code_cache on;
lua_code_cache on;
--- must_die
--- error_log
[emerg]
"lua_code_cache" directive is duplicate in $TEST_NGINX_CONF:$LINE[lua_code_cache on;]+1

=== duplicate content handler in a location
--- config
location /a {
 content_by_lua_block { }
 content_by_lua_block { return }
}
--- must_die
--- error_log
[emerg]
is duplicate in $TEST_NGINX_CONF:$LINE[content_by_lua_block { return }]

=== duplicate location
--- config
location /a { return 204; }
location /a { return 205; }
--- must_die
--- error_log
[emerg]
duplicate location "/a" in $TEST_NGINX_CONF:$LINE[location /a { return 205; }]

=== duplicate exact location
--- config
location = /a { return 204; }
location = /a { return 205; }
--- must_die
--- error_log
[emerg]
duplicate location "/a" in $TEST_NGINX_CONF:$LINE[location = /a { return 205; }]

=== duplicate default server
--- http_config
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 default_server; }
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 default_server; }
--- must_die
--- error_log
[emerg]
a duplicate default server for 127.0.0.1:$TEST_NGINX_RAND_PORT_1 in $TEST_NGINX_CONF:$LINE[server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 default_server; }]+1

=== duplicate listen
--- config
listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
--- must_die
--- error_log
[emerg]
a duplicate listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 in $TEST_NGINX_CONF:$LINE[listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;]+1

=== missing semicolon before a closing brace
--- config
location / { root html }
--- must_die
--- error_log
[emerg]
unexpected "}" in $TEST_NGINX_CONF:$LINE[location / { root html }]

=== unexpected semicolon
--- config
location / { ; }
--- must_die
--- error_log
[emerg]
unexpected ";" in $TEST_NGINX_CONF:$LINE[location / { ; }]

=== block directive ended by a semicolon
--- config
location /;
--- must_die
--- error_log
[emerg]
directive "location" has no opening "{" in $TEST_NGINX_CONF:$LINE[location /;]

=== simple directive opened as a block
--- config
root html { }
--- must_die
--- error_log
[emerg]
directive "root" is not terminated by ";" in $TEST_NGINX_CONF:$LINE[root html { }]

=== unexpected closing brace
--- config
}
}
}
--- must_die
--- error_log
[emerg]
unexpected "}" in $TEST_NGINX_CONF:$LINE[server_name localhost;]+3

=== unexpected end of file, expecting a closing brace
--- config
location / {
--- must_die
--- error_log
[emerg]
"server" directive is not allowed here in $TEST_NGINX_CONF:$LINE[sync.log]

=== closing quote missing
--- config
set $a "b;
--- must_die
--- error_log
[emerg]
unexpected end of file, expecting ";" or "}" in $TEST_NGINX_CONF:$LINE[logs/sync.log]+2

=== text after a closing quote
--- config
set $a "b"c;
--- must_die
--- error_log
[emerg]
unexpected "c" in $TEST_NGINX_CONF:$LINE[set $a "b"c;]

=== unexpected end of file in a Lua block
--- config
location / { content_by_lua_block { if x then {
--- must_die
--- error_log
[emerg]
unexpected end of file, expecting "}" in $TEST_NGINX_CONF:$LINE[logs/sync.log]+2

=== location modifier
--- config
location ~! /a { }
--- must_die
--- error_log
[emerg]
invalid location modifier "~!" in $TEST_NGINX_CONF:$LINE[location ~! /a { }]

=== nested location outside its parent
--- config
location /a/ { location /b { } }
--- must_die
--- error_log
[emerg]
location "/b" is outside location "/a/" in $TEST_NGINX_CONF:$LINE[location /a/ { location /b { } }]

=== nested location in an exact one
--- config
location = /a { location /a/b { } }
--- must_die
--- error_log
[emerg]
location "/a/b" cannot be inside the exact location "/a" in $TEST_NGINX_CONF:$LINE[location = /a { location /a/b { } }]

=== named location nested
--- config
location /a { location @b { } }
--- must_die
--- error_log
[emerg]
named location "@b" can be on the server level only in $TEST_NGINX_CONF:$LINE[location /a { location @b { } }]

=== location inside a named one
--- config
location @a { location /b { } }
--- must_die
--- error_log
[emerg]
location "/b" cannot be inside the named location "@a" in $TEST_NGINX_CONF:$LINE[location @a { location /b { } }]

=== bad regex in a location
--- config
location ~ a( { }
--- must_die
--- error_log
[emerg]
pcre2_compile() failed: missing closing parenthesis in "a(" in $TEST_NGINX_CONF:$LINE[location ~ a( { }]

=== bad regex in a server name
--- config
server_name ~a(;
--- must_die
--- error_log
[emerg]
pcre2_compile() failed: missing closing parenthesis in "a(" in $TEST_NGINX_CONF:$LINE[server_name ~a(;]

=== unknown variable in set
--- config
set $a $nosuch;
--- must_die
--- error_log
[emerg]
unknown "nosuch" variable

=== unknown variable in return
--- config
location / { return 200 $nosuch; }
--- must_die
--- error_log
[emerg]
unknown "nosuch" variable

=== unknown variable in log_format
--- http_config
log_format x $nosuch;
access_log logs/x.log x;
--- must_die
--- error_log
[emerg]
unknown "nosuch" variable

=== unknown log format
--- config
access_log logs/x.log nosuchformat;
--- must_die
--- error_log
[emerg]
unknown log format "nosuchformat" in $TEST_NGINX_CONF:$LINE[access_log logs/x.log nosuchformat;]

=== unknown variable in content_by_lua_file
--- config
location / { content_by_lua_file $nosuch; }
--- must_die
--- error_log
[emerg]
unknown "nosuch" variable

=== unknown variable in root
--- config
root $nosuch;
--- must_die
--- error_log
[emerg]
unknown "nosuch" variable

=== invalid variable name in set
--- config
set a b;
--- must_die
--- error_log
[emerg]
invalid variable name "a" in $TEST_NGINX_CONF:$LINE[set a b;]

=== set of a built-in variable
--- config
set $uri b;
--- must_die
--- error_log
[emerg]
the duplicate "uri" variable in $TEST_NGINX_CONF:$LINE[set $uri b;]

=== bad status in return
--- config
location / { return abc; }
--- must_die
--- error_log
[emerg]
invalid return code "abc" in $TEST_NGINX_CONF:$LINE[location / { return abc; }]

=== bad status in error_page
--- config
error_page 200 /x;
--- must_die
--- error_log
[emerg]
value "200" must be between 300 and 599 in $TEST_NGINX_CONF:$LINE[error_page 200 /x;]

=== bad replacement status in error_page
--- config
error_page 404 =a /x;
--- must_die
--- error_log
[emerg]
invalid value "=a" in $TEST_NGINX_CONF:$LINE[error_page 404 =a /x;]

=== bad regex in rewrite
--- config
rewrite a( /b;
--- must_die
--- error_log
[emerg]
pcre2_compile() failed: missing closing parenthesis in "a(" in $TEST_NGINX_CONF:$LINE[rewrite a( /b;]

=== bad flag of rewrite
--- config
rewrite a b nowhere;
--- must_die
--- error_log
[emerg]
invalid parameter "nowhere" in $TEST_NGINX_CONF:$LINE[rewrite a b nowhere;]

=== bad condition of if
--- config
if a { }
--- must_die
--- error_log
[emerg]
invalid condition "a" in $TEST_NGINX_CONF:$LINE[if a { }]

=== unknown variable in if
--- config
if ($nosuch) { return 204; }
--- must_die
--- error_log
[emerg]
unknown "nosuch" variable

=== missing regex in if
--- config
set $a 1;
if ($a ~) { }
--- must_die
--- error_log
[emerg]
invalid condition "$a" in $TEST_NGINX_CONF:$LINE[if ($a ~) { }]

=== bad operator in if
--- config
set $a 1;
if ($a == b) { }
--- must_die
--- error_log
[emerg]
unexpected "==" in condition in $TEST_NGINX_CONF:$LINE[if ($a == b) { }]

=== bad regex in if
--- config
set $a 1;
if ($a ~ "a(") { }
--- must_die
--- error_log
[emerg]
pcre2_compile() failed: missing closing parenthesis in "a(" in $TEST_NGINX_CONF:$LINE[if ($a ~ "a(") { }]

=== location in if
--- config
location / { if ($uri) { location /a { } } }
--- must_die
--- error_log
[emerg]
"location" directive is not allowed here in $TEST_NGINX_CONF:$LINE[location / { if ($uri) { location /a { } } }]

=== port of listen
--- config
listen 127.0.0.1:99999;
--- must_die
--- error_log
[emerg]
invalid port in "127.0.0.1:99999" of the "listen" directive in $TEST_NGINX_CONF:$LINE[listen 127.0.0.1:99999;]

=== host of listen
--- config
listen no.such.host.invalid:80;
--- must_die
--- error_log
[emerg]
host not found in "no.such.host.invalid:80" of the "listen" directive in $TEST_NGINX_CONF:$LINE[listen no.such.host.invalid:80;]

=== parameter of listen
--- config
listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 nosuch;
--- must_die
--- error_log
[emerg]
invalid parameter "nosuch" in $TEST_NGINX_CONF:$LINE[listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 nosuch;]

=== included file is missing
--- config
include nosuch.conf;
--- must_die
--- error_log
[emerg]
open() "$TEST_NGINX_SERVER_ROOT/conf/nosuch.conf" failed (2: No such file or directory) in $TEST_NGINX_CONF:$LINE[include nosuch.conf;]

=== empty variable name
--- config
return 200 "$";
--- must_die
--- error_log
[emerg]
invalid variable name in $TEST_NGINX_CONF:$LINE[return 200 "$";]

=== closing brace of a variable missing
--- config
return 200 "${a";
--- must_die
--- error_log
[emerg]
the closing bracket in "a" variable is missing in $TEST_NGINX_CONF:$LINE[return 200 "${a";]

=== worker_connections outside events
--- main_config
worker_connections 10;
--- must_die
--- error_log
[emerg]
"worker_connections" directive is not allowed here in $TEST_NGINX_CONF:$LINE[worker_connections 10;]

=== lua_shared_dict size
--- http_config
lua_shared_dict dogs 1k;
--- must_die
--- error_log
[emerg]
invalid lua shared dict size "1k" in $TEST_NGINX_CONF:$LINE[lua_shared_dict dogs 1k;]

=== lua_shared_dict without size
--- http_config
lua_shared_dict dogs;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "lua_shared_dict" directive in $TEST_NGINX_CONF:$LINE[lua_shared_dict dogs;]

=== lua_shared_dict defined twice
--- http_config
lua_shared_dict dogs 1m;
lua_shared_dict dogs 1m;
--- must_die
--- error_log
[emerg]
lua_shared_dict "dogs" is already defined as "dogs" in $TEST_NGINX_CONF:$LINE[lua_shared_dict dogs 1m;]+1

=== empty name of lua_shared_dict
--- http_config
lua_shared_dict '' 1m;
--- must_die
--- error_log
[emerg]
invalid lua shared dict name "" in $TEST_NGINX_CONF:$LINE[lua_shared_dict '' 1m;]

=== bad size of lua_shared_dict
--- http_config
lua_shared_dict dogs xx;
--- must_die
--- error_log
[emerg]
invalid lua shared dict size "xx" in $TEST_NGINX_CONF:$LINE[lua_shared_dict dogs xx;]

=== lua_package_path twice
--- http_config
lua_package_path 'a;;';
lua_package_path 'b;;';
--- must_die
--- error_log
[emerg]
"lua_package_path" directive is duplicate in $TEST_NGINX_CONF:$LINE[lua_package_path 'b;;';]

=== client_body_buffer_size twice in a location
--- config
location / {
 client_body_buffer_size 1k;
 client_body_buffer_size 2k;
}
--- must_die
--- error_log
[emerg]
"client_body_buffer_size" directive is duplicate in $TEST_NGINX_CONF:$LINE[client_body_buffer_size 2k;]

=== large_client_header_buffers with a bad number
--- config
large_client_header_buffers 0 1k;
--- must_die
--- error_log
[emerg]
"large_client_header_buffers" directive invalid value in $TEST_NGINX_CONF:$LINE[large_client_header_buffers 0 1k;]

=== large_client_header_buffers with a bad size
--- config
large_client_header_buffers 1 x;
--- must_die
--- error_log
[emerg]
"large_client_header_buffers" directive invalid value in $TEST_NGINX_CONF:$LINE[large_client_header_buffers 1 x;]

=== allow with a bad address
--- config
allow nosuch;
--- must_die
--- error_log
[emerg]
invalid parameter "nosuch" in $TEST_NGINX_CONF:$LINE[allow nosuch;]

=== deny without an argument
--- config
deny;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "deny" directive in $TEST_NGINX_CONF:$LINE[deny;]

=== try_files with one argument
--- config
location / { try_files /a; }
--- must_die
--- error_log
[emerg]
invalid number of arguments in "try_files" directive in $TEST_NGINX_CONF:$LINE[location / { try_files /a; }]

=== try_files with a bad status
--- config
location / { try_files /a =abc; }
--- must_die
--- error_log
[emerg]
invalid code "=abc" in $TEST_NGINX_CONF:$LINE[location / { try_files /a =abc; }]

=== alias and root together
--- config
location /a {
 root a;
 alias b;
}
--- must_die
--- error_log
[emerg]
"alias" directive is duplicate, "root" directive was specified earlier in $TEST_NGINX_CONF:$LINE[alias b;]

=== set_by_lua_block without a variable
--- config
location / { set_by_lua_block { return 1 } }
--- must_die
--- error_log
[emerg]
invalid number of arguments in "set_by_lua_block" directive in $TEST_NGINX_CONF:$LINE[location / { set_by_lua_block { return 1 } }]

=== set_by_lua_block with a bad variable name
--- config
location / { set_by_lua_block x { return 1 } }
--- must_die
--- error_log
[emerg]
invalid variable name "x" in $TEST_NGINX_CONF:$LINE[location / { set_by_lua_block x { return 1 } }]

=== rewrite_by_lua_block in main
--- main_config
rewrite_by_lua_block { }
--- must_die
--- error_log
[emerg]
"rewrite_by_lua_block" directive is not allowed here in $TEST_NGINX_CONF:$LINE[rewrite_by_lua_block { }]

=== body_filter_by_lua_block with an extra argument
--- config
location / { body_filter_by_lua_block a { } }
--- must_die
--- error_log
[emerg]
invalid number of arguments in "body_filter_by_lua_block" directive in $TEST_NGINX_CONF:$LINE[location / { body_filter_by_lua_block a { } }]

=== second events block
--- main_config
events { }
--- must_die
--- error_log
[emerg]
"events" directive is duplicate in $TEST_NGINX_CONF:$LINE[events { worker_connections 1024; }]

=== http inside http
--- http_config
http { }
--- must_die
--- error_log
[emerg]
"http" directive is not allowed here in $TEST_NGINX_CONF:$LINE[http { }]

=== echo in http
--- requires: echo
--- http_config
echo a;
--- must_die
--- error_log
[emerg]
"echo" directive is not allowed here in $TEST_NGINX_CONF:$LINE[echo a;]
=== syntax error in init_by_lua_block
--- http_config
init_by_lua_block {
  local = 1
}
--- must_die
--- error_log_like: \[error\] (?:\S+ )?init_by_lua error: init_by_lua\(nginx.conf:$LINE[init_by_lua_block]\):2: '?<name>'? expected near '='

=== runtime error in init_by_lua_block
--- http_config
init_by_lua_block {
  error("oops")
}
--- must_die
--- error_log_block
init_by_lua error: init_by_lua(nginx.conf:$LINE[init_by_lua_block]):2: oops
stack traceback:
	[C]: in function 'error'
	init_by_lua(nginx.conf:$LINE[init_by_lua_block]):2: in main chunk

=== missing init_by_lua_file
--- http_config
init_by_lua_file nosuch.lua;
--- must_die
--- error_log
init_by_lua_file error: cannot open $TEST_NGINX_SERVER_ROOT/nosuch.lua: No such file or directory

=== the zone of an upstream without a size
--- http_config
upstream u { zone nowhere; server 127.0.0.1:1; }
--- must_die
--- error_log
[emerg]
zero size shared memory zone "nowhere"

=== the zone of an upstream is too small
--- http_config
upstream u { zone little 31k; server 127.0.0.1:1; }
--- must_die
--- error_log
[emerg]
zone "little" is too small in $TEST_NGINX_CONF:$LINE[upstream u]

=== the zone of an upstream with two sizes
--- http_config
upstream u { zone one 64k; server 127.0.0.1:1; }
upstream v { zone one 65k; server 127.0.0.1:1; }
--- must_die
--- error_log
[emerg]
the size 66560 of shared memory zone "one" conflicts with already declared size 65536 in $TEST_NGINX_CONF:$LINE[upstream v]

=== the zone of an upstream is another directive's
--- http_config
limit_req_zone $uri zone=one:64k rate=1r/s;
upstream u { zone one 64k; server 127.0.0.1:1; }
--- must_die
--- error_log
[emerg]
the shared memory zone "one" is already declared for a different use in $TEST_NGINX_CONF:$LINE[upstream u]

=== the zone of an upstream: its size is no size
--- http_config
upstream u { zone one 1z; server 127.0.0.1:1; }
--- must_die
--- error_log
[emerg]
invalid zone size "1z" in $TEST_NGINX_CONF:$LINE[upstream u]

=== the zone of an upstream cannot hold its peers
--- http_config
upstream u {
    zone one 32k;
    server 127.0.0.1:8001; server 127.0.0.1:8002; server 127.0.0.1:8003; server 127.0.0.1:8004; server 127.0.0.1:8005; server 127.0.0.1:8006; server 127.0.0.1:8007; server 127.0.0.1:8008; server 127.0.0.1:8009; server 127.0.0.1:8010;
    server 127.0.0.1:8011; server 127.0.0.1:8012; server 127.0.0.1:8013; server 127.0.0.1:8014; server 127.0.0.1:8015; server 127.0.0.1:8016; server 127.0.0.1:8017;
}
--- must_die
--- error_log
[crit]
ngx_slab_alloc() failed: no memory in upstream zone "one"

=== the last zone of an upstream counts, and one may be named before it has a size
--- http_config
upstream u { zone later; zone first 64k; zone later; server 127.0.0.1:1; }
upstream v { zone later 32k; server 127.0.0.1:8001; server 127.0.0.1:8002; server 127.0.0.1:8003; }
--- config
location / { return 200 "ok"; }
--- request
GET /
--- response_body chomp
ok

=== grpc_pass
--- oracle: nginx has it
--- config
location / { grpc_pass grpc://127.0.0.1:1; }
--- must_die
--- error_log
[emerg]
"grpc_pass" is not supported: there is no gRPC in $TEST_NGINX_CONF:$LINE[grpc_pass]

=== another directive of gRPC
--- oracle: nginx has it
--- config
grpc_set_header A b;
--- must_die
--- error_log
[emerg]
"grpc_set_header" is not supported: there is no gRPC in $TEST_NGINX_CONF:$LINE[grpc_set_header]

=== a dictionary has the name of another directive's zone
--- http_config
limit_req_zone $uri zone=one:64k rate=1r/s;
lua_shared_dict one 64k;
--- must_die
--- error_log
[emerg]
the shared memory zone "one" is already declared for a different use in $TEST_NGINX_CONF:$LINE[lua_shared_dict one]

=== a cache has the name of a dictionary
--- http_config
lua_shared_dict one 64k;
proxy_cache_path html/cache keys_zone=one:64k;
--- must_die
--- error_log
[emerg]
the shared memory zone "one" is already declared for a different use in $TEST_NGINX_CONF:$LINE[proxy_cache_path]

=== a session cache has the name of a dictionary
--- http_config
lua_shared_dict one 64k;
ssl_session_cache shared:one:64k;
--- must_die
--- error_log
[emerg]
the shared memory zone "one" is already declared for a different use in $TEST_NGINX_CONF:$LINE[ssl_session_cache]

=== debug_points
--- main_config
debug_points none;
--- must_die
--- error_log
[emerg]
invalid value "none" in $TEST_NGINX_CONF:$LINE[debug_points]

=== no code
--- config
location / { content_by_lua_block {} }
--- must_die
--- error_log
[error]
invalid location config: no runnable Lua code in $TEST_NGINX_CONF:$LINE[content_by_lua_block]

=== a file without a name
--- http_config
init_by_lua_file "";
--- must_die
--- error_log
[error]
invalid location config: no runnable Lua code in $TEST_NGINX_CONF:$LINE[init_by_lua_file]
