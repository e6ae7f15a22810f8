require, lua_package_path, lua_package_cpath, lua_code_cache.

--- http_config
lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;$prefix/html/other/?.lua;;";
--- user_files
>>> counter.lua
local M = { n = 0 }
function M.add() M.n = M.n + 1 return M.n end
return M
>>> dir/inner.lua
return { name = ... }
>>> other/second.lua
return "from the second path"
>>> broken.lua
local x = = 1
>>> failing.lua
error("module body fails")
>>> nothing.lua
local x = 1
>>> global.lua
module("global", package.seeall)
function hello() return "module function " .. _NAME end
>>> cycle_a.lua
local b = require "cycle_b"
return { b = b }
>>> cycle_b.lua
local a = require "cycle_a"
return { a = a }
>>> request.lua
local M = {}
function M.uri() return ngx.var.uri end
function M.say(...) ngx.say("module says ", ...) end
return M
>>> code.lua
ngx.say("version one")
>>> waits.lua
local M = {}
function M.sleep(t) ngx.sleep(t) return "slept in a module" end
return M
--- config
location /counter { content_by_lua_block { ngx.say(require("counter").add()) } }
location /inner { content_by_lua_block { ngx.say(require("dir.inner").name, " ", package.loaded["dir.inner"] == require("dir.inner")) } }
location /second { content_by_lua_block { ngx.say(require "second") } }
location /missing { content_by_lua_block { local ok, err = pcall(require, "no.such.module") ngx.print(err, "\n") } }
location /missing-uncaught { content_by_lua_block { require "nosuch" } }
location /broken { content_by_lua_block { local ok, err = pcall(require, "broken") ngx.print(ok, " ", err) } }
location /failing { content_by_lua_block { local ok, err = pcall(require, "failing") ngx.print(ok, " ", err) } }
location /nothing { content_by_lua_block { ngx.say(require "nothing", " ", package.loaded.nothing) } }
location /module { content_by_lua_block { ngx.say(require("global").hello()) } }
location /cycle { content_by_lua_block { local ok, err = pcall(require, "cycle_a") ngx.say(ok, " ", (tostring(err):gsub(".*: ", ""))) } }
location /request { content_by_lua_block { local r = require "request" r.say(r.uri()) } }
location /path { content_by_lua_block {
    ngx.say(package.path:sub(1, #"$TEST_NGINX_HTML_DIR"), " ", package.path:find("$prefix", 1, true), " ",  #package.path > 100, " ", type(package.cpath))
} }
location /preload { content_by_lua_block {
    package.preload.made = function(name) return "preloaded " .. name end
    ngx.say(require "made")
    package.loaded.made = nil
    package.preload.made = nil
    ngx.say((pcall(require, "made")))
} }
location /loaded { content_by_lua_block { package.loaded.counter = nil ngx.say(require("counter").add()) } }
location /waits { content_by_lua_block { ngx.say(require("waits").sleep(0.001)) } }
location /standard { content_by_lua_block { ngx.say(require("string") == string, " ", require("table") == table, " ", require("ngx") == ngx, " ", require("_G") == _G) } }
location /dofile { content_by_lua_block { ngx.say(type(dofile("$TEST_NGINX_HTML_DIR/counter.lua").add)) } }
location /loadfile { content_by_lua_block { local f, err = loadfile("$TEST_NGINX_HTML_DIR/broken.lua") ngx.say(f, " ", err) } }
location /cached { content_by_lua_file html/changes.lua; }
location /write { content_by_lua_block {
    local file = io.open("$TEST_NGINX_HTML_DIR/changes.lua", "w")
    file:write("ngx.say('", ngx.var.arg_v, "')")
    file:close()
    ngx.say("written")
} }

=== a module keeps its state from request to request
--- pipelined_requests
GET /counter
GET /counter
--- error_code: 200 200
--- response_body
1
2

=== a module in a directory
--- request
GET /inner
--- response_body
dir.inner true

=== the second path, with $prefix
--- request
GET /second
--- response_body
from the second path

=== a missing module: where it was looked for
--- request
GET /missing
--- response_body_like: ^module 'no.such.module' not found:\n\tno field package.preload\['no.such.module'\]\n\tno file '$TEST_NGINX_HTML_DIR/no/such/module.lua'\n\tno file '$TEST_NGINX_SERVER_ROOT//html/other/no/such/module.lua'\n

=== a missing module, uncaught
--- request
GET /missing-uncaught
--- error_code: 500
--- error_log
lua entry thread aborted: runtime error: content_by_lua(nginx.conf:$LINE[location /missing-uncaught]):1: module 'nosuch' not found:

=== a module with a syntax error
--- request
GET /broken
--- response_body_like: ^false error loading module 'broken' from file '$TEST_NGINX_HTML_DIR/broken.lua':\n\t$TEST_NGINX_HTML_DIR/broken.lua:1: unexpected symbol near '='$

=== a module whose body fails
--- request
GET /failing
--- response_body: false $TEST_NGINX_HTML_DIR/failing.lua:1: module body fails

=== a module that returns nothing
--- request
GET /nothing
--- response_body
true true

=== module()
--- request
GET /module
--- response_body
module function global

=== modules that require each other
--- request
GET /cycle
--- response_body_like: ^false loop or previous error loading module 'cycle_a'\n$

=== a module uses the request that calls it
--- pipelined_requests
GET /request?1
GET /request/x
--- error_code: 200 200
--- response_body
module says /request
module says /request/x

=== the paths
--- request
GET /path
--- response_body
$TEST_NGINX_HTML_DIR nil true string

=== package.preload
--- request
GET /preload
--- response_body
preloaded made
false

=== package.loaded
--- request
GET /loaded
--- response_body
1

=== a module that waits
--- request
GET /waits
--- response_body
slept in a module

=== standard libraries are modules
--- request
GET /standard
--- response_body
true true true true

=== dofile
--- request
GET /dofile
--- response_body
function

=== loadfile
--- request
GET /loadfile
--- response_body
nil $TEST_NGINX_HTML_DIR/broken.lua:1: unexpected symbol near '='

=== code of a file is cached
--- pipelined_requests
GET /write?v=one
GET /cached
GET /write?v=two
GET /cached
--- error_code: 200 200 200 200
--- response_body
written
one
written
one

=== C modules: cjson
--- requires: /usr/lib/x86_64-linux-gnu/lua/5.1/cjson.so
--- skip_engine
lua52: the module is built for Lua 5.1
--- http_config
lua_package_cpath "/usr/lib/x86_64-linux-gnu/lua/5.1/?.so;;";
--- config
location / { content_by_lua_block {
    local cjson = require "cjson"
    ngx.say(cjson.encode({ 1, "a", true, cjson.null }), " ", cjson.decode('{"k":[1,2]}').k[2], " ", cjson._NAME, " ", cjson.null == ngx.null)
    ngx.say(pcall(cjson.decode, "{bad"))
} }
--- request
GET /
--- response_body
[1,"a",true,null] 2 cjson true
falseExpected object key string but found invalid token at character 2

=== C modules: lpeg
--- requires: /usr/lib/x86_64-linux-gnu/lua/5.1/lpeg.so
--- skip_engine
lua52: the module is built for Lua 5.1
--- http_config
lua_package_cpath "/usr/lib/x86_64-linux-gnu/lua/5.1/?.so;;";
--- config
location / { content_by_lua_block { local lpeg = require "lpeg" ngx.say(lpeg.match(lpeg.C(lpeg.R("09") ^ 1), "123abc")) } }
--- request
GET /
--- response_body
123

=== PRELUDE
--- http_config
lua_code_cache off;
lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
init_by_lua_block { inits = (inits or 0) + 1 }
--- user_files
>>> counter.lua
local M = { n = 0 }
function M.add() M.n = M.n + 1 return M.n end
return M
--- config
location /counter { content_by_lua_block { ngx.say(require("counter").add(), " ", require("counter").add(), " ", inits) } }
location /phases {
    rewrite_by_lua_block { package.loaded.kept = "same VM" }
    content_by_lua_block { ngx.say(package.loaded.kept) }
}
location /cached { lua_code_cache on; content_by_lua_block { ngx.say(require("counter").add()) } }
location /sleep { content_by_lua_block { ngx.sleep(0.01) ngx.say(require("counter").add()) } }
location /global { content_by_lua_block { rawset(_G, "x", (x or 0) + 1) ngx.say(x) } }
location /file { content_by_lua_file html/changes.lua; }
location /write { content_by_lua_block {
    local file = io.open("$TEST_NGINX_HTML_DIR/changes.lua", "w")
    file:write("ngx.say('", ngx.var.arg_v, "')")
    file:close()
    ngx.say("written")
} }

=== lua_code_cache off: every request starts anew
--- pipelined_requests
GET /counter
GET /counter
--- error_code: 200 200
--- response_body
1 2 1
1 2 1
--- startup_log
lua_code_cache is off; this will hurt performance in $TEST_NGINX_CONF:$LINE[lua_code_cache off]

=== lua_code_cache off: one VM for all phases of a request
--- request
GET /phases
--- response_body
same VM

=== lua_code_cache off: changed files are read again
--- pipelined_requests
GET /write?v=one
GET /file
GET /write?v=two
GET /file
--- error_code: 200 200 200 200
--- response_body
written
one
written
two

=== lua_code_cache on in a location beside it
--- pipelined_requests
GET /cached
GET /counter
GET /cached
--- error_code: 200 200 200
--- response_body
1
1 2 1
2

=== lua_code_cache off: waiting
--- request
GET /sleep
--- response_body
1

=== lua_code_cache off: globals
--- pipelined_requests
GET /global
GET /global
--- error_code: 200 200
--- response_body
1
1
