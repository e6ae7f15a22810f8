memc_pass: memcached's commands over HTTP.

--- requires: /usr/bin/memcached memc
--- peers
memcached $TEST_NGINX_RAND_PORT_1
--- http_config
upstream store { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; keepalive 2; }
--- config
location /m {
    set $memc_cmd $arg_cmd;
    set $memc_key $arg_key;
    set $memc_flags $arg_flags;
    set $memc_exptime $arg_exptime;
    add_header X-Flags $memc_flags;
    memc_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
}
location /v {
    set $memc_cmd $arg_cmd;
    set $memc_key $arg_key;
    set $memc_value $arg_val;
    memc_pass store;
}
location /method {
    set $memc_key k;
    add_header X-Cmd $memc_cmd always;
    memc_pass 127.0.0.1:$TEST_NGINX_RAND_PORT_1;
}
location /only {
    set $memc_key k;
    set $memc_cmd $arg_cmd;
    memc_cmds_allowed get;
    memc_pass store;
}
location /modified {
    set $memc_key $arg_key;
    set $memc_cmd get;
    memc_flags_to_last_modified on;
    memc_pass store;
}
location /var { set $memc_key $arg_key; set $memc_cmd get; set $where store; memc_pass $where; }
location /nokey { set $memc_cmd get; memc_pass store; }
location /capture { content_by_lua_block {
    local function ask(method, args, body)
        local res = ngx.location.capture("/m", {method = method, args = args, body = body})
        ngx.say(res.status, " ", res.truncated, " ", (res.body:gsub("\r\n", "\\r\\n")))
    end
    ask(ngx.HTTP_POST, {cmd = "set", key = "a b", flags = 7}, "body with\r\nlines")
    ask(ngx.HTTP_GET, {cmd = "get", key = "a b"})
    ask(ngx.HTTP_GET, {cmd = "get", key = "nothing"})
    ask(ngx.HTTP_POST, {cmd = "add", key = "a b"}, "again")
    ask(ngx.HTTP_POST, {cmd = "append", key = "a b"}, " more")
    ask(ngx.HTTP_POST, {cmd = "prepend", key = "a b"}, "less ")
    ask(ngx.HTTP_POST, {cmd = "replace", key = "nothing"}, "x")
    ask(ngx.HTTP_GET, {cmd = "get", key = "a b"})
    ask(ngx.HTTP_GET, {cmd = "delete", key = "a b"})
    ask(ngx.HTTP_GET, {cmd = "delete", key = "a b"})
} }
location /large { content_by_lua_block {
    local value = ("x"):rep(300000)
    ngx.location.capture("/m?cmd=set&key=large", {method = ngx.HTTP_POST, body = value})
    ngx.say(ngx.location.capture("/m?cmd=get&key=large").body == value)
} }

=== version
--- request
GET /m?cmd=version
--- response_body_like: ^VERSION \d[^\r]*\r\n$

=== stats
--- request
GET /m?cmd=stats
--- response_body_like: ^STAT pid \d+\r\n.*\r\nEND\r\n$

=== flush_all
--- request
GET /m?cmd=flush_all
--- response_body escaped
OK\r\n

=== commands in subrequests
--- request
GET /capture
--- error_log
was not found by memcached

=== a large value
--- request
GET /large
--- response_body
true

=== set by variables
--- request
GET /v?cmd=set&key=n&val=41
--- error_code: 201
--- response_headers
Content-Length: 8
--- response_body escaped
STORED\r\n

=== incr
--- request
GET /v?cmd=incr&key=n&val=2
--- error_code: 201
--- response_body escaped
43\r\n

=== decr of what is not there
--- request
GET /v?cmd=decr&key=none&val=2
--- error_code: 404

=== incr needs a number
--- request
GET /v?cmd=incr&key=n&val=two
--- error_code: 400
--- error_log
variable "$memc_value" is invalid for incr/decr: two

=== incr without a value
--- request
GET /m?cmd=incr&key=n
--- error_code: 400
--- error_log
the "$memc_value" variable is required for command "incr"

=== an upstream by variable
--- request
GET /var?key=n
--- response_headers
Content-Length: 2
--- response_body: 43

=== flags are stored and come back
--- pipelined_requests
GET /m?cmd=flush_all
GET /m?cmd=get&key=f
--- error_code: 200 404
--- error_log
key: "f" was not found by memcached

=== flags
--- request
POST /m?cmd=set&key=f&flags=86400&exptime=10
value
--- error_code: 201
--- response_headers
X-Flags: 86400

=== flags of a get
--- request
GET /m?cmd=get&key=f
--- response_headers
X-Flags: 86400
--- response_body_like: ^value

=== flags as Last-Modified
--- request
GET /modified?key=f
--- response_headers
Last-Modified: Fri, 02 Jan 1970 00:00:00 GMT

=== bad flags
--- request
POST /m?cmd=set&key=f&flags=many
value
--- error_code: 400
--- error_log
variable "$memc_flags" takes invalid value: many

=== bad exptime
--- request
POST /m?cmd=set&key=f&exptime=-1
value
--- error_code: 400
--- error_log
variable "$memc_exptime" takes invalid value: -1

=== methods: PUT sets
--- request
PUT /method
one
--- error_code: 201
--- response_headers
X-Cmd: set

=== methods: POST adds
--- request
POST /method
two
--- error_code: 200
--- response_headers
X-Cmd: add
--- response_body escaped
NOT_STORED\r\n

=== methods: GET gets
--- request
GET /method
--- response_headers
X-Cmd: get
--- response_body_like: ^one

=== methods: DELETE deletes
--- request
DELETE /method
--- response_headers
X-Cmd: delete
--- response_body escaped
DELETED\r\n

=== other methods
--- request
OPTIONS /method
--- error_code: 400
--- error_log
ngx_memc: $memc_cmd variable not found for HTTP OPTIONS requests

=== an unknown command
--- request
GET /m?cmd=cas&key=k
--- error_code: 400
--- error_log
ngx_memc: unknown $memc_cmd "cas"

=== a command that is not allowed
--- request
GET /only?cmd=set
--- error_code: 403
--- error_log
ngx_memc: memcached command "set" not allowed

=== no key
--- request
GET /nokey
--- error_code: 500
--- error_log
the "$memc_key" variable is not set

=== no value
--- request
GET /m?cmd=set&key=k
--- error_code: 500
--- error_log
neither the "$memc_value" variable nor the request body is available
