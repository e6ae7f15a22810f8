ngx.thread.wait and kill: who may, what a failed thread gives, parents that are killed while they wait.

--- config
location /errors {
    content_by_lua_block {
        local function result(fn) return ngx.thread.wait(ngx.thread.spawn(fn)) end
        ngx.say(result(function() error("at once") end))
        ngx.say(result(function() ngx.sleep(0.001) error("later") end))
        ngx.say(result(function() error("no place", 0) end))
    }
}
location /parents {
    content_by_lua_block {
        local thread
        coroutine.wrap(function() thread = ngx.thread.spawn(function() ngx.sleep(0.001) end) end)()
        ngx.say(pcall(ngx.thread.wait, thread))
        ngx.say(ngx.thread.kill(thread))
        coroutine.wrap(function()
            local own = ngx.thread.spawn(function() ngx.sleep(0.001) return 7 end)
            ngx.say(ngx.thread.wait(own))
        end)()
    }
}
location /killed-parent {
    content_by_lua_block {
        local parent = ngx.thread.spawn(function()
            local child = ngx.thread.spawn(function() ngx.sleep(0.005) ngx.say("child goes on") end)
            ngx.thread.wait(child)
            ngx.say("not reached")
        end)
        ngx.say(ngx.thread.kill(parent))
    }
}

=== what a failed thread gives
--- skip_engine
lua51: the whole stack of a dead thread is given on LuaJIT only
lua52: the whole stack of a dead thread is given on LuaJIT only
--- request
GET /errors
--- response_body
falseat oncecontent_by_lua(nginx.conf:$LINE[location /errors]+1):3: at once
falselatercontent_by_lua(nginx.conf:$LINE[location /errors]+1):4: later
falseno place
--- error_log
lua user thread aborted: runtime error: content_by_lua(nginx.conf:

=== only the coroutine that spawned a thread waits for it and kills it
--- request
GET /parents
--- response_body
falseonly the parent coroutine can wait on the thread
nilkiller not parent
true7

=== the child of a killed thread goes on
--- request
GET /killed-parent
--- response_body
1
child goes on
