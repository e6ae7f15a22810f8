resty.core is loaded before the user's code; tables of the API have what ngx_lua's have.

--- http_config
lua_shared_dict dogs 1m;
--- config
location /loaded { content_by_lua_block {
    ngx.say(package.loaded["resty.core"] ~= nil and package.loaded["resty.core"] == require "resty.core")
} }
location /dict { content_by_lua_block {
    local dogs, n = ngx.shared.dogs, 0
    for _ in pairs(dogs.__index) do n = n + 1 end
    ngx.say(n, " ", dogs.__index.get == dogs.get, " ", type(dogs[1]))
    ngx.say(pcall(ngx.encode_args, {foo = 3, bar = dogs}))
} }
location /coroutine { content_by_lua_block {
    local names = {}
    for name in pairs(coroutine) do names[#names + 1] = name end
    ngx.say(#names)
} }
location /internal { content_by_lua_block {
    local message
    ngx.timer.at(0, function() message = select(2, pcall(ngx.req.is_internal)) end)
    while not message do ngx.sleep(0.001) end
    ngx.say(message:match "[^/]*$":gsub("^%w+%.lua:%d+", "FILE"))
} }

=== resty.core
--- request
GET /loaded
--- response_body
true

=== a dictionary
--- request
GET /dict
--- response_body
22 true userdata
falseattempt to use userdata as query arg value

=== coroutine
--- request
GET /coroutine
--- response_body
16

=== an error placed in the API's own file
--- request
GET /internal
--- response_body
FILE: API disabled in the current context1
