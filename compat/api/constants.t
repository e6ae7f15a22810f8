Numbers of the ngx table, the configuration, the process.

--- include: run.inc

=== results of calls
--- request
POST /run
show(ngx.OK, ngx.ERROR, ngx.AGAIN, ngx.DONE, ngx.DECLINED)
--- response_body
0 -1 -2 -4 -5

=== methods
--- request
POST /run
show(ngx.HTTP_GET, ngx.HTTP_HEAD, ngx.HTTP_POST, ngx.HTTP_PUT, ngx.HTTP_DELETE, ngx.HTTP_OPTIONS)
--- response_body
2 4 8 16 32 512

=== methods of WebDAV and others
--- request
POST /run
show(ngx.HTTP_MKCOL, ngx.HTTP_COPY, ngx.HTTP_MOVE, ngx.HTTP_PROPFIND, ngx.HTTP_PROPPATCH, ngx.HTTP_LOCK, ngx.HTTP_UNLOCK,
    ngx.HTTP_PATCH, ngx.HTTP_TRACE)
--- response_body
64 128 256 1024 2048 4096 8192 16384 32768

=== statuses 100 to 399
--- request
POST /run
show(ngx.HTTP_CONTINUE, ngx.HTTP_SWITCHING_PROTOCOLS, ngx.HTTP_OK, ngx.HTTP_CREATED, ngx.HTTP_ACCEPTED,
    ngx.HTTP_NO_CONTENT, ngx.HTTP_PARTIAL_CONTENT, ngx.HTTP_SPECIAL_RESPONSE, ngx.HTTP_MOVED_PERMANENTLY,
    ngx.HTTP_MOVED_TEMPORARILY, ngx.HTTP_SEE_OTHER, ngx.HTTP_NOT_MODIFIED, ngx.HTTP_TEMPORARY_REDIRECT,
    ngx.HTTP_PERMANENT_REDIRECT)
--- response_body
100 101 200 201 202 204 206 300 301 302 303 304 307 308

=== statuses 400 to 499
--- request
POST /run
show(ngx.HTTP_BAD_REQUEST, ngx.HTTP_UNAUTHORIZED, ngx.HTTP_PAYMENT_REQUIRED, ngx.HTTP_FORBIDDEN, ngx.HTTP_NOT_FOUND,
    ngx.HTTP_NOT_ALLOWED, ngx.HTTP_NOT_ACCEPTABLE, ngx.HTTP_REQUEST_TIMEOUT, ngx.HTTP_CONFLICT, ngx.HTTP_GONE,
    ngx.HTTP_UPGRADE_REQUIRED, ngx.HTTP_TOO_MANY_REQUESTS, ngx.HTTP_CLOSE, ngx.HTTP_ILLEGAL)
--- response_body
400 401 402 403 404 405 406 408 409 410 426 429 444 451

=== statuses 500 to 599
--- request
POST /run
show(ngx.HTTP_INTERNAL_SERVER_ERROR, ngx.HTTP_METHOD_NOT_IMPLEMENTED, ngx.HTTP_NOT_IMPLEMENTED, ngx.HTTP_BAD_GATEWAY,
    ngx.HTTP_SERVICE_UNAVAILABLE, ngx.HTTP_GATEWAY_TIMEOUT, ngx.HTTP_VERSION_NOT_SUPPORTED,
    ngx.HTTP_INSUFFICIENT_STORAGE)
--- response_body
500 501 501 502 503 504 505 507

=== levels of the log
--- request
POST /run
show(ngx.STDERR, ngx.EMERG, ngx.ALERT, ngx.CRIT, ngx.ERR, ngx.WARN, ngx.NOTICE, ngx.INFO, ngx.DEBUG)
--- response_body
0 1 2 3 4 5 6 7 8

=== null
--- request
POST /run
show(type(ngx.null), ngx.null == ngx.null, ngx.null == nil, ngx.null and 1)
--- response_body
"userdata" true false 1

=== config.subsystem, config.debug
--- request
POST /run
show(ngx.config.subsystem, type(ngx.config.debug))
--- response_body
"http" "boolean"

=== config.nginx_version, config.ngx_lua_version
--- request
POST /run
show(ngx.config.nginx_version, type(ngx.config.ngx_lua_version), ngx.config.ngx_lua_version >= 10020)
--- response_body
1022001 "number" true

=== config.prefix
--- request
POST /run
show(ngx.config.prefix() == "$TEST_NGINX_SERVER_ROOT/", #ngx.config.prefix())
--- response_body_like: ^true \d+\n$

=== config.nginx_configure
--- request
POST /run
local text = ngx.config.nginx_configure()
show(text:sub(1, 3), text:find("--with", 1, true) ~= nil)
--- response_body
" --" true

=== tables of the API
--- request
POST /run
show(type(ngx.req), type(ngx.resp), type(ngx.location), type(ngx.re), type(ngx.socket), type(ngx.thread), type(ngx.timer),
    type(ngx.config), type(ngx.worker), type(ngx.shared), type(ngx.var), type(ngx.ctx), type(ngx.header), type(ngx.arg),
    type(ndk), type(ndk.set_var))
--- response_body
"table" "table" "table" "table" "table" "table" "table" "table" "table" "table" "table" "table" "table" "table" "table" "table"

=== the ngx table is a module
--- request
POST /run
show(require "ngx" == ngx, package.loaded.ngx == ngx, require "ndk" == ndk)
--- response_body
true true true

=== worker.pid
--- request
POST /run
show(ngx.worker.pid() > 1, ngx.worker.pid() == ngx.worker.pid(), tostring(ngx.worker.pid()) == ngx.var.pid)
--- response_body
true true true

=== worker.id, worker.count
--- request
POST /run
show(ngx.worker.id(), ngx.worker.count())
--- response_body
0 1

=== worker.exiting
--- request
POST /run
show(ngx.worker.exiting())
--- response_body
false

=== worker.pids
--- request
POST /run
local pids = ngx.worker.pids()
show(#pids, pids[1] == ngx.worker.pid())
--- oracle: empty without a master there
--- response_body
1 true

=== process.type
--- request
POST /run
local process = require "ngx.process"
show(process.type())
--- response_body
"single"

=== process.get_master_pid
--- request
POST /run
local process = require "ngx.process"
show(process.get_master_pid() == ngx.worker.pid())
--- response_body
true

=== process.enable_privileged_agent: too late
--- request
POST /run
local process = require "ngx.process"
show(process.enable_privileged_agent())
--- response_body
nil "API disabled in the current context"

=== process.enable_privileged_agent: wrong arguments
--- request
POST /run
local process = require "ngx.process"
show(pcall(process.enable_privileged_agent, -1))
show(pcall(process.enable_privileged_agent, "x"))
--- response_body
true nil "API disabled in the current context"
true nil "API disabled in the current context"

=== timer.every
--- request
POST /run
local n = 0
ngx.timer.every(0.002, function() n = n + 1 end)
ngx.sleep(0.02)
show(n >= 2)
--- response_body
true

=== timer.every: no delay
--- request
POST /run
bare(function() ngx.timer.every(0, function() end) end)
--- response_body
delay cannot be zero

=== timer.running_count, timer.pending_count
--- request
POST /run
local running, pending = ngx.timer.running_count(), ngx.timer.pending_count()
local other
ngx.timer.at(0, function() other = ngx.timer.running_count() end)
show(running, ngx.timer.pending_count() - pending)
ngx.sleep(0.002)
show(other)
--- response_body
0 1
1

=== socket.stream, socket.connect
--- request
POST /run
local sock = ngx.socket.stream()
show(sock:connect("127.0.0.1", ngx.var.server_port), sock:close())
local other, message = ngx.socket.connect("127.0.0.1", ngx.var.server_port)
show(type(other), message, other:close())
--- response_body
1 1
"table" nil 1

=== PRELUDE
--- main_config
master_process on;
worker_processes 2;
--- config
location /pids { content_by_lua_block {
    local pids, own = ngx.worker.pids(), false
    for _, pid in ipairs(pids) do own = own or pid == ngx.worker.pid() end
    ngx.say(#pids >= 1, " ", own, " ", ngx.worker.count(), " ", require "ngx.process".type())
} }
location /master { content_by_lua_block {
    ngx.say(require "ngx.process".get_master_pid() ~= ngx.worker.pid(), " ", ngx.worker.id() == 0 or ngx.worker.id() == 1)
} }

=== two workers
--- request
GET /pids
--- response_body
true true 2 worker

=== a master
--- request
GET /master
--- response_body
true true

=== PRELUDE
--- http_config
init_by_lua_block {
    phase = ngx.get_phase()
    kind = require "ngx.process".type()
    pids = {ngx.worker.pids()}
    id = ngx.worker.id()
    escaped = ngx.escape_uri("a b") .. ngx.encode_base64("a") .. ngx.md5("a")
    found = ngx.re.match("a1", "[0-9]")[0]
    local ok, message = pcall(function() return ngx.var.uri end)
    refused = message:gsub("^.*: ", "")
    request = require "resty.core.base".get_request()
}
init_worker_by_lua_block { worker_phase = ngx.get_phase() worker_id = ngx.worker.id() }
--- config
location /init { content_by_lua_block { ngx.say(phase, " ", kind, " ", id, " ", found, " ", request) } }
location /texts { content_by_lua_block { ngx.say(escaped) } }
location /refused { content_by_lua_block { ngx.say(refused) } }
location /worker { content_by_lua_block { ngx.say(worker_phase, " ", worker_id) } }
location /pids { content_by_lua_block { ngx.say(pids[1], " ", pids[2]) } }

=== init_by_lua: phase and process
--- request
GET /init
--- response_body
init single 0 1 nil

=== init_by_lua: texts
--- request
GET /texts
--- response_body
a%20bYQ==0cc175b9c0f1b6a831c399e269772661

=== init_by_lua: no request
--- request
GET /refused
--- response_body
no request found

=== init_worker_by_lua
--- request
GET /worker
--- response_body
init_worker 0

=== init_by_lua: worker.pids
--- request
GET /pids
--- response_body
nil API disabled in the current context

=== PRELUDE
--- config
location /quit { content_by_lua_block { require "ngx.process".signal_graceful_exit() ngx.say("ok") } }

=== process.signal_graceful_exit
--- main_config
master_process on;
worker_processes 1;
--- request
GET /quit
--- error_log: gracefully shutting down
--- no_error_log: SIGQUIT
--- response_body
ok
