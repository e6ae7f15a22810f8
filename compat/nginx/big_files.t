Files that are larger than what filters get at a time.

--- http_config
gzip_types *; types { }
--- config
default_type text/plain;
location /make { content_by_lua_block { local f = assert(io.open(ngx.var.document_root .. "/big", "w")) f:write(("x"):rep(1500000)) f:close() ngx.say("made") } }
location /plain { alias html/big; }
location /lua { alias html/big; body_filter_by_lua_block { ngx.arg[1] = ngx.arg[1]:gsub("x", "y") } }
location /sub { sub_filter_types *; sub_filter_once off; sub_filter xxxxx z; alias html/big; }
location /gzip { gzip on; alias html/big; }
location /gunzipped { content_by_lua_block {
    local s = ngx.socket.tcp()
    assert(s:connect("127.0.0.1", ngx.var.server_port))
    s:send("GET /gzip HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n")
    local data = s:receive("*a")
    ngx.say(data:match("Content%-Encoding: (%w+)"), " ", #data < 20000, " ", data:sub(-5) == "0\r\n\r\n")
} }
location /capture { content_by_lua_block { ngx.say(#ngx.location.capture("/lua").body) } }

=== as it is
--- pipelined_requests
GET /make
GET /plain
--- response_body_like: ^made\nx{1500000}$

=== through Lua
--- pipelined_requests
GET /make
GET /lua
GET /make
--- response_body_like: ^made\ny{1500000}made\n$

=== through sub_filter
--- pipelined_requests
GET /make
GET /sub
--- response_body_like: ^made\nz{300000}$

=== compressed
--- pipelined_requests
GET /make
GET /gunzipped
--- response_body
made
gzip true true

=== in a subrequest
--- pipelined_requests
GET /make
GET /capture
--- response_body
made
1500000
