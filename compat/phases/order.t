Which handlers run, in which order, with which context.

--- http_config
init_by_lua_block {
    started = "yes"
    ngx.log(ngx.NOTICE, "init phase: ", ngx.get_phase())
    print("printed in init")
}
init_worker_by_lua_block {
    package.loaded.worker = { phase = ngx.get_phase(), started = started }
    ngx.log(ngx.NOTICE, "worker phase: ", ngx.get_phase())
}
--- config
server_rewrite_by_lua_block { ngx.ctx.trail = ngx.get_phase() }
location /all {
    set $trail "";
    set_by_lua_block $trail { return ngx.get_phase() }
    rewrite_by_lua_block { ngx.ctx.trail = ngx.ctx.trail .. " " .. ngx.var.trail .. " " .. ngx.get_phase() }
    access_by_lua_block { ngx.ctx.trail = ngx.ctx.trail .. " " .. ngx.get_phase() }
    content_by_lua_block { ngx.say(ngx.ctx.trail, " ", ngx.get_phase()) }
    header_filter_by_lua_block { ngx.header["X-Phase"] = ngx.get_phase() }
    body_filter_by_lua_block { if ngx.arg[2] then ngx.arg[1] = ngx.get_phase() .. "\n" end }
    log_by_lua_block { ngx.log(ngx.NOTICE, "trail: ", ngx.ctx.trail, " ", ngx.get_phase(), " ", ngx.status) }
}
location /strings {
    set_by_lua $sum "return ngx.arg[1] + ngx.arg[2]" 30 12;
    rewrite_by_lua 'ngx.ctx.a = 1';
    access_by_lua 'ngx.ctx.b = 2';
    content_by_lua 'ngx.say(ngx.ctx.a, ngx.ctx.b, ngx.var.sum)';
    header_filter_by_lua 'ngx.header.x = 1';
    body_filter_by_lua 'ngx.arg[1] = string.upper(ngx.arg[1])';
    log_by_lua 'ngx.log(ngx.NOTICE, "string log ", ngx.var.uri)';
}
location /files {
    set_by_lua_file $sum html/set.lua 5 6;
    rewrite_by_lua_file html/rewrite.lua;
    access_by_lua_file html/access.lua;
    content_by_lua_file html/content.lua;
    header_filter_by_lua_file html/header.lua;
    body_filter_by_lua_file html/body.lua;
    log_by_lua_file html/log.lua;
}
location /init { content_by_lua_block {
    local worker = require "worker"
    ngx.say(started, " ", worker.phase, " ", worker.started)
} }
location /plain/ { rewrite_by_lua_block { ngx.header["X-Rewrite"] = "1" } root html; }
location /set {
    set_by_lua_block $a { return "one" }
    set $b "$a-two";
    set_by_lua $c 'return ngx.var.b .. "-" .. ngx.arg[1]' $a;
    set_by_lua_block $n { return nil }
    set_by_lua_block $t { return true, 2 }
    set_by_lua_block $num { return 1 / 4 }
    return 200 "$a $b $c [$n] $t $num\n";
}
location /set-error { set_by_lua_block $a { error("bad set") } return 200 "no\n"; }
location /rewrite-before { rewrite_by_lua_block { ngx.ctx.seen = ngx.var.v } set $v "set after"; content_by_lua_block { ngx.say(ngx.ctx.seen) } }
location /nopostpone {
    rewrite_by_lua_block { ngx.ctx.seen = ngx.var.uri }
    rewrite ^ /rewritten break;
    content_by_lua_block { ngx.say(ngx.ctx.seen, " ", ngx.var.uri) }
}
location /inherit { 
    access_by_lua_block { ngx.ctx.who = "outer" }
    header_filter_by_lua_block { ngx.header["X-Who"] = "outer" }
    location /inherit/own {
        access_by_lua_block { ngx.ctx.who = "own" }
        content_by_lua_block { ngx.say(ngx.ctx.who) }
    }
    location /inherit/none { content_by_lua_block { ngx.say(ngx.ctx.who) } }
}
location /say-rewrite { rewrite_by_lua_block { ngx.say("rewrite says") } content_by_lua_block { ngx.say("content") } }
location /say-access { access_by_lua_block { ngx.say("access says") } content_by_lua_block { ngx.say("content") } }
location /say-server { content_by_lua_block { ngx.say("content") } }
location /header {
    content_by_lua_block { ngx.header.a = "content" ngx.header.b = "kept" ngx.say("x") }
    header_filter_by_lua_block { ngx.header.a = ngx.header.a .. "+filter" ngx.header.c = ngx.status ngx.status = 201 }
}
location /length {
    content_by_lua_block { ngx.header.content_length = 4 ngx.print("abcd") }
    header_filter_by_lua_block { ngx.header.content_length = nil }
    body_filter_by_lua_block { ngx.arg[1] = ngx.arg[1] .. (ngx.arg[2] and "!" or "") }
}
location /chunks {
    content_by_lua_block { ngx.print("one") ngx.print("two") ngx.flush() ngx.print("three") }
    body_filter_by_lua_block { ngx.arg[1] = "<" .. ngx.arg[1] .. (ngx.arg[2] and "|" or "") .. ">" }
}
location /cut {
    content_by_lua_block { ngx.print("one") ngx.print("two") ngx.print("three") }
    body_filter_by_lua_block {
        if ngx.arg[1] == "two" then ngx.arg[2] = true end
        if ngx.arg[1] == "three" then ngx.arg[1] = nil end
    }
}
location /drop {
    content_by_lua_block { ngx.print("one") ngx.print("two") }
    body_filter_by_lua_block { if ngx.arg[1] == "one" then ngx.arg[1] = "" end }
}
--- user_files
>>> set.lua
return ngx.arg[1] * ngx.arg[2]
>>> rewrite.lua
ngx.ctx.a = "r"
>>> access.lua
ngx.ctx.b = "a"
>>> content.lua
ngx.say(ngx.ctx.a, ngx.ctx.b, ngx.var.sum)
>>> header.lua
ngx.header.x = "file"
>>> body.lua
ngx.arg[1] = string.upper(ngx.arg[1])
>>> log.lua
ngx.log(ngx.NOTICE, "file log ", ngx.var.uri)
>>> plain/a.txt
static text

=== every phase of a request
--- request
GET /all
--- response_body
server_rewrite set rewrite access content
body_filter
--- response_headers
X-Phase: header_filter
--- error_log
[notice]
trail: server_rewrite set rewrite access log 200 while logging request, client: 127.0.0.1, server: localhost, request: "GET /all HTTP/1.1", host: "localhost"
--- startup_log
[lua] init_by_lua(nginx.conf:$LINE[init_by_lua_block {]):3: init phase: init
[lua] init_by_lua(nginx.conf:$LINE[init_by_lua_block {]):4: printed in init
[lua] init_worker_by_lua(nginx.conf:$LINE[init_worker_by_lua_block {]):3: worker phase: init_worker

=== string forms
--- request
GET /strings
--- response_body
1242
--- response_headers
x: 1
--- error_log
log_by_lua(nginx.conf:$LINE[log_by_lua 'ngx.log]):1: string log /strings

=== file forms
--- request
GET /files
--- response_body
RA30
--- response_headers
x: file
--- error_log
[lua] log.lua:1: file log /files

=== what init and init_worker left
--- request
GET /init
--- response_body
yes init_worker yes

=== a Lua phase in front of a static file
--- request
GET /plain/a.txt
--- response_body
static text
--- response_headers
X-Rewrite: 1
Content-Length: 12
Accept-Ranges: bytes

=== set_by_lua and set run in order
--- request
GET /set
--- response_body
one one-two one-two-one []  0.25

=== an error in set_by_lua
--- request
GET /set-error
--- error_code: 500
--- error_log
[error]
failed to run set_by_lua*: set_by_lua(nginx.conf:$LINE[location /set-error]):1: bad set

=== rewrite_by_lua runs after all of the rewrite module
--- request
GET /rewrite-before
--- response_body
set after

=== rewrite_by_lua sees the rewritten URI
--- request
GET /nopostpone
--- response_body
/rewritten /rewritten

=== a nested location's handler replaces the outer one
--- request
GET /inherit/own
--- response_body
own
--- response_headers
X-Who: outer

=== a nested location inherits handlers
--- request
GET /inherit/none
--- response_body
outer
--- response_headers
X-Who: outer

=== output in rewrite ends the request
--- request
GET /say-rewrite
--- response_body
rewrite says

=== output in access ends the request
--- request
GET /say-access
--- response_body
access says

=== header filter changes headers and status
--- request
GET /header
--- error_code: 201
--- response_headers
a: content+filter
b: kept
c: 200

=== body filter makes the body longer
--- request
GET /length
--- response_body: abcd!
--- response_headers
Transfer-Encoding: chunked
!Content-Length

=== body filter sees every piece
--- request
GET /chunks
--- response_body: <one><two><><three><|>

=== body filter ends the body early
--- request
GET /cut
--- response_body: onetwo

=== body filter drops a piece
--- request
GET /drop
--- response_body: two

=== a header that a filter drops, and log of a failed location
--- request
GET /nowhere
--- error_code: 404
--- error_log
open() "$TEST_NGINX_HTML_DIR/nowhere" failed (2: No such file or directory), client: 127.0.0.1, server: localhost, request: "GET /nowhere HTTP/1.1", host: "localhost"
