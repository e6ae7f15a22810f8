Static files: types, conditions, ranges, methods, names.

--- http_config
types { text/html html htm; text/css css; application/x-own own; }
--- config
default_type application/octet-stream;
root html;
location / { }
location /plain/ { alias html/; default_type text/plain; types { } }
location /head { content_by_lua_block { ngx.say("x") } }
location /no-etag/ { alias html/; etag off; }
location /no-ranges/ { alias html/; max_ranges 0; }
location /exact-since/ { alias html/; if_modified_since off; }
location /before-since/ { alias html/; if_modified_since before; }
location /quiet/ { alias html/; log_not_found off; }
location /exists { content_by_lua_block { ngx.say(ngx.var.document_root, " ", ngx.var.request_filename) } }
--- user_files
>>> page.html 86400
<p>page</p>
>>> style.css
a { }
>>> data.own
own
>>> UPPER.HTML
upper
>>> noext
no extension
>>> .hidden
hidden
>>> with space.html
space
>>> ten.txt 1000000000
0123456789
>>> sub/index.html
sub index
>>> empty.html

=== file with type, length, date and ETag
--- request
GET /page.html
--- response_body
<p>page</p>
--- response_headers
Content-Type: text/html
Content-Length: 12
Last-Modified: Fri, 02 Jan 1970 00:00:00 GMT
ETag: "15180-c"
Accept-Ranges: bytes

=== another type
--- request
GET /style.css
--- response_headers
Content-Type: text/css

=== own type
--- request
GET /data.own
--- response_headers
Content-Type: application/x-own

=== type of a name in capitals
--- request
GET /UPPER.HTML
--- response_headers
Content-Type: text/html

=== default type
--- request
GET /noext
--- response_headers
Content-Type: application/octet-stream

=== a name that begins with a dot has no extension
--- request
GET /.hidden
--- response_body
hidden
--- response_headers
Content-Type: application/octet-stream

=== types of a location replace the outer ones
--- request
GET /plain/page.html
--- response_headers
Content-Type: text/plain

=== the type for Lua output comes from the URI too
--- request
GET /head.css
--- response_body
x
--- response_headers
Content-Type: text/css

=== name with a space
--- request
GET /with%20space.html
--- response_body
space

=== HEAD
--- request
HEAD /page.html
--- response_body:
--- response_headers
Content-Length: 12
ETag: "15180-c"

=== POST
--- request
POST /page.html
--- error_code: 405
--- response_body_like: <title>405 Not Allowed</title>

=== PUT
--- request
PUT /page.html
--- error_code: 405

=== If-Modified-Since: same date
--- request
GET /page.html
--- more_headers
If-Modified-Since: Fri, 02 Jan 1970 00:00:00 GMT
--- error_code: 304
--- response_body:
--- response_headers
Last-Modified: Fri, 02 Jan 1970 00:00:00 GMT
ETag: "15180-c"
!Content-Length
!Content-Type

=== If-Modified-Since: another date
--- request
GET /page.html
--- more_headers
If-Modified-Since: Sat, 03 Jan 1970 00:00:00 GMT
--- response_body
<p>page</p>

=== if_modified_since off
--- request
GET /exact-since/page.html
--- more_headers
If-Modified-Since: Fri, 02 Jan 1970 00:00:00 GMT
--- response_body
<p>page</p>

=== if_modified_since before
--- request
GET /before-since/page.html
--- more_headers
If-Modified-Since: Sat, 03 Jan 1970 00:00:00 GMT
--- error_code: 304

=== If-None-Match
--- request
GET /page.html
--- more_headers
If-None-Match: "x", "15180-c"
--- error_code: 304

=== If-None-Match: weak and star
--- request
GET /page.html
--- more_headers
If-None-Match: W/"15180-c"
--- error_code: 304

=== If-None-Match: another tag
--- request
GET /page.html
--- more_headers
If-None-Match: "15180-d"
--- response_body
<p>page</p>

=== If-Match
--- request
GET /page.html
--- more_headers
If-Match: "other"
--- error_code: 412
--- response_body_like: <title>412 Precondition Failed</title>

=== If-Unmodified-Since
--- request
GET /page.html
--- more_headers
If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT
--- error_code: 412

=== etag off
--- request
GET /no-etag/page.html
--- response_headers
!ETag
Last-Modified: Fri, 02 Jan 1970 00:00:00 GMT

=== range from the start
--- request
GET /ten.txt
--- more_headers
Range: bytes=0-3
--- error_code: 206
--- response_body: 0123
--- response_headers
Content-Range: bytes 0-3/11
Content-Length: 4

=== range to the end
--- request
GET /ten.txt
--- more_headers
Range: bytes=8-
--- error_code: 206
--- response_body
89
--- response_headers
Content-Range: bytes 8-10/11

=== last bytes
--- request
GET /ten.txt
--- more_headers
Range: bytes=-3
--- error_code: 206
--- response_body
89

=== range past the end is cut
--- request
GET /ten.txt
--- more_headers
Range: bytes=5-100
--- error_code: 206
--- response_headers
Content-Range: bytes 5-10/11

=== range that can't be satisfied
--- request
GET /ten.txt
--- more_headers
Range: bytes=100-
--- error_code: 416
--- response_headers
Content-Range: bytes */11
--- response_body_like: <title>416 Requested Range Not Satisfiable</title>

=== malformed range
--- request
GET /ten.txt
--- more_headers
Range: bytes=x-y
--- error_code: 416

=== unit that is not known
--- request
GET /ten.txt
--- more_headers
Range: lines=1-2
--- response_body
0123456789

=== two ranges
--- request
GET /ten.txt
--- more_headers
Range: bytes=0-1,4-5
--- error_code: 206
--- response_headers_like
Content-Type: multipart/byteranges; boundary=\d{20}
--- response_body_like: ^\r\n--(\d{20})\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes 0-1/11\r\n\r\n01\r\n--\1\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes 4-5/11\r\n\r\n45\r\n--\1--\r\n$

=== If-Range holds
--- request
GET /page.html
--- more_headers
Range: bytes=0-2
If-Range: "15180-c"
--- error_code: 206
--- response_body: <p>

=== If-Range does not hold
--- request
GET /page.html
--- more_headers
Range: bytes=0-2
If-Range: "x"
--- response_body
<p>page</p>

=== max_ranges 0
--- request
GET /no-ranges/ten.txt
--- more_headers
Range: bytes=0-2
--- error_code: 200
--- response_headers
!Accept-Ranges

=== charset
--- requires: charset
--- config
charset utf-8;
--- request
GET /page.html
--- response_headers
Content-Type: text/html; charset=utf-8

=== missing file
--- request
GET /nosuch.html
--- error_code: 404
--- error_log
[error]
open() "$TEST_NGINX_HTML_DIR/nosuch.html" failed (2: No such file or directory), client: 127.0.0.1

=== log_not_found off
--- request
GET /quiet/nosuch.html
--- error_code: 404

=== a path through a file
--- request
GET /page.html/x
--- error_code: 404
--- error_log
open() "$TEST_NGINX_HTML_DIR/page.html/x" failed (20: Not a directory)

=== a directory becomes a redirect
--- request
GET /sub
--- error_code: 301
--- response_headers
Location: http://localhost:$TEST_NGINX_SERVER_PORT/sub/

=== index
--- request
GET /sub/
--- response_body
sub index

=== empty file
--- request
GET /empty.html
--- response_body:
--- response_headers
Content-Length: 0

=== encoded zero
--- request
GET /page.html%00
--- error_code: 400
--- error_log
client sent invalid request

=== variables of the file
--- request
GET /exists
--- response_body
$TEST_NGINX_SERVER_ROOT/html $TEST_NGINX_SERVER_ROOT/html/exists

=== keep-alive after a file
--- pipelined_requests
GET /ten.txt
GET /style.css
HEAD /ten.txt
GET /data.own
--- error_code: 200 200 200 200
--- response_body
0123456789
a { }
own

=== links that lead to themselves
--- http_config
init_by_lua_block { os.execute("cd '" .. ngx.config.prefix() .. "html' && ln -sfn loop loop && ln -sfn loop loop.gz && mkdir -p looped && ln -sfn index.html looped/index.html") }
--- config
root html;
location /zipped/ { alias html/; gzip_static always; }
--- pipelined_requests
GET /loop
GET /zipped/loop
GET /looped/
--- error_code: 403 403 403
--- grep_error_log chomp
/html/[a-z./]+" failed \(40|is forbidden|\[crit\]
--- grep_error_log_out
/html/loop" failed (40
/html/loop.gz" failed (40
/html/loop" failed (40
