lua-resty-lrucache of Debian, unmodified: both of its kinds.

--- requires: /usr/share/lua/5.1/resty/lrucache.lua
--- skip_engine
lua51: no ffi
lua52: no ffi
--- config
location /plain {
    content_by_lua_block {
        local cache = assert(require "resty.lrucache".new(2))
        cache:set("dog", 32)
        cache:set("cat", {56}, 0.02, 7)
        local cat, stale, flags = cache:get("cat")
        ngx.say(cache:get("dog"), " ", cat[1], " ", stale, " ", flags)
        cache:get("dog")
        cache:set("bird", 76)
        ngx.say(cache:get("dog"), " ", cache:get("cat"), " ", cache:get("bird"), " ", cache:count(), "/", cache:capacity())
        cache:set("short", "lived", 0.01)
        ngx.sleep(0.02)
        local value, old = cache:get("short")
        ngx.say(value, " ", old)
        cache:delete("bird")
        ngx.say(table.concat(cache:get_keys(), ","))
        cache:flush_all()
        ngx.say(cache:count())
        ngx.say(require "resty.lrucache".new(0))
    }
}
location /ffi {
    content_by_lua_block {
        local cache = assert(require "resty.lrucache.pureffi".new(200, 0.5))
        for i = 1, 300 do cache:set("key " .. i, {i}, nil, i % 2 ^ 32) end
        local found = 0
        for i = 1, 300 do
            local value = cache:get("key " .. i)
            if value then
                assert(value[1] == i)
                found = found + 1
            end
        end
        ngx.say(found, " ", cache:get("key 100") == nil, " ", cache:get("key 101")[1], " ", (select(3, cache:get("key 300"))))
        cache:set("gone", 1, 0.01)
        ngx.sleep(0.02)
        ngx.say(cache:get("gone"))
        cache:delete("key 300")
        ngx.say(cache:count(), "/", cache:capacity(), " ", #cache:get_keys(5))
        cache:flush_all()
        ngx.say(cache:count())
    }
}
location /shared {
    content_by_lua_block {
        local cache = package.loaded.the_cache or require "resty.lrucache".new(5)
        package.loaded.the_cache = cache
        local n = (cache:get("hits") or 0) + 1
        cache:set("hits", n)
        ngx.say(n)
    }
}

=== a table
--- request
GET /plain
--- response_body
32 56 nil 7
32 nil 76 2/2
nil lived
short
0
nilsize too small

=== a hash table of its own in FFI memory
--- request
GET /ffi
--- response_body
200 true 101 300
nil10
199/200 5
0

=== one cache for all requests
--- pipelined_requests
GET /shared
GET /shared
--- response_body
1
2
