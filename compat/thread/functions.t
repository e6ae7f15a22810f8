What ngx.thread.spawn and ngx.timer.at take: functions written in Lua.

--- config
location = /t {
    content_by_lua_block {
        local function try(fn) return select(2, pcall(ngx.thread.spawn, fn)) end
        local function plain() return 1 end
        for i, fn in ipairs {ngx.say, print, tostring} do
            ngx.say(i, " ", (tostring(try(fn)):gsub("^.-bad", "bad")))
        end
        ngx.say(type(try(plain)), " ", type(try(function() return plain end)))
        ngx.say((select(2, pcall(ngx.timer.at, 0, ngx.log)):gsub("^.-bad", "bad")))
    }
}

=== spawn and timers
--- request
GET /t
--- response_body
1 bad argument #1 to '?' (Lua function expected)
2 bad argument #1 to '?' (Lua function expected)
3 bad argument #1 to '?' (Lua function expected)
thread thread
bad argument #2 to '?' (Lua function expected)
