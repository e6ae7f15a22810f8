lua-cjson of Debian, a C module that wins over the built-in one.

--- requires: /usr/lib/x86_64-linux-gnu/lua/5.1/cjson.so
--- skip_engine
lua52: no cjson for Lua 5.2
--- config
location /values {
    content_by_lua_block {
        local cjson = require "cjson"
        ngx.say(cjson._NAME, " ", cjson._VERSION:match("^%d+%.%d+"))
        ngx.say(cjson.encode {1, "two", {three = 3.25}, true, cjson.null})
        local t = cjson.decode [[{"a": [1, 2.5e3, -0], "b": "\u00e9\n\ud83d\ude00", "c": null, "d": {}, "e": false}]]
        ngx.say(t.a[2], " ", t.b, " ", t.c == ngx.null, " ", t.c == cjson.null, " ", next(t.d), " ", t.e)
        ngx.say(cjson.encode {ngx.null, [3] = 1})
        ngx.say(cjson.encode("/\"\\\0\31"))
    }
}
location /errors {
    content_by_lua_block {
        local cjson, safe = require "cjson", require "cjson.safe"
        ngx.say(select(2, pcall(cjson.encode, {f = print})))
        ngx.say(select(2, pcall(cjson.decode, "[1,")))
        ngx.say(safe.decode("{"))
        ngx.say(safe.encode(function() end))
        ngx.say(select(2, pcall(cjson.encode, {[1] = 1, [1000000] = 2})))
    }
}
location /instances {
    content_by_lua_block {
        local mine = require "cjson".new()
        mine.encode_number_precision(3)
        mine.encode_sparse_array(true)
        mine.encode_max_depth(2)
        ngx.say(mine.encode {1 / 3}, " ", require "cjson".encode {1 / 3})
        ngx.say(mine.encode {[20] = 1}, " ", (pcall(mine.encode, {{{1}}})))
        ngx.say(require "cjson".encode {{{1}}})
    }
}
location /body {
    content_by_lua_block {
        ngx.req.read_body()
        local cjson = require "cjson.safe"
        local data, err = cjson.decode(ngx.req.get_body_data())
        if not data then
            ngx.status = 400
            return ngx.say(err)
        end
        data.count = #data.list
        ngx.say(data.count, " ", cjson.encode(data.list))
    }
}

=== values
--- request
GET /values
--- response_body
cjson 2.1
[1,"two",{"three":3.25},true,null]
2500 é
😀 true true nil false
[null,null,1]
"\/\"\\\u0000\u001f"

=== errors
--- request
GET /errors
--- response_body
Cannot serialise function: type not supported
Expected value but found T_END at character 4
nilExpected object key string but found T_END at character 2
nilCannot serialise function: type not supported
Cannot serialise table: excessively sparse array

=== instances have settings of their own
--- request
GET /instances
--- response_body
[0.333] [0.33333333333333]
{"20":1} false
[[[1]]]

=== a body
--- request
POST /body
{"list": ["a", {"b": []}]}
--- response_body
2 ["a",{"b":{}}]

=== a wrong body
--- request
POST /body
{"list": [}
--- error_code: 400
--- response_body
Expected value but found T_OBJ_END at character 11
