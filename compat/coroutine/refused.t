What coroutine.resume and wrap say when they can't.

--- http_config
lua_package_path "$TEST_NGINX_HTML_DIR/?.lua;;";
--- user_files
>>> sleeps.lua
ngx.sleep(0.001)
--- config
location /normal {
    content_by_lua_block {
        local outer, inner
        outer = coroutine.create(function() return coroutine.resume(inner) end)
        inner = coroutine.create(function()
            ngx.say(coroutine.resume(outer))
            ngx.say(coroutine.resume(coroutine.running()))
        end)
        ngx.say(coroutine.resume(outer))
        ngx.say(coroutine.resume(outer))
    }
}
location /no-coroutine { content_by_lua_block { coroutine.resume(print) } }
location = /wrap-in-filter {
    return 200;
    header_filter_by_lua_block { coroutine.wrap(function() error("went wrong") end)() }
}
location /wrap { content_by_lua_block { coroutine.wrap(function() error("went wrong") end)() } }
location /require { content_by_lua_block { require "sleeps" } }

=== a coroutine that resumed another, one that runs, a dead one
--- request
GET /normal
--- response_body
falsecannot resume normal coroutine
falsecannot resume running coroutine
truetrue
falsecannot resume dead coroutine

=== a function in a coroutine's place
--- request
GET /no-coroutine
--- error_code: 500
--- error_log
runtime error: content_by_lua(nginx.conf:$LINE[/no-coroutine]):1: bad argument #1 to 'resume' (coroutine expected)

=== an error that comes out of wrap, where nothing can wait
--- request
GET /wrap-in-filter
--- error_code: none
--- error_log
failed to run header_filter_by_lua*: header_filter_by_lua(nginx.conf:$LINE[header_filter_by]):1: header_filter_by_lua(nginx.conf:$LINE[header_filter_by]):1: went wrong

=== … and where it can
--- request
GET /wrap
--- error_code: 500
--- error_log
runtime error: content_by_lua(nginx.conf:$LINE[/wrap {]):1: went wrong

=== waiting within require
--- skip_engine
lua52: its require can be yielded through
--- request
GET /require
--- error_code: 500
--- error_log_like
runtime error: attempt to yield across (metamethod/)?C-call boundary
