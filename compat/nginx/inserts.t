What is put into responses: ssi, sub_filter, addition, trailers, headers, mirror, set_misc.

--- http_config
types { text/html html; text/plain txt; }
upstream_list planets moon sun earth;
--- config
root html;
location / { ssi on; }
location /silent/ { ssi on; ssi_silent_errors on; alias html/; }
location /lm/ { ssi on; ssi_last_modified on; alias html/; }
location /nossi/ { alias html/; }
location /part { return 200 "part $args\n"; }
location /upper { return 200 "OTHER"; }
location /slow { echo_sleep 0.02; echo -n slow; }
location /nothing { return 204; }
location /sub { sub_filter_types *; sub_filter one 1; return 200 "one ONE two one\n"; }
location /sub-all { sub_filter_types *; sub_filter_once off; sub_filter one 1; return 200 "one ONE two one\n"; }
location /sub-two { sub_filter_types *; sub_filter one 1; sub_filter two "[$arg_x]"; return 200 "two one two one\n"; }
location /sub-two-all { sub_filter_types *; sub_filter_once off; sub_filter ab X; sub_filter abc Y; sub_filter b Z; return 200 "abc bab cab\n"; }
location /sub-var { sub_filter_types *; sub_filter_once off; sub_filter $arg_p $arg_v; return 200 "one two one\n"; }
location /sub-html { sub_filter a b; return 200 "a\n"; }
location /sub-lua { sub_filter_types *; sub_filter_once off; sub_filter "a long text" short; content_by_lua_block { ngx.print("x a lo") ngx.flush() ngx.print("ng te") ngx.print("xt y a long") ngx.print(" text") } }
location /sub-end { sub_filter_types *; sub_filter abc X; content_by_lua_block { ngx.print("ab") } }
location /sub-file/ { sub_filter_types *; sub_filter_once off; sub_filter page leaf; alias html/; }
location /sub-lm/ { sub_filter_types *; sub_filter_last_modified on; sub_filter page leaf; alias html/; }
location /sub-empty { sub_filter_types *; sub_filter x y; content_by_lua_block { ngx.header.content_length = 0 } }
location /add { add_before_body /part?before; add_after_body /upper; addition_types text/plain; return 200 "middle\n"; }
location /add-before { add_before_body /slow; addition_types *; content_by_lua_block { ngx.say("lua") } }
location /add-type { add_before_body /part; return 200 "plain\n"; }
location /add-404 { add_after_body /nope; addition_types *; return 200 "middle\n"; }
location /add-status { add_after_body /upper; addition_types *; return 404 "gone\n"; }
location /add-sub { add_after_body /sub; addition_types *; return 200 "one\n"; }
location /trailer { add_trailer X-T "t $arg_a"; add_trailer X-E ""; add_trailer X-Len $body_bytes_sent; return 200 "body\n"; }
location /trailer-404 { add_trailer X-T t; add_trailer X-A a always; return 404 "x\n"; }
location /trailer-off { chunked_transfer_encoding off; add_trailer X-T t; return 200 "body\n"; }
location /headers { add_header X-One 1; add_header X-One 2; add_header X-Empty ""; add_header X-Var $arg_a; return 200 "x\n"; }
location /headers-404 { add_header X-One 1; add_header X-Always 2 always; return 404 "x\n"; }
location /headers-in { add_header X-Outer 1; location /headers-in/own { add_header X-Inner 1; return 200 "x\n"; } location /headers-in/same { return 200 "x\n"; } }
location /headers-lm { add_header Last-Modified ""; alias html/page.html; }
location /headers-etag { add_header ETag '"own"'; alias html/page.html; }
location /expires { expires $arg_e; return 200 "x\n"; }
location /expires-404 { expires max; return 404 "x\n"; }
location /expires-neg { expires -1; return 200 "x\n"; }
location /expires-epoch { expires epoch; return 200 "x\n"; }
location /expires-max { expires max; return 200 "x\n"; }
location /expires-off { expires off; add_header Cache-Control own; return 200 "x\n"; }
location /expires-mod { expires modified 1h; alias html/page.html; }
location /mirror { mirror /mirrored; content_by_lua_block { ngx.say("main") } }
location /mirror-two { mirror /mirrored?1; mirror /mirrored?2; content_by_lua_block { ngx.say("main") } }
location /mirror-body { mirror /mirrored; content_by_lua_block { ngx.say(ngx.req.get_body_data()) } }
location /mirror-nobody { mirror /mirrored; mirror_request_body off; content_by_lua_block { ngx.say(tostring(ngx.req.get_body_data())) } }
location /mirror-slow { mirror /mirrored-slow; content_by_lua_block { ngx.say("main") } }
location /mirror-off { mirror /mirrored; location /mirror-off/in { mirror off; return 200 "x\n"; } }
location /mirror-status { mirror /nope; content_by_lua_block { ngx.say("main") } }
location = /mirrored { internal; log_subrequest on; content_by_lua_block { ngx.log(ngx.WARN, "mirrored ", ngx.req.get_method(), " ", ngx.var.uri, " ", ngx.var.request_uri, " ", tostring(ngx.req.get_body_data())) } }
location = /mirrored-slow { internal; content_by_lua_block { ngx.sleep(0.03) ngx.log(ngx.WARN, "mirrored late") } }
location /h256 { set_hmac_sha256 $s key $arg_t; set_encode_hex $s $s; return 200 "$s\n"; }
location /pg { set_unescape_uri $s $arg_t; set_quote_pgsql_str $s $s; return 200 "$s\n"; }
location /hashed { set_hashed_upstream $b planets $arg_k; return 200 "$b\n"; }
location /hashed-var { set $l $arg_l; set_hashed_upstream $b $l $arg_k; return 200 "$b\n"; }
location /rotate { set $a $arg_a; set_rotate $a 1 3; return 200 "$a\n"; }
location /rotate-kept { set $a ""; set_rotate $a 3 1; return 200 "$a\n"; }
location /ka { keepalive_disable safari msie6; content_by_lua_block { ngx.say("x") } }
location /ka-none { keepalive_disable none; content_by_lua_block { ngx.say("x") } }
location /dir { root html; }
--- user_files
>>> page.html 86400
a page of pages
>>> dir/index.html
in the directory
>>> sp ace/index.html
in the directory with a space
>>> echo.html 86400
[<!--#echo var="arg_a" -->][<!--# echo var="nosuch" default="dflt" -->][<!--#echo var='nosuch'-->][<!--#echo var="arg_a" encoding="none" -->][<!--#echo var="arg_a" encoding="url" -->][<!--#echo var="nosuch" default="" -->]
>>> set.html
<!--#set var="x" value="v-$arg_a-${arg_a}x" --><!--#echo var="x" -->|<!--#set var="X" value="\$lit \" q" --><!--#echo var="x" encoding="none" -->
>>> if.html
<!--#if expr="$arg_a" -->if<!--#elif expr="$arg_b" -->elif<!--#else -->else<!--#endif -->|<!--#if expr="$arg_a = x" -->eq<!--#endif -->|<!--#if expr="$arg_a != x" -->ne<!--#endif -->|<!--#if expr="$arg_a = /^(y+)z/" -->re:<!--#echo var="1" --><!--#endif -->
>>> inc.html
[<!--#include virtual="/part?x=$arg_a" -->][<!--#include file="page.html" -->][<!--#include virtual="/upper" -->]
>>> order.html
1<!--#include virtual="/slow" -->2<!--#include virtual="/upper" -->3
>>> wait.html
1<!--#include virtual="/slow" wait="yes" -->2<!--#include virtual="/slow" wait="no" -->3
>>> incset.html
<!--#include virtual="/upper" set="got" -->got <!--#echo var="got" -->
>>> stub.html
<!--#block name="s" -->stub text<!--#endblock -->a<!--#include virtual="/nothing" stub="s" -->b<!--#include virtual="/upper" stub="s" -->c
>>> nested.html
<<!--#include virtual="/inc.html?a=n" -->>
>>> bad.html
1<!--#nosuch a="b" -->2<!--#echo -->3<!--#echo var="a" var="b" -->4<!--#echo vor="a" -->5<!--#include -->6<!--#else -->7<!--#include virtual="/x" file="y" -->8
>>> errmsg.html
<!--#config errmsg="OOPS" -->1<!--#nosuch -->2
>>> timefmt.html
<!--#config timefmt="%Y" --><!--#echo var="date_gmt" -->-<!--#config timefmt="%%" --><!--#echo var="date_local" -->
>>> comment.html
<!-- plain --> <!-#x --> <<!--#echo var="arg_a" --> <! <!- <!--
>>> unsafe.html
1<!--#include virtual="/../etc/passwd" -->2
>>> block.html
<!--#block name="b" -->kept <!--#if expr="1" -->x<!--#endif --><!--#endblock -->after

=== SSI: echo
--- request
GET /echo.html?a=1<2
--- response_body
[1&lt;2][dflt][(none)][1<2][1%3C2][]

=== SSI: echo of nothing
--- request
GET /echo.html
--- response_body
[(none)][dflt][(none)][(none)][(none)][]

=== SSI: set
--- request
GET /set.html?a=q
--- response_body
v-q-qx|$lit " q

=== SSI: if
--- request
GET /if.html?a=1
--- response_body
if||ne|

=== SSI: elif
--- request
GET /if.html?b=1
--- response_body
elif||ne|

=== SSI: else
--- request
GET /if.html
--- response_body
else||ne|

=== SSI: equal
--- request
GET /if.html?a=x
--- response_body
if|eq||

=== SSI: expression
--- request
GET /if.html?a=yyyz
--- response_body
if||ne|re:yyy

=== SSI: include
--- request
GET /inc.html?a=1
--- response_body
[part x=1
][a page of pages
][OTHER]

=== SSI: order
--- request
GET /order.html
--- response_body
1slow2OTHER3

=== SSI: wait
--- request
GET /wait.html
--- response_body
1slow2slow3

=== SSI: include into a variable
--- request
GET /incset.html
--- response_body
got OTHER

=== SSI: stub
--- request
GET /stub.html
--- response_body
astub textbOTHERc

=== SSI: nested
--- request
GET /nested.html
--- response_body
<[part x=n
][a page of pages
][OTHER]
>

=== SSI: mistakes
--- request
GET /bad.html
--- response_body
1[an error occurred while processing the directive]2[an error occurred while processing the directive]3[an error occurred while processing the directive]4[an error occurred while processing the directive]5[an error occurred while processing the directive]6[an error occurred while processing the directive]7[an error occurred while processing the directive]8
--- error_log
invalid SSI command: "nosuch" while sending response to client
mandatory "var" parameter is absent in "echo" SSI command while sending response to client
duplicate "var" parameter in "echo" SSI command while sending response to client
invalid parameter name: "vor" in "echo" SSI command while sending response to client
no parameter in "include" SSI command while sending response to client
invalid context of SSI command: "else" while sending response to client
inclusion may be either virtual="/x" or file="y" while sending response to client

=== SSI: silent mistakes
--- request
GET /silent/bad.html
--- response_body
12345678
--- error_log
invalid SSI command: "nosuch" while sending response to client
mandatory "var" parameter is absent in "echo" SSI command while sending response to client
duplicate "var" parameter in "echo" SSI command while sending response to client
invalid parameter name: "vor" in "echo" SSI command while sending response to client
no parameter in "include" SSI command while sending response to client
invalid context of SSI command: "else" while sending response to client
inclusion may be either virtual="/x" or file="y" while sending response to client

=== SSI: message of its own
--- request
GET /errmsg.html
--- response_body
1OOPS2
--- error_log
invalid SSI command: "nosuch" while sending response to client

=== SSI: comments
--- request
GET /comment.html?a=1
--- response_body
<!-- plain --> <!-#x --> <1 <! <!- <!--

=== SSI: unsafe URI
--- request
GET /unsafe.html
--- response_body
1[an error occurred while processing the directive]2
--- error_log
unsafe URI "/../etc/passwd" was detected while sending response to client

=== SSI: block is not shown
--- request
GET /block.html
--- response_body
after

=== SSI: header
--- request
GET /echo.html?a=1
--- response_body
[1][dflt][(none)][1][1][]
--- response_headers
!Content-Length
!Last-Modified
!ETag
!Accept-Ranges

=== SSI: Last-Modified stays
--- request
GET /lm/echo.html?a=1
--- response_body
[1][dflt][(none)][1][1][]
--- response_headers
!Content-Length
ETag: W/"15180-df"
!Accept-Ranges

=== SSI: HEAD
--- request
HEAD /echo.html?a=1
--- response_body:
--- response_headers
!Content-Length

=== SSI: HTTP/1.0
--- request
GET /echo.html?a=1 HTTP/1.0
--- response_body
[1][dflt][(none)][1][1][]
--- response_headers
!Content-Length

=== SSI: off
--- request
GET /nossi/errmsg.html
--- response_headers
Content-Type: text/html

=== SSI: keep-alive
--- pipelined_requests
GET /order.html
GET /inc.html?a=2
--- response_body
1slow2OTHER3
[part x=2
][a page of pages
][OTHER]

=== SSI: not for plain text
--- request
GET /part
--- response_body
part 

=== sub_filter
--- request
GET /sub
--- response_body
1 ONE two one
--- response_headers
!Content-Length

=== sub_filter_once off
--- request
GET /sub-all
--- response_body
1 1 two 1

=== sub_filter: two texts
--- request
GET /sub-two?x=v
--- response_body
[v] 1 two one

=== sub_filter: which comes first
--- request
GET /sub-two-all
--- response_body
Xc ZX cX

=== sub_filter with variables
--- request
GET /sub-var?p=ONE&v=1
--- response_body
1 two 1

=== sub_filter with an empty text
--- request
GET /sub-var?v=1
--- response_body
one two one

=== sub_filter: type
--- request
GET /sub-html
--- response_body
a

=== sub_filter across pieces
--- request
GET /sub-lua
--- response_body: x short y short

=== sub_filter: half a match at the end
--- request
GET /sub-end
--- response_body: ab

=== sub_filter of a file
--- request
GET /sub-file/page.html
--- response_body
a leaf of leafs
--- response_headers
!Content-Length
!Last-Modified
!ETag
!Accept-Ranges

=== sub_filter of a file, date stays
--- request
GET /sub-lm/page.html
--- response_body
a leaf of pages
--- response_headers
!Content-Length
Last-Modified: Fri, 02 Jan 1970 00:00:00 GMT
ETag: W/"15180-10"

=== sub_filter of nothing
--- request
GET /sub-empty
--- response_body:

=== sub_filter, range
--- request
GET /sub-file/page.html
--- more_headers
Range: bytes=0-1
--- response_body
a leaf of leafs
--- response_headers
!Content-Range

=== addition
--- request
GET /add
--- response_body escaped: part \nmiddle\nOTHER
--- response_headers
!Content-Length

=== addition before Lua
--- request
GET /add-before
--- response_body
slowlua

=== addition: type
--- request
GET /add-type
--- response_body
plain
--- response_headers
Content-Length: 6

=== addition that is missing
--- request
GET /add-404
--- response_body
middle
<html>
<head><title>404 Not Found</title></head>
<body>
<center><h1>404 Not Found</h1></center>
<hr><center>nginx/1.22.1</center>
</body>
</html>
--- error_log
open() "$TEST_NGINX_SERVER_ROOT/html/nope" failed (2: No such file or directory)

=== addition: status
--- request
GET /add-status
--- error_code: 404
--- response_body
gone

=== addition has its own filters
--- request
GET /add-sub
--- response_body
one
1 ONE two one

=== addition HEAD
--- request
HEAD /add
--- response_body:
--- response_headers
!Content-Length

=== addition, keep-alive
--- pipelined_requests
GET /add
GET /add-before
--- response_body
part 
middle
OTHERslowlua

=== trailers
--- request
GET /trailer?a=b
--- response_body
body
--- response_headers
X-T: t b
!X-E
X-Len: 0
Transfer-Encoding: chunked

=== trailers of HTTP/1.0
--- request
GET /trailer HTTP/1.0
--- response_body
body
--- response_headers
Content-Length: 5

=== trailers of a 404
--- request
GET /trailer-404
--- error_code: 404
--- response_body
x
--- response_headers
!X-T
X-A: a

=== trailers without chunks
--- request
GET /trailer-off
--- response_body
body
--- response_headers
Content-Length: 5
!Transfer-Encoding

=== trailers of HEAD
--- request
HEAD /trailer
--- response_body:
--- response_headers
Content-Length: 5

=== add_header
--- request
GET /headers?a=v
--- response_body
x
--- response_headers
X-One: 1, 2
!X-Empty
X-Var: v

=== add_header of a 404
--- request
GET /headers-404
--- error_code: 404
--- response_body
x
--- response_headers
!X-One
X-Always: 2

=== add_header inner
--- request
GET /headers-in/own
--- response_body
x
--- response_headers
!X-Outer
X-Inner: 1

=== add_header inherited
--- request
GET /headers-in/same
--- response_body
x
--- response_headers
X-Outer: 1
!X-Inner

=== add_header takes Last-Modified away
--- request
GET /headers-lm
--- response_headers
!Last-Modified

=== add_header of an ETag
--- request
GET /headers-etag
--- response_headers
ETag: "own"

=== expires of a variable
--- request
GET /expires?e=1h
--- response_body
x
--- response_headers
Cache-Control: max-age=3600

=== expires of a variable, negative
--- request
GET /expires?e=-5
--- response_body
x
--- response_headers
Cache-Control: no-cache

=== expires of a variable, bad
--- request
GET /expires?e=x
--- response_body
x
--- response_headers
!Cache-Control
!Expires

=== expires of a variable, off
--- request
GET /expires?e=off
--- response_body
x
--- response_headers
!Cache-Control
!Expires

=== expires of a variable, epoch
--- request
GET /expires?e=epoch
--- response_body
x
--- response_headers
Cache-Control: no-cache
Expires: Thu, 01 Jan 1970 00:00:01 GMT

=== expires of a variable, max
--- request
GET /expires?e=max
--- response_body
x
--- response_headers
Cache-Control: max-age=315360000
Expires: Thu, 31 Dec 2037 23:55:55 GMT

=== expires of a 404
--- request
GET /expires-404
--- error_code: 404
--- response_body
x
--- response_headers
!Cache-Control
!Expires

=== expires negative
--- request
GET /expires-neg
--- response_body
x
--- response_headers
Cache-Control: no-cache

=== expires epoch
--- request
GET /expires-epoch
--- response_body
x
--- response_headers
Cache-Control: no-cache
Expires: Thu, 01 Jan 1970 00:00:01 GMT

=== expires max
--- request
GET /expires-max
--- response_body
x
--- response_headers
Cache-Control: max-age=315360000
Expires: Thu, 31 Dec 2037 23:55:55 GMT

=== expires off
--- request
GET /expires-off
--- response_body
x
--- response_headers
Cache-Control: own
!Expires

=== expires modified
--- request
GET /expires-mod
--- response_body
a page of pages
--- response_headers
Expires: Fri, 02 Jan 1970 01:00:00 GMT

=== mirror
--- request
GET /mirror?q=1
--- response_body
main
--- error_log
[lua] content_by_lua(nginx.conf:60):1: mirrored GET /mirrored /mirror?q=1 nil

=== mirror twice
--- request
GET /mirror-two
--- response_body
main

=== mirror of a body
--- request
POST /mirror-body
abc
--- response_body
abc
--- error_log
[lua] content_by_lua(nginx.conf:60):1: mirrored POST /mirrored /mirror-body abc

=== mirror without the body
--- request
POST /mirror-nobody
abc
--- response_body
nil
--- error_log
[lua] content_by_lua(nginx.conf:60):1: mirrored POST /mirrored /mirror-nobody nil

=== mirror takes its time
--- request
GET /mirror-slow
--- response_body
main
--- error_log
[lua] content_by_lua(nginx.conf:61):1: mirrored late

=== mirror takes its time, next request waits
--- pipelined_requests
GET /mirror-slow
GET /part
--- response_body
main
part 

=== mirror off
--- request
GET /mirror-off/in
--- response_body
x

=== mirror that fails
--- request
GET /mirror-status
--- response_body
main
--- error_log
open() "$TEST_NGINX_SERVER_ROOT/html/nope" failed (2: No such file or directory)

=== HMAC-SHA256
--- request
GET /h256?t=text
--- response_body
6afa9046a9579cad143a384c1b564b9a250d27d6f6a63f9f20bf3a7594c9e2c6

=== HMAC-SHA256 of nothing
--- request
GET /h256
--- response_body
5d5d139563c95b5967b9bd9a8c9b233a9dedb45072794cd232dc1b74832607d0

=== quote for PostgreSQL
--- request
GET /pg?t=it%27s%20%5C%0A
--- response_body
E'it\'s \\\n'

=== quote for PostgreSQL, empty
--- request
GET /pg
--- response_body
''

=== quote for PostgreSQL, UTF-8
--- request
GET /pg?t=%E4%BD%A0
--- response_body
E'你'

=== quote for PostgreSQL, no UTF-8
--- request
GET /pg?t=%C4%E3
--- response_body
E'\\304\\343'

=== hashed upstream
--- request
GET /hashed?k=hello
--- response_body
sun

=== hashed upstream, another key
--- request
GET /hashed?k=audreyt
--- response_body
earth

=== hashed upstream, capitals
--- request
GET /hashed?k=HELLO
--- response_body
sun

=== hashed upstream, no key
--- request
GET /hashed
--- response_body
moon

=== hashed upstream, name of a variable
--- request
GET /hashed-var?l=planets&k=larry
--- response_body
earth

=== hashed upstream, unknown name
--- request
GET /hashed-var?l=stars&k=larry
--- error_code: 500
--- response_body_like: <title>500 Internal Server Error</title>
--- error_log
set_hashed_upstream: upstream list "stars" not defined yet

=== rotate
--- request
GET /rotate?a=1
--- response_body
2

=== rotate over the end
--- request
GET /rotate?a=3
--- response_body
1

=== rotate from outside
--- request
GET /rotate?a=9
--- response_body
1

=== rotate of a text
--- request
GET /rotate?a=abc
--- response_body_like: [123]
--- error_log
set_rotate: bad current value: "abc"

=== rotate without a value
--- pipelined_requests
GET /rotate-kept
GET /rotate-kept
GET /rotate-kept
GET /rotate-kept
--- response_body
1
2
3
1

=== Safari on a Macintosh closes
--- request
GET /ka
--- more_headers
User-Agent: Mozilla/5.0 (Macintosh; Mac OS X) Safari/1
Connection: keep-alive
--- response_body
x
--- response_headers
Connection: close

=== MSIE 6 closes behind a POST
--- request
POST /ka
x
--- more_headers
User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; x)
Connection: keep-alive
--- response_body
x
--- response_headers
Connection: close

=== MSIE 6 stays behind a GET
--- raw_request escaped
GET /ka HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/4.0 (compatible; MSIE 6.0; x)\r\n\r\nGET /ka-none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n
--- error_code: 200 200
--- response_body
x
x

=== redirect to a directory
--- request
GET /dir
--- error_code: 301
--- response_body_like: <title>301 Moved Permanently</title>
--- response_headers
Location: http://localhost:$TEST_NGINX_SERVER_PORT/dir/

=== redirect to a directory with a space
--- request
GET /nossi/sp%20ace
--- error_code: 301
--- response_body_like: <title>301 Moved Permanently</title>
--- response_headers
Location: http://localhost:$TEST_NGINX_SERVER_PORT/nossi/sp%20ace/

=== ssi of another word
--- config
ssi maybe;
--- must_die
--- error_log
[emerg]
invalid value "maybe" in "ssi" directive, it must be "on" or "off"

=== sub_filter of an empty text
--- config
sub_filter '' x;
--- must_die
--- error_log
[emerg]
empty search pattern

=== sub_filter of one argument
--- config
sub_filter x;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "sub_filter" directive

=== add_trailer with another word
--- config
add_trailer a b sometimes;
--- must_die
--- error_log
[emerg]
invalid parameter "sometimes"

=== add_header with another word
--- config
add_header a b sometimes;
--- must_die
--- error_log
[emerg]
invalid parameter "sometimes"

=== mirror twice off
--- config
mirror off; mirror off;
--- must_die
--- error_log
[emerg]
"mirror" directive is duplicate

=== mirror off and on
--- config
mirror off; mirror /x;
--- must_die
--- error_log
[emerg]
"mirror" directive is duplicate

=== expires of a bad time
--- config
expires soon;
--- must_die
--- error_log
[emerg]
"expires" directive invalid value

=== expires modified at a time of day
--- config
expires modified @1h;
--- must_die
--- error_log
[emerg]
"expires" directive daily time cannot be used with "modified" parameter

=== expires past midnight
--- config
expires @25h;
--- must_die
--- error_log
[emerg]
"expires" directive daily time value must be less than 24 hours

=== addition within if
--- config
location / { if ($args) { add_before_body /x; } }
--- must_die
--- error_log
[emerg]
"add_before_body" directive is not allowed here

=== upstream_list twice
--- http_config
upstream_list a b; upstream_list a c;
--- must_die
--- error_log
[emerg]
duplicate upstream list name "a"

=== msie_refresh: what is escaped
--- config
location / { msie_refresh on; default_type text/html; return 302 "/x?a=<b>&c='+%7f#(~"; }
--- request
GET /
--- more_headers
User-Agent: MSIE 6.0
--- response_body_like chomp
URL=/x\?a=%3Cb%3E&c=%27\+%7f#\(%7E">
