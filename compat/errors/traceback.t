debug.traceback called by Lua code: nothing of ours is in it.

--- skip_engine: lua51: its tracebacks show a little more
--- user_files
>>> deep.lua
local function deep(n)
    if n == 0 then return debug.traceback("deep") end
    local text = deep(n - 1)
    return text
end
return {deep = deep, trace = function(...) local text = debug.traceback(...) return text end}
--- http_config
lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
--- config
location /plain {
    content_by_lua_block {
        ngx.say(debug.traceback("plain"))
        ngx.say(debug.traceback())
        local function inner() local text = debug.traceback("inner", 2) return text end
        ngx.say((inner()))
        local other = debug.traceback({}, 1)
        ngx.say(type(other), " ", debug.traceback(12))
    }
}
location /xpcall {
    content_by_lua_block {
        local ok, text = xpcall(function() error("failed") end, debug.traceback)
        ngx.say(text)
    }
}
location /module { content_by_lua_block { ngx.say((require "deep".trace("module"))) } }
location /deep { content_by_lua_block { ngx.say((require "deep".deep(30))) } }
location /thread {
    content_by_lua_block {
        ngx.thread.spawn(function() ngx.say(debug.traceback("thread")) end)
        local function body() ngx.say(debug.traceback("wrapped")) end
        coroutine.wrap(body)()
    }
}
location /coroutine {
    content_by_lua_block {
        local co = coroutine.create(function() local x = 1 coroutine.yield() end)
        coroutine.resume(co)
        ngx.say(debug.traceback(co))
        ngx.say(debug.traceback(co, "with text", 1))
    }
}
location /callback {
    content_by_lua_block {
        local text
        string.gsub("a", "a", function() text = debug.traceback("called back") end)
        ngx.say(text)
    }
}
location /filter {
    header_filter_by_lua_block { ngx.header["X-Trace"] = debug.traceback("filter"):gsub("%s+", " ") }
    content_by_lua_block { ngx.say("x") }
}
location /timer { content_by_lua_block { ngx.timer.at(0, function() ngx.log(ngx.WARN, debug.traceback("timer")) end) } }

=== a main chunk
--- request
GET /plain
--- response_body
plain
stack traceback:
	content_by_lua(nginx.conf:$LINE[location /plain]+1):2: in main chunk
stack traceback:
	content_by_lua(nginx.conf:$LINE[location /plain]+1):3: in main chunk
inner
stack traceback:
	content_by_lua(nginx.conf:$LINE[location /plain]+1):5: in main chunk
table 12
stack traceback:
	content_by_lua(nginx.conf:$LINE[location /plain]+1):7: in main chunk

=== a handler of xpcall
--- request
GET /xpcall
--- response_body
content_by_lua(nginx.conf:$LINE[location /xpcall]+1):2: failed
stack traceback:
	[C]: in function 'error'
	content_by_lua(nginx.conf:$LINE[location /xpcall]+1):2: in function <content_by_lua(nginx.conf:$LINE[location /xpcall]+1):2>
	[C]: in function 'xpcall'
	content_by_lua(nginx.conf:$LINE[location /xpcall]+1):2: in main chunk

=== a module
--- request
GET /module
--- response_body_like
^module
stack traceback:
	\S+/html/deep\.lua:6: in function 'trace'
	content_by_lua\(nginx\.conf:\d+\):1: in main chunk
$

=== deep
--- request
GET /deep
--- response_body_like
^deep
stack traceback:
(?:	\S+/html/deep\.lua:3: in function 'deep'\n){11}	\.\.\.
(?:	\S+/html/deep\.lua:3: in function 'deep'\n){9}	content_by_lua\(nginx\.conf:\d+\):1: in main chunk
$

=== threads
--- request
GET /thread
--- response_body
thread
stack traceback:
	content_by_lua(nginx.conf:$LINE[location /thread]+1):2: in function <content_by_lua(nginx.conf:$LINE[location /thread]+1):2>
wrapped
stack traceback:
	content_by_lua(nginx.conf:$LINE[location /thread]+1):3: in function <content_by_lua(nginx.conf:$LINE[location /thread]+1):3>

=== a coroutine
--- request
GET /coroutine
--- response_body
stack traceback:
	[C]: in function 'yield'
	content_by_lua(nginx.conf:$LINE[location /coroutine]+1):2: in function <content_by_lua(nginx.conf:$LINE[location /coroutine]+1):2>
with text
stack traceback:
	content_by_lua(nginx.conf:$LINE[location /coroutine]+1):2: in function <content_by_lua(nginx.conf:$LINE[location /coroutine]+1):2>

=== functions that are called back
--- request
GET /callback
--- response_body
called back
stack traceback:
	content_by_lua(nginx.conf:$LINE[location /callback]+1):3: in function <content_by_lua(nginx.conf:$LINE[location /callback]+1):3>
	[C]: in function 'gsub'
	content_by_lua(nginx.conf:$LINE[location /callback]+1):3: in main chunk

=== a filter
--- request
GET /filter
--- response_headers_like
X-Trace: filter stack traceback: header_filter_by_lua\(nginx\.conf:\d+\):1: in main chunk

=== a timer
--- request
GET /timer
--- error_log_block
timer
stack traceback:
	content_by_lua(nginx.conf:$LINE[location /timer]):1: in function <content_by_lua(nginx.conf:$LINE[location /timer]):1>, context: ngx.timer
