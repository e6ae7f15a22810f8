Query arguments and URI functions of ngx.req and ngx.

--- config
location /args { content_by_lua_block {
    local args, err = ngx.req.get_uri_args()
    local lines = {}
    for k, v in pairs(args) do
        if type(v) == "table" then
            for i, item in ipairs(v) do v[i] = tostring(item) end
            v = "{" .. table.concat(v, ",") .. "}"
        end
        lines[#lines + 1] = "[" .. k .. "]=" .. tostring(v)
    end
    table.sort(lines)
    ngx.say(table.concat(lines, " "), " ", err)
} }
location /max { content_by_lua_block {
    local args, err = ngx.req.get_uri_args(tonumber(ngx.var.arg_max))
    local n = 0
    for _, v in pairs(args) do n = n + (type(v) == "table" and #v or 1) end
    ngx.say(n, " ", err)
} }
location /set { content_by_lua_block {
    ngx.req.set_uri_args(ngx.var.arg_k and { a = { 1, true, "x y" }, b = "c&d" } or "raw=%20&x")
    ngx.say(#ngx.var.args, " ", ngx.var.arg_raw, " ", ngx.var.arg_b)
} }
location /encode { content_by_lua_block {
    ngx.say(ngx.encode_args({ a = 1 }), " ", ngx.encode_args({ a = true }), " [", ngx.encode_args({ a = false }), "] ", ngx.encode_args({ a = { "x", "y", true } }),
        " ", ngx.encode_args({ ["k&"] = "v=?/ü" }), " [", ngx.encode_args({}), "] ", ngx.encode_args({ a = "" }))
    ngx.say(pcall(ngx.encode_args, { a = function() end }))
} }
location /decode { content_by_lua_block {
    local t = ngx.decode_args("a=1&b&a=2&c=&=x&d=%41+%zz&e%3d=1")
    ngx.say(t.a[1], t.a[2], " ", t.b, " [", t.c, "] ", t.d, " ", t["e="], " ", t[""])
    local few, err = ngx.decode_args("a=1&b=2&c=3", 2)
    ngx.say(few.a, few.b, few.c, " ", err)
} }
location /escape { content_by_lua_block {
    local all = {}
    for i = 32, 126 do all[#all + 1] = string.char(i) end
    local text = table.concat(all)
    ngx.say(ngx.escape_uri(text))
    ngx.say(ngx.escape_uri(text, 0))
    ngx.say(ngx.escape_uri("\0\r\n\127\128\255"), " ", ngx.escape_uri(12))
    ngx.say(ngx.unescape_uri("a%20b+c%2zd%"), " ", ngx.unescape_uri("%e4%BD%a0"), " ", ngx.unescape_uri(ngx.escape_uri(text)) == text)
} }
location /set-uri { rewrite_by_lua_block { ngx.req.set_uri("/other path") } content_by_lua_block { ngx.say(ngx.var.uri, " ", ngx.var.request_uri, " ", ngx.var.args) } }
location /jump { rewrite_by_lua_block { ngx.ctx.x = 1 ngx.req.set_uri("/landed", true) } content_by_lua_block { ngx.say("no") } }
location /landed { content_by_lua_block { ngx.say("landed ", ngx.var.uri, " ", ngx.var.args, " ", ngx.ctx.x) } }
location /jump-content { content_by_lua_block { ngx.say(pcall(ngx.req.set_uri, "/landed", true)) } }
location /set-empty { content_by_lua_block { ngx.say(pcall(ngx.req.set_uri, "")) } }
location /method { content_by_lua_block {
    local before = ngx.req.get_method()
    ngx.req.set_method(ngx.HTTP_PUT)
    ngx.say(before, " ", ngx.req.get_method(), " ", ngx.var.request_method, " ", ngx.HTTP_PUT)
} }
location /start { content_by_lua_block { ngx.say(ngx.now() - ngx.req.start_time() < 10, " ", ngx.req.is_internal(), " ", ngx.is_subrequest) } }
location /raw { content_by_lua_block { ngx.print(ngx.req.raw_header(), "|", ngx.req.raw_header(true)) } }

=== plain arguments
--- request
GET /args?a=1&b=two&c
--- response_body
[a]=1 [b]=two [c]=true nil

=== arguments that repeat
--- request
GET /args?a=1&a&a=3
--- response_body
[a]={1,true,3} nil

=== empty values and names
--- request
GET /args?a=&=b&&c=&
--- response_body
[a]= [c]= nil

=== escapes
--- request
GET /args?a%20b=c%26d+e&%zz=%4
--- response_body
[%zz]=%4 [a b]=c&d e nil

=== no arguments
--- request
GET /args
--- response_body
 nil

=== a hundred at most
--- raw_request escaped
GET /max?\{a=1&*120} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n
--- response_body
100 truncated

=== own maximum
--- request
GET /max?max=3&a&b&c&d
--- response_body
3 truncated

=== no maximum
--- raw_request escaped
GET /max?max=0&\{a=1&*120} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n
--- response_body
121 nil

=== set_uri_args with a string
--- request
GET /set
--- response_body
9 %20 nil

=== set_uri_args with a table
--- request
GET /set?k=1
--- response_body_like: ^2\d nil c%26d\n$

=== encode_args
--- request
GET /encode
--- response_body_like: ^a=1 a \[\] a=x&a=y&a k%26=v%3D%3F%2F%C3%BC \[\] a=\nfalse.*attempt to use function as query arg value\n$

=== decode_args
--- request
GET /decode
--- response_body
12 true [] A %zz 1 nil
12nil truncated

=== escape_uri and unescape_uri
--- request
GET /escape
--- response_body escaped
%20!%22%23%24%25%26'()*%2B%2C-.%2F0123456789%3A%3B%3C%3D%3E%3F%40ABCDEFGHIJKLMNOPQRSTUVWXYZ%5B%5C%5D%5E_%60abcdefghijklmnopqrstuvwxyz%7B%7C%7D~\n
%20!"%23$%25&'()*+,-./0123456789:;<=>%3F@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\n
%00%0D%0A%7F%80%FF 12\n
a b c%2zd% \xe4\xbd\xa0 true\n

=== set_uri
--- request
GET /set-uri?a=1
--- response_body
/other path /set-uri?a=1 a=1

=== set_uri with a jump
--- request
GET /jump?a=1
--- response_body
landed /landed a=1 nil

=== set_uri with a jump in content
--- request
GET /jump-content
--- response_body
falseAPI disabled in the context of content_by_lua*

=== set_uri with an empty path
--- request
GET /set-empty
--- response_body
falseattempt to use zero-length uri

=== methods
--- request
POST /method
--- response_body
POST PUT PUT 16

=== start_time and is_internal
--- request
GET /start
--- response_body
true false false

=== raw_header
--- raw_request escaped
GET /raw HTTP/1.1\r\nhost:  h\r\nX-y: z\r\nConnection: close\r\n\r\n
--- response_body escaped
GET /raw HTTP/1.1\r\nhost:  h\r\nX-y: z\r\nConnection: close\r\n\r\n|host:  h\r\nX-y: z\r\nConnection: close\r\n\r\n
