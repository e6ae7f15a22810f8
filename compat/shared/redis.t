ngx.shared in Redis: lua_shared_dict … backend=redis://…; the API is that of a zone in memory.

--- oracle: nginx has no backends
--- requires: /usr/bin/redis-server
--- peers
redis $TEST_NGINX_RAND_PORT_1 secret
--- http_config
lua_shared_dict far 1m backend=redis://:secret@127.0.0.1:$TEST_NGINX_RAND_PORT_1/2;
lua_shared_dict wrong 1m backend=redis://:guess@127.0.0.1:$TEST_NGINX_RAND_PORT_1;
lua_shared_dict gone 1m backend=redis://127.0.0.1:$TEST_NGINX_RAND_PORT_2/1;
init_by_lua_block { from_init = { ngx.shared.far:get("k") } }
--- config
location /t {
    content_by_lua_block {
        local d = ngx.shared.far
        d:flush_all()
        local say = function(...)
            local out = {...}
            for i = 1, select("#", ...) do out[i] = tostring(out[i]) end
            ngx.say(table.concat(out, " "))
        end
        local env = setmetatable({d = d, say = say, gone = ngx.shared.gone, wrong = ngx.shared.wrong}, {__index = _G})
        ngx.req.read_body() local chunk = assert((loadstring or load)(ngx.req.get_body_data()))
        if setfenv then setfenv(chunk, env) else debug.setupvalue(chunk, 1, env) end
        chunk()
    }
}

=== values of all types, with flags
--- request
POST /t
say(d:set("s", "text\r\n\0 x")) say(#d:get("s"))
d:set("n", 0.1) say(d:get("n"), type(d:get("n")))
d:set("b", false) say(d:get("b"))
d:set("f", true, 0, 7) say(d:get("f"))
say(d:get("absent"))
say(d:get_stale("f"))
--- response_body
true nil false
9
0.1 number
false
true 7
nil
true 7 false

=== add, replace, delete
--- request
POST /t
say(d:add("k", 1)) say(d:add("k", 2)) say(d:safe_add("k", 2)) say(d:replace("k", 3)) say(d:get("k"))
say(d:replace("absent", 1)) say(d:safe_set("k", "v")) say(d:delete("k")) say(d:get("k")) say(d:set("k", nil)) say(d:add("k", nil))
--- response_body
true nil false
false exists false
false exists false
true nil false
3
false not found false
true nil false
true nil false
nil
true nil false
false attempt to add or replace nil values false

=== incr
--- request
POST /t
say(d:incr("c", 1)) say(d:incr("c", 1, 10)) say(d:incr("c", -0.5)) say(d:incr("c", 2, 0))
d:set("s", "x") say(d:incr("s", 1)) d:lpush("l", 1) say(d:incr("l", 1))
say(d:incr("t", 1, 0, 100)) local left = d:ttl("t") say(left > 99 and left <= 100)
--- response_body
nil not found
11 nil false
10.5
12.5 nil false
nil not a number
nil not a number
1 nil false
true

=== lists
--- request
POST /t
say(d:lpush("l", "a")) say(d:rpush("l", 1.5)) say(d:lpush("l", "b")) say(d:llen("l"))
say(d:lpop("l")) say(d:rpop("l")) say(d:rpop("l")) say(d:rpop("l")) say(d:llen("l"))
d:set("s", 1) say(d:lpush("s", 1)) say(d:lpop("s")) say(d:llen("s")) d:lpush("l", 1) say(d:get("l"))
--- response_body
1
2
3
3
b
1.5
a
nil
0
nil value not a list
nil value not a list
nil value not a list
nil value is a list

=== times
--- request
POST /t
d:set("k", 1) say(d:ttl("k")) say(d:expire("k", 10)) say(d:ttl("k") > 9) say(d:expire("k", 0)) say(d:ttl("k"))
say(d:ttl("absent")) say(d:expire("absent", 1))
d:set("e", 1, 0.01) ngx.sleep(0.05) say(d:get("e")) say(d:add("e", 2, 0.01)) ngx.sleep(0.05) say(d:get("e"))
--- response_body
0
true
true
true
0
nil not found
nil not found
nil
true nil false
nil

=== the whole zone
--- request
POST /t
for i = 1, 5 do d:set("k" .. i, i) end
local keys = d:get_keys() table.sort(keys) say(table.concat(keys, " ")) say(#d:get_keys(2)) say(#d:get_keys(0))
say(d:flush_expired()) say(d:flush_all()) say(#d:get_keys()) say(d:capacity()) say(d:free_space())
--- response_body
k1 k2 k3 k4 k5
2
5
0

0
1048576
nil not supported by the redis backend

=== keys and values that can't be
--- request
POST /t
say(d:get(nil)) say(d:set("", 1)) say(d:get(("k"):rep(65536))) say(d:set("k", {}))
say(pcall(d.get, {}, "k")) say(pcall(d.set, d, "k", 1, -1)) say(pcall(d.lpush, d, "k"))
--- response_body
nil nil key
nil empty key
nil key too long
nil bad value type
false bad "zone" argument
false bad "exptime" argument
false expecting 3 arguments, but only seen 2

=== a server that does not answer
--- request
POST /t
say(gone:get("k")) say(gone:set("k", 1)) say(gone:get_keys())
--- response_body
nil redis: connection refused
nil redis: connection refused
nil redis: connection refused
--- error_log
connect() failed (111: Connection refused)

=== a wrong password
--- request
POST /t
say(wrong:get("k"))
--- response_body_like: ^nil redis: (WRONGPASS|ERR) .*

=== where nothing may wait
--- config
location /set { set_by_lua_block $v { local v, err = ngx.shared.far:get("k") return tostring(v) .. ": " .. tostring(err) } return 200 $v; }
location /init { content_by_lua_block { ngx.print(tostring(from_init[1]), ": ", tostring(from_init[2])) } }
--- request
GET /set
--- response_body: nil: API disabled in the context of set_by_lua*

=== in init_by_lua
--- config
location /set { set_by_lua_block $v { local v, err = ngx.shared.far:get("k") return tostring(v) .. ": " .. tostring(err) } return 200 $v; }
location /init { content_by_lua_block { ngx.print(tostring(from_init[1]), ": ", tostring(from_init[2])) } }
--- request
GET /init
--- response_body: nil: no request found

=== refused settings
--- http_config
lua_shared_dict far 1m backend=memcached://127.0.0.1;
--- must_die
--- error_log
invalid backend "memcached://127.0.0.1", it must be a "redis://" address
