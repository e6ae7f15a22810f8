Choosing by values: map, geo, split_clients, if, set, error_page, rewrite.

--- http_config
map $arg_a $mapped { default none; one 1; two 2; "" empty; \default slash; ~^re(?<rest>.*)$ "regex $rest"; ~*^CASE caseless; $host host; }
map $arg_h $by_host { hostnames; default no; example.com exact; *.example.com sub; .dotted.test dotted; mail.* mail; www.example.com www; }
map $arg_a $no_default { x y; }
map $arg_a$arg_b $two { default d; xy both; ~^x first; }
map $arg_v $volatile { volatile; default d; a A; b B; }
map $arg_a $chain { default $mapped; x "[$arg_b]"; }
map $uri $by_uri { ~^/map-uri/(?<id>\d+) "id-$id"; ~^/map-uri/(\w+) "word-$1"; default ""; }
geo $geo { default none; 127.0.0.0/8 loopback; 10.0.0.0/8 ten; 10.1.0.0/16 ten-one; 2001:db8::/32 doc; }
geo $arg_ip $geo_ip { default none; 127.0.0.0/8 loopback; 10.0.0.0/8 ten; 10.1.0.0/16 ten-one; 10.1.2.3 host; 2001:db8::/32 doc; ::1 six; }
geo $arg_ip $geo_range { ranges; default none; 10.0.0.0-10.0.0.9 low; 10.0.0.10-10.0.0.255 high; 192.0.2.1-192.0.2.1 one; }
geo $geo_proxy { default none; proxy 127.0.0.1; 198.51.100.0/24 doc; 127.0.0.0/8 loopback; }
geo $geo_rec { proxy 127.0.0.0/8; proxy 10.0.0.0/8; proxy_recursive; default none; 198.51.100.0/24 doc; 10.0.0.0/8 ten; }
split_clients "$arg_s" $split { 10% a; 40% b; * c; }
split_clients "$arg_s" $split_all { 50% low; 50% high; }
split_clients "$arg_s" $split_part { 0.5% rare; }
--- config
location /map { return 200 "$mapped\n"; }
location /map-host { return 200 "$by_host\n"; }
location /map-nodef { return 200 "[$no_default]\n"; }
location /map-two { return 200 "$two\n"; }
location /map-chain { return 200 "$chain\n"; }
location /map-uri { return 200 "$by_uri\n"; }
location /map-volatile { set $args "v=a"; set $x $volatile; set $args "v=b"; return 200 "$x $volatile\n"; }
location /map-kept { set $args "a=one"; set $x $mapped; set $args "a=two"; return 200 "$x $mapped\n"; }
location /map-set { set $mapped own; return 200 "$mapped\n"; }
location /geo { return 200 "$geo $geo_ip $geo_range\n"; }
location /geo-proxy { return 200 "$geo_proxy $geo_rec\n"; }
location /split { return 200 "$split $split_all [$split_part]\n"; }
location /if-arg { if ($arg_x) { return 200 "yes\n"; } return 200 "no\n"; }
location /if-eq { if ($arg_x = a) { return 200 "equal\n"; } if ($arg_x != b) { return 200 "not b\n"; } return 200 "b\n"; }
location /if-re { if ($arg_x ~ "^(a+)(b*)$") { return 200 "$1-$2\n"; } if ($arg_x ~* ^c) { return 200 "caseless\n"; } if ($arg_x !~ d) { return 200 "no d\n"; } if ($arg_x !~* E) { return 200 "no e\n"; } return 200 "d and e\n"; }
location /if-file { root html; if (-f $document_root/f.txt) { set $r "f"; } if (-d $document_root/dir) { set $r "${r}d"; } if (-e $document_root/dir) { set $r "${r}e"; } if (-x $document_root/f.txt) { set $r "${r}x"; } if (!-f $document_root/nope) { set $r "${r}F"; } if (!-d $document_root/f.txt) { set $r "${r}D"; } if (!-e $document_root/nope) { set $r "${r}E"; } if (!-x $document_root/f.txt) { set $r "${r}X"; } return 200 "$r\n"; }
location /if-headers { add_header X-Outer o; if ($arg_x) { add_header X-Inner i; } root html; try_files /f.txt =404; }
location /if-last { if ($arg_a) { set $v a; } if ($arg_b) { set $v b; } return 200 "[$v]\n"; }
location /if-break { set $v 0; if ($arg_a) { set $v 1; break; set $v 2; } content_by_lua_block { ngx.say(ngx.var.v) } }
location /if-content { if ($arg_x) { content_by_lua_block { ngx.say("inner") } } content_by_lua_block { ngx.say("outer") } }
location /if-err { error_page 404 /outer404; if ($arg_x) { error_page 404 /inner404; } root html/none; }
location = /outer404 { return 200 "outer 404\n"; }
location = /inner404 { return 200 "inner 404\n"; }
location /ep/plain { error_page 404 /page; return 404; }
location /ep/keep { error_page 403 /status-page; return 403; }
location /ep/take { error_page 403 = /status-page; return 403; }
location /ep/code { error_page 403 =201 /page; return 403; }
location /ep/away { error_page 404 http://example.test/x; return 404; }
location /ep/away301 { error_page 404 =301 http://example.test/x; return 404; }
location /ep/away307 { error_page 404 =307 http://example.test/$arg_x; return 404; }
location /ep/away404 { error_page 404 =404 http://example.test/x; return 404; }
location /ep/named { error_page 404 @fallback; return 404; }
location /ep/named-code { error_page 404 =202 @fallback; return 404; }
location /ep/named-take { error_page 404 = @fallback; return 404; }
location /ep/var { error_page 404 /$arg_x; return 404; }
location /ep/args { error_page 404 /page?from=error; return 404; }
location /ep/several { error_page 403 404 500 502 /page; return 502; }
location /ep/range { error_page 404 /page; return 410; }
location /ep/missing { error_page 404 /no-such-page; return 404; }
location /ep/rec { recursive_error_pages on; error_page 404 /ep/rec2; return 404; }
location /ep/norec { error_page 404 /ep/rec2; return 404; }
location /ep/rec2 { error_page 403 /page; return 403; }
location /ep/post { error_page 405 /method; return 405; }
location /ep/redirect { error_page 301 /page; return 301 /elsewhere; }
location /ep/internal { return 404; error_page 404 /only-inside; }
location = /only-inside { internal; return 200 "inside\n"; }
location = /page { return 200 "page $uri $args $request_uri $status\n"; }
location = /status-page { return 402; }
location = /method { content_by_lua_block { ngx.say(ngx.req.get_method(), " ", ngx.status) } }
location @fallback { return 200 "fallback $uri $request_method\n"; }
location /rw/last { rewrite ^/rw/last/(.*)$ /shown/$1 last; return 200 "not here\n"; }
location /rw/break { rewrite ^/rw/break/(.*)$ /f.txt break; root html; }
location /rw/redirect { rewrite ^/rw/redirect/(.*)$ /other/$1 redirect; }
location /rw/permanent { rewrite ^/rw/permanent/(.*)$ http://example.test/$1? permanent; }
location /rw/args { rewrite ^ /shown/x?a=1 last; }
location /rw/noargs { rewrite ^ /shown/x? last; }
location /rw/both { rewrite ^ /shown/x?a=1? last; }
location /rw/chain { rewrite ^/rw/chain /rw/one; rewrite ^/rw/one /shown/two last; }
location /rw/loop { rewrite ^ /rw/loop last; }
location /rw/miss { rewrite ^/nothing /x last; return 200 "missed\n"; }
location /rw/enc { rewrite ^/rw/enc/(.*)$ /shown/$1 last; }
location /shown/ { return 200 "shown $uri [$args]\n"; }
--- user_files
>>> f.txt
file
>>> dir/x
x

=== map: exact
--- request
GET /map?a=one
--- response_body
1

=== map: in capitals
--- request
GET /map?a=ONE
--- response_body
1

=== map: default
--- request
GET /map?a=three
--- response_body
none

=== map: empty
--- request
GET /map?a=
--- response_body
empty

=== map: missing
--- request
GET /map
--- response_body
empty

=== map: expression with a name
--- request
GET /map?a=regular
--- response_body
regex gular

=== map: expression, another case
--- request
GET /map?a=REgular
--- response_body
none

=== map: caseless expression
--- request
GET /map?a=case9
--- response_body
caseless

=== map: the word default
--- request
GET /map?a=default
--- response_body
slash

=== map: literal variable name as key
--- request
GET /map?a=$host
--- response_body
host

=== map without default
--- request
GET /map-nodef?a=z
--- response_body
[]

=== map without default, found
--- request
GET /map-nodef?a=x
--- response_body
[y]

=== hostnames: exact
--- request
GET /map-host?h=example.com
--- response_body
exact

=== hostnames: exact before wildcard
--- request
GET /map-host?h=www.example.com
--- response_body
www

=== hostnames: wildcard
--- request
GET /map-host?h=a.b.example.com
--- response_body
sub

=== hostnames: dotted name
--- request
GET /map-host?h=dotted.test
--- response_body
dotted

=== hostnames: dotted name's child
--- request
GET /map-host?h=x.dotted.test
--- response_body
dotted

=== hostnames: wildcard at the end
--- request
GET /map-host?h=mail.any.test
--- response_body
mail

=== hostnames: dot at the end
--- request
GET /map-host?h=example.com.
--- response_body
exact

=== hostnames: none
--- request
GET /map-host?h=other.test
--- response_body
no

=== hostnames: capitals
--- request
GET /map-host?h=WWW.Example.COM
--- response_body
www

=== two sources
--- request
GET /map-two?a=x&b=y
--- response_body
both

=== two sources, expression
--- request
GET /map-two?a=x&b=z
--- response_body
first

=== value of another map
--- request
GET /map-chain?a=one
--- response_body
1

=== value with a variable
--- request
GET /map-chain?a=x&b=B
--- response_body
[B]

=== named capture in a value
--- request
GET /map-uri/42
--- response_body
id-42

=== numbered capture in a value
--- request
GET /map-uri/word
--- response_body
word-word

=== volatile map
--- request
GET /map-volatile
--- response_body
A B

=== map is kept
--- request
GET /map-kept
--- response_body
1 1

=== set over a map
--- request
GET /map-set
--- response_body
own

=== geo of the client
--- request
GET /geo
--- response_body
loopback none none

=== geo of an argument
--- request
GET /geo?ip=10.200.0.1
--- response_body
loopback ten none

=== geo: the narrower network
--- request
GET /geo?ip=10.1.9.9
--- response_body
loopback ten-one none

=== geo: host
--- request
GET /geo?ip=10.1.2.3
--- response_body
loopback host none

=== geo: IPv6
--- request
GET /geo?ip=2001:db8::5
--- response_body
loopback doc none

=== geo: IPv6 host
--- request
GET /geo?ip=::1
--- response_body
loopback six none

=== geo: mapped IPv4
--- request
GET /geo?ip=::ffff:10.1.2.3
--- response_body
loopback host none

=== geo: no address
--- request
GET /geo?ip=nobody
--- response_body
loopback none none

=== geo: range, low end
--- request
GET /geo?ip=10.0.0.0
--- response_body
loopback ten low

=== geo: range, high end
--- request
GET /geo?ip=10.0.0.9
--- response_body
loopback ten low

=== geo: next range
--- request
GET /geo?ip=10.0.0.10
--- response_body
loopback ten high

=== geo: range of one
--- request
GET /geo?ip=192.0.2.1
--- response_body
loopback none one

=== geo: between ranges
--- request
GET /geo?ip=192.0.2.2
--- response_body
loopback none none

=== geo behind a proxy
--- request
GET /geo-proxy
--- more_headers
X-Forwarded-For: 198.51.100.9
--- response_body
doc doc

=== geo behind a proxy that names a port
--- request
GET /geo-proxy
--- more_headers
X-Forwarded-For: 198.51.100.9:8080
--- response_body
doc doc

=== geo behind two proxies
--- request
GET /geo-proxy
--- more_headers
X-Forwarded-For: 198.51.100.9, 10.0.0.1
--- response_body
none doc

=== geo without the header
--- request
GET /geo-proxy
--- response_body
loopback none

=== geo with a bad header
--- request
GET /geo-proxy
--- more_headers
X-Forwarded-For: x
--- response_body
loopback none

=== split a
--- request
GET /split?s=a
--- response_body
c high []

=== split b
--- request
GET /split?s=b
--- response_body
c high []

=== split c
--- request
GET /split?s=c
--- response_body
b low []

=== split d
--- request
GET /split?s=dd
--- response_body
c high []

=== split e
--- request
GET /split?s=eee
--- response_body
c high []

=== split f
--- request
GET /split?s=ffff
--- response_body
c high []

=== split empty
--- request
GET /split
--- response_body
a low [rare]

=== split long
--- request
GET /split?s=a-rather-long-text-for-a-hash
--- response_body
a low []

=== if: a value
--- request
GET /if-arg?x=1
--- response_body
yes

=== if: zero
--- request
GET /if-arg?x=0
--- response_body
no

=== if: empty
--- request
GET /if-arg?x=
--- response_body
no

=== if: zero zero
--- request
GET /if-arg?x=00
--- response_body
yes

=== if: equal
--- request
GET /if-eq?x=a
--- response_body
equal

=== if: not equal
--- request
GET /if-eq?x=c
--- response_body
not b

=== if: neither
--- request
GET /if-eq?x=b
--- response_body
b

=== if: captures
--- request
GET /if-re?x=aabb
--- response_body
aa-bb

=== if: caseless
--- request
GET /if-re?x=Cx
--- response_body
caseless

=== if: no match
--- request
GET /if-re?x=xyz
--- response_body
no d

=== if: no caseless match
--- request
GET /if-re?x=xd
--- response_body
no e

=== if: all match
--- request
GET /if-re?x=xde
--- response_body
d and e

=== if: files
--- request
GET /if-file
--- response_body
fdeFDEX

=== if: add_header inside
--- request
GET /if-headers?x=1
--- error_code: 404
--- response_body_like: <title>404 Not Found</title>
--- response_headers
!X-Outer
!X-Inner
--- error_log
open() "$TEST_NGINX_SERVER_ROOT/html/if-headers" failed (2: No such file or directory)

=== if: add_header outside
--- request
GET /if-headers
--- response_body
file
--- response_headers
X-Outer: o
!X-Inner

=== if: both hold
--- request
GET /if-last?a=1&b=1
--- response_body
[b]

=== if: the first holds
--- request
GET /if-last?a=1
--- response_body
[a]

=== if: none holds
--- request
GET /if-last
--- response_body
[]
--- error_log
using uninitialized "v" variable

=== if: break
--- request
GET /if-break?a=1
--- response_body
1

=== if: no break
--- request
GET /if-break
--- response_body
0

=== if: content inside
--- request
GET /if-content?x=1
--- response_body
inner

=== if: content outside
--- request
GET /if-content
--- response_body
outer

=== if: error_page inside
--- request
GET /if-err?x=1
--- error_code: 404
--- response_body
inner 404
--- error_log
open() "$TEST_NGINX_SERVER_ROOT/html/none/if-err" failed (2: No such file or directory)

=== if: error_page outside
--- request
GET /if-err
--- error_code: 404
--- response_body
outer 404
--- error_log
open() "$TEST_NGINX_SERVER_ROOT/html/none/if-err" failed (2: No such file or directory)

=== error_page keeps the status
--- request
GET /ep/plain?q
--- error_code: 404
--- response_body
page /page  /ep/plain?q 404

=== error_page of a page with a status
--- request
GET /ep/keep
--- error_code: 402
--- response_body_like: <title>402 Payment Required</title>

=== error_page takes the page's status
--- request
GET /ep/take
--- error_code: 402
--- response_body_like: <title>402 Payment Required</title>

=== error_page with a status
--- request
GET /ep/code
--- error_code: 201
--- response_body
page /page  /ep/code 201

=== error_page elsewhere
--- request
GET /ep/away
--- error_code: 302
--- response_body_like: <title>302 Found</title>
--- response_headers
Location: http://example.test/x

=== error_page elsewhere, 301
--- request
GET /ep/away301
--- error_code: 301
--- response_body_like: <title>301 Moved Permanently</title>
--- response_headers
Location: http://example.test/x

=== error_page elsewhere, 307 and a variable
--- request
GET /ep/away307?x=y
--- error_code: 307
--- response_body_like: <title>307 Temporary Redirect</title>
--- response_headers
Location: http://example.test/y

=== error_page elsewhere, 404
--- request
GET /ep/away404
--- error_code: 302
--- response_body_like: <title>302 Found</title>
--- response_headers
Location: http://example.test/x

=== error_page to a named location
--- request
GET /ep/named
--- error_code: 404
--- response_body
fallback /ep/named GET

=== error_page to a named location with a status
--- request
GET /ep/named-code
--- error_code: 202
--- response_body
fallback /ep/named-code GET

=== error_page to a named location, its status
--- request
GET /ep/named-take
--- response_body
fallback /ep/named-take GET

=== error_page with a variable
--- request
GET /ep/var?x=page
--- error_code: 404
--- response_body
page /page  /ep/var?x=page 404

=== error_page with a variable that is empty
--- request
GET /ep/var
--- error_code: 403
--- response_body_like: <title>403 Forbidden</title>
--- error_log
directory index of "$TEST_NGINX_SERVER_ROOT/html/" is forbidden

=== error_page with arguments
--- request
GET /ep/args?own
--- error_code: 404
--- response_body
page /page from=error /ep/args?own 404

=== error_page of several codes
--- request
GET /ep/several
--- error_code: 502
--- response_body
page /page  /ep/several 502

=== error_page of another code
--- request
GET /ep/range
--- error_code: 410
--- response_body_like: <title>410 Gone</title>

=== error_page that is missing
--- request
GET /ep/missing
--- error_code: 404
--- response_body_like: <title>404 Not Found</title>
--- error_log
open() "$TEST_NGINX_SERVER_ROOT/html/no-such-page" failed (2: No such file or directory)

=== recursive error pages
--- request
GET /ep/rec
--- error_code: 403
--- response_body
page /page  /ep/rec 403

=== error pages are not recursive
--- request
GET /ep/norec
--- error_code: 403
--- response_body_like: <title>403 Forbidden</title>

=== error_page of a POST
--- request
POST /ep/post
x
--- error_code: 405
--- response_body
GET 405

=== error_page of a HEAD
--- request
HEAD /ep/plain
--- error_code: 404
--- response_body:

=== error_page of a redirect
--- request
GET /ep/redirect
--- error_code: 301
--- response_body
page /page  /ep/redirect 301
--- response_headers
Location: http://localhost:$TEST_NGINX_SERVER_PORT/elsewhere

=== error_page to an internal location
--- request
GET /ep/internal
--- error_code: 404
--- response_body
inside

=== internal location from outside
--- request
GET /only-inside
--- error_code: 404
--- response_body_like: <title>404 Not Found</title>

=== rewrite last
--- request
GET /rw/last/a?b=c
--- response_body
shown /shown/a [b=c]

=== rewrite break
--- request
GET /rw/break/a
--- response_body
file

=== rewrite redirect
--- request
GET /rw/redirect/a%20b?c=d
--- error_code: 302
--- response_body_like: <title>302 Found</title>
--- response_headers
Location: http://localhost:$TEST_NGINX_SERVER_PORT/other/a%20b?c=d

=== rewrite permanent
--- request
GET /rw/permanent/a?c=d
--- error_code: 301
--- response_body_like: <title>301 Moved Permanently</title>
--- response_headers
Location: http://example.test/a

=== rewrite with arguments
--- request
GET /rw/args?b=2
--- response_body
shown /shown/x [a=1&b=2]

=== rewrite without arguments
--- request
GET /rw/noargs?b=2
--- response_body
shown /shown/x []

=== rewrite with its own arguments only
--- request
GET /rw/both?b=2
--- response_body
shown /shown/x [a=1]

=== rewrite twice
--- request
GET /rw/chain
--- response_body
shown /shown/two []

=== rewrite in a loop
--- request
GET /rw/loop
--- error_code: 500
--- response_body_like: <title>500 Internal Server Error</title>
--- error_log
rewrite or internal redirection cycle while processing "/rw/loop"

=== rewrite that does not match
--- request
GET /rw/miss
--- response_body
missed

=== rewrite of encoded text
--- request
GET /rw/enc/a%20b%2Fc?x=%20
--- response_body
shown /shown/a b/c [x=%20]

=== map without a value
--- http_config
map $a $b { x; }
--- must_die
--- error_log
[emerg]
invalid number of the map parameters

=== map of no variable
--- http_config
map $a b { x y; }
--- must_die
--- error_log
[emerg]
invalid variable name "b"

=== map with two defaults
--- http_config
map $a $b { default x; default y; }
--- must_die
--- error_log
[emerg]
duplicate default map parameter

=== map with a key twice
--- http_config
map $a $b { x 1; x 2; }
--- must_die
--- error_log
[emerg]
conflicting parameter "x"

=== map with a bad wildcard
--- http_config
map $a $b { hostnames; a*b 1; }
--- must_die
--- error_log
[emerg]
invalid hostname or wildcard "a*b"

=== map with a broken expression
--- http_config
map $a $b { ~( 1; }
--- must_die
--- error_log
[emerg]
pcre2_compile() failed: missing closing parenthesis in "("

=== map of a built-in variable
--- http_config
map $args $host { x y; }
--- must_die
--- error_log
[emerg]
the duplicate "host" variable

=== geo with a bad network
--- http_config
geo $a { 10.0.0.0/99 x; }
--- must_die
--- error_log
[emerg]
invalid network "10.0.0.0/99"

=== geo with a bad range
--- http_config
geo $a { ranges; 10.0.0.9-10.0.0.1 x; }
--- must_die
--- error_log
[emerg]
invalid range "10.0.0.9-10.0.0.1"

=== geo of too many arguments
--- http_config
geo $a { 10.0.0.0/8 x y; }
--- must_die
--- error_log
[emerg]
invalid number of the geo parameters

=== split_clients over 100
--- http_config
split_clients $args $a { 60% x; 50% y; }
--- must_die
--- error_log
[emerg]
percent total is greater than 100%

=== split_clients with a bad share
--- http_config
split_clients $args $a { x% y; }
--- must_die
--- error_log
[emerg]
invalid percent value "x%"

=== if without a bracket
--- config
location / { if $args { return 200; } }
--- must_die
--- error_log
[emerg]
invalid condition "$args"

=== if with an unknown operator
--- config
location / { if ($args == a) { return 200; } }
--- must_die
--- error_log
[emerg]
unexpected "==" in condition

=== if without a variable
--- config
location / { if (args) { return 200; } }
--- must_die
--- error_log
[emerg]
invalid condition "args"

=== if with too many words
--- config
location / { if ($args = a b) { return 200; } }
--- must_die
--- error_log
[emerg]
invalid condition "$args"

=== if with a broken expression
--- config
location / { if ($args ~ "(") { return 200; } }
--- must_die
--- error_log
[emerg]
pcre2_compile() failed: missing closing parenthesis in "("

=== error_page of a low code
--- config
error_page 200 /x;
--- must_die
--- error_log
[emerg]
value "200" must be between 300 and 599

=== error_page without a page
--- config
error_page 404;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "error_page" directive

=== error_page 499
--- config
error_page 499 /x;
--- must_die
--- error_log
[emerg]
invalid value "499"

=== rewrite with an unknown flag
--- config
rewrite ^ /x sometimes;
--- must_die
--- error_log
[emerg]
invalid parameter "sometimes"

=== rewrite with a broken expression
--- config
rewrite ( /x;
--- must_die
--- error_log
[emerg]
pcre2_compile() failed: missing closing parenthesis in "("

=== return without a code
--- config
return;
--- must_die
--- error_log
[emerg]
invalid number of arguments in "return" directive

=== return of a bad code
--- config
return 1000;
--- must_die
--- error_log
[emerg]
invalid return code "1000"

=== return of a text that is no URL
--- config
return abc;
--- must_die
--- error_log
[emerg]
invalid return code "abc"

=== set of no variable
--- config
set a b;
--- must_die
--- error_log
[emerg]
invalid variable name "a"
