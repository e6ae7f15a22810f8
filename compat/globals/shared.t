Globals as today's OpenResty has them: one table for all requests of a worker, a warning for each new name.

--- config
location /write { content_by_lua_block { shared_counter = (shared_counter or 0) + 1 ngx.say(shared_counter) } }
location /first { content_by_lua_block {
    first_seen = "set"
    ngx.say(first_seen)
} }
location /first-read { content_by_lua_block { ngx.say(first_seen) } }
location /function { content_by_lua_block {
    function leaked() return "leaked function" end
    ngx.say(leaked())
} }
location /call { content_by_lua_block { ngx.say(leaked and leaked()) } }
location /via-g { content_by_lua_block { _G.via_g = 1 ngx.say(rawget(_G, "via_g")) } }
location /raw { content_by_lua_block { rawset(_G, "raw_global", 5) ngx.say(raw_global) } }
location /raw-read { content_by_lua_block { ngx.say(raw_global) } }
location /phases { rewrite_by_lua_block { rawset(_G, "from_rewrite", ngx.var.uri) } content_by_lua_block { ngx.say(from_rewrite) } }
location /identity { content_by_lua_block { ngx.say(_G._G == _G, " ", getfenv(0) == _G, " ", getfenv(1) == _G, " ", type(_G.ngx)) } }
location /loadstring { content_by_lua_block { assert(loadstring("rawset(_G, 'loaded_global', 9)"))() ngx.say(loaded_global) } }
location /local { content_by_lua_block { local x = (x or 0) + 1 ngx.say(x) } }
location /setfenv { content_by_lua_block {
    local f = function() hidden = 1 return hidden end
    local env = {}
    setfenv(f, env)
    ngx.say(f(), " ", env.hidden, " ", rawget(_G, "hidden"))
} }

=== a new global is logged, with its name and place
--- request
GET /first
--- response_body
set
--- error_log
[warn]
writing a global Lua variable ('first_seen') which may lead to race conditions between concurrent requests, so prefer the use of 'local' variables
	content_by_lua(nginx.conf:$LINE[location /first ]):2: in main chunk, client: 127.0.0.1, server: localhost, request: "GET /first HTTP/1.1", host: "localhost"

=== the next request sees it; nothing is logged for reading
--- request
GET /first-read
--- response_body
set
--- no_error_log
[warn]

=== the second write of a name is not logged
--- pipelined_requests
GET /write
GET /write
GET /write
--- error_code: 200 200 200
--- response_body
1
2
3
--- grep_error_log: writing a global Lua variable \('\w+'\)
--- grep_error_log_out
writing a global Lua variable ('shared_counter')

=== a global function
--- request
GET /function
--- response_body
leaked function
--- error_log
writing a global Lua variable ('leaked')

=== the next request calls it
--- request
GET /call
--- response_body
leaked function

=== written through _G
--- request
GET /via-g
--- response_body
1
--- error_log
writing a global Lua variable ('via_g')

=== rawset is silent
--- request
GET /raw
--- response_body
5
--- no_error_log
[warn]

=== rawset persists
--- request
GET /raw-read
--- response_body
5

=== from one phase to the next
--- request
GET /phases
--- response_body
/phases

=== one global table
--- request
GET /identity
--- response_body
true true true table

=== loadstring
--- request
GET /loadstring
--- response_body
9

=== locals are not shared
--- pipelined_requests
GET /local
GET /local
--- error_code: 200 200
--- response_body
1
1

=== setfenv
--- request
GET /setfenv
--- response_body
1 1 nil
--- no_error_log
[warn]
