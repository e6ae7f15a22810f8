rewrite_by_lua_no_postpone and its kin: Lua comes before the other modules of the phase.

--- http_config
rewrite_by_lua_no_postpone on;
access_by_lua_no_postpone on;
--- config
set $mark '';
location = /rewrite {
    rewrite_by_lua_block { ngx.var.mark = "lua" }
    if ($mark = lua) {
        return 200 "mark: $mark\n";
    }
    return 200 "none\n";
}
location = /access {
    access_by_lua_block { ngx.redirect("/elsewhere") }
    deny all;
}

=== rewrite_by_lua before if
--- request
GET /rewrite
--- response_body
mark: lua

=== access_by_lua before deny
--- request
GET /access
--- error_code: 302
--- response_headers_like
Location: .*/elsewhere

=== otherwise they come last
--- http_config
rewrite_by_lua_no_postpone off;
--- request
GET /rewrite
--- response_body
none

=== … in the access phase too
--- http_config
access_by_lua_no_postpone off;
--- request
GET /access
--- error_code: 403
--- error_log
access forbidden by rule

=== precontent_by_lua before try_files
--- oracle: precontent_by_lua* came with a later ngx_lua
--- http_config
precontent_by_lua_no_postpone on;
--- config
location / { precontent_by_lua_block { ngx.say("lua") ngx.exit(200) } try_files /none =404; }
--- request
GET /x
--- response_body
lua

=== … else behind it
--- oracle: precontent_by_lua* came with a later ngx_lua
--- http_config
precontent_by_lua_no_postpone off;
--- config
location / { precontent_by_lua_block { ngx.say("lua") ngx.exit(200) } try_files /none =404; }
--- request
GET /x
--- error_code: 404
