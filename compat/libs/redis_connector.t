lua-nginx-redis-connector, unmodified: addresses in every form, defaults, refused commands, a sentinel.

--- requires: /usr/share/lua/5.1/nginx/redis/connector.lua /usr/bin/redis-server
--- peers
redis $TEST_NGINX_RAND_PORT_1 unix:$TEST_NGINX_SERVER_ROOT/redis.sock secret
redis $TEST_NGINX_RAND_PORT_2
sentinel $TEST_NGINX_RAND_PORT_3 $TEST_NGINX_RAND_PORT_2
--- config
location /table {
    content_by_lua_block {
        local connector = require "nginx.redis.connector".new {port = $TEST_NGINX_RAND_PORT_1, password = "secret", db = 2}
        local red = assert(connector:connect())
        ngx.say(red:set("k", "in 2"), " ", red:get("k"))
        ngx.say(connector:set_keepalive(red))
        red = assert(connector:connect {db = 3})
        ngx.say(red:get_reused_times(), " ", red:get("k") == ngx.null)
        connector:set_keepalive(red)
    }
}
location /url {
    content_by_lua_block {
        local connector = require "nginx.redis.connector"
        local params = connector.parse_dsn {url = "redis://pass@example.test:6380/5"}
        ngx.say(params.host, " ", params.port, " ", params.db, " ", params.password)
        params = connector.parse_dsn {url = "sentinel://pass@master:s/5"}
        ngx.say(params.master_name, " ", params.role, " ", params.db)
        ngx.say(connector.parse_dsn {url = "http://host/"})
        local red = assert(connector.new():connect {url = "redis://secret@127.0.0.1:$TEST_NGINX_RAND_PORT_1/4"})
        ngx.say(red:ping())
    }
}
location /path {
    content_by_lua_block {
        local connector = require "nginx.redis.connector".new {
            path = "unix:$TEST_NGINX_SERVER_ROOT/redis.sock", password = "secret",
        }
        ngx.say(connector:connect():ping())
    }
}
location /password {
    content_by_lua_block {
        local connector = require "nginx.redis.connector".new {port = $TEST_NGINX_RAND_PORT_1, password = "wrong"}
        local red, err = connector:connect()
        ngx.say(red, " ", err:match("^%u+"))
    }
}
location /sentinel {
    content_by_lua_block {
        local connector = require "nginx.redis.connector".new {
            sentinels = {
                {host = "127.0.0.1", port = $TEST_NGINX_RAND_PORT_4}, {host = "127.0.0.1", port = $TEST_NGINX_RAND_PORT_3},
            },
            role = "master", db = 1,
        }
        local red, err = connector:connect()
        ngx.say(red:set("from", "a master"), " ", red:get("from"))
        ngx.say(connector:connect {role = "slave"})
        ngx.say(select("#", connector:connect {master_name = "nobody"}))
    }
}
location /disabled {
    content_by_lua_block {
        local connector = require "nginx.redis.connector".new {
            port = $TEST_NGINX_RAND_PORT_2, connection_is_proxied = true,
        }
        local red = connector:connect()
        ngx.say(red:flushall())
        ngx.say(red:set("a", 1))
    }
}
location /strict {
    content_by_lua_block {
        local connector = require "nginx.redis.connector"
        local _, err = connector.new {colour = "red"}
        ngx.say(err)
        ngx.say(select(2, pcall(function() return connector.no_such end)))
    }
}
location /down {
    content_by_lua_block {
        local red, err, errors = require "nginx.redis.connector".new():connect {
            sentinels = {{host = "127.0.0.1", port = $TEST_NGINX_RAND_PORT_4}},
        }
        ngx.say(red, " ", err, " ", errors[1])
    }
}

=== parameters in a table
--- request
GET /table
--- response_body
OK in 2
1
1 true

=== parameters in a URL
--- request
GET /url
--- response_body_like
^example\.test 6380 5 pass
master slave 5
nilcould not parse DSN: nil
PONG
$

=== a socket file
--- request
GET /path
--- response_body
PONG

=== a wrong password
--- request
GET /password
--- response_body
false WRONGPASS
--- error_log
WRONGPASS invalid username-password pair

=== the master that a sentinel knows
--- request
GET /sentinel
--- response_body
OK a master
nilno slaves available
0
--- error_log
connect() failed (111: Connection refused)

=== commands that proxies refuse
--- request
GET /disabled
--- response_body
nilCommand flushall is disabled
OK

=== fixed fields
--- request
GET /strict
--- response_body
field colour does not exist
field no_such does not exist

=== no sentinel is up
--- request
GET /down
--- response_body
nil no hosts available connection refused
--- error_log
connect() failed (111: Connection refused)
