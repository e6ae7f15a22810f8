Coroutines of the user, and waiting inside of pcall, iterators and nested coroutines.

--- config
location /generator { content_by_lua_block {
    local function count(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
    for i in count(3) do ngx.print(i, " ") end
    ngx.say("done")
} }
location /resume { content_by_lua_block {
    local co = coroutine.create(function(a, b)
        local c = coroutine.yield(a + b)
        local d, e = coroutine.yield(c * 2)
        return d + e, "end"
    end)
    ngx.say(coroutine.resume(co, 1, 2))
    ngx.say(coroutine.resume(co, 10))
    ngx.say(coroutine.resume(co, 3, 4))
    ngx.say(coroutine.resume(co))
    ngx.say(coroutine.status(co))
} }
location /status { content_by_lua_block {
    local main = coroutine.running()
    local co
    co = coroutine.create(function()
        ngx.print(coroutine.status(co), " ", coroutine.status(main), " ", coroutine.running() == co, " ")
        coroutine.yield()
    end)
    ngx.print(coroutine.status(co), " ")
    coroutine.resume(co)
    ngx.print(coroutine.status(co), " ")
    coroutine.resume(co)
    ngx.say(coroutine.status(co), " ", type(main))
} }
location /status-waiting { content_by_lua_block {
    local outer, inner
    local thread = ngx.thread.spawn(function()
        inner = coroutine.create(function() ngx.sleep(0.002) coroutine.yield() end)
        coroutine.resume(inner)
        outer = coroutine.status(inner)
        ngx.sleep(0.002)
    end)
    ngx.print(coroutine.status(thread), " ", coroutine.status(inner), " ")
    ngx.sleep(0.003)
    ngx.say(coroutine.status(thread), " ", outer)
} }
location /status-entry { content_by_lua_block {
    local entry = coroutine.running()
    local thread = ngx.thread.spawn(function() ngx.sleep(0.001) ngx.say(coroutine.status(entry)) end)
    ngx.thread.wait(thread)
    ngx.say(coroutine.status(thread))
} }
location /error { content_by_lua_block {
    local co = coroutine.create(function() error("inside") end)
    ngx.say(coroutine.resume(co))
    ngx.say(coroutine.status(co))
    local object = {}
    co = coroutine.create(function() error(object) end)
    local ok, err = coroutine.resume(co)
    ngx.say(ok, " ", err == object)
} }
location /wrap-error { content_by_lua_block {
    local f = coroutine.wrap(function() error("in wrap") end)
    f()
} }
location /nested { content_by_lua_block {
    local function level(n)
        return coroutine.wrap(function()
            coroutine.yield("down " .. n)
            if n > 1 then for text in level(n - 1) do coroutine.yield(text) end end
            coroutine.yield("up " .. n)
        end)
    end
    for text in level(4) do ngx.print(text, ";") end
    ngx.say()
} }
location /sleep { content_by_lua_block {
    local co = coroutine.create(function()
        ngx.sleep(0.002)
        local x = coroutine.yield("first")
        ngx.sleep(0.002)
        return x, "last"
    end)
    ngx.say(coroutine.resume(co))
    ngx.say(coroutine.status(co))
    ngx.say(coroutine.resume(co, "passed"))
} }
location /sleep-nested { content_by_lua_block {
    local function level(n)
        if n == 0 then ngx.sleep(0.002) return "bottom" end
        local co = coroutine.create(level)
        local ok, text = coroutine.resume(co, n - 1)
        ngx.sleep(0.001)
        return text .. n
    end
    ngx.say(level(5))
} }
location /sleep-generator { content_by_lua_block {
    local function slow(n) return coroutine.wrap(function() for i = 1, n do ngx.sleep(0.001) coroutine.yield(i) end end) end
    local sum = 0
    for i in slow(4) do sum = sum + i ngx.sleep(0.001) end
    ngx.say(sum)
} }
location /pcall { content_by_lua_block {
    ngx.say(pcall(function() ngx.sleep(0.002) return "slept", 2, nil, "four" end))
    ngx.say(pcall(function() ngx.sleep(0.002) error("after sleep") end))
    ngx.say(pcall(function() return pcall(function() ngx.sleep(0.002) error({}) end) end))
    ngx.say(select("#", pcall(function() ngx.sleep(0.001) return nil, nil end)))
} }
location /xpcall { content_by_lua_block {
    ngx.say(xpcall(function() ngx.sleep(0.002) error("x") end, function(m) return "handled " .. m end))
    ngx.say(xpcall(function() ngx.sleep(0.002) return "fine" end, function() return "no" end))
} }
location /pcall-coroutine { content_by_lua_block {
    local co = coroutine.create(function()
        local ok, err = pcall(function()
            local v = coroutine.yield("out")
            error("got " .. v, 0)
        end)
        return ok, err
    end)
    ngx.say(coroutine.resume(co))
    ngx.say(coroutine.resume(co, "in"))
} }
location /iterator { content_by_lua_block {
    local function iterate(_, i)
        ngx.sleep(0.001)
        if i < 3 then return i + 1 end
    end
    for i in iterate, nil, 0 do ngx.print(i, " ") end
    ngx.say("end")
} }
location /metamethod { content_by_lua_block {
    local t = setmetatable({}, { __index = function(_, k) ngx.sleep(0.001) return k .. "!" end, __call = function(_, x) ngx.sleep(0.001) return x * 2 end })
    ngx.say(t.key, " ", t(21))
} }
location /sort { content_by_lua_block {
    local ok, err = pcall(table.sort, { 3, 1, 2 }, function(a, b) ngx.sleep(0.001) return a < b end)
    ngx.say(ok, " ", err)
} }
location /yield-main { content_by_lua_block { ngx.print("a ") ngx.say(select("#", coroutine.yield(1, 2)), " b") } }
location /dead { content_by_lua_block {
    local co = coroutine.create(function() end)
    coroutine.resume(co)
    ngx.say(coroutine.resume(co))
    ngx.say(pcall(coroutine.create, 1))
    ngx.say(pcall(coroutine.resume, "x"))
} }
location /self { content_by_lua_block {
    local co
    co = coroutine.create(function() return coroutine.resume(co) end)
    ngx.say(coroutine.resume(co))
} }
location /many { content_by_lua_block {
    local sum = 0
    for i = 1, 200 do
        local co = coroutine.create(function(n) local m = coroutine.yield(n) return m end)
        local _, a = coroutine.resume(co, i)
        local _, b = coroutine.resume(co, a)
        sum = sum + b
    end
    ngx.say(sum)
} }
location /pairs { content_by_lua_block {
    local producer = coroutine.create(function() for i = 1, 3 do ngx.sleep(0.001) coroutine.yield("item" .. i) end end)
    local function consumer()
        while true do
            local ok, item = coroutine.resume(producer)
            if not item then return end
            coroutine.yield(item:upper())
        end
    end
    local co = coroutine.wrap(consumer)
    while true do
        local item = co()
        if not item then break end
        ngx.print(item, " ")
    end
    ngx.say("end")
} }
location /output { content_by_lua_block {
    local co = coroutine.create(function() ngx.say("from the coroutine") ngx.flush(true) coroutine.yield() ngx.say(ngx.var.uri, " ", ngx.ctx.x) end)
    ngx.ctx.x = "ctx"
    coroutine.resume(co)
    ngx.say("between")
    coroutine.resume(co)
} }
location /traceback { content_by_lua_block {
    local function inner() error("deep error") end
    local co = coroutine.wrap(function() inner() end)
    local function outer() co() end
    outer()
} }
location /access {
    access_by_lua_block { for v in coroutine.wrap(function() ngx.sleep(0.001) coroutine.yield("yes") end) do ngx.ctx.v = v end }
    content_by_lua_block { ngx.say(ngx.ctx.v) }
}
location /filter {
    content_by_lua_block { ngx.say("x") }
    header_filter_by_lua_block { ngx.header.x = coroutine.wrap(function() coroutine.yield("filtered") end)() }
    body_filter_by_lua_block { local ok, v = coroutine.resume(coroutine.create(function(s) return s:upper() end), ngx.arg[1]) ngx.arg[1] = v }
}

=== generator
--- request
GET /generator
--- response_body
1 2 3 done

=== values in and out
--- request
GET /resume
--- response_body
true3
true20
true7end
falsecannot resume dead coroutine
dead

=== status and running
--- request
GET /status
--- response_body
suspended running normal true suspended dead thread

=== errors of a coroutine
--- request
GET /error
--- response_body
falsecontent_by_lua(nginx.conf:$LINE[location /error ]):2: inside
dead
false true

=== error in a wrapped coroutine
--- request
GET /wrap-error
--- error_code: 500
--- error_log
lua entry thread aborted: runtime error: content_by_lua(nginx.conf:$LINE[location /wrap-error ]):2: in wrap

=== nested generators
--- request
GET /nested
--- response_body
down 4;down 3;down 2;down 1;up 1;up 2;up 3;up 4;

=== a sleep inside is no yield of the user
--- request
GET /sleep
--- response_body
truefirst
suspended
truepassedlast

=== sleeps in nested coroutines
--- request
GET /sleep-nested
--- response_body
bottom12345

=== a generator that sleeps
--- skip_engine
lua51: PUC Lua 5.1 can't yield from an iterator
--- request
GET /sleep-generator
--- response_body
10

=== sleep inside pcall
--- request
GET /pcall
--- response_body_like: ^trueslept2nilfour\nfalsecontent_by_lua\(nginx.conf:\d+\):3: after sleep\n

=== sleep inside xpcall
--- request
GET /xpcall
--- response_body
falsehandled content_by_lua(nginx.conf:$LINE[location /xpcall ]):2: x
truefine

=== yield through pcall
--- request
GET /pcall-coroutine
--- response_body
trueout
truefalsegot in

=== sleep in an iterator
--- skip_engine
lua51: PUC Lua 5.1 can't yield from an iterator
--- request
GET /iterator
--- response_body
1 2 3 end

=== sleep in metamethods
--- skip_engine
lua51: PUC Lua 5.1 can't yield from a metamethod
--- request
GET /metamethod
--- response_body
key! 42

=== sleep in a comparison of table.sort
--- skip_engine
lua51: PUC Lua says "attempt to yield across metamethod/C-call boundary"
lua52: PUC Lua says "attempt to yield across a C-call boundary"
--- request
GET /sort
--- response_body_like: ^false (content_by_lua\(nginx.conf:\d+\):2: )?attempt to yield across C-call boundary$

=== yield of the main thread gives way once
--- request
GET /yield-main
--- response_body
a 0 b

=== dead coroutines and wrong arguments
--- request
GET /dead
--- response_body_like: ^falsecannot resume dead coroutine\nfalse.*bad argument #1 to.*function expected.*\nfalse.*bad argument #1 to.*coroutine expected

=== a coroutine that resumes itself
--- request
GET /self
--- response_body
truefalsecannot resume running coroutine

=== many coroutines
--- request
GET /many
--- response_body
20100

=== producer and consumer
--- request
GET /pairs
--- response_body
ITEM1 ITEM2 ITEM3 end

=== output and the request's data in a coroutine
--- request
GET /output
--- response_body
from the coroutine
between
/output ctx

=== traceback through a coroutine
--- request
GET /traceback
--- error_code: 500
--- error_log_like: runtime error: content_by_lua\(nginx.conf:$LINE[location /traceback ]\):2: deep error\nstack traceback:\ncoroutine 0:\n\t\[C\]: in function 'error'\n\tcontent_by_lua\(nginx.conf:\d+\):2: in function 'inner'\n\tcontent_by_lua\(nginx.conf:\d+\):3: in function <content_by_lua\(nginx.conf:\d+\):3>\ncoroutine 1:\n

=== coroutines in access
--- skip_engine
lua51: PUC Lua 5.1 can't yield from an iterator
--- request
GET /access
--- response_body
yes

=== coroutines in filters
--- request
GET /filter
--- response_body
X
--- response_headers
x: filtered

=== status of what waits in an operation
--- request
GET /status-waiting
--- response_body
normal running running suspended

=== status of the entry thread while it waits
--- request
GET /status-entry
--- response_body
running
dead
