ngx.req.socket: the body as a stream, and the client's connection.

--- log_level: debug
--- config
client_max_body_size 1m;
location /body {
    content_by_lua_block {
        local sock, err = ngx.req.socket()
        if not sock then return ngx.say("no socket: ", err) end
        ngx.say(sock:receive(5))
        ngx.say(sock:receive(100))
        ngx.say(sock:receive(1))
    }
}
location /until {
    content_by_lua_block {
        local sock = ngx.req.socket()
        local iterator = sock:receiveuntil("--")
        ngx.say(iterator())
        ngx.say(iterator())
        ngx.say(iterator())
    }
}
location /sized {
    content_by_lua_block {
        local iterator = ngx.req.socket():receiveuntil("--")
        for i = 1, 7 do
            local data, err = iterator(3)
            ngx.print("[", data, ":", err, "]")
        end
        ngx.say()
    }
}
location /last-byte {
    content_by_lua_block {
        local sock = ngx.req.socket()
        sock:receive(3)
        ngx.say(sock:receiveuntil("--")(1))
    }
}
location /timer { content_by_lua_block { ngx.timer.at(0, function() end) ngx.sleep(0.01) ngx.say("ok") } }
location /lines {
    content_by_lua_block {
        local sock = ngx.req.socket()
        ngx.say(sock:receive())
        ngx.say(sock:receive("*a"))
        ngx.say(sock:receive("*a"), "|")
    }
}
location /again {
    content_by_lua_block {
        ngx.say(type(ngx.req.socket()))
        ngx.say(ngx.req.socket())
        ngx.req.read_body()
        ngx.say(ngx.req.get_body_data())
    }
}
location /after-read { content_by_lua_block { ngx.req.read_body() ngx.say(ngx.req.socket()) } }
location /methods {
    content_by_lua_block {
        local sock = ngx.req.socket()
        for _, name in ipairs {"send", "connect", "close", "setkeepalive", "receive", "settimeout"} do
            ngx.print(name, " ", type(sock[name]), " ")
        end
    }
}
location /sub { content_by_lua_block { local ok, err = pcall(ngx.req.socket) ngx.say(err) } }
location /subrequest { content_by_lua_block { ngx.print(ngx.location.capture("/sub").body) } }
location /timeout {
    content_by_lua_block {
        local sock = ngx.req.socket()
        sock:settimeout(10)
        ngx.say(sock:receive(5))
        ngx.exit(444)
    }
}
location /raw {
    content_by_lua_block {
        local sock = assert(ngx.req.socket(true))
        local line = sock:receive()
        sock:send {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", "line: ", line, "\n"}
        sock:send(tostring(select(2, ngx.say("x"))) .. "\n" .. tostring(select(2, ngx.req.socket(true))) .. "\n")
    }
}

=== receive
--- request
POST /body
hello world
--- response_body
hello
nilclosed world
nilclosed
--- error_log
attempt to receive data on a closed socket

=== no body
--- request
GET /body
--- response_body
no socket: no body

=== chunked
--- raw_request escaped
POST /body HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n
--- response_body
no socket: chunked request bodies not supported yet

=== the body comes in pieces
--- raw_request escaped
POST /body HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 11\r\n\r\nhel\{pause 30}lo wor\{pause 30}ld
--- response_body
hello
nilclosed world
nilclosed
--- error_log
attempt to receive data on a closed socket

=== a request behind the body
--- raw_request escaped
POST /lines HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab\ncd\nef\nGET /body HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n
--- error_code: 200 200
--- response_body
ab
cd
ef

|
no socket: no body

=== a request behind a body that was not read
--- raw_request escaped
POST /methods HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab\ncd\nef\nGET /body HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n
--- error_code: 200 200
--- response_body escaped
send nil connect nil close nil setkeepalive nil receive function settimeout function no socket: no body\n
--- oracle: nginx takes what is left of the body for the next request

=== receiveuntil
--- request
POST /until
one--two--rest
--- response_body
one
two
nilclosedrest

=== a second socket, and the body
--- request
POST /again
hello
--- response_body
table
nilrequest body already exists
nil

=== behind read_body
--- request
POST /after-read
hello
--- response_body
nilrequest body already exists

=== in a subrequest
--- request
GET /subrequest
--- response_body
attempt to read the request body in a subrequest

=== timeout
--- raw_request escaped
POST /timeout HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhel
--- ignore_response
--- error_log
lua tcp socket read timed out

=== 100 Continue
--- raw_request escaped
POST /body HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n\{await 1}hello
--- error_code: 100 200
--- response_body_like: hello
--- error_log
attempt to receive data on a closed socket

=== raw
--- raw_request escaped
GET /raw HTTP/1.1\r\nHost: a\r\n\r\n\{pause 20}good morning\r\n
--- response_body
line: good morning
raw request socket acquired
duplicate call

=== receiveuntil with a size
--- request
POST /sized
abcdef--gh----i
--- response_body
[abc:nil][def:nil][:nil][nil:nil][gh:nil][nil:nil][:nil]

=== receiveuntil gives a last byte that can't begin the pattern
--- request
POST /last-byte
abcd
--- response_body
d

=== a timer in the debug log
--- request
GET /timer
--- response_body
ok
--- error_log
lua ngx.timer expired
http lua close fake http connection

=== a client that does not read: the time limit of sending
--- log_level: debug
--- config
location /raw-send {
    content_by_lua_block {
        local sock = ngx.req.socket(true)
        sock:settimeout(30)
        local large = ("x"):rep(1000000)
        for _ = 1, 50 do
            local bytes, err = sock:send(large)
            if not bytes then
                ngx.log(ngx.WARN, "stopped by ", err, ", then ", select(2, sock:send("x")))
                return
            end
        end
    }
}
location / {
    content_by_lua_block {
        local sock = ngx.socket.tcp()
        sock:connect("127.0.0.1", $TEST_NGINX_SERVER_PORT)
        sock:send("GET /raw-send HTTP/1.1\r\nHost: h\r\n\r\n")
        ngx.sleep(0.15)
        ngx.say("did not read")
    }
}
--- request
GET /
--- response_body
did not read
--- error_log
lua tcp socket send timeout: 30
lua tcp socket write timed out, client: 127.0.0.1
stopped by timeout, then closed
