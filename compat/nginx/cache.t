proxy_cache: what is kept, how long, and what is sent meanwhile.

--- http_config
proxy_cache_path cache levels=1:2 keys_zone=zone:1m;
proxy_cache_path flat keys_zone=flat:1m use_temp_path=off inactive=10m max_size=10m;
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
    location / { content_by_lua_block {
        served = (served or 0) + 1
        local a = ngx.req.get_uri_args()
        for name, value in pairs(a) do if name ~= "k" and name ~= "b" then ngx.header[name] = value end end
        ngx.header["X-Method"] = ngx.req.get_method()
        ngx.print(a.b or served)
    } }
    location /etag { content_by_lua_block {
        ngx.header.ETag = '"one"' ngx.header["Cache-Control"] = "max-age=1"
        if ngx.var.http_if_none_match == '"one"' then return ngx.exit(304) end
        ngx.print("tagged ", tostring(ngx.var.http_if_none_match), " ", tostring(ngx.var.http_range))
    } }
    location /status/404 { return 404 "not there"; }
    location /large { content_by_lua_block { ngx.header["Accept-Ranges"] = "bytes" ngx.header["Cache-Control"] = "max-age=60" for i = 1, 2000 do ngx.print("0123456789") end } }
    location /slow { content_by_lua_block { ngx.header["Cache-Control"] = "max-age=60" ngx.sleep(0.1) served_slow = (served_slow or 0) + 1 ngx.print("slow ", served_slow) } }
    location /vary { content_by_lua_block { ngx.header.Vary = "X-Way, Accept-Language" ngx.header["Cache-Control"] = "max-age=60" ngx.print("way ", ngx.var.http_x_way, " ", ngx.var.http_accept_language) } }
}
--- config
header_filter_by_lua_block { ngx.header["X-Cache"] = ngx.var.upstream_cache_status }
proxy_cache zone;
location / { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /valid/ { proxy_cache_valid 200 1m; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /status { proxy_cache_valid 404 1m; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /keyed/ { proxy_cache_key "own $arg_k"; proxy_cache_valid any 1m; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /bypass/ { proxy_cache_valid 1m; proxy_cache_bypass $arg_bypass; proxy_no_cache $arg_no; proxy_cache_key bypassed; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /uses/ { proxy_cache_valid 1m; proxy_cache_min_uses 2; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /ignored/ { proxy_cache_valid 1m; proxy_ignore_headers Cache-Control Set-Cookie; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /flat/ { proxy_cache flat; proxy_cache_valid 1m; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /off/ { proxy_cache off; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /named/ { proxy_cache $arg_z; proxy_cache_valid 1m; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /head/ { proxy_cache_valid 1m; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /post/ { proxy_cache_valid 1m; proxy_cache_methods POST; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1/; }
location /locked { proxy_cache_lock on; proxy_cache_key locked; rewrite ^ /slow break; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /gone { proxy_cache_valid 502 1m; proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
location /twice { content_by_lua_block {
    local out = {}
    local args = ngx.req.get_uri_args()
    local target = args.to
    args.to = nil
    for i = 1, 2 do
        local res = ngx.location.capture(target, { args = args })
        out[i] = res.status .. " " .. tostring(res.header["X-Cache"]) .. " " .. res.body:gsub("%d+", "N")
    end
    ngx.say(table.concat(out, "|"))
} }
location /together { content_by_lua_block {
    local one, two = ngx.location.capture_multi { { "/locked" }, { "/locked" } }
    ngx.say(one.body, "|", two.body)
} }

=== kept as long as Cache-Control says
--- request
GET /twice?to=/a&Cache-Control=max-age%3D60
--- response_body
200 MISS N|200 HIT N

=== the same response comes
--- request
GET /a?Cache-Control=max-age%3D60
--- response_headers
X-Cache: HIT
Cache-Control: max-age=60

=== nothing says how long
--- request
GET /twice?to=/b
--- response_body
200 MISS N|200 MISS N

=== private
--- request
GET /twice?to=/valid/c&Cache-Control=private
--- response_body
200 MISS N|200 MISS N

=== a cookie
--- request
GET /twice?to=/valid/d&Set-Cookie=a%3Db
--- response_body
200 MISS N|200 MISS N

=== headers that are ignored
--- request
GET /twice?to=/ignored/d&Set-Cookie=a%3Db&Cache-Control=no-cache
--- response_body
200 MISS N|200 HIT N

=== Expires in the past
--- request
GET /twice?to=/valid/e&Expires=Thu%2C+01+Jan+1970+00%3A00%3A01+GMT
--- response_body
200 MISS N|200 MISS N

=== X-Accel-Expires
--- request
GET /twice?to=/f&X-Accel-Expires=60
--- response_body
200 MISS N|200 HIT N

=== proxy_cache_valid for a status
--- request
GET /twice?to=/status/404
--- response_body
404 MISS not there|404 HIT not there

=== proxy_cache_key
--- request
GET /keyed/x?k=1&b=first
--- response_body chomp
first

=== then: the same key
--- request
GET /keyed/y?k=1&b=second
--- response_headers
X-Cache: HIT
--- response_body chomp
first

=== proxy_cache_bypass
--- request
GET /bypass/?b=first
--- response_body chomp
first

=== then: refreshes
--- request
GET /bypass/?b=second&bypass=1
--- response_headers
X-Cache: BYPASS
--- response_body chomp
second

=== then: what is kept
--- request
GET /bypass/?b=third
--- response_headers
X-Cache: HIT
--- response_body chomp
second

=== proxy_no_cache
--- request
GET /twice?to=/bypass/&bypass=1&no=1&b=fourth
--- response_body
200 BYPASS fourth|200 BYPASS fourth

=== then: kept nothing
--- request
GET /bypass/?b=fifth
--- response_body chomp
second

=== proxy_cache_min_uses, once
--- request
GET /uses/u
--- response_headers
X-Cache: MISS

=== proxy_cache_min_uses, twice
--- request
GET /twice?to=/uses/u
--- response_body
200 MISS N|200 HIT N

=== without levels and a temporary directory
--- request
GET /twice?to=/flat/f
--- response_body
200 MISS N|200 HIT N

=== off
--- request
GET /off/x
--- response_headers
!X-Cache

=== a zone named by a variable
--- request
GET /twice?to=/named/n&z=flat
--- response_body
200 MISS N|200 HIT N

=== an unknown one
--- request
GET /named/n?z=other
--- error_code: 500
--- error_log
cache "other" not found

=== HEAD fetches by GET
--- request
HEAD /head/h
--- response_headers
X-Cache: MISS
X-Method: GET

=== then: for all
--- request
GET /head/h
--- response_headers
X-Cache: HIT
X-Method: GET

=== POST is not looked up
--- request
POST /valid/p
x
--- response_headers
!X-Cache

=== then: unless it is named
--- request
POST /post/p
x
--- response_headers
X-Cache: MISS

=== variants
--- request
GET /vary
--- more_headers
X-Way: one
Accept-Language: a, b
--- response_headers
X-Cache: MISS
--- response_body chomp
way one a, b

=== then: another
--- request
GET /vary
--- more_headers
X-Way: two
Accept-Language: a, b
--- response_headers
X-Cache: MISS
--- response_body chomp
way two a, b

=== then: the first, written otherwise
--- request
GET /vary
--- more_headers
X-Way: one
Accept-Language: a,b
--- response_headers
X-Cache: HIT
--- response_body chomp
way one a, b

=== ranges are cut from the whole
--- request
GET /large
--- more_headers
Range: bytes=5-14
--- error_code: 206
--- response_headers
Content-Range: bytes 5-14/20000
X-Cache: MISS
--- response_body chomp
5678901234

=== then: and from what is kept
--- request
GET /large
--- more_headers
Range: bytes=19995-
--- error_code: 206
--- response_headers
Content-Range: bytes 19995-19999/20000
X-Cache: HIT
--- response_body chomp
56789

=== conditional requests are answered here
--- request
GET /etag
--- more_headers
If-None-Match: "one"
Range: bytes=0-1
--- error_code: 304
--- response_headers
X-Cache: MISS
ETag: "one"

=== then: the upstream saw none
--- request
GET /etag
--- response_headers
X-Cache: HIT
--- response_body chomp
tagged nil nil

=== one fetches for many
--- request
GET /together
--- response_body
slow 1|slow 1

=== failures are kept
--- request
GET /gone
--- error_code: 502
--- response_headers
X-Cache: MISS
--- error_log
connect() failed

=== then: without another try
--- request
GET /gone
--- error_code: 502
--- response_headers
X-Cache: HIT
--- no_error_log
connect() failed
