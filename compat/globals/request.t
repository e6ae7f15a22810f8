lua_globals request: a request has a global environment of its own, which inherits the worker's.

--- oracle: lua_globals is ours alone
--- http_config
lua_globals request;
lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
init_by_lua_block { worker_global = "from init" }
--- user_files
>>> counter.lua
local M = { n = 0 }
module_loaded = (module_loaded or 0) + 1
function M.add() M.n = M.n + 1 module_global = M.n return M.n end
function M.read(name) return _G[name] end
return M
--- config
location /write { content_by_lua_block { count = (count or 0) + 1 ngx.say(count) } }
location /read { content_by_lua_block { ngx.say(count, " ", via_g, " ", loaded, " ", from_coroutine, " ", raw) } }
location /g { content_by_lua_block { _G.via_g = 1 ngx.say(via_g, " ", _G.via_g) } }
location /raw { content_by_lua_block { rawset(_G, "raw", 2) ngx.say(raw) } }
location /loadstring { content_by_lua_block { assert(loadstring("loaded = 3"))() ngx.say(loaded) } }
location /coroutine { content_by_lua_block {
    coroutine.wrap(function() from_coroutine = 4 end)()
    ngx.say(from_coroutine)
} }
location /phases {
    rewrite_by_lua_block { trail = "rewrite" }
    access_by_lua_block { trail = trail .. " access" }
    content_by_lua_block { trail = trail .. " content" ngx.say(trail) }
    header_filter_by_lua_block { trail = trail .. " header" }
    body_filter_by_lua_block { bodies = (bodies or 0) + 1 }
    log_by_lua_block { ngx.log(ngx.NOTICE, "globals in log: ", trail, " ", bodies > 0) }
}
location /init { content_by_lua_block { local before = worker_global worker_global = "shadowed" ngx.say(before, " ", worker_global) } }
location /init-read { content_by_lua_block { ngx.say(worker_global) } }
location /module { content_by_lua_block {
    local counter = require "counter"
    in_request = "mine"
    ngx.say(counter.add(), " ", tostring(module_loaded), " ", tostring(module_global), " ", tostring(counter.read("in_request")))
} }
location /standard { content_by_lua_block { string.own = 1 ngx.say(type(string.rep), " ", type(ngx), " ", type(print), " ", _G._G == _G, " ", getfenv(0) == _G) } }
location /wait { content_by_lua_block { mine = ngx.var.arg_v ngx.sleep(0.02) ngx.say(mine) } }
location /worker {
    lua_globals shared;
    content_by_lua_block { old_way = (old_way or 0) + 1 ngx.say(old_way) }
}
location /off-syntax { content_by_lua_block {
    local x = = 1
} }
location /error { content_by_lua_block {
    missing_function()
} }

=== a global is gone in the next request
--- pipelined_requests
GET /write
GET /write
GET /read
--- error_code: 200 200 200
--- response_body
1
1
nil nil nil nil nil
--- no_error_log
[warn]

=== through _G
--- pipelined_requests
GET /g
GET /read
--- error_code: 200 200
--- response_body
1 1
nil nil nil nil nil

=== through rawset
--- pipelined_requests
GET /raw
GET /read
--- error_code: 200 200
--- response_body
2
nil nil nil nil nil

=== through loadstring
--- pipelined_requests
GET /loadstring
GET /read
--- error_code: 200 200
--- response_body
3
nil nil nil nil nil

=== in a coroutine
--- pipelined_requests
GET /coroutine
GET /read
--- error_code: 200 200
--- response_body
4
nil nil nil nil nil

=== every phase of a request shares them
--- request
GET /phases
--- response_body
rewrite access content
--- error_log
globals in log: rewrite access content header true
--- no_error_log
[warn]

=== globals of init are inherited and shadowed
--- pipelined_requests
GET /init
GET /init-read
--- error_code: 200 200
--- response_body
from init shadowed
from init

=== modules keep the worker's globals
--- pipelined_requests
GET /module
GET /module
--- error_code: 200 200
--- response_body
1 1 1 nil
2 1 2 nil

=== the standard library
--- request
GET /standard
--- response_body
function table function true true

=== requests at the same time
--- pipelined_requests
GET /wait?v=1
GET /wait?v=2
--- error_code: 200 200
--- response_body
1
2

=== lua_globals shared in a location
--- pipelined_requests
GET /worker
GET /worker
--- error_code: 200 200
--- response_body
1
2
--- error_log
writing a global Lua variable ('old_way')

=== a syntax error keeps its line
--- request
GET /off-syntax
--- error_code: 500
--- error_log
failed to load inlined Lua code: content_by_lua(nginx.conf:$LINE[location /off-syntax]):2: unexpected symbol near '='

=== a runtime error keeps its line
--- request
GET /error
--- error_code: 500
--- error_log
content_by_lua(nginx.conf:$LINE[location /error]):2: attempt to call global 'missing_function' (a nil value)

=== a wrong value
--- http_config
lua_globals nothing;
--- config
location / { }
--- must_die
--- error_log
invalid value "nothing" in $TEST_NGINX_CONF:$LINE[lua_globals nothing]
