lua-nginx-websocket, unmodified: its client speaks to its server, in one configuration; and frames from the outside.

--- requires: /usr/share/lua/5.1/nginx/websocket/server.lua
--- skip_engine
lua51: no ffi
lua52: no ffi
--- certificates
ca ca cn=the-ca
server by=ca cn=127.0.0.1 names=127.0.0.1
--- http_config
init_by_lua_block {
    function package.preload.echo()
        return function()
            local ws, err = require "nginx.websocket.server":new {timeout = 3000, max_payload_len = 70000}
            if not ws then
                ngx.log(ngx.WARN, "no websocket: ", err)
                return ngx.exit(444)
            end
            while true do
                local data, kind, detail = ws:recv_frame()
                if not data then
                    return ngx.log(ngx.WARN, "receiving ended: ", detail)
                elseif kind == "close" then
                    ws:send_close(detail, "bye, " .. data)
                    return
                elseif kind == "ping" then
                    ws:send_pong(data)
                elseif kind == "text" then
                    ws:send_text(kind .. (detail or "") .. ": " .. data)
                elseif kind == "binary" then
                    ws:send_binary(data)
                elseif kind == "continuation" then
                    ws:send_text("continued " .. (detail or "") .. ": " .. data)
                end
            end
        end
    end
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/server.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/server.key;
    location / { content_by_lua_block { require "echo"() } }
}
--- config
location /echo {
    lua_socket_log_errors off;
    lua_check_client_abort on;
    content_by_lua_block { require "echo"() }
}
location /chat {
    content_by_lua_block {
        local client = require "nginx.websocket.client":new {timeout = 3000, max_payload_len = 70000}
        ngx.say(client:connect("ws://127.0.0.1:$TEST_NGINX_SERVER_PORT/echo"))
        local function receive()
            local data, kind, detail = client:recv_frame()
            if data and (#data > 50 or kind == "binary") then data = #data .. " bytes" end
            ngx.say(kind, " ", data, " ", detail)
        end
        ngx.say(client:send_text("hello"))
        receive()
        ngx.say(client:send_binary("\0\1\255"))
        receive()
        client:send_text("")
        receive()
        client:send_binary(("x"):rep(126))
        receive()
        client:send_binary(("y"):rep(65536))
        receive()
        client:send_ping("are you there")
        receive()
        client:send_frame(false, 1, "first ")
        client:send_frame(true, 0, "last")
        receive()
        receive()
        ngx.say(client:send_close(1000, "enough"))
        receive()
        ngx.say(client:send_text("more"))
        ngx.say(client:close())
    }
}
location /both-ways {
    content_by_lua_block {
        local client = require "nginx.websocket.client":new {timeout = 3000}
        assert(client:connect("ws://127.0.0.1:$TEST_NGINX_SERVER_PORT/echo"))
        local sum = 0
        local reader = ngx.thread.spawn(function()
            for i = 1, 100 do sum = sum + #client:recv_frame() end
        end)
        for i = 1, 100 do client:send_text(("z"):rep(i * 10)) end
        ngx.thread.wait(reader)
        client:close()
        ngx.say(sum)
    }
}
location /too-long {
    content_by_lua_block {
        local client = require "nginx.websocket.client":new {timeout = 3000, max_payload_len = 10}
        assert(client:connect("ws://127.0.0.1:$TEST_NGINX_SERVER_PORT/echo"))
        client:send_text("12345")
        local data, kind, err = client:recv_frame()
        ngx.say(data, " ", kind, " ", err)
        ngx.say(client:recv_frame())
        client = require "nginx.websocket.client":new {timeout = 3000, max_payload_len = 10}
        assert(client:connect("ws://127.0.0.1:$TEST_NGINX_SERVER_PORT/echo"))
        ngx.say(client:send_text("more than ten bytes"))
    }
}
location /silence {
    lua_socket_log_errors off;
    content_by_lua_block {
        local client = require "nginx.websocket.client":new()
        client:set_timeout(20)
        assert(client:connect("ws://127.0.0.1:$TEST_NGINX_SERVER_PORT/echo"))
        ngx.say(client:recv_frame())
        client:set_timeout(3000)
        client:send_text("still alive")
        ngx.say((client:recv_frame()))
        ngx.say(client:set_keepalive(1000, 1))
        local again = require "nginx.websocket.client":new {timeout = 3000}
        assert(again:connect("ws://127.0.0.1:$TEST_NGINX_SERVER_PORT/echo"))
        again:send_text("reused")
        ngx.say((again:recv_frame()))
    }
}
location /secure {
    lua_ssl_trusted_certificate $TEST_NGINX_SERVER_ROOT/cert/ca.crt;
    content_by_lua_block {
        local client = require "nginx.websocket.client":new {timeout = 3000}
        ngx.say(client:connect("wss://127.0.0.1:$TEST_NGINX_RAND_PORT_2/", {ssl_verify = true}))
        client:send_text(("s"):rep(30000))
        ngx.say(#client:recv_frame())
        client:close()
    }
}
location /untrusted {
    content_by_lua_block {
        local client = require "nginx.websocket.client":new {timeout = 3000}
        local ok, err = client:connect("wss://127.0.0.1:$TEST_NGINX_RAND_PORT_2/", {ssl_verify = true})
        ngx.say(ok, " ", err)
    }
}
location /refused {
    content_by_lua_block {
        local client = require "nginx.websocket.client":new()
        ngx.say(client:connect("http://127.0.0.1/"))
        ngx.say(client:connect("ws://127.0.0.1:$TEST_NGINX_RAND_PORT_1/"))
    }
}

=== a client and a server
--- request
GET /chat
--- response_body
1
11nil
text text: hello nil
9nil
binary 3 bytes nil
text text:  nil
binary 126 bytes nil
binary 65536 bytes nil
pong are you there nil
text textagain: first  nil
text continued : last nil
14nil
close bye, enough 1000
nilalready closed
1

=== sending and receiving at once
--- request
GET /both-ways
--- response_body
51100

=== frames that are too long
--- request
GET /too-long
--- response_body
nil nil exceeding max payload len
nilnilfatal error already happened
nilpayload too big

=== timeouts, connections that are kept
--- request
GET /silence
--- response_body
nilnilfailed to receive the first 2 bytes: timeout
text: still alive
1
text: reused

=== over TLS
--- request
GET /secure
--- response_body
1
30006

=== a certificate that nobody trusts
--- request
GET /untrusted
--- response_body_like
^nil ssl handshake failed: 2[01]: [^\n]*certificate
$
--- error_log
certificate verify error: (2

=== addresses
--- request
GET /refused
--- response_body
nilbad websocket uri
nilfailed to connect: connection refused
--- error_log
connect() failed (111: Connection refused)

=== the handshake's answer, a masked frame, the close
--- raw_request escaped
GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat\r\nSec-WebSocket-Version: 13\r\n\r\n\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x88\x82\x00\x00\x00\x00\x03\xe8
--- error_code: 101 9
--- raw_response_headers_like
^HTTP/1\.1 101 Switching Protocols\r\nServer: [^\r]*\r\nDate: [^\r]*\r\nConnection: upgrade\r\nSec-WebSocket-Protocol: chat\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n\r\n
--- response_body_like
^\x81\x0btext: Hello\x88\x07\x03\xe8bye, $

=== no handshake
--- request
GET /echo
--- error_code: none
--- error_log
no websocket: bad "upgrade" request header: nil

=== an old version
--- more_headers
Upgrade: websocket
Connection: upgrade
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Sec-WebSocket-Version: 8
--- request
GET /echo
--- error_code: none
--- error_log
no websocket: bad "sec-websocket-version" request header

=== the client leaves
--- raw_request escaped
GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n\x81\{shutdown}
--- error_code: 101
--- error_log
receiving ended: failed to receive the first 2 bytes: client aborted
