lua-nginx-cookie, unmodified.

--- requires: /usr/share/lua/5.1/nginx/cookie.lua
--- config
location /get {
    content_by_lua_block {
        local cookie = require "nginx.cookie":new()
        ngx.say(cookie:get("user"), "|", cookie:get("empty"), "|", cookie:get("nothing"))
        local all, err = cookie:get_all()
        if not all then return ngx.say(err) end
        local names = {}
        for name, value in pairs(all) do names[#names + 1] = name .. "=" .. value end
        table.sort(names)
        ngx.say(table.concat(names, ", "))
    }
}
location /set {
    content_by_lua_block {
        local cookie = require "nginx.cookie":new()
        local first = cookie:set {
            key = "a", value = "1", path = "/", domain = "example.test", secure = true, httponly = true,
            expires = "Wed, 09 Jun 2027 10:18:14 GMT", ["max-age"] = 50, extension = "SameSite=Lax",
        }
        local second, again = cookie:set {key = "b", value = "2"}, cookie:set {key = "b", value = "2"}
        local third = cookie:set {key = "c", value = "3"}
        local bad, err = cookie:set {key = "no value"}
        ngx.say(first, " ", second, " ", again, " ", third, " ", bad, " ", err)
    }
}

=== cookies of a request
--- more_headers
Cookie: user=ann; empty=; a=b=c;	tab=1
--- request
GET /get
--- response_body
ann||nil
a=b=c, empty=, tab=1, user=ann

=== no cookies
--- request
GET /get
--- response_body
nil|nil|nilno cookie found in the current request
no cookie found in the current request

=== cookies of a response
--- request
GET /set
--- response_body
true true true true nil missing cookie field "key" or "value"
--- response_headers
Set-Cookie: a=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT; Max-Age=50; Domain=example.test; Path=/; Secure; HttpOnly; SameSite=Lax, b=2, c=3
