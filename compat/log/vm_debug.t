What ngx_lua tells the debug log about the code cache, and about VMs that serve one request.

--- log_level: debug
--- config
location = /inline { content_by_lua_block { ngx.say("a") } }
location = /same { content_by_lua_block { ngx.say("a") } }
location = /file { content_by_lua_file html/a.lua; }
--- user_files
>>> a.lua
ngx.say("file")

=== inline code
--- pipelined_requests
GET /inline
GET /inline
--- error_code: 200 200
--- grep_error_log: code cache .*
--- grep_error_log_out
code cache lookup (key='content_by_lua_nhli_108007974f66856e5dc60f94cef73f14', ref=-1)
code cache miss (key='content_by_lua_nhli_108007974f66856e5dc60f94cef73f14', ref=-1)
code cache lookup (key='content_by_lua_nhli_108007974f66856e5dc60f94cef73f14', ref=1)
code cache hit (key='content_by_lua_nhli_108007974f66856e5dc60f94cef73f14', ref=1)

=== the same code elsewhere
--- request
GET /same
--- grep_error_log: code cache .*
--- grep_error_log_out
code cache lookup (key='content_by_lua_nhli_108007974f66856e5dc60f94cef73f14', ref=-1)
code cache setting ref (key='content_by_lua_nhli_108007974f66856e5dc60f94cef73f14', ref=1)
code cache hit (key='content_by_lua_nhli_108007974f66856e5dc60f94cef73f14', ref=1)

=== a file
--- request
GET /file
--- grep_error_log: code cache .*
--- grep_error_log_out
code cache lookup (key='nhlf_48a9a7def61143c003a7de1644e026e4', ref=-1)
code cache miss (key='nhlf_48a9a7def61143c003a7de1644e026e4', ref=-1)

=== the VM of a request goes when the request and its timers have ended
--- config
lua_code_cache off;
location = /t { content_by_lua_block { ngx.timer.at(0.01, function() end) ngx.timer.at(0.02, function() end) ngx.say("ok") } }
--- request
GET /t
--- wait: 0.05
--- grep_error_log: decrementing the reference count for Lua VM: \d+|close the global Lua VM
--- grep_error_log_out
decrementing the reference count for Lua VM: 3
decrementing the reference count for Lua VM: 2
decrementing the reference count for Lua VM: 1
close the global Lua VM
