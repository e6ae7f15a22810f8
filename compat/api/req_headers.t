Request headers.

--- include: run.inc

=== get_headers: names in lower case
--- request
POST /run
local h = ngx.req.get_headers()
show(h["x-one"], h["x-two"], h["host"])
--- more_headers
X-One: 1
X-TWO: 2
--- response_body
"1" "2" "localhost"

=== get_headers: any spelling finds them
--- request
POST /run
local h = ngx.req.get_headers()
show(h["X-One"], h.x_one, h.X_ONE, h["none"])
--- more_headers
X-One: 1
--- response_body
"1" "1" "1" nil

=== get_headers: repeated ones are an array
--- request
POST /run
show(ngx.req.get_headers()["x-a"], ngx.req.get_headers().cookie)
--- more_headers
X-A: 1
x-a: 2
X-a: 3
Cookie: a=1
Cookie: b=2
--- response_body
{"1", "2", "3"} {"a=1", "b=2"}

=== get_headers: raw keeps the case
--- request
POST /run
local h = ngx.req.get_headers(0, true)
show(h["X-OnE"], rawget(h, "x-one"), h["x-one"], getmetatable(h))
--- more_headers
X-OnE: 1
--- response_body
"1" nil nil nil

=== get_headers: at most so many
--- request
POST /run
local h, message = ngx.req.get_headers(2)
local n = 0
for _ in pairs(h) do n = n + 1 end
show(n, message)
--- more_headers
X-A: 1
X-B: 2
--- response_body
2 "truncated"

=== get_headers: a hundred unless told otherwise
--- request
POST /run
for i = 1, 120 do ngx.req.set_header("x-" .. i, i) end
local function count(...)
    local h, message = ngx.req.get_headers(...)
    local n = 0
    for _ in pairs(h) do n = n + 1 end
    show(n, message)
end
count()
count(nil)
--- response_body
100 "truncated"
100 "truncated"

=== get_headers: 0 is without a limit
--- request
POST /run
for i = 1, 120 do ngx.req.set_header("x-" .. i, i) end
local h, message = ngx.req.get_headers(0)
show(h["x-120"], message)
--- response_body
"120" nil

=== get_headers: an empty value
--- request
POST /run
show(ngx.req.get_headers()["x-a"])
--- more_headers
X-A:
--- response_body
""

=== get_headers: the table is the caller's own
--- request
POST /run
ngx.req.get_headers()["x-a"] = "changed"
show(ngx.req.get_headers()["x-a"])
--- more_headers
X-A: 1
--- response_body
"1"

=== set_header: replaces
--- request
POST /run
ngx.req.set_header("X-A", "new")
show(ngx.req.get_headers()["x-a"], ngx.var.http_x_a)
--- more_headers
X-A: 1
X-A: 2
--- response_body
"new" "new"

=== set_header: a new one
--- request
POST /run
ngx.req.set_header("X-New", "value")
show(ngx.req.get_headers()["x-new"], ngx.var.http_x_new)
--- response_body
"value" "value"

=== set_header: numbers and booleans become texts
--- request
POST /run
ngx.req.set_header("X-A", 12.5)
ngx.req.set_header("X-B", true)
show(ngx.req.get_headers()["x-a"], ngx.req.get_headers()["x-b"])
--- response_body
"12.5" "true"

=== set_header: several values
--- request
POST /run
ngx.req.set_header("X-A", {"1", 2, "3"})
show(ngx.req.get_headers()["x-a"])
--- response_body
{"1", "2", "3"}

=== set_header: an empty table, nil remove it
--- request
POST /run
ngx.req.set_header("X-A", {})
ngx.req.set_header("X-B", nil)
show(ngx.req.get_headers()["x-a"], ngx.req.get_headers()["x-b"])
--- more_headers
X-A: 1
X-B: 1
--- response_body
nil nil

=== set_header: an empty text
--- request
POST /run
ngx.req.set_header("X-A", "")
show(ngx.req.get_headers()["x-a"])
--- more_headers
X-A: 1
--- response_body
nil

=== set_header: what can't be in a header is escaped
--- request
POST /run
ngx.req.set_header("X-A", "a\r\nb\0c")
ngx.req.set_header("X B:\n", "1")
show(ngx.req.get_headers(0, true)["X-A"])
local names = {}
for name in pairs(ngx.req.get_headers(0, true)) do names[#names + 1] = name end
table.sort(names)
show(names)
--- response_body
"a%0D%0Ab%00c"
{"Connection", "Content-Length", "Host", "X%20B%3A%0A", "X-A"}

=== set_header: Host changes variables
--- request
POST /run
ngx.req.set_header("Host", "other.example")
show(ngx.var.http_host, ngx.var.host, ngx.req.get_headers().host)
--- response_body
"other.example" "other.example" "other.example"

=== set_header: Content-Length
--- request
POST /run
ngx.req.set_header("Content-Length", 3)
show(ngx.var.http_content_length, ngx.var.content_length)
--- response_body
"3" "3"

=== set_header: Content-Type
--- request
POST /run
ngx.req.set_header("Content-Type", "a/b")
show(ngx.var.content_type, ngx.var.http_content_type)
--- response_body
"a/b" "a/b"

=== set_header: Cookie
--- request
POST /run
ngx.req.set_header("Cookie", "a=b; c=d")
show(ngx.var.cookie_a, ngx.var.cookie_c, ngx.var.http_cookie)
--- more_headers
Cookie: a=1
--- response_body
"b" "d" "a=b; c=d"

=== set_header: Cookie, several
--- request
POST /run
ngx.req.set_header("Cookie", {"a=b", "c=d"})
show(ngx.var.cookie_a, ngx.var.cookie_c, ngx.var.http_cookie)
--- response_body
"b" "d" "a=b; c=d"

=== set_header: X-Forwarded-For, several
--- request
POST /run
ngx.req.set_header("X-Forwarded-For", {"1.1.1.1", "2.2.2.2"})
show(ngx.var.http_x_forwarded_for)
--- response_body
"1.1.1.1, 2.2.2.2"

=== set_header: User-Agent, Referer, Authorization
--- request
POST /run
ngx.req.set_header("User-Agent", "ua")
ngx.req.set_header("Referer", "there")
ngx.req.set_header("Authorization", "Basic dXNlcjpwYXNz")
show(ngx.var.http_user_agent, ngx.var.http_referer, ngx.var.http_authorization, ngx.var.remote_user)
--- response_body
"ua" "there" "Basic dXNlcjpwYXNz" "user"

=== set_header: a name with underscores
--- request
POST /run
ngx.req.set_header("x_a", "1")
show(ngx.req.get_headers(0, true).x_a, ngx.var.http_x_a)
--- response_body
"1" "1"

=== set_header: no name, no value
--- request
POST /run
err(function() ngx.req.set_header() end)
err(function() ngx.req.set_header(nil, "a") end)
ngx.req.set_header("x-a")
show(ngx.req.get_headers()["x-a"])
--- response_body
case:1: bad 'name' argument: string expected, got nil
case:2: bad 'name' argument: string expected, got nil
nil

=== clear_header
--- request
POST /run
ngx.req.clear_header("X-A")
show(ngx.req.get_headers()["x-a"], ngx.var.http_x_a)
--- more_headers
X-A: 1
x-a: 2
--- response_body
nil nil

=== clear_header: the case does not matter
--- request
POST /run
ngx.req.clear_header("x-lOnG")
show(ngx.req.get_headers()["x-long"])
--- more_headers
X-Long: 1
--- response_body
nil

=== clear_header: what is not there
--- request
POST /run
ngx.req.clear_header("X-None")
show(ngx.req.get_headers()["x-none"])
--- response_body
nil

=== clear_header: Host, Content-Length, User-Agent
--- request
POST /run
ngx.req.clear_header("Host")
ngx.req.clear_header("User-Agent")
show(ngx.var.http_host, ngx.var.host, ngx.var.http_user_agent)
--- more_headers
User-Agent: x
--- response_body
nil "localhost" nil

=== clear_header: Cookie
--- request
POST /run
ngx.req.clear_header("Cookie")
show(ngx.var.cookie_a, ngx.var.http_cookie)
--- more_headers
Cookie: a=1
--- response_body
nil nil

=== set again after clear
--- request
POST /run
ngx.req.clear_header("X-A")
ngx.req.set_header("X-A", "2")
show(ngx.req.get_headers()["x-a"])
--- more_headers
X-A: 1
--- response_body
"2"

=== add_header
--- request
POST /run
local req = require "ngx.req"
req.add_header("X-A", "2")
req.add_header("X-B", "1")
show(ngx.req.get_headers()["x-a"], ngx.req.get_headers()["x-b"])
--- more_headers
X-A: 1
--- response_body
{"1", "2"} "1"

=== add_header: an array
--- request
POST /run
local req = require "ngx.req"
req.add_header("X-A", {"1", "2", 3})
show(ngx.req.get_headers()["x-a"])
--- response_body
{"1", "2", "3"}

=== add_header: no value
--- request
POST /run
local req = require "ngx.req"
bare(req.add_header, "X-A")
bare(req.add_header, "X-A", {})
bare(req.add_header)
--- response_body
bad 'value' argument: string or table expected, got nil
bad 'value' argument: non-empty table expected
bad 'name' argument: string expected, got nil

=== add_header: a number
--- request
POST /run
local req = require "ngx.req"
req.add_header("X-A", 5)
show(ngx.req.get_headers()["x-a"])
--- response_body
"5"

=== resty.core.request.set_req_header
--- request
POST /run
local request = require "resty.core.request"
request.set_req_header("X-A", "2", true)
request.set_req_header("X-A", "3", false)
show(ngx.req.get_headers()["x-a"])
--- more_headers
X-A: 1
--- response_body
{"2", "3"}
