ngx.run_worker_thread: functions of modules, in threads and VMs of their own.

--- main_config
thread_pool small threads=2;
--- http_config
lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
lua_shared_dict cats 100k;
--- user_files
>>> work.lua
local calls = 0
local work = {not_a_function = 1}
function work.count() calls = calls + 1 return calls end
function work.echo(...) return select("#", ...), ... end
function work.describe(t) return type(t), t.a, t[1], t.deep.deeper[1], type(t.null), t.float, t[2.5], t[true] end
function work.fail() error("told") end
function work.fail_object() error({}) end
function work.give_function() return {f = print} end
function work.circle() local t = {} t.t = t return t end
function work.numbers() return 0, -1, 1.5, 1 / 3, 1e300, 1 / 0, -1 / 0, 2 ^ 53 end
function work.api()
    ngx.shared.cats:set("k", "set in a thread")
    return ngx.md5("x"), ngx.encode_base64("x"), (ngx.re.gsub("abc", "b", "-", "jo")), ngx.quote_sql_str("a'"), ngx.crc32_short("x")
end
return work
>>> not_a_table.lua
return 1
>>> broken.lua
this is no Lua
--- config
location /t { content_by_lua_block {
    local ok, err = pcall(function()
        return assert(loadstring("local run = ... " .. ngx.unescape_uri(ngx.var.args)))(function(...)
            local out = {ngx.run_worker_thread(...)}
            for i = 1, table.maxn(out) do out[i] = tostring(out[i]) end
            ngx.say(table.concat(out, " "))
        end)
    end)
    if not ok then ngx.say(err) end
} }
location /shared { content_by_lua_block {
    ngx.run_worker_thread("small", "work", "api")
    ngx.say(ngx.shared.cats:get("k"))
} }
location /filter { return 200 "x"; header_filter_by_lua_block { local ok, err = pcall(ngx.run_worker_thread, "small", "work", "count") ngx.header.X = err } }
location /side { content_by_lua_block {
    local done = {}
    local threads = {}
    for i = 1, 3 do
        threads[i] = ngx.thread.spawn(function()
            local ok, n, value = ngx.run_worker_thread("small", "work", "echo", i)
            done[i] = tostring(ok) .. n .. value
        end)
    end
    for i = 1, 3 do ngx.thread.wait(threads[i]) end
    ngx.say(table.concat(done, " "))
} }

=== arguments and results
--- request
GET /t?run("small",%20"work",%20"echo",%20"a",%20true,%20false,%201.5,%20"")
--- response_body
true 5 a true false 1.5 

=== a table
--- request
GET /t?run("small","work","describe",{a="A","one",deep={deeper={7}},null=ngx.null,float=0.1,[2.5]="key",[true]="yes"})
--- response_body
true table A one 7 userdata 0.1 key yes

=== numbers
--- request
GET /t?run("small","work","numbers")
--- response_body
true 0 -1 1.5 0.33333333333333 1e+300 inf -inf 9.007199254741e+15

=== an error of the function
--- request
GET /t?run("small","work","fail")
--- response_body_like
^false \S+/html/work\.lua:6: told$

=== an error that is no text
--- request
GET /t?run("small","work","fail_object")
--- response_body_like
^false $

=== a pool that is not there
--- request
GET /t?run("nosuch","work","count")
--- response_body
false thread pool nosuch not found

=== a module that is not there
--- request
GET /t?run("small","nosuch","count")
--- response_body_like
^false module 'nosuch' not found:

=== a module that is no table
--- request
GET /t?run("small","not_a_table","count")
--- response_body
false invalid lua module

=== a module that does not compile
--- request
GET /t?run("small","broken","count")
--- response_body_like
^false error loading module 'broken' from file '\S+/html/broken\.lua':

=== no function of that name
--- request
GET /t?run("small","work","not_a_function")
--- response_body
false invalid function

=== a function as an argument
--- request
GET /t?run("small","work","echo",{{print}})
--- response_body
false unsupported Lua type: LUA_TFUNCTION in the argument

=== a coroutine as an argument
--- request
GET /t?run("small","work","echo",coroutine.create(function()%20end))
--- response_body
false unsupported Lua type: LUA_TTHREAD in the argument

=== a function as a result
--- request
GET /t?run("small","work","give_function")
--- response_body
false unsupported Lua type: LUA_TFUNCTION in the return value

=== a table within itself
--- request
GET /t?run("small","work","circle")
--- response_body
false suspicious circular references, table depth exceed max depth: 100 in the return value

=== too few arguments
--- request
GET /t?run("small","work")
--- response_body
false expecting at least 3 arguments

=== wrong kinds of names
--- request
GET /t?run({},"work","count")run("small",{},"count")run("small","work",{})
--- response_body
false threadpool should be a string
false module name should be a string
false function name should be a string

=== the API in there, and what it stored
--- request
GET /t?run("small","work","api")
--- response_body
true 9dd4e461268c8034f5c8564e155c67a6 eA== a-c 'a\'' 2363233923

=== a dictionary is the same
--- request
GET /shared
--- response_body
set in a thread

=== side by side
--- request
GET /side
--- response_body
true11 true12 true13

=== not in a filter
--- request
GET /filter
--- response_body: x
--- response_headers
X: API disabled in the context of header_filter_by_lua*
