The request body: in memory, in a file, chunked, changed by Lua.

--- config
location /data { content_by_lua_block { ngx.req.read_body() ngx.print("[", ngx.req.get_body_data(), "] ", ngx.req.get_body_file()) } }
location /small {
    client_body_buffer_size 16;
    content_by_lua_block {
        ngx.req.read_body()
        local file = ngx.req.get_body_file()
        if not file then ngx.say("memory ", #ngx.req.get_body_data()) return end
        local handle = io.open(file)
        local text = handle:read("*a")
        handle:close()
        ngx.say("file ", #text, " ", text:sub(1, 4), " ", text:sub(-4), " ", ngx.req.get_body_data())
    }
}
location /only-file {
    client_body_in_file_only clean;
    content_by_lua_block {
        ngx.req.read_body()
        local handle = io.open(ngx.req.get_body_file())
        ngx.print(handle:read("*a"))
        handle:close()
        ngx.say(ngx.var.request_body_file == ngx.req.get_body_file(), " ", ngx.req.get_body_data())
    }
}
location /unread { content_by_lua_block { ngx.say(ngx.req.get_body_data(), " ", ngx.req.get_body_file()) } }
location /need { lua_need_request_body on; content_by_lua_block { ngx.say(ngx.req.get_body_data()) } }
location /need-rewrite { lua_need_request_body on; rewrite_by_lua_block { ngx.ctx.b = ngx.var.request_body } content_by_lua_block { ngx.say(ngx.ctx.b) } }
location /twice { content_by_lua_block { ngx.req.read_body() ngx.req.read_body() ngx.say(ngx.req.get_body_data()) } }
location /access { access_by_lua_block { ngx.req.read_body() ngx.ctx.n = #ngx.req.get_body_data() } content_by_lua_block { ngx.say(ngx.ctx.n, ngx.req.get_body_data()) } }
location /post-args { content_by_lua_block {
    ngx.req.read_body()
    local args = ngx.req.get_post_args()
    local keys = {}
    for k, v in pairs(args) do keys[#keys + 1] = k .. "=" .. (type(v) == "table" and table.concat(v, ",") or tostring(v)) end
    table.sort(keys)
    ngx.say(table.concat(keys, ";"))
} }
location /post-unread { content_by_lua_block { ngx.say(pcall(ngx.req.get_post_args)) } }
location /discard { content_by_lua_block { ngx.req.discard_body() ngx.say(ngx.req.get_body_data()) } }
location /set { content_by_lua_block {
    ngx.req.read_body()
    ngx.req.set_body_data("replaced text")
    ngx.say(ngx.req.get_body_data(), " ", ngx.var.content_length, " ", ngx.req.get_headers()["content-length"])
} }
location /set-file { content_by_lua_block {
    ngx.req.read_body()
    ngx.req.set_body_file("$TEST_NGINX_HTML_DIR/body.txt")
    ngx.say(ngx.req.get_body_data(), " ", ngx.req.get_body_file(), " ", ngx.var.content_length)
} }
location /build { content_by_lua_block {
    ngx.req.read_body()
    ngx.req.init_body()
    ngx.req.append_body("one ")
    ngx.req.append_body("two")
    ngx.req.finish_body()
    ngx.say(ngx.req.get_body_data(), " ", ngx.var.content_length)
} }
location /variable { content_by_lua_block { ngx.req.read_body() ngx.say(ngx.var.request_body, " ", ngx.var.content_length, " ", ngx.var.content_type) } }
location /exec { content_by_lua_block { ngx.req.read_body() ngx.exec("/data") } }
location /binary { content_by_lua_block { ngx.req.read_body() ngx.print(ngx.req.get_body_data()) } }
location /size { content_by_lua_block { ngx.req.read_body() local d = ngx.req.get_body_data() ngx.say(d and #d, " ", ngx.req.get_body_file() ~= nil) } }
--- user_files
>>> body.txt
from file

=== small body
--- request
POST /data
hello
--- response_body: [hello] nil

=== no body
--- request
GET /data
--- response_body: [nil] nil

=== empty body
--- request
POST /data
--- more_headers
Content-Length: 0
--- response_body: [nil] nil

=== body of a GET
--- request
GET /data
get body
--- response_body: [get body] nil

=== body that comes after the head
--- raw_request escaped
POST /data HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\nConnection: close\r\n\r\n\{pause 10}late\{pause 10}body
--- response_body: [latebody] nil

=== chunked body
--- raw_request escaped
POST /data HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\nA;ext=1\r\n0123456789\r\n0\r\n\r\n
--- response_body: [abc0123456789] nil

=== chunked body in pieces
--- raw_request escaped
POST /data HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\na\{pause 5}bc\r\{pause 5}\n2\{pause 5}\r\nde\r\n0\r\n\{pause 5}\r\n
--- response_body: [abcde] nil

=== chunked body with trailers
--- raw_request escaped
POST /data HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n
--- response_body: [abc] nil

=== chunked without data
--- raw_request escaped
POST /data HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n
--- response_body: [nil] nil

=== a body past client_body_buffer_size goes to a file
--- raw_request escaped
POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\nConnection: close\r\n\r\n\{pause 10}01234567890123456789
--- response_body
file 20 0123 6789 nil

=== a body that came with the head stays in memory
--- raw_request escaped
POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\nConnection: close\r\n\r\n01234567890123456789
--- response_body
memory 20

=== a large body in a file
--- raw_request escaped
POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\nConnection: close\r\n\r\n\{abc*100000}
--- response_body
file 300000 abca cabc nil
--- error_log
[warn]
a client request body is buffered to a temporary file

=== a large chunked body in a file
--- raw_request escaped
POST /small HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n186A0\r\n\{x*100000}\r\n186A0\r\n\{y*100000}\r\n0\r\n\r\n
--- response_body
file 200000 xxxx yyyy nil

=== the default buffer keeps 8k
--- raw_request escaped
POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: 8000\r\nConnection: close\r\n\r\n\{pause 5}\{x*8000}
--- response_body
8000 false

=== the default buffer does not keep 20k
--- raw_request escaped
POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: 20000\r\nConnection: close\r\n\r\n\{pause 5}\{x*20000}
--- response_body
nil true

=== client_body_in_file_only
--- request
POST /only-file
content
--- response_body
contenttrue nil

=== get_body_data without read_body
--- request
POST /unread
x
--- response_body
nil nil

=== lua_need_request_body
--- request
POST /need
needed
--- response_body
needed

=== lua_need_request_body in rewrite
--- raw_request escaped
POST /need-rewrite HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nConnection: close\r\n\r\nearly
--- response_body
early

=== read_body twice
--- raw_request escaped
POST /twice HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nConnection: close\r\n\r\ntwice
--- response_body
twice

=== read in access, used in content
--- raw_request escaped
POST /access HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nConnection: close\r\n\r\n12345
--- response_body
512345

=== get_post_args
--- raw_request escaped
POST /post-args HTTP/1.1\r\nHost: h\r\nContent-Length: 25\r\nConnection: close\r\n\r\na=1&b=x+y%21&a=2&c&d=&%20
--- response_body
 =true;a=1,2;b=x y!;c=true;d=

=== get_post_args without read_body
--- request
POST /post-unread
a=1
--- response_body_like: ^falseno request body found; maybe you should turn on lua_need_request_body\?

=== discard_body, then the next request
--- raw_request escaped
POST /discard HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcPOST /data HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx
--- error_code: 200 200
--- response_body escaped
nil\n[x] nil

=== set_body_data
--- request
POST /set
old
--- response_body
replaced text 13 13

=== set_body_file
--- request
POST /set-file
old
--- response_body
nil $TEST_NGINX_HTML_DIR/body.txt 10

=== init_body, append_body, finish_body
--- request
POST /build
old
--- response_body
one two 7

=== variables of the body
--- raw_request escaped
POST /variable HTTP/1.1\r\nHost: h\r\nContent-Type: text/x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi
--- response_body
hi 2 text/x

=== exec keeps the body
--- raw_request escaped
POST /exec HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nConnection: close\r\n\r\nkept
--- response_body: [kept] nil

=== binary body
--- raw_request escaped
POST /binary HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nConnection: close\r\n\r\n\0\xff\r\n\r\n
--- response_body escaped
\0\xff\r\n\r\n
