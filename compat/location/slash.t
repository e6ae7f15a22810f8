The slash that is added to the URI of a location with an upstream.

--- requires: proxy
--- http_config
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2;
    server_name redirect.com;
    server_name_in_redirect on;
    location /dir/ { proxy_pass http://127.0.0.1:1/; }
}
--- config
location / { return 200 "root\n"; }
location /slash/ { proxy_pass http://127.0.0.1:1; }
location /both/ { proxy_pass http://127.0.0.1:1; }
location = /both { return 200 "exact\n"; }
location /relative/ { absolute_redirect off; proxy_pass http://127.0.0.1:1; }
location /no-port/ { port_in_redirect off; proxy_pass http://127.0.0.1:1; }

=== slash is added
--- request
GET /slash?a=b
--- error_code: 301
--- response_headers
Location: http://localhost:$TEST_NGINX_SERVER_PORT/slash/?a=b

=== not beside an exact location
--- request
GET /both
--- response_body
exact

=== absolute_redirect off
--- request
GET /relative
--- error_code: 301
--- response_headers
Location: /relative/

=== port_in_redirect off
--- request
GET /no-port
--- error_code: 301
--- response_headers
Location: http://localhost/no-port/

=== server_name_in_redirect
--- address: $TEST_NGINX_RAND_PORT_2
--- request
GET /dir
--- error_code: 301
--- response_headers
Location: http://redirect.com:$TEST_NGINX_RAND_PORT_2/dir/

=== an exact location that passes requests on
--- config
location = /exact/ { proxy_pass http://127.0.0.1:$server_port; }
--- request
GET /exact
--- error_code: 301
--- response_headers_like
Location: http://localhost:\d+/exact/
