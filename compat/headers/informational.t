Statuses below 200 from Lua: bytes may follow the head as they are, and the connection stays.

--- config
location /101 {
    content_by_lua_block {
        ngx.status = 101
        ngx.header.upgrade = "own"
        local sent, flushed = ngx.send_headers(), ngx.flush(true)
        ngx.say("sent ", sent, " flushed ", flushed)
        ngx.say("after")
    }
}
location /150 { content_by_lua_block { ngx.status = 150 ngx.say("body") } }
location /204 {
    content_by_lua_block {
        ngx.status = 204
        ngx.send_headers()
        local ok, err = ngx.flush(true)
        ngx.log(ngx.WARN, "flushed: ", ok, " ", err)
    }
}

=== 101 is no end
--- raw_request escaped
GET /101 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /150 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n
--- error_code: 101 9
--- raw_response_headers_like
^HTTP/1\.1 101 Switching Protocols\r\n(?s:.*)Connection: upgrade\r\nupgrade: own\r\n\r\n$
--- raw_response_headers_unlike
chunked
--- response_body_like
^sent 1 flushed 1
after
HTTP/1\.1 150 \r\n(?s:.*)\r\n\r\nbody
$

=== its length is known in HTTP/1.0
--- raw_request escaped
GET /150 HTTP/1.0\r\nHost: localhost\r\n\r\n
--- error_code: 150 9
--- raw_response_headers_like
Content-Length: 5\r\n

=== 204 has no body
--- request
GET /204
--- error_code: 204
--- error_log
flushed: nil header only
