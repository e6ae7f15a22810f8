body_filter_by_lua: ngx.arg[2], the end of the response.

--- config
location = /cut {
    echo hello world;
    echo hiya globe;
    body_filter_by_lua_block {
        local chunk = ngx.arg[1]
        if chunk:find("hello", 1, true) then
            ngx.arg[1] = chunk:upper()
            ngx.arg[2] = true
            return
        end
        ngx.arg[1] = nil
    }
}
location = /cut_say {
    content_by_lua_block {
        ngx.log(ngx.WARN, "said: ", ngx.say("hello"), ngx.say("more"))
    }
    body_filter_by_lua_block {
        if ngx.arg[1] == "hello\n" then ngx.arg[2] = true end
    }
}
location = /pieces {
    echo -n one;
    echo -n two;
    body_filter_by_lua_block { ngx.log(ngx.WARN, "[", ngx.arg[1], "] ", ngx.arg[2]) }
}
location = /withheld {
    return 200 "hello world";
    body_filter_by_lua_block { if ngx.arg[2] then ngx.arg[2] = false end }
}
location = /t {
    content_by_lua_block { ngx.say("truncated: ", ngx.location.capture("/withheld").truncated) }
}

=== a filter ends the response, what follows is dropped
--- request
GET /cut
--- response_body
HELLO WORLD

=== … and is no error to who writes it
--- request
GET /cut_say
--- response_body
hello
--- error_log
said: 11,

=== the flag of a piece in the middle is false
--- request
GET /pieces
--- response_body: onetwo
--- error_log
[one] false
[two] false
[] true

=== an end that is kept back leaves a capture truncated
--- request
GET /t
--- response_body
truncated: true
