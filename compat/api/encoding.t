Escaping, arguments as text, base64, digests.

--- include: run.inc

=== escape_uri: all bytes
--- request
POST /run
local t = {}
for i = 0, 255 do t[#t + 1] = string.char(i) end
show(ngx.escape_uri(table.concat(t)))
--- response_body
"%00%01%02%03%04%05%06%07%08%09%0A%0B%0C%0D%0E%0F%10%11%12%13%14%15%16%17%18%19%1A%1B%1C%1D%1E%1F%20!%22%23%24%25%26'()*%2B%2C-.%2F0123456789%3A%3B%3C%3D%3E%3F%40ABCDEFGHIJKLMNOPQRSTUVWXYZ%5B%5C%5D%5E_%60abcdefghijklmnopqrstuvwxyz%7B%7C%7D~%7F%80%81%82%83%84%85%86%87%88%89%8A%8B%8C%8D%8E%8F%90%91%92%93%94%95%96%97%98%99%9A%9B%9C%9D%9E%9F%A0%A1%A2%A3%A4%A5%A6%A7%A8%A9%AA%AB%AC%AD%AE%AF%B0%B1%B2%B3%B4%B5%B6%B7%B8%B9%BA%BB%BC%BD%BE%BF%C0%C1%C2%C3%C4%C5%C6%C7%C8%C9%CA%CB%CC%CD%CE%CF%D0%D1%D2%D3%D4%D5%D6%D7%D8%D9%DA%DB%DC%DD%DE%DF%E0%E1%E2%E3%E4%E5%E6%E7%E8%E9%EA%EB%EC%ED%EE%EF%F0%F1%F2%F3%F4%F5%F6%F7%F8%F9%FA%FB%FC%FD%FE%FF"

=== escape_uri: a component by default
--- request
POST /run
show(ngx.escape_uri("a b/c?d=e&f+g"), ngx.escape_uri("a b/c?d=e&f+g", 2))
--- response_body
"a%20b%2Fc%3Fd%3De%26f%2Bg" "a%20b%2Fc%3Fd%3De%26f%2Bg"

=== escape_uri: type 0, a whole URI
--- request
POST /run
show(ngx.escape_uri("a b/c?d=e&f+g#h%", 0))
--- response_body
"a%20b/c%3Fd=e&f+g%23h%25"

=== escape_uri: type 1, arguments
--- request
POST /run
show(ngx.escape_uri("a b/c?d=e&f+g#h%", 1))
--- response_body
"a%20b/c%3Fd=e&f%2Bg%23h%25"

=== escape_uri: types 3 to 6
--- request
POST /run
for kind = 3, 6 do show(kind, ngx.escape_uri("a b/c?d=e&f+g#h%\"'<>\1\127\200", kind)) end
--- response_body
3 "a%20b/c?d=e&f+g%23h%25%22%27<>%01%7F%C8"
4 "a%20b/c?d=e&f+g#h%%22%27<>%01%7F%C8"
5 "a%20b/c?d=e&f+g#h%25\"'<>%01\127\200"
6 "a%20b/c?d=e&f+g#h%25\"'<>%01\127\200"

=== escape_uri: types 0 to 2 over odd bytes
--- request
POST /run
for kind = 0, 2 do show(kind, ngx.escape_uri("\"'<>\1\127\200\n;:@,$!*()~^`{|}[]\\", kind)) end
--- response_body
0 "\"'<>%01%7F%C8%0A;:@,$!*()~^`{|}[]\\"
1 "\"'<>%01%7F%C8%0A;:@,$!*()~^`{|}[]\\"
2 "%22'%3C%3E%01%7F%C8%0A%3B%3A%40%2C%24!*()~%5E%60%7B%7C%7D%5B%5D%5C"

=== escape_uri: numbers, nil, booleans, nothing
--- request
POST /run
show(ngx.escape_uri(12.5), ngx.escape_uri(nil), ngx.escape_uri(true), ngx.escape_uri(false), ngx.escape_uri(""))
--- response_body
"12.5" "" "true" "" ""

=== escape_uri: a type out of range
--- request
POST /run
local function call(...) return (ngx.escape_uri(...)) end
err(function() return (call("a", 7)) end)
err(function() return (call("a", -1)) end)
--- response_body
case:2: "type" 7 out of range
case:3: "type" -1 out of range

=== escape_uri: a type that is no number
--- request
POST /run
local function call(...) return (ngx.escape_uri(...)) end
err(function() return (call("a", "x")) end)
--- response_body
case:2: "type" is not a number

=== escape_uri leaves unreserved characters
--- request
POST /run
show(ngx.escape_uri("AZaz09-_.~"))
--- response_body
"AZaz09-_.~"

=== unescape_uri: percent, plus
--- request
POST /run
show(ngx.unescape_uri("a%20b+c%2Fd%2f"))
--- response_body
"a b c/d/"

=== unescape_uri: broken escapes
--- request
POST /run
show(ngx.unescape_uri("%"), ngx.unescape_uri("%4"), ngx.unescape_uri("%zz"), ngx.unescape_uri("a%4zb"), ngx.unescape_uri("%%41"))
--- response_body
"%" "%4" "%zz" "a%4zb" "%A"

=== unescape_uri: any byte
--- request
POST /run
show(ngx.unescape_uri("%00%01%7f%80%ff%FF"))
--- response_body
"\000\001\127\128\255\255"

=== unescape_uri: question marks stay as they are
--- request
POST /run
show(ngx.unescape_uri("a%3Fb?c%20d"))
--- response_body
"a?b?c d"

=== unescape_uri: numbers, nil
--- request
POST /run
show(ngx.unescape_uri(7), ngx.unescape_uri(nil), ngx.unescape_uri(""))
--- response_body
"7" "" ""

=== unescape undoes escape for every byte
--- request
POST /run
local ok = true
for i = 0, 255 do ok = ok and ngx.unescape_uri(ngx.escape_uri(string.char(i))) == string.char(i) end
show(ok)
--- response_body
true

=== encode_args: one of each
--- request
POST /run
show(ngx.encode_args {a = "b c"}, ngx.encode_args {a = 3}, ngx.encode_args {a = true}, ngx.encode_args {a = false})
--- response_body
"a=b%20c" "a=3" "a" ""

=== encode_args: an array
--- request
POST /run
show(ngx.encode_args {a = {"x", 2, true, "y z"}})
--- response_body
"a=x&a=2&a&a=y%20z"

=== encode_args: an empty array, an empty table, an empty text
--- request
POST /run
show(ngx.encode_args {a = {}}, ngx.encode_args {}, ngx.encode_args {a = ""})
--- response_body
"" "" "a="

=== encode_args: names are escaped
--- request
POST /run
show(ngx.encode_args {["a b&"] = "c=d"})
--- response_body
"a%20b%26=c%3Dd"

=== encode_args: booleans in an array
--- request
POST /run
show(ngx.encode_args {a = {true, false, "b"}})
--- response_body
"a&a=b"

=== encode_args: wrong values
--- request
POST /run
err(ngx.encode_args, {a = function() end})
err(ngx.encode_args, {a = {{}}})
err(ngx.encode_args, {a = ngx.null})
--- response_body
attempt to use function as query arg value
attempt to use table as query arg value
attempt to use userdata as query arg value

=== encode_args: wrong names
--- request
POST /run
err(ngx.encode_args, {[true] = "a"})
err(ngx.encode_args, {"a", "b"})
--- response_body
attempt to use a non-string key in the "args" option table
attempt to use a non-string key in the "args" option table

=== encode_args: wrong arguments
--- request
POST /run
err(ngx.encode_args)
err(ngx.encode_args, {}, {})
err(function() ngx.encode_args("a") end)
--- response_body
expecting 1 argument but seen 0
expecting 1 argument but seen 2
case:3: bad argument #1 to 'encode_args' (table expected, got string)

=== decode_args: pairs
--- request
POST /run
show(ngx.decode_args("a=1&b=2"))
--- response_body
{a = "1", b = "2"}

=== decode_args: no value, an empty value, an empty name
--- request
POST /run
show(ngx.decode_args("a&b=&=c&&d"))
--- response_body
{a = true, b = "", d = true}

=== decode_args: repeated
--- request
POST /run
show(ngx.decode_args("a=1&a=2&a&b=x&a=3"))
--- response_body
{a = {"1", "2", true, "3"}, b = "x"}

=== decode_args: escapes, plus
--- request
POST /run
show(ngx.decode_args("a%20b=c+d%26&%61=1"))
--- response_body
{a = "1", a b = "c d&"}

=== decode_args: truncated
--- request
POST /run
show(ngx.decode_args("a=1&b=2&c=3", 2))
--- response_body
{a = "1", b = "2"} "truncated"

=== decode_args: a hundred unless told otherwise
--- request
POST /run
local t = {}
for i = 1, 110 do t[i] = "a" .. i .. "=" .. i end
local args, message = ngx.decode_args(table.concat(t, "&"))
local n = 0
for _ in pairs(args) do n = n + 1 end
show(n, message)
args, message = ngx.decode_args(table.concat(t, "&"), 0)
n = 0
for _ in pairs(args) do n = n + 1 end
show(n, message)
--- response_body
100 "truncated"
110 nil

=== decode_args: wrong arguments
--- request
POST /run
err(ngx.decode_args)
err(ngx.decode_args, "a", 1, 2)
err(function() ngx.decode_args({}) end)
--- response_body
expecting 1 or 2 arguments but seen 0
expecting 1 or 2 arguments but seen 3
case:3: bad argument #1 to 'decode_args' (string expected, got table)

=== decode_args: a number
--- request
POST /run
show(ngx.decode_args(12))
--- response_body
{12 = true}

=== decode_args undoes encode_args
--- request
POST /run
show(ngx.decode_args(ngx.encode_args {a = {"1", "2 3"}, b = true, ["c&"] = "=%"}))
--- response_body
{a = {"1", "2 3"}, b = true, c& = "=%"}

=== encode_base64: lengths modulo three
--- request
POST /run
show(ngx.encode_base64(""), ngx.encode_base64("a"), ngx.encode_base64("ab"), ngx.encode_base64("abc"), ngx.encode_base64("abcd"))
--- response_body
"" "YQ==" "YWI=" "YWJj" "YWJjZA=="

=== encode_base64: without padding
--- request
POST /run
show(ngx.encode_base64("a", true), ngx.encode_base64("ab", true), ngx.encode_base64("abc", true), ngx.encode_base64("a", false))
--- response_body
"YQ" "YWI" "YWJj" "YQ=="

=== encode_base64: both special letters
--- request
POST /run
show(ngx.encode_base64("\251\255\254"), ngx.encode_base64("\0\255"))
--- response_body
"+//+" "AP8="

=== encode_base64: numbers, nil
--- request
POST /run
show(ngx.encode_base64(12), ngx.encode_base64(nil), ngx.encode_base64(true))
--- response_body
"MTI=" "" "dHJ1ZQ=="

=== encode_base64: padding is a boolean
--- request
POST /run
err(ngx.encode_base64, "a", 0)
err(ngx.encode_base64, "a", "no")
--- response_body
bad no_padding: boolean expected, got number
bad no_padding: boolean expected, got string

=== decode_base64: with and without padding
--- request
POST /run
show(ngx.decode_base64("YQ=="), ngx.decode_base64("YQ"), ngx.decode_base64("YWI="), ngx.decode_base64("YWI"), ngx.decode_base64("YWJj"))
--- response_body
"a" "a" "ab" "ab" "abc"

=== decode_base64: malformed
--- request
POST /run
show(ngx.decode_base64("Y"), ngx.decode_base64("Y!=="), ngx.decode_base64("YW\nJj"), ngx.decode_base64("-_"))
--- response_body
nil nil nil nil

=== decode_base64: empty
--- request
POST /run
show(ngx.decode_base64(""))
--- response_body
""

=== decode_base64: texts only
--- request
POST /run
err(ngx.decode_base64, 12)
err(ngx.decode_base64, nil)
--- response_body
string argument only
string argument only

=== decode_base64 undoes encode_base64
--- request
POST /run
local t = {}
for i = 0, 255 do t[#t + 1] = string.char(i) end
t = table.concat(t)
show(ngx.decode_base64(ngx.encode_base64(t)) == t, #ngx.encode_base64(t))
--- response_body
true 344

=== decode_base64mime: what is no letter is skipped
--- request
POST /run
show(ngx.decode_base64mime("YW\r\nJj"), ngx.decode_base64mime(" Y W I = "), ngx.decode_base64mime("Y-W_J!j"))
--- oracle: ngx.decode_base64mime is newer
--- response_body
"abc" "ab" "abc"

=== decode_base64mime: nothing to decode
--- request
POST /run
show(ngx.decode_base64mime(""), ngx.decode_base64mime("!!"))
--- oracle: ngx.decode_base64mime is newer
--- response_body
"" ""

=== decode_base64mime: malformed
--- request
POST /run
show(ngx.decode_base64mime("Y"), ngx.decode_base64mime("YWJjZ"))
--- oracle: ngx.decode_base64mime is newer
--- response_body
nil nil

=== decode_base64mime: texts only
--- request
POST /run
err(ngx.decode_base64mime, 12)
err(ngx.decode_base64mime, nil)
--- oracle: ngx.decode_base64mime is newer
--- response_body
string argument only
string argument only

=== base64url: encode
--- request
POST /run
local url = require "ngx.base64"
show(url.encode_base64url("\251\255\254a"), url.encode_base64url(""), url.encode_base64url("a"))
--- response_body
"-__-YQ" "" "YQ"

=== base64url: decode
--- request
POST /run
local url = require "ngx.base64"
show(url.decode_base64url("-__-YQ"), url.decode_base64url(""), url.decode_base64url("YQ"))
--- response_body
"\251\255\254a" "" "a"

=== base64url: malformed
--- request
POST /run
local url = require "ngx.base64"
show(url.decode_base64url("+/"))
show(url.decode_base64url("Y"))
show(url.decode_base64url("YQ=="))
--- response_body
nil "invalid input"
nil "invalid input"
"a"

=== base64url: texts only
--- request
POST /run
local url = require "ngx.base64"
show(url.encode_base64url(12))
show(url.decode_base64url(nil))
--- response_body
nil "must provide a string"
nil "must provide a string"

=== crc32_short
--- request
POST /run
show(ngx.crc32_short("hello"), ngx.crc32_short(""), ngx.crc32_short("\255\254"), ngx.crc32_short(12))
--- response_body
907060870 0 2297966742 1330857165

=== crc32_long
--- request
POST /run
show(ngx.crc32_long("hello"), ngx.crc32_long(""), ngx.crc32_long(("x"):rep(10000)), ngx.crc32_long(nil))
--- response_body
907060870 0 223716515 0

=== md5
--- request
POST /run
show(ngx.md5("hello"), ngx.md5(""), ngx.md5(nil), ngx.md5(12))
--- response_body
"5d41402abc4b2a76b9719d911017c592" "d41d8cd98f00b204e9800998ecf8427e" "d41d8cd98f00b204e9800998ecf8427e" "c20ad4d76fe97759aa27a0c99bff6710"

=== md5_bin
--- request
POST /run
show(ngx.md5_bin("hello"), #ngx.md5_bin(""))
--- response_body
"]A@*\188K*v\185q\157\145\016\023\197\146" 16

=== sha1_bin
--- request
POST /run
show(ngx.sha1_bin("hello"), ngx.sha1_bin(nil) == ngx.sha1_bin(""), #ngx.sha1_bin(12))
--- response_body
"\170\244\198\029\220\197\232\162\218\190\222\015;H,\217\174\169CM" true 20

=== hmac_sha1
--- request
POST /run
show(ngx.encode_base64(ngx.hmac_sha1("key", "text")), ngx.encode_base64(ngx.hmac_sha1("", "")))
--- response_body
"Np4pWetJRQM4shJ0j3fY3tdIR7s=" "+9sdGxiqbAgyS31ktx+3Y3BpDh0="

=== hmac_sha1: a key longer than a block, binary bytes
--- request
POST /run
show(ngx.encode_base64(ngx.hmac_sha1(("k"):rep(100), "\0\255")))
--- response_body
"3pbGsVaXlusr6QYP097/K85phb8="

=== hmac_sha1: two arguments
--- request
POST /run
err(ngx.hmac_sha1, "a")
err(ngx.hmac_sha1, "a", "b", "c")
err(function() ngx.hmac_sha1("a", {}) end)
--- response_body
expecting 2 arguments, but got 1
expecting 2 arguments, but got 3
case:3: bad argument #2 to 'hmac_sha1' (string expected, got table)

=== hmac_sha1: numbers
--- request
POST /run
show(ngx.encode_base64(ngx.hmac_sha1(1, 2)))
--- response_body
"0HXKErglmgsnQ48HUxSju4ipJ7U="

=== quote_sql_str: what is escaped
--- request
POST /run
show(ngx.quote_sql_str("a'b\"c\\d\n\r\0\26\b\t"))
--- response_body
"'a\\'b\\\"c\\\\d\\n\\r\\0\\Z\\b\\t'"

=== quote_sql_str: plain, empty, number
--- request
POST /run
show(ngx.quote_sql_str("plain"), ngx.quote_sql_str(""), ngx.quote_sql_str(5))
--- response_body
"'plain'" "''" "'5'"

=== quote_sql_str: bytes above 127 stay
--- request
POST /run
show(ngx.quote_sql_str("\200\255"))
--- response_body
"'\200\255'"

=== quote_sql_str: one argument
--- request
POST /run
err(ngx.quote_sql_str)
err(ngx.quote_sql_str, "a", "b")
err(function() ngx.quote_sql_str(nil) end)
--- response_body
expecting one argument
expecting one argument
case:3: bad argument #1 to 'quote_sql_str' (string expected, got nil)
