lua-nginx-redis (the lua-resty-redis of Debian), unmodified, with a real Redis.

--- requires: /usr/share/lua/5.1/nginx/redis.lua /usr/bin/redis-server
--- peers
redis $TEST_NGINX_RAND_PORT_1 unix:$TEST_NGINX_SERVER_ROOT/redis.sock
redis $TEST_NGINX_RAND_PORT_2 secret
--- http_config
init_by_lua_block {
    function package.preload.client()
        return function(port)
            local red = require "nginx.redis":new()
            red:set_timeout(2000)
            assert(red:connect("127.0.0.1", port or $TEST_NGINX_RAND_PORT_1))
            return red
        end
    end
}
--- config
location /values {
    content_by_lua_block {
        local red = require "client"()
        ngx.say(red:set("dog", "an animal"), " ", red:get("dog"))
        ngx.say(red:get("no such key") == ngx.null)
        ngx.say(red:incr("counter"), " ", red:incr("counter"), " ", type(red:incr("counter")))
        ngx.say(red:set("bytes", "\0\r\n\255"), " ", red:get("bytes") == "\0\r\n\255")
        ngx.say(red:set("empty", ""), " [", red:get("empty"), "]")
        ngx.say(red:incr("dog"))
        ngx.say(red:del("dog", "bytes"))
    }
}
location /hash {
    content_by_lua_block {
        local red = require "client"()
        red:hmset("person", "name", "Ann", "age", 30)
        local t = red:array_to_hash(red:hgetall("person"))
        ngx.say(t.name, " ", t.age, " ", type(t.age))
    }
}
location /pipeline {
    content_by_lua_block {
        local red = require "client"()
        red:init_pipeline()
        red:set("cat", "Marry")
        red:get("cat")
        red:incr("cat")
        red:lrange("nothing", 0, -1)
        local results = red:commit_pipeline()
        ngx.say(#results, " ", results[1], " ", results[2], " ", results[3][1], " ", results[3][2], " ", #results[4])
        red:init_pipeline()
        red:cancel_pipeline()
        ngx.say(red:commit_pipeline())
    }
}
location /transaction {
    content_by_lua_block {
        local red = require "client"()
        ngx.say(red:multi(), " ", red:set("a", "1"), " ", red:incr("a"))
        local ans = red:exec()
        ngx.say(ans[1], " ", ans[2])
    }
}
location /script {
    content_by_lua_block {
        local red = require "client"()
        local res = red:eval("return {KEYS[1], ARGV[1], 12, {'nested', false}}", 1, "k", "v")
        ngx.say(res[1], res[2], " ", res[3], " ", res[4][1], " ", res[4][2] == ngx.null)
        ngx.say(red:eval("return redis.error_reply('own error')", 0))
    }
}
location /publish {
    content_by_lua_block {
        local subscriber, publisher = require "client"(), require "client"()
        local res = subscriber:subscribe("news")
        ngx.say(res[1], " ", res[2], " ", res[3])
        ngx.thread.spawn(function() publisher:publish("news", "it rains") end)
        res = subscriber:read_reply()
        ngx.say(res[1], " ", res[2], " ", res[3])
        subscriber:set_timeout(20)
        ngx.say(subscriber:read_reply())
        subscriber:set_timeout(2000)
        res = subscriber:unsubscribe("news")
        ngx.say(res[1], " ", res[3])
        ngx.say(subscriber:read_reply())
        ngx.say(subscriber:set_keepalive())
    }
}
location /pool {
    content_by_lua_block {
        for i = 1, 3 do
            local red = require "nginx.redis":new()
            red:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1, {pool = "own", pool_size = 2})
            ngx.say(red:get_reused_times() > 0, " ", red:ping(), " ", red:set_keepalive(10000, 10))
        end
        local red = require "client"()
        red:close()
        ngx.say(red:ping())
    }
}
location /socket {
    content_by_lua_block {
        local red = require "nginx.redis":new()
        ngx.say(red:connect("unix:$TEST_NGINX_SERVER_ROOT/redis.sock"), " ", red:ping())
        red:set_keepalive()
        ngx.say(red:connect("unix:$TEST_NGINX_SERVER_ROOT/redis.sock"), " ", red:get_reused_times() > 0)
    }
}
location /password {
    content_by_lua_block {
        local red = require "client"($TEST_NGINX_RAND_PORT_2)
        ngx.say(red:ping())
        ngx.say(red:auth("wrong"))
        ngx.say(red:auth("secret"), " ", red:ping())
    }
}
location /refused {
    lua_socket_log_errors off;
    content_by_lua_block {
        local red = require "nginx.redis":new()
        ngx.say(red:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_3))
        ngx.say(require "nginx.redis":new():ping())
    }
}
location /timeout {
    lua_socket_log_errors off;
    content_by_lua_block {
        local red = require "client"()
        red:set_timeout(30)
        ngx.say(red:blpop("never", 0))
        ngx.say(red:ping())
    }
}
location /commands {
    content_by_lua_block {
        require "nginx.redis".add_commands("strlen", "getrange")
        local red = require "client"()
        red:set("text", "abcdef")
        ngx.say(red:strlen("text"), " ", red:getrange("text", 1, 3))
    }
}
location /many {
    content_by_lua_block {
        local threads = {}
        for i = 1, 20 do
            threads[i] = ngx.thread.spawn(function()
                local red = require "client"()
                red:set("many" .. i, ("x"):rep(20000) .. i)
                local value = red:get("many" .. i)
                red:set_keepalive()
                return #value, value:sub(-2)
            end)
        end
        local sum = 0
        for i = 1, 20 do
            local ok, size = ngx.thread.wait(threads[i])
            sum = sum + size
        end
        ngx.say(sum)
    }
}
location /timer {
    content_by_lua_block {
        ngx.timer.at(0, function()
            local red = require "client"()
            ngx.log(ngx.WARN, "from the timer: ", red:set("timer", "ran"), " ", red:get("timer"))
        end)
    }
}

=== values
--- request
GET /values
--- response_body
OK an animal
true
1 2 number
OK true
OK []
falseERR value is not an integer or out of range
2

=== hashes as tables
--- request
GET /hash
--- response_body
Ann 30 string

=== pipelines
--- request
GET /pipeline
--- response_body
4 OK Marry false ERR value is not an integer or out of range 0
nilno pipeline

=== transactions
--- request
GET /transaction
--- response_body
OK QUEUED QUEUED
OK 2

=== scripts, nested replies
--- request
GET /script
--- response_body
kv 12 nested true
falseown error

=== subscribers
--- request
GET /publish
--- response_body
subscribe news 1
message news it rains
niltimeout
unsubscribe 0
nilnot subscribed
1
--- error_log
lua tcp socket read timed out

=== connections are reused
--- request
GET /pool
--- response_body
false PONG 1
true PONG 1
true PONG 1
nilclosed
--- error_log
attempt to send data on a closed socket

=== a socket file
--- request
GET /socket
--- response_body
1 PONG
1 true

=== a password
--- request
GET /password
--- response_body_like
^falseNOAUTH Authentication required\.
falseWRONGPASS [^\n]*
OK PONG
$

=== nobody listens
--- request
GET /refused
--- response_body
nilconnection refused
nilclosed

=== no reply in time
--- request
GET /timeout
--- response_body
niltimeout
nilclosed

=== more commands
--- request
GET /commands
--- response_body
6 bcd

=== many threads
--- request
GET /many
--- response_body
400031

=== from a timer
--- request
GET /timer
--- error_log
from the timer: OK ran
