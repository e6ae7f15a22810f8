What a request tells about its client: realip, referer, secure_link, browser, userid.

--- http_config
map $arg_reset $uid_reset { default 0; yes 1; log log; }
--- config
set_real_ip_from 192.0.2.0/24;
location /real { set_real_ip_from 127.0.0.1; content_by_lua_block { ngx.say(ngx.var.remote_addr, " ", ngx.var.realip_remote_addr, " ", ngx.var.remote_port == "" and "no port" or tonumber(ngx.var.remote_port) > 1023 and "some port" or ngx.var.remote_port, " ", #ngx.var.binary_remote_addr, " ", tonumber(ngx.var.realip_remote_port) > 1023) } }
location /real-untrusted { set_real_ip_from 10.0.0.0/8; content_by_lua_block { ngx.say(ngx.var.remote_addr) } }
location /real-none { content_by_lua_block { ngx.say(ngx.var.remote_addr) } }
location /real-xff { set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For; content_by_lua_block { ngx.say(ngx.var.remote_addr) } }
location /real-rec { set_real_ip_from 127.0.0.1; set_real_ip_from 10.0.0.0/8; set_real_ip_from 2001:db8::/32; real_ip_header X-Forwarded-For; real_ip_recursive on; content_by_lua_block { ngx.say(ngx.var.remote_addr) } }
location /real-own { set_real_ip_from 127.0.0.0/8; real_ip_header X-Own-Addr; content_by_lua_block { ngx.say(ngx.var.remote_addr) } }
location /real-deny { set_real_ip_from 127.0.0.1; deny 198.51.100.7; content_by_lua_block { ngx.say("in") } }
location /real-redirect { set_real_ip_from 127.0.0.1; rewrite_by_lua_block { ngx.req.set_uri("/real-show", true) } }
location /real-show { content_by_lua_block { ngx.say(ngx.var.remote_addr) } }
location /real-pp { set_real_ip_from 127.0.0.1; real_ip_header proxy_protocol; content_by_lua_block { ngx.say(ngx.var.remote_addr) } }
location /ref { valid_referers none blocked server_names *.example.com example.* www.example.org/galleries/ ~\.google\. ; return 200 "[$invalid_referer]\n"; }
location /ref-strict { valid_referers www.example.com; return 200 "[$invalid_referer]\n"; }
location /ref-none { valid_referers none www.example.com; return 200 "[$invalid_referer]\n"; }
location /ref-blocked { valid_referers blocked www.example.com; return 200 "[$invalid_referer]\n"; }
location /ref-regex { valid_referers ~^a.*/x$; return 200 "[$invalid_referer]\n"; }
location /ref-unset { return 200 "[$invalid_referer]\n"; }
location /ref-if { valid_referers www.example.com; if ($invalid_referer) { return 403; } return 200 "ok\n"; }
location /ref-nested { valid_referers www.example.com; location /ref-nested/in { return 200 "[$invalid_referer]\n"; } location /ref-nested/own { valid_referers other.example; return 200 "[$invalid_referer]\n"; } }
location /link { secure_link $arg_md5,$arg_e; secure_link_md5 "$arg_e$uri secret"; return 200 "[$secure_link] [$secure_link_expires]\n"; }
location /link-plain { secure_link $arg_md5; secure_link_md5 "$uri secret"; return 200 "[$secure_link] [$secure_link_expires]\n"; }
location /link-none { return 200 "[$secure_link]\n"; }
location /link-half { secure_link $arg_md5; return 200 "[$secure_link]\n"; }
location /p/ { secure_link_secret word; return 200 "[$secure_link]\n"; }
location /link-if { secure_link $arg_md5; secure_link_md5 "$uri secret"; if ($secure_link = "") { return 403; } if ($secure_link = "0") { return 410; } return 200 "ok\n"; }
location /browser { modern_browser msie 5.5; modern_browser gecko 1.0.0; modern_browser opera 9.0; modern_browser safari 413; modern_browser konqueror 3.0; ancient_browser Links Lynx netscape4; return 200 "m=$modern_browser a=$ancient_browser i=$msie\n"; }
location /browser-unlisted { modern_browser unlisted; ancient_browser Links; modern_browser_value new; ancient_browser_value old; return 200 "m=$modern_browser a=$ancient_browser\n"; }
location /browser-no-opera { modern_browser msie 5.5; modern_browser unlisted; return 200 "m=$modern_browser a=$ancient_browser\n"; }
location /browser-none { return 200 "m=$modern_browser a=$ancient_browser\n"; }
location /uid { userid on; userid_service 258; return 200 "got=$uid_got\n"; }
location /uid-log { userid log; return 200 "got=$uid_got set=$uid_set\n"; }
location /uid-off { userid off; return 200 "got=$uid_got set=$uid_set\n"; }
location /uid-opts { userid on; userid_name who; userid_domain example.com; userid_path /p; userid_expires max; userid_flags secure httponly samesite=strict; userid_p3p 'policyref="/p3p"'; return 200 "ok\n"; }
location /uid-mark { userid on; userid_mark M; return 200 "got=$uid_got\n"; }
location /uid-expires { userid on; userid_expires 1d; return 200 "ok\n"; }
location /uid-none { userid on; userid_domain none; userid_p3p none; userid_expires off; return 200 "ok\n"; }
--- user_files
>>> x
x

=== X-Real-IP
--- request
GET /real
--- more_headers
X-Real-IP: 198.51.100.7
--- response_body
198.51.100.7 127.0.0.1 no port 4 true

=== X-Real-IP with a port
--- request
GET /real
--- more_headers
X-Real-IP: 198.51.100.7:8080
--- response_body
198.51.100.7 127.0.0.1 some port 4 true

=== X-Real-IP of IPv6
--- request
GET /real
--- more_headers
X-Real-IP: 2001:DB8:0:0:0:0:0:1
--- response_body
2001:db8::1 127.0.0.1 no port 16 true

=== X-Real-IP of IPv6 in brackets, without a port
--- request
GET /real
--- more_headers
X-Real-IP: [2001:db8::7]
--- response_body
127.0.0.1 127.0.0.1 some port 4 true

=== X-Real-IP of IPv6 with a port
--- request
GET /real
--- more_headers
X-Real-IP: [2001:db8::1]:99
--- response_body
2001:db8::1 127.0.0.1 99 16 true

=== no X-Real-IP
--- request
GET /real
--- response_body
127.0.0.1 127.0.0.1 some port 4 true

=== X-Real-IP that is no address
--- request
GET /real
--- more_headers
X-Real-IP: nobody
--- response_body
127.0.0.1 127.0.0.1 some port 4 true

=== X-Real-IP that is empty
--- request
GET /real
--- more_headers
X-Real-IP:
--- response_body
127.0.0.1 127.0.0.1 some port 4 true

=== X-Real-IP is a list
--- request
GET /real
--- more_headers
X-Real-IP: 203.0.113.1, 198.51.100.7
--- response_body
198.51.100.7 127.0.0.1 no port 4 true

=== X-Real-IP of one who is not trusted
--- request
GET /real-untrusted
--- more_headers
X-Real-IP: 198.51.100.7
--- response_body
127.0.0.1

=== X-Real-IP where the server trusts others
--- request
GET /real-none
--- more_headers
X-Real-IP: 198.51.100.7
--- response_body
127.0.0.1

=== X-Forwarded-For
--- request
GET /real-xff
--- more_headers
X-Forwarded-For: 198.51.100.7
--- response_body
198.51.100.7

=== X-Forwarded-For takes the last
--- request
GET /real-xff
--- more_headers
X-Forwarded-For: 203.0.113.1, 198.51.100.7
--- response_body
198.51.100.7

=== X-Forwarded-For with a port
--- request
GET /real-xff
--- more_headers
X-Forwarded-For: 203.0.113.1, 198.51.100.7:8080
--- response_body
198.51.100.7

=== X-Forwarded-For, odd separators
--- request
GET /real-xff
--- more_headers
X-Forwarded-For: 203.0.113.1,,198.51.100.7 , ,
--- response_body
198.51.100.7

=== X-Forwarded-For, two headers
--- request
GET /real-xff
--- more_headers
X-Forwarded-For: 203.0.113.1
X-Forwarded-For: 198.51.100.7
--- response_body
198.51.100.7

=== X-Forwarded-For, bad last
--- request
GET /real-xff
--- more_headers
X-Forwarded-For: 203.0.113.1, nobody
--- response_body
127.0.0.1

=== recursive stops at the first unknown
--- request
GET /real-rec
--- more_headers
X-Forwarded-For: 203.0.113.1, 198.51.100.7, 10.1.1.1, 10.2.2.2
--- response_body
198.51.100.7

=== recursive, one address
--- request
GET /real-rec
--- more_headers
X-Forwarded-For: 198.51.100.7
--- response_body
198.51.100.7

=== recursive, all trusted
--- request
GET /real-rec
--- more_headers
X-Forwarded-For: 10.3.3.3, 10.1.1.1
--- response_body
10.3.3.3

=== recursive, a bad one in between
--- request
GET /real-rec
--- more_headers
X-Forwarded-For: 203.0.113.1, nobody, 10.1.1.1
--- response_body
10.1.1.1

=== recursive, IPv6
--- request
GET /real-rec
--- more_headers
X-Forwarded-For: 203.0.113.1, 2001:db8::1
--- response_body
203.0.113.1

=== recursive, two headers
--- request
GET /real-rec
--- more_headers
X-Forwarded-For: 203.0.113.1, 10.2.2.2
X-Forwarded-For: 10.1.1.1
--- response_body
203.0.113.1

=== header of its own
--- request
GET /real-own
--- more_headers
X-Own-Addr: 198.51.100.7
--- response_body
198.51.100.7

=== header of its own in other letters
--- request
GET /real-own
--- more_headers
x-own-addr: 198.51.100.7
--- response_body
198.51.100.7

=== header of its own is missing
--- request
GET /real-own
--- more_headers
X-Real-IP: 198.51.100.7
--- response_body
127.0.0.1

=== deny sees the real address
--- request
GET /real-deny
--- more_headers
X-Real-IP: 198.51.100.7
--- error_code: 403
--- response_body_like: <title>403 Forbidden</title>
--- error_log
access forbidden by rule

=== deny sees others in
--- request
GET /real-deny
--- more_headers
X-Real-IP: 198.51.100.8
--- response_body
in

=== the address stays over a redirect within
--- request
GET /real-redirect
--- more_headers
X-Real-IP: 198.51.100.7
--- response_body
127.0.0.1

=== the next request has its own
--- pipelined_requests
GET /real
GET /real-none
--- more_headers
X-Real-IP: 198.51.100.7
--- response_body
198.51.100.7 127.0.0.1 no port 4 true
127.0.0.1

=== proxy_protocol without one
--- request
GET /real-pp
--- more_headers
X-Real-IP: 198.51.100.7
--- response_body
127.0.0.1

=== no referrer is valid
--- request
GET /ref
--- response_body
[]

=== server name
--- request
GET /ref
--- more_headers
Referer: http://localhost/x
--- response_body
[]

=== server name with a port
--- request
GET /ref
--- more_headers
Referer: http://localhost:8080/x
--- response_body
[]

=== https
--- request
GET /ref
--- more_headers
Referer: https://localhost/x
--- response_body
[]

=== server name in capitals
--- request
GET /ref
--- more_headers
Referer: HTTP://LOCALHOST/x
--- response_body
[]

=== wildcard at the front
--- request
GET /ref
--- more_headers
Referer: http://a.b.example.com/
--- response_body
[]

=== wildcard does not match the name itself
--- request
GET /ref
--- more_headers
Referer: http://.example.com/
--- response_body
[]

=== wildcard at the end
--- request
GET /ref
--- more_headers
Referer: http://example.net/
--- response_body
[]

=== name with a path
--- request
GET /ref
--- more_headers
Referer: http://www.example.org/galleries/1
--- response_body
[]

=== name with another path
--- request
GET /ref
--- more_headers
Referer: http://www.example.org/other
--- response_body
[1]

=== name with a path and a port
--- request
GET /ref
--- more_headers
Referer: http://www.example.org:80/galleries/1
--- response_body
[]

=== expression
--- request
GET /ref
--- more_headers
Referer: http://www.google.de/search
--- response_body
[]

=== expression in capitals
--- request
GET /ref
--- more_headers
Referer: http://www.GOOGLE.de/search
--- response_body
[]

=== unknown name
--- request
GET /ref
--- more_headers
Referer: http://evil.test/
--- response_body
[1]

=== blocked: no scheme
--- request
GET /ref
--- more_headers
Referer: removed
--- response_body
[]

=== blocked: short
--- request
GET /ref
--- more_headers
Referer: http://x
--- response_body
[]

=== ftp
--- request
GET /ref
--- more_headers
Referer: ftp://localhost/x
--- response_body
[]

=== strict: none
--- request
GET /ref-strict
--- response_body
[1]

=== strict: right
--- request
GET /ref-strict
--- more_headers
Referer: http://www.example.com/
--- response_body
[]

=== strict: blocked
--- request
GET /ref-strict
--- more_headers
Referer: removed
--- response_body
[1]

=== strict: empty
--- request
GET /ref-strict
--- more_headers
Referer:
--- response_body
[1]

=== none: none
--- request
GET /ref-none
--- response_body
[]

=== none: blocked
--- request
GET /ref-none
--- more_headers
Referer: removed
--- response_body
[1]

=== blocked: none
--- request
GET /ref-blocked
--- response_body
[1]

=== blocked: blocked
--- request
GET /ref-blocked
--- more_headers
Referer: removed
--- response_body
[]

=== only an expression: it matches
--- request
GET /ref-regex
--- more_headers
Referer: http://abc.test/x
--- response_body
[]

=== only an expression: it does not
--- request
GET /ref-regex
--- more_headers
Referer: http://bbc.test/x
--- response_body
[1]

=== without valid_referers
--- request
GET /ref-unset
--- more_headers
Referer: http://evil.test/
--- response_body
[]

=== if ($invalid_referer)
--- request
GET /ref-if
--- more_headers
Referer: http://evil.test/
--- error_code: 403
--- response_body_like: <title>403 Forbidden</title>

=== if ($invalid_referer), right
--- request
GET /ref-if
--- more_headers
Referer: http://www.example.com/
--- response_body
ok

=== inherited
--- request
GET /ref-nested/in
--- more_headers
Referer: http://www.example.com/
--- response_body
[]

=== own list replaces the outer one
--- request
GET /ref-nested/own
--- more_headers
Referer: http://www.example.com/
--- response_body
[1]

=== secure link
--- request
GET /link-plain?md5=qWvdeqWvnVQa6Y2OYhYnUQ
--- response_body
[1] []

=== secure link with padding
--- request
GET /link-plain?md5=qWvdeqWvnVQa6Y2OYhYnUQ==
--- response_body
[1] []

=== secure link, wrong
--- request
GET /link-plain?md5=nbtrFNRMeGEr_sKlE-O3Ig
--- response_body
[] []

=== secure link, too short
--- request
GET /link-plain?md5=nbtrFNRMeGEr
--- response_body
[] []

=== secure link, too long
--- request
GET /link-plain?md5=qWvdeqWvnVQa6Y2OYhYnUQqWvdeqWvnVQa6Y2OYhYnUQ
--- response_body
[] []

=== secure link, no base64
--- request
GET /link-plain?md5=!!!!
--- response_body
[] []

=== secure link, missing
--- request
GET /link-plain
--- response_body
[] []

=== secure link that expires late
--- request
GET /link?md5=trDT7TLmlvY2CXB3RMNH8Q&e=4000000000
--- response_body
[1] [4000000000]

=== secure link that is over
--- request
GET /link?md5=0KsKiLNZuT76B5cQAPwIPQ&e=1000000000
--- response_body
[0] [1000000000]

=== secure link, bad time
--- request
GET /link?md5=qWvdeqWvnVQa6Y2OYhYnUQ&e=x
--- response_body
[] []

=== secure link, no time
--- request
GET /link?md5=qWvdeqWvnVQa6Y2OYhYnUQ
--- response_body
[] []

=== secure link, time 0
--- request
GET /link?md5=qWvdeqWvnVQa6Y2OYhYnUQ&e=0
--- response_body
[] []

=== without secure_link
--- request
GET /link-none
--- response_body
[]

=== without secure_link_md5
--- request
GET /link-half?md5=qWvdeqWvnVQa6Y2OYhYnUQ
--- response_body
[]

=== link with a secret word
--- request
GET /p/b6c9414aa20cb1318967a267e643a6a7/top
--- response_body
[top]

=== link with a secret word, wrong
--- request
GET /p/00000000000000000000000000000000/top
--- response_body
[]

=== link with a secret word, too short
--- request
GET /p/0000/top
--- response_body
[]

=== link with a secret word, nothing behind
--- request
GET /p/00000000000000000000000000000000/
--- response_body
[]

=== link with a secret word, no slash
--- request
GET /p/top
--- response_body
[]

=== if ($secure_link)
--- request
GET /link-if?md5=x
--- error_code: 403
--- response_body_like: <title>403 Forbidden</title>

=== MSIE 6
--- request
GET /browser
--- more_headers
User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)
--- response_body
m=1 a= i=1

=== MSIE 5.5
--- request
GET /browser
--- more_headers
User-Agent: Mozilla/4.0 (compatible; MSIE 5.5; Windows NT 5.1)
--- response_body
m=1 a= i=1

=== MSIE 5.0
--- request
GET /browser
--- more_headers
User-Agent: Mozilla/4.0 (compatible; MSIE 5.0; Windows NT 5.1)
--- response_body
m= a=1 i=1

=== MSIE 10
--- request
GET /browser
--- more_headers
User-Agent: Mozilla/4.0 (compatible; MSIE 10.0; Windows NT 5.1)
--- response_body
m=1 a= i=1

=== Gecko
--- request
GET /browser
--- more_headers
User-Agent: Mozilla/5.0 (X11; U; Linux i686; en-US; rv:1.8.0.5) Gecko/20060729 Firefox/1.5.0.5
--- response_body
m=1 a= i=

=== old Gecko
--- request
GET /browser
--- more_headers
User-Agent: Mozilla/5.0 (X11; U; Linux i686; en-US; rv:0.9.9) Gecko/20020610
--- response_body
m= a=1 i=

=== Opera
--- request
GET /browser
--- more_headers
User-Agent: Opera/9.01 (X11; FreeBSD 6 i386; U; en)
--- response_body
m=1 a= i=

=== Opera that names MSIE
--- request
GET /browser
--- more_headers
User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.0; en) Opera 8.0
--- response_body
m= a=1 i=

=== Safari
--- request
GET /browser
--- more_headers
User-Agent: Mozilla/5.0 (Macintosh; U; PPC Mac OS X; en) AppleWebKit/418 (KHTML, like Gecko) Safari/417.9.3
--- response_body
m=1 a= i=

=== Konqueror
--- request
GET /browser
--- more_headers
User-Agent: Mozilla/5.0 (compatible; Konqueror/3.1; Linux)
--- response_body
m=1 a= i=

=== Netscape 4
--- request
GET /browser
--- more_headers
User-Agent: Mozilla/4.72 [en] (X11)
--- response_body
m= a=1 i=

=== Lynx
--- request
GET /browser
--- more_headers
User-Agent: Lynx/2.8.4rel.1
--- response_body
m= a=1 i=

=== no agent
--- request
GET /browser
--- response_body
m= a=1 i=

=== unlisted is modern
--- request
GET /browser-unlisted
--- more_headers
User-Agent: curl/7
--- response_body
m=new a=

=== listed as ancient
--- request
GET /browser-unlisted
--- more_headers
User-Agent: ELinks Links
--- response_body
m= a=old

=== no agent, unlisted
--- request
GET /browser-unlisted
--- response_body
m=new a=

=== Opera is not meant by msie
--- request
GET /browser-no-opera
--- more_headers
User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; X11) Opera 9.0
--- response_body
m= a=1

=== another browser beside unlisted
--- request
GET /browser-no-opera
--- more_headers
User-Agent: curl/7
--- response_body
m=1 a=

=== nothing is configured
--- request
GET /browser-none
--- more_headers
User-Agent: curl/7
--- response_body
m= a=1

=== cookie of a client that has one
--- request
GET /uid
--- more_headers
Cookie: uid=fwAAAWsF7Bc84lawAwMDAg==
--- response_body
got=uid=0100007F17EC056BB056E23C02030303
--- response_headers
!Set-Cookie

=== cookie among others
--- request
GET /uid
--- more_headers
Cookie: a=b; uid=fwAAAWsF7Bc84lawAwMDAg==; c=d
--- response_body
got=uid=0100007F17EC056BB056E23C02030303
--- response_headers
!Set-Cookie

=== cookie without padding
--- request
GET /uid
--- more_headers
Cookie: uid=fwAAAWsF7Bc84lawAwMDAg
--- response_body
got=uid=0100007F17EC056BB056E23C02030303
--- response_headers
!Set-Cookie

=== log only, without a cookie
--- request
GET /uid-log
--- response_body
got= set=
--- response_headers
!Set-Cookie

=== log only, with one
--- request
GET /uid-log
--- more_headers
Cookie: uid=fwAAAWsF7Bc84lawAwMDAg==
--- response_body
got=uid=0100007F17EC056BB056E23C02030303 set=
--- response_headers
!Set-Cookie

=== off
--- request
GET /uid-off
--- more_headers
Cookie: uid=fwAAAWsF7Bc84lawAwMDAg==
--- response_body
got= set=
--- response_headers
!Set-Cookie

=== mark is missing
--- request
GET /uid-mark
--- more_headers
Cookie: uid=fwAAAWsF7Bc84lawAwMDAg==
--- response_body
got=uid=0100007F17EC056BB056E23C02030303
--- response_headers
Set-Cookie: uid=fwAAAWsF7Bc84lawAwMDAgM=; path=/

=== mark is there
--- request
GET /uid-mark
--- more_headers
Cookie: uid=fwAAAWsF7Bc84lawAwMDAgM=
--- response_body
got=uid=0100007F17EC056BB056E23C02030303
--- response_headers
!Set-Cookie

=== another cookie name
--- request
GET /uid-opts
--- more_headers
Cookie: who=fwAAAWsF7Bc84lawAwMDAg==
--- response_body
ok
--- response_headers
!Set-Cookie
!P3P

=== too short cookie
--- request
GET /uid-log
--- more_headers
Cookie: uid=short
--- response_body
got= set=
--- error_log
client sent too short userid cookie "uid=short"

=== cookie that is no base64
--- request
GET /uid-log
--- more_headers
Cookie: uid=!!!!!!!!!!!!!!!!!!!!!!!!
--- response_body
got= set=
--- error_log
client sent invalid userid cookie "uid=!!!!!!!!!!!!!!!!!!!!!!!!"

=== bad trusted address
--- config
set_real_ip_from 300.1.1.1/8;
--- must_die
--- error_log
[emerg]
host not found in set_real_ip_from "300.1.1.1/8"

=== real_ip_header twice
--- config
real_ip_header a; real_ip_header b;
--- must_die
--- error_log
[emerg]
"real_ip_header" directive is duplicate

=== valid_referers empty
--- config
location / { valid_referers ''; }
--- must_die
--- error_log
[emerg]
invalid referer ""

=== valid_referers empty expression
--- config
location / { valid_referers ~; }
--- must_die
--- error_log
[emerg]
empty regex in "~"

=== valid_referers broken expression
--- config
location / { valid_referers ~(; }
--- must_die
--- error_log
[emerg]
pcre2_compile() failed: missing closing parenthesis in "("

=== valid_referers twice the same
--- config
location / { valid_referers a.test a.test; }
--- must_die
--- error_log
[emerg]
conflicting parameter "a.test"

=== valid_referers bad wildcard
--- config
location / { valid_referers a*b.test; }
--- must_die
--- error_log
[emerg]
invalid hostname or wildcard "a*b.test"

=== valid_referers none alone
--- config
location / { valid_referers none; }
--- must_die
--- error_log
[emerg]
the "none" or "blocked" referers are specified in the "valid_referers" directive without any valid referer

=== valid_referers in http
--- http_config
valid_referers none a;
--- must_die
--- error_log
[emerg]
"valid_referers" directive is not allowed here

=== secret beside secure_link
--- config
location / { secure_link_secret x; secure_link y; }
--- must_die
--- error_log
[emerg]
"secure_link_secret" cannot be mixed with "secure_link" and "secure_link_md5"

=== secret from outside, where a location has a secure_link
--- config
secure_link_secret word;
location /p/ { return 200 "[$secure_link]\n"; }
location /q/ { secure_link x; return 200 "[$secure_link]\n"; }
--- pipelined_requests
GET /p/3a8bee1cd0d3eb4d1b1e0b1f0d6d3a4c/link
GET /p/29245bdc2d04a9e0e729927ed0f84e26/link
GET /q/29245bdc2d04a9e0e729927ed0f84e26/link
--- response_body
[]
[link]
[]

=== unknown browser
--- config
modern_browser netscape 4;
--- must_die
--- error_log
[emerg]
unknown browser name "netscape"

=== bad browser version
--- config
modern_browser msie 5.x;
--- must_die
--- error_log
[emerg]
invalid browser version "5.x"

=== userid of another word
--- config
userid maybe;
--- must_die
--- error_log
[emerg]
invalid value "maybe"

=== mark of two letters
--- config
userid_mark ab;
--- must_die
--- error_log
[emerg]
"userid_mark" directive value must be "off" or a single letter, digit or "="

=== bad mark
--- config
userid_mark -;
--- must_die
--- error_log
[emerg]
"userid_mark" directive value must be "off" or a single letter, digit or "="

=== bad time
--- config
userid_expires soon;
--- must_die
--- error_log
[emerg]
"userid_expires" directive invalid value

=== bad flag
--- config
userid_flags sometimes;
--- must_die
--- error_log
[emerg]
invalid value "sometimes"
