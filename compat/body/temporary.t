Temporary files of request bodies: their names, and when they go.

--- config
client_body_temp_path temp 1 2;
location = /name {
    client_body_buffer_size 8;
    client_body_in_file_only clean;
    content_by_lua_block {
        ngx.req.read_body()
        local path = ngx.req.get_body_file()
        ngx.say(path:match "/temp/.*")
        ngx.req.set_body_data("other")
        ngx.say("still there: ", io.open(path) ~= nil)
    }
}
location = /keep {
    client_body_in_file_only on;
    content_by_lua_block {
        ngx.req.read_body()
        local path = ngx.req.get_body_file()
        ngx.req.set_body_file(ngx.config.prefix() .. "html/a.txt", true)
        ngx.say("first: ", io.open(path) ~= nil)
        ngx.req.set_body_file(ngx.config.prefix() .. "html/b.txt", true)
        ngx.say("a.txt: ", io.open(ngx.config.prefix() .. "html/a.txt") ~= nil)
        ngx.say("b.txt: ", io.open(ngx.config.prefix() .. "html/b.txt") ~= nil)
    }
}
location = /gone { content_by_lua_block { ngx.say("b.txt: ", io.open(ngx.config.prefix() .. "html/b.txt") ~= nil) } }
--- user_files
>>> a.txt
a
>>> b.txt
b

=== a number in directories named by its end
--- request
POST /name
hello, world
--- response_body_like: ^/temp/(\d)/(\d\d)/\d{7}\2\1\nstill there: false\n$
--- no_error_log
a client request body is buffered to a temporary file

=== a file that another body replaces goes at once, be it of client_body_in_file_only on
--- request
POST /keep
hello, world
--- response_body
first: false
a.txt: false
b.txt: true

=== the last one has gone with its request
--- request
GET /gone
--- response_body
b.txt: false

=== there is no directory for it any more
--- config
client_body_temp_path temp;
location = /blocked {
    client_body_in_file_only clean;
    content_by_lua_block {
        local place = ngx.config.prefix() .. "temp"
        os.execute("rm -rf " .. place .. " && touch " .. place)
        ngx.req.read_body()
        ngx.say("read")
    }
}
--- request
POST /blocked
hello, world
--- error_code: 500
--- error_log_like: \[crit\] .* open\(\) "\S+/temp/\d{10}" failed \(20: Not a directory\), client: 127\.0\.0\.1,
