Methods of cosockets that are called with a dot.

--- config
location = /t { content_by_lua_block {
    local sock = ngx.socket.tcp()
    local function try(...) ngx.say((select(2, pcall(...)))) end
    try(function() sock.send("hello") end)
    try(function() sock.send("hello", 32) end)
    try(function() sock.getreusedtimes(2) end)
    try(function() sock.close(2) end)
    try(function() sock.setkeepalive(2) end)
    try(function() sock.receive("l") end)
    try(function() sock.receiveuntil(32, "ab") end)
    try(function() sock.receiveany(1, 2) end)
    try(function() sock:getreusedtimes(1) end)
} }
location = /body { content_by_lua_block { ngx.req.socket().receive("l") } }

=== tcp
--- request
GET /t
--- response_body
content_by_lua(nginx.conf:$LINE[location = /t]):4: expecting 2 arguments (including the object), but got 1
content_by_lua(nginx.conf:$LINE[location = /t]):5: bad argument #1 to 'send' (table expected, got string)
content_by_lua(nginx.conf:$LINE[location = /t]):6: bad argument #1 to 'getreusedtimes' (table expected, got number)
content_by_lua(nginx.conf:$LINE[location = /t]):7: bad argument #1 to 'close' (table expected, got number)
content_by_lua(nginx.conf:$LINE[location = /t]):8: bad argument #1 to 'setkeepalive' (table expected, got number)
content_by_lua(nginx.conf:$LINE[location = /t]):9: bad argument #1 to 'receive' (table expected, got string)
content_by_lua(nginx.conf:$LINE[location = /t]):10: bad argument #1 to 'receiveuntil' (table expected, got number)
content_by_lua(nginx.conf:$LINE[location = /t]):11: bad argument #1 to 'receiveany' (table expected, got number)
content_by_lua(nginx.conf:$LINE[location = /t]):12: expecting 1 argument (including the object), but got 2

=== the request's body
--- request
POST /body
hello
--- error_code: 500
--- error_log
bad argument #1 to 'receive' (table expected, got string)
