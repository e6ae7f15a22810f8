ngx.header, ngx.status and ngx.resp.

--- config
location /set { content_by_lua_block {
    ngx.header["X-Dash"] = "1"
    ngx.header.x_under = "2"
    ngx.header["x-CaSe"] = 3
    ngx.header["X-Multi"] = { "a", "b" }
    ngx.header["X-Gone"] = "x"
    ngx.header["X-Gone"] = nil
    ngx.header["X-Empty"] = ""
    ngx.header["X-Table"] = {}
    ngx.header["X-Bool"] = tostring(true)
    ngx.say(ngx.header["x-dash"], " ", ngx.header.X_Under, " ", ngx.header.x_case, " ", type(ngx.header.x_multi), " ", ngx.header["X-Gone"])
} }
location /replace { content_by_lua_block { ngx.header.a = "1" ngx.header.A = "2" ngx.header.a = { "3", "4" } ngx.header.a = "5" ngx.say(ngx.header.a) } }
location /type { content_by_lua_block { ngx.header.content_type = "text/own; charset=x" ngx.say(ngx.header["Content-Type"]) } }
location /type-nil { content_by_lua_block { ngx.header.content_type = nil ngx.say("x") } }
location /type-default { content_by_lua_block { ngx.say(ngx.header.content_type) ngx.flush() ngx.say(ngx.header.content_type) } }
location /no-default { lua_use_default_type off; content_by_lua_block { ngx.say("x") } }
location /length { content_by_lua_block { ngx.header["Content-Length"] = 2 ngx.print("ok") } }
location /known { content_by_lua_block {
    ngx.header.server = "own" ngx.header.date = "today" ngx.header.location = "/l" ngx.header.etag = '"e"'
    ngx.header.last_modified = "Thu, 01 Jan 1970 00:00:00 GMT" ngx.header.cache_control = { "no-cache", "private" }
    ngx.header.set_cookie = { "a=1", "b=2; path=/" } ngx.header.content_encoding = "x" ngx.header.vary = "A" ngx.header.refresh = "5"
    ngx.say("x")
} }
location /injection { content_by_lua_block { ngx.header["X-A"] = "1\r\nX-B: 2" ngx.header["X-C\r\nX-D"] = "3" ngx.header["X-Tab"] = "a\tb\0c\127" ngx.say("x") } }
location /underscore-off { lua_transform_underscores_in_response_headers off; content_by_lua_block { ngx.header.x_under = "1" ngx.say("x") } }
location /read { content_by_lua_block {
    ngx.header["X-A"] = "1" ngx.header["X-B"] = { "2", "3" }
    local h = ngx.resp.get_headers()
    ngx.say(h["x-a"], " ", h.X_A, " ", type(h["X-B"]), " ", table.concat(h.x_b, ","), " ", h["content-type"], " ", h.connection)
} }
location /raw { content_by_lua_block {
    ngx.header["X-A"] = "1"
    local keys = {}
    for k in pairs(ngx.resp.get_headers(0, true)) do keys[#keys + 1] = k end
    table.sort(keys)
    ngx.say(table.concat(keys, " "))
} }
location /status { content_by_lua_block { ngx.status = 202 ngx.say(ngx.status, " ", type(ngx.status), " ", ngx.resp.get_headers()["x"]) } }
location /status-number { content_by_lua_block { ngx.status = "203" ngx.say(ngx.status) } }
location /status-own { content_by_lua_block { ngx.status = 299 ngx.say("x") } }
location /status-low { content_by_lua_block { ngx.say(pcall(function() ngx.status = "abc" end)) } }
location /204-body { content_by_lua_block { ngx.status = 204 ngx.say("dropped") } }
location /304-body { content_by_lua_block { ngx.status = 304 ngx.say("dropped") } }
location /send { content_by_lua_block { ngx.header.x = "1" ngx.print(ngx.send_headers(), " ", ngx.headers_sent) } }
location /expires { expires 60s; content_by_lua_block { ngx.say("x") } }
location /add { add_header X-Add "$arg_a"; add_header X-Always "always" always; content_by_lua_block { if ngx.var.arg_e then ngx.exit(404) end ngx.say("x") } }
location /filter-remove { root html; header_filter_by_lua_block { ngx.header.etag = nil ngx.header.last_modified = nil ngx.header.server = nil ngx.header.accept_ranges = nil } }
location /filter-read { content_by_lua_block { ngx.say("x") } header_filter_by_lua_block { ngx.header["X-Seen"] = tostring(ngx.header.content_type) .. "|" .. tostring(ngx.header.content_length) .. "|" .. tostring(ngx.header.transfer_encoding) .. "|" .. tostring(ngx.header.server) } }
location /return-read { return 200 "abc"; header_filter_by_lua_block { ngx.header["X-Seen"] = tostring(ngx.header.content_type) .. "|" .. tostring(ngx.header.content_length) } }
location /many { content_by_lua_block { for i = 1, 60 do ngx.header["X-H" .. i] = i end ngx.say("x") } }
--- user_files
>>> filter-remove 1000
plain

=== setting and reading
--- request
GET /set
--- response_body
1 2 3 table nil
--- response_headers
X-Dash: 1
x-under: 2
x-CaSe: 3
X-Multi: a, b
X-Bool: true
!X-Gone
!X-Table
!X-Empty
--- raw_response_headers_like: X-Multi: a\r\nX-Multi: b\r\n

=== the last value counts
--- request
GET /replace
--- response_body
5
--- response_headers
a: 5

=== content type
--- request
GET /type
--- response_body
text/own; charset=x
--- response_headers
Content-Type: text/own; charset=x

=== content type nil
--- request
GET /type-nil
--- response_headers
!Content-Type

=== the default content type shows when the head was sent
--- request
GET /type-default
--- response_body
nil
text/plain

=== lua_use_default_type off
--- request
GET /no-default
--- response_headers
!Content-Type

=== content length
--- request
GET /length
--- response_body: ok
--- response_headers
Content-Length: 2
!Transfer-Encoding

=== known headers
--- request
GET /known
--- response_headers
Server: own
Date: today
Location: /l
ETag: "e"
Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT
Cache-Control: no-cache, private
Set-Cookie: a=1, b=2; path=/
Content-Encoding: x
Vary: A
Refresh: 5

=== line breaks in names and values are escaped
--- request
GET /injection
--- response_headers escaped
X-A: 1%0D%0AX-B: 2\n
!X-B\n
X-C%0D%0AX-D: 3\n
X-Tab: a\tb%00c%7F\n

=== lua_transform_underscores_in_response_headers off
--- request
GET /underscore-off
--- response_headers
x_under: 1
!x-under

=== ngx.resp.get_headers
--- request
GET /read
--- response_body
1 1 table 2,3 nil close

=== ngx.resp.get_headers raw
--- request
GET /raw
--- response_body
X-A connection

=== status
--- request
GET /status
--- error_code: 202
--- response_body
202 number nil
--- raw_response_headers_like: ^HTTP/1.1 202 Accepted\r\n

=== status as a string
--- request
GET /status-number
--- error_code: 203
--- response_body
203

=== status without a reason
--- request
GET /status-own
--- error_code: 299
--- raw_response_headers_like: ^HTTP/1.1 299 ?\r\n

=== 204 has no body
--- raw_request escaped
GET /204-body HTTP/1.1\r\nHost: h\r\n\r\n\{await 1}GET /status HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n
--- error_code: 204 202
--- response_body
202 number nil

=== 304 has no body
--- raw_request escaped
GET /304-body HTTP/1.1\r\nHost: h\r\n\r\n\{await 1}GET /status HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n
--- error_code: 304 202
--- response_body
202 number nil

=== send_headers
--- request
GET /send
--- response_body: 1 true
--- response_headers
x: 1

=== expires
--- request
GET /expires
--- response_headers_like
Cache-Control: max-age=60
Expires: \w{3}, \d\d \w{3} \d{4} .* GMT

=== add_header
--- request
GET /add?a=v
--- response_headers
X-Add: v
X-Always: always

=== add_header on an error
--- request
GET /add?a=v&e=1
--- error_code: 404
--- response_headers
!X-Add
X-Always: always

=== a filter removes headers of a file
--- request
GET /filter-remove
--- response_body
plain
--- response_headers
!ETag
!Last-Modified
!Server
Accept-Ranges: bytes
Content-Length: 6

=== what a filter sees of Lua output
--- request
GET /filter-read
--- response_headers
X-Seen: text/plain|nil|nil|nil

=== what a filter sees of a returned text
--- request
GET /return-read
--- response_headers
X-Seen: text/plain|3

=== many headers
--- request
GET /many
--- response_headers
X-H1: 1
X-H60: 60
