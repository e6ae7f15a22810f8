lua-nginx-kafka, unmodified, with a broker of our own: it checks what it gets.

--- requires: /usr/share/lua/5.1/nginx/kafka/producer.lua
--- skip_engine
lua51: no ffi
lua52: no ffi
--- peers: kafka $TEST_NGINX_RAND_PORT_1 orders events
--- http_config
init_by_lua_block {
    brokers = {{host = "127.0.0.1", port = $TEST_NGINX_RAND_PORT_1}}
    function package.preload.dump()
        return function()
            local sock = ngx.socket.tcp()
            assert(sock:connect("127.0.0.1", $TEST_NGINX_RAND_PORT_1))
            assert(sock:send("DUMP\n"))
            return sock:receive("*a")
        end
    end
}
--- config
location /metadata {
    content_by_lua_block {
        local client = require "nginx.kafka.client":new(brokers)
        local known, partitions = client:fetch_metadata("orders")
        ngx.say(known[1].host, " ", known[1].port == $TEST_NGINX_RAND_PORT_1, " ", partitions.num, " ",
            partitions[0].leader, " ", partitions[1].isr[1])
        ngx.say(client:fetch_metadata("nonsense"))
        local config = client:choose_broker("orders", 1)
        ngx.say(config.host, " ", (select(2, client:choose_broker("orders", 7))))
    }
}
location /send {
    content_by_lua_block {
        local producer = require "nginx.kafka.producer":new(brokers, {api_version = tonumber(ngx.var.arg_v)})
        for i = 1, 5 do
            local offset, err = producer:send("orders", ngx.var.arg_v .. "-key " .. i, ("message %d"):format(i))
            if not offset then return ngx.say(err) end
        end
        ngx.say(tonumber((producer:offset())) >= 5)
        for line in require "dump"():gmatch("[^\n]+") do
            if line:find(" " .. ngx.var.arg_v .. "-", 1, true) then ngx.say(line) end
        end
    }
}
location /refused {
    content_by_lua_block {
        local producer = require "nginx.kafka.producer":new(brokers, {max_retry = 1})
        ngx.say(producer:send("full", "k", "m"))
        ngx.say(producer:send("nonsense", "k", "m"))
    }
}
location /async {
    content_by_lua_block {
        local producer = require "nginx.kafka.producer":new(brokers, {
            producer_type = "async", flush_time = 5, batch_num = 10,
        }, "mine")
        for i = 1, 25 do assert(producer:send("events", nil, "event " .. i)) end
        local count
        repeat
            ngx.sleep(0.005)
            count = select(2, require "dump"():gsub("event ", ""))
        until count == 25
        ngx.say(count, " events")
    }
}
location /error-handler {
    content_by_lua_block {
        local seen
        local producer = require "nginx.kafka.producer":new(brokers, {
            producer_type = "async", max_retry = 1,
            error_handle = function(topic, partition, queue, index, err, retryable)
                seen = topic .. " " .. queue[1] .. " " .. queue[2] .. " " .. index .. " " .. err .. " " .. tostring(retryable)
            end,
        }, "handled")
        producer:send("full", "k", "too much")
        producer:flush()
        ngx.say(seen)
    }
}
location /down {
    lua_socket_log_errors off;
    content_by_lua_block {
        local producer = require "nginx.kafka.producer":new({{host = "127.0.0.1", port = $TEST_NGINX_RAND_PORT_2}})
        ngx.say(producer:send("orders", "k", "m"))
    }
}

=== metadata
--- request
GET /metadata
--- response_body
127.0.0.1 true 2 1 1
nilnot found topic
127.0.0.1 not found partition

=== messages of version 0
--- request
GET /send?v=0
--- response_body
true
orders/0 0-key 1 message 1
orders/0 0-key 2 message 2
orders/0 0-key 3 message 3
orders/1 0-key 4 message 4
orders/1 0-key 5 message 5

=== messages of version 1
--- request
GET /send?v=2
--- response_body
true
orders/0 2-key 4 message 4
orders/0 2-key 5 message 5
orders/1 2-key 1 message 1
orders/1 2-key 2 message 2
orders/1 2-key 3 message 3

=== errors of the broker
--- request
GET /refused
--- response_body
nilMessageSizeTooLargefalse
nilnot found topic

=== sending in the background
--- request
GET /async
--- response_body
25 events

=== a handler of errors
--- request
GET /error-handler
--- response_body
full k too much 2 MessageSizeTooLarge false

=== no broker
--- request
GET /down
--- response_body
nilnot found topic
--- error_log
all brokers failed in fetch topic metadata
