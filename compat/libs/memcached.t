lua-nginx-memcached, unmodified, with a real memcached.

--- requires: /usr/share/lua/5.1/nginx/memcached.lua /usr/bin/memcached
--- peers: memcached $TEST_NGINX_RAND_PORT_1
--- http_config
init_by_lua_block {
    function package.preload.client()
        return function(options)
            local memc = assert(require "nginx.memcached":new(options))
            memc:set_timeout(2000)
            assert(memc:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            return memc
        end
    end
}
--- config
location /values {
    content_by_lua_block {
        local memc = require "client"()
        ngx.say(memc:flush_all())
        ngx.say(memc:set("dog", 32), " ", memc:set("flagged", "text", 0, 526))
        ngx.say(memc:get("dog"))
        local value, flags, err = memc:get("flagged")
        ngx.say(value, " ", flags, " ", err)
        ngx.say(memc:get("nothing"))
        ngx.say(memc:set("bytes", "\0\r\nEND\r\n\255"), " ", #memc:get("bytes"))
        ngx.say(memc:set("table", {"a", {1, "b"}}), " ", memc:get("table"))
        ngx.say(memc:set("key with spaces", "found"), " ", memc:get("key with spaces"))
        ngx.say(memc:set("large", ("x"):rep(100000)), " ", #memc:get("large"))
    }
}
location /several {
    content_by_lua_block {
        local memc = require "client"()
        memc:flush_all()
        memc:set("one", "1", 0, 5)
        memc:set("two", "2")
        local found, err = memc:get {"one", "two", "three"}
        ngx.say(found.one[1], " ", found.one[2], " ", found.two[1], " ", found.three, " ", err)
    }
}
location /change {
    content_by_lua_block {
        local memc = require "client"()
        memc:flush_all()
        ngx.say(memc:add("n", 5), " ", (select(2, memc:add("n", 6))))
        ngx.say(memc:incr("n", 3), " ", memc:decr("n", 7), " ", (select(2, memc:incr("no", 1))))
        ngx.say(memc:replace("n", "text"), " ", (select(2, memc:replace("no", "x"))))
        ngx.say(memc:append("n", ">"), " ", memc:prepend("n", "<"), " ", memc:get("n"))
        ngx.say(memc:delete("n"), " ", (select(2, memc:delete("n"))))
        ngx.say(memc:touch("n", 10))
        ngx.say(memc:incr("text", 1))
    }
}
location /cas {
    content_by_lua_block {
        local memc = require "client"()
        memc:set("c", "first")
        local value, flags, unique = memc:gets("c")
        ngx.say(value, " ", flags, " ", unique ~= nil)
        ngx.say(memc:cas("c", "second", unique), " ", memc:get("c"))
        ngx.say(memc:cas("c", "third", unique))
        ngx.say(memc:cas("no", "x", unique))
    }
}
location /server {
    content_by_lua_block {
        local memc = require "client"()
        ngx.say(memc:version():match("^%d+%.%d+") ~= nil)
        local lines = memc:stats()
        ngx.say(#lines > 10, " ", lines[1]:match("^%S+"))
        ngx.say(memc:stats("nonsense"))
        ngx.say(memc:verbosity(1))
        ngx.say(memc:quit())
    }
}
location /pool {
    content_by_lua_block {
        for i = 1, 2 do
            local memc = require "client"()
            memc:set("p", i)
            ngx.say(memc:get_reused_times(), " ", (memc:get("p")), " ", memc:set_keepalive(1000, 5))
        end
        local memc = require "client"()
        ngx.say(memc:close(), " ", (select(3, memc:get("p"))))
    }
}
location /keys {
    content_by_lua_block {
        local memc = require "client" {key_transform = {string.upper, string.lower}}
        ngx.say(memc:set("Key", "v"))
        ngx.say(memc:get {"Key"}.key[1])
        ngx.say((require "client"():get("KEY")))
    }
}

=== values
--- request
GET /values
--- response_body
1
1 1
320
text 526 nil
nilnilnil
1 9
1 a1b0
1 found0
1 100000

=== several keys
--- request
GET /several
--- response_body
1 5 2 nil nil

=== changing values
--- request
GET /change
--- response_body
1 NOT_STORED
8 1 NOT_FOUND
1 NOT_STORED
1 1 <text>0
1 NOT_FOUND
nilNOT_FOUND
nilNOT_FOUND

=== compare and swap
--- request
GET /cas
--- response_body
first 0 true
1 second0
nilEXISTS
nilNOT_FOUND

=== questions about the server
--- request
GET /server
--- response_body
true
true STAT
nilERROR
1
1

=== connections are reused
--- request
GET /pool
--- response_body
0 1 1
1 2 1
1 closed
--- error_log
attempt to send data on a closed socket

=== keys are transformed
--- request
GET /keys
--- response_body
1
v
v
