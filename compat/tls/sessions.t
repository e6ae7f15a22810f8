Sessions of TLS: caches, tickets, keys of tickets.

=== PRELUDE
--- certificates
one cn=one.test
--- http_config
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
lua_ssl_protocols TLSv1.2;
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    ssl_session_cache shared:cache:1m;
    ssl_session_tickets off;
    location / { return 200 "$ssl_session_reused\n"; }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl;
    ssl_session_tickets off;
    location / { return 200 "$ssl_session_reused\n"; }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_3 ssl;
    ssl_session_ticket_key ../html/new.key;
    ssl_session_ticket_key ../html/old.key;
    location / { return 200 "$ssl_session_reused\n"; }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_4 ssl;
    ssl_session_ticket_key ../html/old.key;
    location / { return 200 "$ssl_session_reused\n"; }
}
init_by_lua_block {
    function try(port, session)
        local sock = ngx.socket.tcp()
        assert(sock:connect("127.0.0.1", port))
        local made = assert(sock:sslhandshake(session, "one.test"))
        sock:send "GET / HTTP/1.0\r\n\r\n"
        ngx.print((sock:receive "*a"):sub(-2))
        sock:close()
        return made
    end
}
--- config
location /shared {
    content_by_lua_block { try($TEST_NGINX_RAND_PORT_1, try($TEST_NGINX_RAND_PORT_1)) }
}
location /none {
    content_by_lua_block { try($TEST_NGINX_RAND_PORT_2, try($TEST_NGINX_RAND_PORT_2)) }
}
location /keys {
    content_by_lua_block {
        local session = try($TEST_NGINX_RAND_PORT_4)
        session = try($TEST_NGINX_RAND_PORT_3, session)
        try($TEST_NGINX_RAND_PORT_4, session)
        try($TEST_NGINX_RAND_PORT_3, session)
    }
}
location /zones { content_by_lua_block {
    local n = 0
    for _ in pairs(ngx.shared) do n = n + 1 end
    ngx.say(n)
} }
--- user_files
>>> old.key
old.............0123456789abcdef0123456789abcde
>>> new.key
new.............0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde

=== a cache that workers share
--- request
GET /shared
--- response_body
.
r

=== no cache, no tickets
--- request
GET /none
--- response_body
.
.

=== tickets: old keys open, the newest seals
--- request
GET /keys
--- response_body
.
r
.
r

=== a session cache is no dictionary
--- request
GET /zones
--- response_body
0

=== a file that is no key
--- config
ssl_session_ticket_key ../html/bad.key;
--- user_files
>>> old.key
old.............0123456789abcdef0123456789abcde
>>> new.key
new.............0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde
>>> bad.key
short
--- must_die
--- error_log
html/bad.key" must be 48 or 80 bytes
