init, init_worker, exit_worker, ngx.worker, ngx.config; with and without a master process.

=== init runs before init_worker, exit_worker when the worker ends
--- http_config
init_by_lua_block { steps = { "init" } }
init_worker_by_lua_block { steps[#steps + 1] = "worker " .. ngx.worker.id() }
exit_worker_by_lua_block { ngx.log(ngx.NOTICE, "leaving: ", ngx.get_phase(), " ", table.concat(steps, ", ")) }
--- config
location / { content_by_lua_block { steps[#steps + 1] = "request" ngx.say(table.concat(steps, ", ")) } }
--- request
GET /
--- response_body
init, worker 0, request
--- shutdown_log
exit_worker_by_lua(nginx.conf:$LINE[exit_worker_by_lua_block]):1: leaving: exit_worker init, worker 0, request

=== the string and file forms
--- http_config
init_by_lua 'from_init = "string"';
init_worker_by_lua_file html/worker.lua;
--- user_files
>>> worker.lua
from_worker = from_init .. " file"
--- config
location / { content_by_lua_block { ngx.say(from_worker) } }
--- request
GET /
--- response_body
string file

=== an error in init_worker is logged; the server runs
--- http_config
init_worker_by_lua_block { error("worker fails") }
--- config
location / { content_by_lua_block { ngx.say("runs") } }
--- request
GET /
--- response_body
runs
--- startup_log
[error]
init_worker_by_lua error: init_worker_by_lua(nginx.conf:$LINE[init_worker_by_lua_block]):1: worker fails

=== what is not allowed in init
--- http_config
init_by_lua_block { results = { tostring(select(2, pcall(function() return ngx.var.uri end))), tostring(select(2, pcall(ngx.say, "x"))), tostring(select(2, pcall(ngx.sleep, 0.1))), ngx.get_phase() } }
--- config
location / { content_by_lua_block { ngx.say(table.concat(results, "|")) } }
--- request
GET /
--- response_body_like: ^.*no request.*\|.*no request.*\|.*no request.*\|init\n$

=== ngx.worker and ngx.config
--- config
location / { content_by_lua_block {
    ngx.say(ngx.worker.id(), " ", ngx.worker.count(), " ", ngx.worker.exiting(), " ", ngx.worker.pid() > 1)
    ngx.say(ngx.config.nginx_version, " ", ngx.config.subsystem, " ", ngx.config.prefix(), " ", type(ngx.config.debug), " ", type(ngx.config.ngx_lua_version))
} }
--- request
GET /
--- response_body
0 1 false true
1022001 http $TEST_NGINX_SERVER_ROOT/ boolean number

=== a master with two workers
--- main_config
master_process on;
worker_processes 2;
--- http_config
init_by_lua_block { master_pid = ngx.worker.pid() }
--- config
location / { content_by_lua_block { ngx.say(ngx.worker.count(), " ", ngx.worker.id() < 2, " ", ngx.worker.pid() ~= master_pid) } }
--- request
GET /
--- response_body
2 true true

=== each worker runs init_worker
--- main_config
master_process on;
worker_processes 2;
--- http_config
init_worker_by_lua_block { ngx.log(ngx.NOTICE, "worker ", ngx.worker.id(), " of ", ngx.worker.count()) }
exit_worker_by_lua_block { ngx.log(ngx.NOTICE, "end of worker ", ngx.worker.id()) }
--- config
location / { return 200 "x"; }
--- request
GET /
--- shutdown_log
end of worker 0
end of worker 1

=== the pid file
--- config
location / { content_by_lua_block {
    local file = io.open(ngx.config.prefix() .. "logs/nginx.pid")
    ngx.say(tonumber(file:read("*l")) == ngx.worker.pid())
    file:close()
} }
--- request
GET /
--- response_body
true

=== whoever starts it sees what init_by_lua warns of
--- http_config
lua_shared_dict late 100k; # with one, the logs are open by then
init_by_lua_block { ngx.log(ngx.WARN, "told") ngx.log(ngx.NOTICE, "kept") print("kept") }
--- config
location / { return 200 "x"; }
--- request
GET /
--- startup_log
nginx: [warn] [lua] init_by_lua(nginx.conf:$LINE[init_by_lua_block]):1: told

=== where code may be empty
--- http_config
init_worker_by_lua_block {}
exit_worker_by_lua_block {}
ssl_session_store_by_lua_block {}
--- config
ssl_certificate_by_lua_block {}
location / { set_by_lua_block $empty {} return 200 "[$empty]"; }
--- request
GET /
--- response_body chomp
[]
--- no_error_log: [error]
