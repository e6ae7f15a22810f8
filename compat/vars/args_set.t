$args that is set goes on to upstreams.

--- http_config
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; location / { echo $request_uri; } }
--- config
location = /set { set $args "foo=1&bar=2"; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/seen; }
location = /same { set $args "foo=1&bar=2"; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location = /lua { rewrite_by_lua_block { ngx.var.args = "a=b" } proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }

=== with a URI
--- request
GET /set?old=1
--- response_body
/seen?foo=1&bar=2

=== without one
--- request
GET /same?old=1
--- response_body
/same?foo=1&bar=2

=== by ngx.var
--- request
GET /lua?old=1
--- response_body
/lua?a=b
