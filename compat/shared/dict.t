ngx.shared: what a counter and a cache need.

--- http_config
lua_shared_dict dogs 1m;
lua_shared_dict cats 100k;
init_by_lua_block { ngx.shared.dogs:set("from init", "kept") }
--- config
location /basic { content_by_lua_block {
    local d = ngx.shared.dogs
    ngx.say(d:set("s", "text"), " ", d:get("s"), " ", d:get("none"))
    d:set("n", 1.5) d:set("b", false) d:set("f", "x", 0, 7)
    ngx.say(d:get("n"), " ", d:get("b"), " ", d:get("f"))
    d:delete("s") d:set("n", nil)
    ngx.say(d:get("s"), " ", d:get("n"))
} }
location /incr { content_by_lua_block {
    local d = ngx.shared.dogs
    d:delete("c")
    ngx.say(d:incr("c", 1)) ngx.say(d:incr("c", 2, 10)) ngx.say(d:incr("c", -0.5))
    d:set("t", "text") ngx.say(d:incr("t", 1))
} }
location /add { content_by_lua_block {
    local d = ngx.shared.dogs
    d:delete("a")
    ngx.say(d:add("a", 1)) ngx.say(d:add("a", 2)) ngx.say(d:replace("a", 3)) ngx.say(d:replace("zz", 3)) ngx.say(d:get("a"))
} }
location /expire { content_by_lua_block {
    local d = ngx.shared.dogs
    d:set("e", 1, 0.01)
    local before = d:get("e")
    ngx.sleep(0.05)
    ngx.say(before, " ", d:get("e"), " ", d:get_stale("e"))
} }
location /kept { content_by_lua_block { ngx.say(ngx.shared.dogs:get("from init"), " ", ngx.shared.dogs:incr("hits", 1, 0)) } }
location /separate { content_by_lua_block { ngx.shared.dogs:set("k", 1) ngx.say(ngx.shared.cats:get("k"), " ", ngx.shared.birds) } }
location /wrong { content_by_lua_block {
    local d = ngx.shared.dogs
    ngx.say(d:set("k", {})) ngx.say(d:get("")) ngx.say(d:get(nil)) ngx.say(d:set(string.rep("k", 65536), 1)) ngx.say(pcall(d.set, d, "k", 1, -1))
} }
location /keys { content_by_lua_block {
    local d = ngx.shared.cats
    d:flush_all() d:flush_expired()
    d:set("a", 1) d:set("b", 2)
    local keys = d:get_keys()
    table.sort(keys)
    ngx.say(table.concat(keys, " "), " ", #d:get_keys(1))
    d:flush_all()
    ngx.say(#d:get_keys(), " ", d:flush_expired())
} }

=== set, get, delete
--- request
GET /basic
--- response_body
true text nil
1.5 false x7
nil nil

=== incr
--- request
GET /incr
--- response_body
nilnot found
12nilfalse
11.5
nilnot a number

=== add and replace
--- request
GET /add
--- response_body
truenilfalse
falseexistsfalse
truenilfalse
falsenot foundfalse
3

=== expiry
--- request
GET /expire
--- response_body
1 nil 1niltrue

=== filled in init, counted over requests
--- pipelined_requests
GET /kept
GET /kept
--- error_code: 200 200
--- response_body
kept 1nilfalse
kept 2nilfalse

=== zones are separate
--- request
GET /separate
--- response_body
nil nil

=== wrong arguments
--- request
GET /wrong
--- response_body_like: ^nilbad value type\nnilempty key\nnilnil key\nnilkey too long\nfalse.*bad "exptime" argument

=== keys and flushing
--- request
GET /keys
--- response_body
a b 1
0 0

=== an expired key that is looked up is the most recently used one
--- config
location /looked-up { content_by_lua_block {
    local d = ngx.shared.cats
    d:flush_all()
    d:flush_expired()
    for i = 1, 9 do d:set(i < 9 and "k" .. i or "list", "v" .. i) end
    d:flush_all() -- pushes out three
    ngx.say((d:get_stale("k4")))
    d:set("new", 1) -- pushes out two
    ngx.say((d:get_stale("k4")), " ", (d:get_stale("k6")), " ", (d:get_stale("k7")))
    ngx.say((d:incr("k7", 1)), " ", d:flush_expired())
} }
--- request
GET /looked-up
--- response_body
v4
v4 nil v7
nil 2
