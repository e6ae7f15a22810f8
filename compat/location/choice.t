Which server and which location a request gets.

--- http_config
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 default_server;
    server_name _;
    return 200 "default [$server_name] [$host]\n";
}
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server_name exact.com other.com; return 200 "exact [$server_name]\n"; }
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server_name *.exact.com; return 200 "leading [$server_name] [$host]\n"; }
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server_name www.*; return 200 "trailing [$server_name]\n"; }
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server_name .dot.org; return 200 "dot [$server_name]\n"; }
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server_name ~^(?<user>\w+)\.re\.(\w+)$; return 200 "regex [$user] [$2] [$server_name]\n"; }
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server_name ~^longer; return 200 "second regex\n"; }
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server_name ""; return 200 "no name\n"; }
--- config
location / { return 200 "root\n"; }
location = / { return 200 "exact root\n"; }
location = /exact { return 200 "exact\n"; }
location /exact { return 200 "prefix of exact\n"; }
location /pre { return 200 "pre\n"; }
location /prefix/ { return 200 "prefix\n"; }
location /prefix/longer { return 200 "longer\n"; }
location ^~ /static/ { return 200 "no regex\n"; }
location ~ \.php$ { return 200 "php\n"; }
location ~ ^/first { return 200 "first\n"; }
location ~ ^/first/second { return 200 "second\n"; }
location ~* \.JPG$ { return 200 "caseless\n"; }
location ~ ^/capture/(?<name>\w+)/(\d+) { return 200 "$name $1 $2\n"; }
location /outer {
    return 200 "outer\n";
    location /outer/inner { return 200 "inner\n"; location ~ /deep$ { return 200 "deep\n"; } }
    location ~ /regex$ { return 200 "nested regex\n"; }
}
location ^~ /closed/ { return 200 "closed\n"; location ~ \.php$ { return 200 "nested php\n"; } }
location /internal { internal; return 200 "internal\n"; }
location /go-internal { rewrite ^ /internal last; }
location /named { error_page 418 = @name; return 418; }
location @name { return 200 "named $uri\n"; }
location /lua/ { content_by_lua_block { ngx.say("lua") } }
location "/with space" { return 200 "space\n"; }
location ~ "^/brace/[a-z]{2}$" { return 200 "braces\n"; }
location ~ ^/merge//x { return 200 "never\n"; }
location /merge/x { return 200 "merged $uri $request_uri\n"; }

=== exact name
--- address: $TEST_NGINX_RAND_PORT_1
--- request
GET /
--- more_headers
Host: exact.com
--- response_body
exact [exact.com]

=== second name of a server
--- address: $TEST_NGINX_RAND_PORT_1
--- request
GET /
--- more_headers
Host: other.com
--- response_body
exact [exact.com]

=== name in capitals, with a port
--- address: $TEST_NGINX_RAND_PORT_1
--- request
GET /
--- more_headers
Host: EXACT.com:8080
--- response_body
exact [exact.com]

=== name with a dot at the end
--- address: $TEST_NGINX_RAND_PORT_1
--- request
GET /
--- more_headers
Host: exact.com.
--- response_body
exact [exact.com]

=== wildcard in front
--- address: $TEST_NGINX_RAND_PORT_1
--- request
GET /
--- more_headers
Host: a.B.exact.com
--- response_body
leading [*.exact.com] [a.b.exact.com]

=== a leading wildcard goes before a trailing one
--- address: $TEST_NGINX_RAND_PORT_1
--- request
GET /
--- more_headers
Host: www.exact.com
--- response_body
leading [*.exact.com] [www.exact.com]

=== wildcard at the end
--- address: $TEST_NGINX_RAND_PORT_1
--- request
GET /
--- more_headers
Host: www.any.where
--- response_body
trailing [www.*]

=== dot name, itself
--- address: $TEST_NGINX_RAND_PORT_1
--- request
GET /
--- more_headers
Host: dot.org
--- response_body
dot [dot.org]

=== dot name, below
--- address: $TEST_NGINX_RAND_PORT_1
--- request
GET /
--- more_headers
Host: x.dot.org
--- response_body
dot [dot.org]

=== regex name with captures
--- address: $TEST_NGINX_RAND_PORT_1
--- request
GET /
--- more_headers
Host: joe.re.net
--- response_body
regex [joe] [net] [~^(?<user>\w+)\.re\.(\w+)$]

=== second regex name
--- address: $TEST_NGINX_RAND_PORT_1
--- request
GET /
--- more_headers
Host: longer.name
--- response_body
second regex

=== no name matches
--- address: $TEST_NGINX_RAND_PORT_1
--- request
GET /
--- more_headers
Host: nobody
--- response_body
default [_] [nobody]

=== no Host at all
--- address: $TEST_NGINX_RAND_PORT_1
--- raw_request escaped
GET / HTTP/1.0\r\n\r\n
--- response_body
no name

=== host of an absolute URI wins
--- address: $TEST_NGINX_RAND_PORT_1
--- raw_request escaped
GET http://exact.com/ HTTP/1.1\r\nHost: nobody\r\nConnection: close\r\n\r\n
--- response_body
exact [exact.com]

=== exact location of the root
--- request
GET /
--- response_body
exact root

=== exact location
--- request
GET /exact
--- response_body
exact

=== exact location with a query
--- request
GET /exact?a=/b
--- response_body
exact

=== a prefix of the same name
--- request
GET /exactly
--- response_body
prefix of exact

=== prefix inside a name
--- request
GET /prelude
--- response_body
pre

=== the longest prefix
--- request
GET /prefix/longer/x
--- response_body
longer

=== the shorter prefix
--- request
GET /prefix/long
--- response_body
prefix

=== a prefix with a slash does not match without it
--- request
GET /prefix
--- response_body
pre

=== everything else
--- request
GET /zzz
--- response_body
root

=== regex wins over a prefix
--- request
GET /prefix/longer/a.php
--- response_body
php

=== no regex after ^~
--- request
GET /static/a.php
--- response_body
no regex

=== the first regex in order
--- request
GET /first/second
--- response_body
first

=== regex without case
--- request
GET /a.jpg
--- response_body
caseless

=== regex with case
--- request
GET /a.PHP
--- response_body
root

=== captures of a location
--- request
GET /capture/joe/42
--- response_body
joe joe 42

=== nested prefix
--- request
GET /outer/inner/x
--- response_body
inner

=== nested regex, two levels
--- request
GET /outer/inner/deep
--- response_body
deep

=== nested regex
--- request
GET /outer/x/regex
--- response_body
nested regex

=== nested regex goes before those of the server
--- request
GET /closed/x.php
--- response_body
nested php

=== decoded path
--- request
GET /%65xact
--- response_body
exact

=== dots in a path
--- request
GET /prefix/../static/./x
--- response_body
no regex

=== location with a space
--- request
GET /with%20space
--- response_body
space

=== quantifier in a quoted regex
--- request
GET /brace/ab
--- response_body
braces

=== slashes are merged
--- request
GET //merge///x
--- response_body
merged /merge/x //merge///x

=== internal location from outside
--- request
GET /internal
--- error_code: 404

=== internal location from inside
--- request
GET /go-internal
--- response_body
internal

=== named location
--- request
GET /named/a?b
--- response_body
named /named/a

=== no slash is added for a Lua location
--- request
GET /lua
--- response_body
root
