rewrite, return, if, set, break, error_page, try_files, index and static redirects.

--- config
location / { return 200 "root $uri $args\n"; }
location /return-text { return 200 "plain"; }
location /return-code { return 204; }
location /return-url { return http://other/; }
location /return-301 { return 301 /moved?x=1; }
location /return-302-var { return 302 $scheme://$host/var; }
location /return-303 { return 303 relative; }
location /return-403 { return 403; }
location /return-type { default_type application/x-own; return 200 "typed"; }
location /return-after { return 201 "first"; return 202 "second"; }
location /return-empty { return 200 ""; }
location /return-text-404 { return 404 "gone $uri\n"; }
location /return-999 { return 599; }

location /last { rewrite ^/last/(.*)$ /target/$1 last; return 200 "not reached\n"; }
location /break { rewrite ^/break/(.*)$ /target/$1 break; return 200 "not reached\n"; content_by_lua_block { ngx.say("break ", ngx.var.uri) } }
location /redirect { rewrite ^/redirect/(.*)$ /target/$1 redirect; }
location /permanent { rewrite ^/permanent/(.*)$ /target/$1 permanent; }
location /absolute { rewrite ^/absolute/(.*)$ http://other/$1; }
location /args { rewrite ^/args/(\w+) /target/$1?new=1 last; }
location /noargs { rewrite ^/noargs/(\w+) /target/$1?new=1? last; }
location /dropargs { rewrite ^/dropargs /target? last; }
location /nomatch { rewrite ^/other /target last; return 200 "no match\n"; }
location /chain { rewrite ^/chain/a /chain/b; rewrite ^/chain/b /target/chained last; }
location /cycle { rewrite ^ /cycle/x last; }
location /case { rewrite (?i)^/case/UPPER /target/insensitive last; return 200 "sensitive\n"; }
location /escape { rewrite ^/escape/(.*) /target?x=$1 last; }
location /escape-redirect { rewrite ^/escape-redirect/(.*) /to/$1 redirect; }
location /target { return 200 "target $uri [$args]\n"; }

location /if {
    set $result none;
    if ($arg_a) { set $result "a is set"; }
    if ($arg_a = "x") { set $result "a is x"; }
    if ($arg_b != "") { set $result "b not empty"; }
    if ($request_method = POST) { set $result post; }
    if ($http_x_test ~ "^v(\d+)") { set $result "version $1"; }
    if ($http_x_test ~* "^UP") { set $result "caseless"; }
    if ($arg_c !~ "^[0-9]*$") { set $result "c no number"; }
    return 200 "$result\n";
}
location /if-file {
    if (-f $document_root/a.txt) { set $f f; }
    if (-d $document_root/dir) { set $d d; }
    if (-e $document_root/nosuch) { set $e e; }
    if (!-e $document_root/nosuch) { set $n n; }
    if (-x $document_root/a.txt) { set $x x; }
    return 200 "[$f$d$e$n$x]\n";
}
location /if-return { if ($arg_stop) { return 403; } return 200 "go\n"; }
location /if-zero { if ($arg_z) { return 200 "true\n"; } return 200 "false\n"; }
location /if-content { if ($arg_i) { content_by_lua_block { ngx.say("inside") } } content_by_lua_block { ngx.say("outside") } }
location /if-break { set $v 1; if ($arg_b) { break; } set $v 2; content_by_lua_block { ngx.say(ngx.var.v) } }
location /set { set $a hello; set $b "$a world"; set $c "${a}x$b"; set $a changed; return 200 "$a|$b|$c\n"; }
location /set-escape { set $a "q\"q\\ x"; return 200 '$a|\n|\t\n'; }
location /unset { if ($arg_never) { set $never 1; } return 200 "[$never]\n"; }
location /capture { if ($uri ~ "/(?<word>\w+)/(?<num>\d+)") { set $both "$word-$num"; } return 200 "$both $1 $2\n"; }

location /page { error_page 404 /page404; return 404; }
location /page404 { return 200 "error page for $request_uri\n"; }
location /page-code { error_page 404 =200 /page404; return 404; }
location /page-any { error_page 403 404 = /page404; return 403; }
location /page-redirect { error_page 404 http://other/404; return 404; }
location /page-301 { error_page 404 =301 http://other/404; return 404; }
location /page-named { error_page 404 = @fallback; return 404; }
location @fallback { return 200 "fallback $uri\n"; }
location /page-own-code { error_page 404 /own503; return 404; }
location /own503 { return 503 "503 text\n"; }
location /page-cycle { error_page 404 /page-cycle; return 404; }
location /page-missing { error_page 404 /static/nosuch; return 404; }
location /static/ { alias html/; }

location /try { root html; try_files $uri $uri.txt /target/tried; }
location /try-code { root html; try_files /nosuch =418; }
location /try-named { root html; try_files /nosuch @fallback; }
location /try-dir { root html; try_files /dir/ =404; }
location /try-args { try_files /nosuch /target/t?k=v; }
location /dir { root html; }
location /files/ { alias html/; }
location /index/ { alias html/; index nosuch.html a.txt; }
location /auto/ { root html; }
location = /one { alias html/a.txt; }
location ~ ^/regex-alias/(.*)$ { alias html/$1; }
location /lua-index/ { alias html/; index page.lua; }
location ~ \.lua$ { content_by_lua_block { ngx.say("lua page ", ngx.var.uri) } }
--- user_files
>>> a.txt
text a
>>> try.txt
tried text
>>> dir/index.html
index of dir
>>> dir/b.html
<b>

=== return text
--- request
GET /return-text
--- response_body: plain
--- response_headers
Content-Length: 5
Content-Type: text/plain

=== return of a bare status
--- request
GET /return-code
--- error_code: 204
--- response_headers
!Content-Length

=== return of a URL
--- request
GET /return-url
--- error_code: 302
--- response_headers
Location: http://other/

=== return 301 becomes absolute
--- request
GET /return-301
--- error_code: 301
--- response_headers
Location: http://localhost:$TEST_NGINX_SERVER_PORT/moved?x=1
--- response_body_like: <title>301 Moved Permanently</title>

=== return 302 with variables
--- request
GET /return-302-var
--- error_code: 302
--- response_headers
Location: http://localhost/var

=== return 303 with relative text
--- request
GET /return-303
--- error_code: 303
--- response_headers
Location: relative

=== return 403 shows the page
--- request
GET /return-403
--- error_code: 403
--- response_body_like: <center><h1>403 Forbidden</h1></center>

=== type of a returned text
--- request
GET /return-type
--- response_body: typed
--- response_headers
Content-Type: application/x-own

=== the first return counts
--- request
GET /return-after
--- error_code: 201
--- response_body: first

=== return of an empty text
--- request
GET /return-empty
--- response_body:
--- response_headers
Content-Length: 0

=== return 404 with a text
--- request
GET /return-text-404
--- error_code: 404
--- response_body
gone /return-text-404

=== return of an unusual status
--- request
GET /return-999
--- error_code: 599
--- response_body:

=== rewrite last
--- request
GET /last/x?y=1
--- response_body
target /target/x [y=1]

=== rewrite break stays in the location
--- request
GET /break/x
--- response_body
break /target/x

=== rewrite redirect
--- request
GET /redirect/x?y=1
--- error_code: 302
--- response_headers
Location: http://localhost:$TEST_NGINX_SERVER_PORT/target/x?y=1

=== rewrite permanent
--- request
GET /permanent/x
--- error_code: 301
--- response_headers
Location: http://localhost:$TEST_NGINX_SERVER_PORT/target/x

=== rewrite to another host
--- request
GET /absolute/x
--- error_code: 302
--- response_headers
Location: http://other/x

=== rewrite adds arguments
--- request
GET /args/x?old=1
--- response_body
target /target/x [new=1&old=1]

=== rewrite replaces arguments
--- request
GET /noargs/x?old=1
--- response_body
target /target/x [new=1]

=== rewrite drops arguments
--- request
GET /dropargs?old=1
--- response_body
target /target []

=== no match
--- request
GET /nomatch
--- response_body
no match

=== rewrites in a chain
--- request
GET /chain/a
--- response_body
target /target/chained []

=== rewrite cycle
--- request
GET /cycle
--- error_code: 500
--- error_log
[error]
rewrite or internal redirection cycle while processing "/cycle/x", client: 127.0.0.1

=== caseless rewrite
--- request
GET /case/upper
--- response_body
target /target/insensitive []

=== a capture in arguments is escaped
--- request
GET /escape/a%26b%20c
--- response_body
target /target [x=a%26b%20c]

=== a capture in a redirect is escaped
--- request
GET /escape-redirect/a%20b
--- error_code: 302
--- response_headers
Location: http://localhost:$TEST_NGINX_SERVER_PORT/to/a%20b

=== if: nothing holds
--- request
GET /if
--- response_body
none

=== if: a variable is set
--- request
GET /if?a=1
--- response_body
a is set

=== if: equal
--- request
GET /if?a=x
--- response_body
a is x

=== if: not equal
--- request
GET /if?b=1
--- response_body
b not empty

=== if: method
--- request
POST /if
--- response_body
post

=== if: regex with capture
--- request
GET /if
--- more_headers
X-Test: v42
--- response_body
version 42

=== if: caseless regex
--- request
GET /if
--- more_headers
X-Test: upper
--- response_body
caseless

=== if: no match
--- request
GET /if?c=abc
--- response_body
c no number

=== if: files
--- request
GET /if-file
--- response_body
[fdn]
--- error_log
using uninitialized "e" variable, client: 127.0.0.1

=== if: return
--- request
GET /if-return?stop=1
--- error_code: 403

=== if: 0 is false
--- request
GET /if-zero?z=0
--- response_body
false

=== if: its own content
--- request
GET /if-content?i=1
--- response_body
inside

=== if: content without it
--- request
GET /if-content
--- response_body
outside

=== break ends the rewrite directives
--- request
GET /if-break?b=1
--- response_body
1

=== set in order
--- request
GET /set
--- response_body
changed|hello world|helloxhello world

=== escapes in values
--- request
GET /set-escape
--- error_code: 200
--- response_body escaped
q"q\\ x|\n|\t\n

=== a variable that was never set
--- request
GET /unset
--- response_body
[]
--- error_log
[warn]
using uninitialized "never" variable

=== named captures of if
--- request
GET /capture/42
--- response_body
capture-42 capture 42

=== error_page
--- request
GET /page
--- error_code: 404
--- response_body
error page for /page

=== error_page with a status
--- request
GET /page-code
--- response_body
error page for /page-code

=== error_page with the page's own status
--- request
GET /page-any
--- response_body
error page for /page-any

=== error_page as redirect
--- request
GET /page-redirect
--- error_code: 302
--- response_headers
Location: http://other/404

=== error_page as 301
--- request
GET /page-301
--- error_code: 301
--- response_headers
Location: http://other/404

=== error_page to a named location
--- request
GET /page-named
--- response_body
fallback /page-named

=== error_page whose page has another status
--- request
GET /page-own-code
--- error_code: 404
--- response_body
503 text

=== error_page that fails itself
--- request
GET /page-cycle
--- error_code: 404
--- response_body_like: <title>404 Not Found</title>

=== error_page to a missing file
--- request
GET /page-missing
--- error_code: 404
--- response_body_like: <title>404 Not Found</title>
--- error_log
nosuch" failed (2: No such file or directory)

=== try_files: the second file
--- request
GET /try
--- response_body
tried text

=== try_files: the last one is a URI
--- request
GET /try-nothing?q
--- response_body
target /target/tried []

=== try_files: a status
--- request
GET /try-code
--- error_code: 418

=== try_files: a named location
--- request
GET /try-named
--- response_body
fallback /try-named

=== try_files: a directory
--- request
GET /try-dir
--- error_code: 301

=== try_files: a URI with arguments
--- request
GET /try-args?old
--- response_body
target /target/t [k=v]

=== a directory without its slash
--- request
GET /dir?a=b
--- error_code: 301
--- response_headers
Location: http://localhost:$TEST_NGINX_SERVER_PORT/dir/?a=b

=== index of a directory
--- request
GET /dir/
--- response_body
index of dir
--- response_headers
Content-Type: text/html

=== index: the second name
--- request
GET /index/
--- response_body
text a

=== a directory without an index
--- request
GET /files/
--- error_code: 403
--- error_log
[error]
directory index of "$TEST_NGINX_HTML_DIR/" is forbidden, client: 127.0.0.1

=== alias
--- request
GET /files/dir/b.html
--- response_body
<b>

=== alias of a file
--- request
GET /one
--- response_body
text a

=== alias with captures
--- request
GET /regex-alias/a.txt
--- response_body
text a
