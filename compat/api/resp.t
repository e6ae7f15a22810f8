The response's status and headers.

--- include: run.inc

=== header: set
--- request
POST /run
ngx.header.X_A = "1"
ngx.header["X-b"] = "2"
ngx.say "ok"
--- response_body
ok
--- response_headers
X-A: 1
X-b: 2

=== header: underscores stay in brackets only when told
--- request
POST /run
ngx.header["X_C"] = "1"
ngx.say "ok"
--- response_body
ok
--- response_headers
X-C: 1
!X_C

=== header: several values
--- request
POST /run
ngx.header["X-A"] = {"1", "2", 3}
show(ngx.header["X-A"])
--- response_body
{"1", "2", "3"}
--- response_headers
X-A: 1, 2, 3

=== header: a number, a boolean
--- request
POST /run
ngx.header["X-A"] = 1.5
ngx.header["X-B"] = true
show(ngx.header["X-A"], ngx.header["X-B"])
--- response_body
"1.5" "true"
--- response_headers
X-A: 1.5
X-B: true

=== header: nil, an empty table remove it
--- request
POST /run
ngx.header["X-A"] = "1"
ngx.header["X-A"] = nil
ngx.header["X-B"] = "1"
ngx.header["X-B"] = {}
show(ngx.header["X-A"], ngx.header["X-B"])
--- response_body
nil nil
--- response_headers
!X-A
!X-B

=== header: an empty text
--- request
POST /run
ngx.header["X-A"] = ""
show(ngx.header["X-A"])
--- response_body
nil
--- response_headers
!X-A

=== header: replaced
--- request
POST /run
ngx.header["X-A"] = {"1", "2"}
ngx.header["x-a"] = "3"
show(ngx.header["X-A"])
--- response_body
"3"
--- response_headers
X-A: 3

=== header: what is not there
--- request
POST /run
show(ngx.header["X-None"], ngx.header.none)
--- response_body
nil nil

=== header: line breaks are escaped
--- request
POST /run
ngx.header["X-A"] = "a\r\nX-Evil: 1"
ngx.header["X:B\n"] = "1"
ngx.say "ok"
--- response_body
ok
--- response_headers
X-A: a%0D%0AX-Evil: 1
!X-Evil

=== header: Content-Type
--- request
POST /run
ngx.header.content_type = "text/html; charset=utf-8"
show(ngx.header.content_type, ngx.header["Content-Type"])
--- response_body
"text/html; charset=utf-8" "text/html; charset=utf-8"
--- response_headers
Content-Type: text/html; charset=utf-8

=== header: Content-Type as it is by default
--- request
POST /run
show(ngx.header.content_type)
--- response_body
nil
--- response_headers
Content-Type: text/plain

=== header: Content-Type nil
--- request
POST /run
ngx.header.content_type = nil
ngx.say "ok"
--- response_body
ok
--- response_headers
!Content-Type

=== header: Content-Length
--- request
POST /run
ngx.header.content_length = 3
ngx.print "abc"
--- response_body: abc
--- response_headers
Content-Length: 3
!Transfer-Encoding

=== header: Content-Length nil makes it chunked
--- request
POST /run
ngx.header.content_length = 3
ngx.header.content_length = nil
ngx.print "abc"
--- response_body: abc
--- response_headers
!Content-Length
Transfer-Encoding: chunked

=== header: Content-Length that is no number
--- request
POST /run
ngx.header["Content-Length"] = "x"
ngx.print "abc"
--- error_code: 500
--- response_body escaped
<html>\r\n<head><title>500 Internal Server Error</title></head>\r\n<body>\r\n<center><h1>500 Internal Server Error</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n
--- response_headers
Content-Length: 177
--- error_log
lua entry thread aborted: runtime error: case:1: failed to set header

=== header: Location
--- request
POST /run
ngx.header.Location = "/there"
ngx.status = 302
ngx.say "ok"
--- error_code: 302
--- response_body
ok
--- response_headers
Location: /there

=== header: Last-Modified
--- request
POST /run
ngx.header.last_modified = "Thu, 18 Nov 2010 11:27:35 GMT"
show(ngx.header.last_modified)
--- response_body
"Thu, 18 Nov 2010 11:27:35 GMT"
--- response_headers
Last-Modified: Thu, 18 Nov 2010 11:27:35 GMT

=== header: Last-Modified answers If-Modified-Since
--- request
POST /run
ngx.header.last_modified = "Thu, 18 Nov 2010 11:27:35 GMT"
ngx.say "ok"
--- more_headers
If-Modified-Since: Thu, 18 Nov 2010 11:27:35 GMT
--- error_code: 304
--- response_body:
--- response_headers
Last-Modified: Thu, 18 Nov 2010 11:27:35 GMT

=== header: Server
--- request
POST /run
ngx.header.server = "mine"
show(ngx.header.server)
--- response_body
"mine"
--- response_headers
Server: mine

=== header: Set-Cookie
--- request
POST /run
ngx.header["Set-Cookie"] = {"a=1; path=/", "b=2"}
show(ngx.header["Set-Cookie"])
--- response_body
{"a=1; path=/", "b=2"}
--- response_headers
Set-Cookie: a=1; path=/, b=2

=== header: Cache-Control, several
--- request
POST /run
ngx.header.cache_control = {"private", "no-store"}
show(ngx.header.cache_control)
--- response_body
{"private", "no-store"}
--- response_headers
Cache-Control: private, no-store

=== header: ETag
--- request
POST /run
ngx.header.etag = '"abc"'
show(ngx.header.etag)
--- response_body
"\"abc\""
--- response_headers
ETag: "abc"

=== header: Date
--- request
POST /run
ngx.header.date = "Thu, 18 Nov 2010 11:27:35 GMT"
show(ngx.header.date)
--- response_body
"Thu, 18 Nov 2010 11:27:35 GMT"
--- response_headers
Date: Thu, 18 Nov 2010 11:27:35 GMT

=== header: Refresh, WWW-Authenticate, Accept-Ranges
--- request
POST /run
ngx.header.refresh = "5"
ngx.header.www_authenticate = "Basic"
ngx.header.accept_ranges = "none"
ngx.say "ok"
--- response_body
ok
--- response_headers
Refresh: 5
WWW-Authenticate: Basic
Accept-Ranges: none

=== header: Content-Encoding
--- request
POST /run
ngx.header.content_encoding = "x"
show(ngx.header.content_encoding)
--- response_body
"x"
--- response_headers
Content-Encoding: x

=== header: Transfer-Encoding, Connection as they are
--- request
POST /run
show(ngx.header.transfer_encoding, ngx.header.connection)
--- response_body
nil nil

=== header: after the header was sent
--- request
POST /run
ngx.say "ok"
ngx.header["X-A"] = "1"
--- error_log: attempt to set ngx.header.HEADER after sending out response headers
--- response_body
ok
--- response_headers
!X-A

=== header: read after the header was sent
--- request
POST /run
ngx.header["X-A"] = "1"
ngx.say "ok"
show(ngx.header["X-A"])
--- response_body
ok
"1"

=== header: a name that is no text
--- request
POST /run
err(function() ngx.header[{}] = "1" end)
ngx.header[5] = "1"
show(ngx.header[5])
--- response_body
no error
nil
--- response_headers
!5
--- error_log
attempt to set ngx.header.HEADER after sending out response headers

=== header: a value that is no text
--- request
POST /run
err(function() ngx.header["X-A"] = function() end end)
--- response_body
no error

=== resp.get_headers
--- request
POST /run
ngx.header["X-A"] = {"1", "2"}
ngx.header["X-B"] = "3"
local h = ngx.resp.get_headers()
show(h["x-a"], h["x-b"], h["content-type"], h["X-A"], h.x_b)
--- response_body
{"1", "2"} "3" nil {"1", "2"} "3"

=== resp.get_headers: raw
--- request
POST /run
ngx.header["X-Raw"] = "1"
local h = ngx.resp.get_headers(0, true)
show(h["X-Raw"], h["x-raw"], h["Content-Type"])
--- response_body
"1" nil nil

=== resp.get_headers: at most so many
--- request
POST /run
ngx.header["X-A"] = "1"
ngx.header["X-B"] = "1"
local h, message = ngx.resp.get_headers(1)
local n = 0
for _ in pairs(h) do n = n + 1 end
show(n, message)
--- response_body
2 "truncated"

=== resp.get_headers: a hundred unless told otherwise
--- request
POST /run
for i = 1, 120 do ngx.header["X-" .. i] = i end
local function count(...)
    local h, message = ngx.resp.get_headers(...)
    local n = 0
    for _ in pairs(h) do n = n + 1 end
    show(n, message)
end
count()
count(0)
--- response_body
100 "truncated"
123 nil

=== resp.get_headers: before anything was set
--- request
POST /run
show(ngx.resp.get_headers())
--- response_body
{connection = "close"}

=== resp.get_headers: Content-Length, Last-Modified
--- request
POST /run
ngx.header.content_length = 5
ngx.header.last_modified = "Thu, 18 Nov 2010 11:27:35 GMT"
local h = ngx.resp.get_headers()
ngx.header.content_length = nil
show(h["content-length"], h["last-modified"])
--- response_body
"5" "Thu, 18 Nov 2010 11:27:35 GMT"

=== resp.add_header
--- request
POST /run
local resp = require "ngx.resp"
resp.add_header("X-A", "1")
resp.add_header("X-A", "2")
show(ngx.header["X-A"])
--- response_body
{"1", "2"}
--- response_headers
X-A: 1, 2

=== resp.add_header: an array
--- request
POST /run
local resp = require "ngx.resp"
ngx.header["X-A"] = "0"
resp.add_header("X-A", {"1", "2"})
ngx.say "ok"
--- response_body
ok
--- response_headers
X-A: 0, 1, 2

=== resp.add_header: what is there once only
--- request
POST /run
local resp = require "ngx.resp"
resp.add_header("Content-Type", "a/b")
resp.add_header("Last-Modified", "Thu, 18 Nov 2010 11:27:35 GMT")
ngx.say "ok"
--- response_body
ok
--- response_headers
Content-Type: a/b
Last-Modified: Thu, 18 Nov 2010 11:27:35 GMT

=== resp.add_header: no value
--- request
POST /run
local resp = require "ngx.resp"
bare(resp.add_header, "X-A")
--- response_body
invalid header value

=== resp.add_header: Set-Cookie
--- request
POST /run
local resp = require "ngx.resp"
resp.add_header("Set-Cookie", "a=1")
resp.add_header("Set-Cookie", "b=1")
ngx.say "ok"
--- response_body
ok
--- response_headers
Set-Cookie: a=1, b=1

=== resp.set_status
--- request
POST /run
local resp = require "ngx.resp"
resp.set_status(404, "No Way")
ngx.say(ngx.status)
--- oracle: resp.set_status is newer
--- error_code: 404
--- raw_response_headers_like: ^HTTP/1\.1 404 No Way\r\n
--- response_body
404

=== resp.set_status without a reason
--- request
POST /run
local resp = require "ngx.resp"
resp.set_status(201)
ngx.say(ngx.status)
--- oracle: resp.set_status is newer
--- error_code: 201
--- response_body
201

=== resp.bypass_if_checks
--- request
POST /run
local resp = require "ngx.resp"
ngx.header.last_modified = "Thu, 18 Nov 2010 11:27:35 GMT"
resp.bypass_if_checks()
ngx.say "ok"
--- oracle: resp.bypass_if_checks is newer
--- more_headers
If-Modified-Since: Thu, 18 Nov 2010 11:27:35 GMT
--- response_body
ok

=== resty.core.response.set_resp_header
--- request
POST /run
local response = require "resty.core.response"
response.set_resp_header(nil, "X-A", "1")
response.set_resp_header(nil, "X-A", "2", true)
show(ngx.header["X-A"])
--- response_body
{"1", "2"}
--- response_headers
X-A: 1, 2

=== resty.core.response.bypass_if_checks
--- request
POST /run
local response = require "resty.core.response"
ngx.header.last_modified = "Thu, 18 Nov 2010 11:27:35 GMT"
response.bypass_if_checks()
ngx.say "ok"
--- oracle: bypass_if_checks is newer
--- more_headers
If-Modified-Since: Thu, 18 Nov 2010 11:27:35 GMT
--- response_body
ok

=== status: set
--- request
POST /run
ngx.status = 404
ngx.say(ngx.status)
--- error_code: 404
--- response_body
404

=== status: before anything was said
--- request
POST /run
ngx.say(ngx.status)
--- response_body
0

=== status: after
--- request
POST /run
ngx.say "a"
ngx.say(ngx.status)
--- response_body
a
200

=== status: a text, a fraction
--- request
POST /run
ngx.status = "201"
ngx.say(ngx.status)
--- error_code: 201
--- response_body
201

=== status: no number
--- request
POST /run
bare(function() ngx.status = "x" end)
bare(function() ngx.status = nil end)
--- response_body
bad argument #2 to 'ngx_http_lua_ffi_set_resp_status' (cannot convert 'nil' to 'int')
bad argument #2 to 'ngx_http_lua_ffi_set_resp_status' (cannot convert 'nil' to 'int')

=== status: after the header was sent
--- request
POST /run
ngx.say "a"
ngx.status = 404
ngx.say(ngx.status)
--- error_log: attempt to set ngx.status after sending out response headers
--- response_body
a
200

=== status: unknown ones have no reason
--- request
POST /run
ngx.status = 599
ngx.say(ngx.status)
--- raw_response_headers_like: ^HTTP/1\.1 599 \r\n
--- error_code: 599
--- response_body
599

=== status: 204
--- request
POST /run
ngx.status = 204
--- error_code: 204
--- response_body:
--- response_headers
!Content-Length
!Transfer-Encoding

=== headers_sent
--- request
POST /run
show(ngx.headers_sent)
show(ngx.headers_sent)
--- response_body
false
true

=== headers_sent: send_headers
--- request
POST /run
ngx.send_headers()
show(ngx.headers_sent)
--- response_body
true

=== headers_sent can't be changed
--- request
POST /run
err(function() ngx.headers_sent = true end)
show(rawget(ngx, "headers_sent"))
--- response_body
no error
true

=== send_headers
--- request
POST /run
show(ngx.send_headers())
show(ngx.send_headers())
--- response_body
1
1

=== send_headers: with headers and status
--- request
POST /run
ngx.status = 201
ngx.header["X-A"] = "1"
ngx.send_headers()
ngx.say "ok"
--- error_code: 201
--- response_body
ok
--- response_headers
X-A: 1

=== send_headers: no argument
--- request
POST /run
show(pcall(ngx.send_headers))
--- response_body
true 1
