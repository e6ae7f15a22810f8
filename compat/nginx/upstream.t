ngx_http_upstream_module and the balancing methods.

--- http_config
upstream even { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
upstream weighted { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1 weight=3; server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
upstream down { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1 down; server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
upstream backup { server 127.0.0.1:$TEST_NGINX_RAND_PORT_3; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1 backup; }
upstream failing { server 127.0.0.1:$TEST_NGINX_RAND_PORT_3 max_fails=2 fail_timeout=60s; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
upstream dead { server 127.0.0.1:$TEST_NGINX_RAND_PORT_3 max_fails=1; server 127.0.0.1:$TEST_NGINX_RAND_PORT_4 max_fails=1; }
upstream alldown { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1 down; }
upstream hashed { hash $arg_k; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
upstream ring { hash $arg_k consistent; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
upstream by_ip { ip_hash; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
upstream least { least_conn; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
upstream any { zone any 64k; random two; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
upstream twice { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1 max_fails=0; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1 max_fails=0; }
upstream kept { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; keepalive 2; keepalive_requests 2; }
upstream shared { zone any; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1 weight=3; server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
upstream shared_ring { zone any; hash $arg_k consistent; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
upstream shared_least { zone any; least_conn; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
upstream shared_failing { zone any; server 127.0.0.1:$TEST_NGINX_RAND_PORT_3 max_fails=2 fail_timeout=60s; server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
upstream shared_backup { zone any; server 127.0.0.1:$TEST_NGINX_RAND_PORT_3; server 127.0.0.1:$TEST_NGINX_RAND_PORT_2 backup; }
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    location / { return 200 "a"; }
    location /count { content_by_lua_block { ngx.print("a", ngx.var.connection_requests) } }
    location /500 { return 500 "a"; }
    location /404 { return 404 "a"; }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2;
    location / { return 200 "b"; }
    location /count { content_by_lua_block { ngx.print("b", ngx.var.connection_requests) } }
}
--- config
location /many { content_by_lua_block {
    local out = {}
    for i = 1, tonumber(ngx.var.arg_n) do out[i] = ngx.location.capture("/" .. ngx.var.arg_u, { args = { k = i } }).body end
    ngx.say(table.concat(out))
} }
location /even { proxy_pass http://even/; }
location /weighted { proxy_pass http://weighted/; }
location /down { proxy_pass http://down/; }
location /backup { proxy_pass http://backup/; }
location /failing { proxy_pass http://failing/; add_header X-Tried $upstream_status; }
location /dead { proxy_pass http://dead/; }
location /alldown { proxy_pass http://alldown/uri; }
location /hashed { proxy_pass http://hashed; rewrite ^ / break; }
location /ring { proxy_pass http://ring; rewrite ^ / break; }
location /by_ip { proxy_pass http://by_ip/; }
location /least { proxy_pass http://least/; }
location /any { proxy_pass http://any/; }
location /kept { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://kept/count; }
location /shared { proxy_pass http://shared/; }
location /shared_ring { proxy_pass http://shared_ring; rewrite ^ / break; }
location /shared_least { proxy_pass http://shared_least/; }
location /shared_failing { proxy_pass http://shared_failing/; add_header X-Tried $upstream_status; }
location /shared_backup { proxy_pass http://shared_backup/; }
location /named { set $name even; proxy_pass http://$name/; }
location /next { proxy_next_upstream http_500 http_404; proxy_pass http://twice/$arg_s; add_header X-Tried "$upstream_status" always; }
location /repeated { proxy_next_upstream http_500 non_idempotent; proxy_pass http://twice/$arg_s; add_header X-Tried "$upstream_status" always; }
location /times { proxy_pass http://even/; header_filter_by_lua_block { local v = ngx.var ngx.header["X-Match"] = tostring((v.upstream_connect_time .. v.upstream_header_time):match("^%d%.%d%d%d%d%.%d%d%d$") ~= nil) } }
log_by_lua_block { if ngx.var.uri == "/times" then ngx.log(ngx.WARN, "sizes: ", ngx.var.upstream_response_length, " ", ngx.var.upstream_bytes_sent, " ", tonumber(ngx.var.upstream_bytes_received) > 100, " ", ngx.var.upstream_response_time) end }

=== in turn
--- request
GET /many?n=4&u=even
--- response_body_like
^(abab|baba)$

=== by weight
--- request
GET /many?n=8&u=weighted
--- response_body
aabaaaba

=== one that is down
--- request
GET /many?n=3&u=down
--- response_body
bbb

=== a backup
--- request
GET /backup
--- response_body chomp
a
--- error_log
connect() failed (111: Connection refused) while connecting to upstream

=== failures count
--- request
GET /many?n=6&u=failing
--- response_body
aaaaaa
--- grep_error_log
(connect\(\) failed \(111: Connection refused\)|upstream server temporarily disabled) while connecting
--- grep_error_log_out
connect() failed (111: Connection refused) while connecting
connect() failed (111: Connection refused) while connecting
upstream server temporarily disabled while connecting

=== all of them failed
--- request
GET /dead
--- error_code: 502
--- error_log
upstream: "http://127.0.0.1:$TEST_NGINX_RAND_PORT_3/"
upstream: "http://127.0.0.1:$TEST_NGINX_RAND_PORT_4/"

=== none is left
--- request
GET /dead
--- error_code: 502
--- error_log
no live upstreams while connecting to upstream, client: 127.0.0.1, server: localhost, request: "GET /dead HTTP/1.1", upstream: "http://dead/", host: "localhost"

=== all are down
--- request
GET /alldown
--- error_code: 502
--- error_log
no live upstreams while connecting to upstream

=== hash
--- request
GET /many?n=12&u=hashed
--- response_body
abaabababbab

=== hash consistent
--- request
GET /many?n=40&u=ring
--- response_body_like
\A(?=.*a)(?=.*b)[ab]{40}$

=== ip_hash
--- request
GET /many?n=4&u=by_ip
--- response_body_like
^(aaaa|bbbb)$

=== least_conn
--- request
GET /many?n=4&u=least
--- response_body_like
^(abab|baba)$

=== random
--- request
GET /many?n=8&u=any
--- response_body_like
^[ab]{8}$

=== keepalive
--- request
GET /many?n=4&u=kept
--- response_body
a1a2a1a2

=== named by a variable
--- request
GET /named
--- response_body_like
^[ab]$

=== the next one after a failure
--- request
GET /next?s=500
--- error_code: 500
--- response_headers
X-Tried: 500, 500

=== one that is not to be taken for one
--- request
GET /repeated?s=404
--- error_code: 404
--- response_headers
X-Tried: 404

=== a request that may not be repeated
--- request
POST /next?s=500
x
--- error_code: 500
--- response_headers
X-Tried: 500

=== one that may
--- request
POST /repeated?s=500
x
--- error_code: 500
--- response_headers
X-Tried: 500, 500

=== times and sizes
--- request
GET /times
--- response_headers
X-Match: true
--- error_log_like
sizes: 1 \d+ true 0\.\d{3} while logging request

=== a zone: by weight
--- request
GET /many?n=8&u=shared
--- response_body
aabaaaba

=== a zone: hash consistent
--- request
GET /many?n=40&u=shared_ring
--- response_body_like
\A(?=.*a)(?=.*b)[ab]{40}$

=== a zone: least_conn
--- request
GET /many?n=4&u=shared_least
--- response_body_like
^(abab|baba)$

=== a zone: a backup
--- request
GET /shared_backup
--- response_body chomp
b
--- error_log
connect() failed (111: Connection refused) while connecting to upstream

=== a zone: failures count
--- request
GET /many?n=6&u=shared_failing
--- response_body
aaaaaa
--- grep_error_log
(connect\(\) failed \(111: Connection refused\)|upstream server temporarily disabled) while connecting
--- grep_error_log_out
connect() failed (111: Connection refused) while connecting
connect() failed (111: Connection refused) while connecting
upstream server temporarily disabled while connecting
