server_rewrite_by_lua comes before the server's own rewrite directives.

--- config
server_rewrite_by_lua_block { ngx.log(ngx.WARN, "uri: ", ngx.var.uri) }
rewrite ^ /re;
location /re { content_by_lua_block { ngx.say("RE") } }
location /not_modified { content_by_lua_block { } }

=== the URI is still the client's
--- request
GET /lua
--- response_body
RE
--- error_log
uri: /lua

=== 304 has no type
--- config
location /t { default_type text/plain; content_by_lua_block { ngx.status = 304 } }
--- request
GET /t
--- error_code: 304
--- response_headers
!Content-Type
