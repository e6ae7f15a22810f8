error_page with "=" takes its handler's status, unless ngx.exit has set one.

--- config
error_page 404 = /page;
location = /page { content_by_lua_block { ngx.say("page, ", ngx.status) } }
location = /lua { content_by_lua_block { ngx.exit(404) } }
location = /rewrite { rewrite_by_lua_block { ngx.exit(404) } }
location = /plain { return 404; }

=== ngx.exit
--- request
GET /lua
--- error_code: 404
--- response_body
page, 404

=== ngx.exit in the rewrite phase
--- request
GET /rewrite
--- error_code: 404
--- response_body
page, 404

=== return
--- request
GET /plain
--- error_code: 200
--- response_body_like: ^page, \d+
