What a connection is about when something is logged around an upstream.

--- http_config
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; location / { echo -n up; } }
--- config
location = /plain { echo -n plain; }
location = /p {
    proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    header_filter_by_lua_block { ngx.log(ngx.WARN, "header") }
    body_filter_by_lua_block { ngx.log(ngx.WARN, "body ", ngx.arg[2]) }
    log_by_lua_block { ngx.log(ngx.WARN, "log") }
}
location = /m {
    rewrite_by_lua_block { ngx.location.capture("/p") ngx.log(ngx.WARN, "rewrite") }
    access_by_lua_block {
        ngx.log(ngx.WARN, "access")
        ngx.location.capture("/plain")
        ngx.log(ngx.WARN, "after")
    }
    content_by_lua_block { ngx.log(ngx.WARN, "content") ngx.say("ok") }
}

=== filters
--- request
GET /p
--- response_body: up
--- grep_error_log: (?:header|body \w+|log)(?: while [a-z ]+)?, client
--- grep_error_log_out
header while reading response header from upstream, client
body false while sending to client, client
body true while sending to client, client
log while logging request, client

=== after a subrequest, until another one begins
--- request
GET /m
--- response_body
ok
--- grep_error_log: (?:rewrite|access|after|content)(?: while [a-z ]+)?, client
--- grep_error_log_out
rewrite while sending to client, client
access while sending to client, client
after, client
content, client
