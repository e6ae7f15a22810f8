ndk.set_var: directives of set_misc as functions.

--- config
location /call { content_by_lua_block {
    local ndk = require "ndk"
    ngx.say(ndk == _G.ndk)
    for _, name in ipairs {"set_escape_uri", "set_quote_sql_str", "set_quote_json_str", "set_encode_base64",
        "set_encode_hex", "set_encode_base32", "set_md5", "set_formatted_gmt_time"} do
        ngx.say(name, " ", ndk.set_var[name]("a b'0"))
    end
    ngx.say(ndk.set_var.set_escape_uri(), " ", ndk.set_var.set_escape_uri(12.5))
} }
location /base32 { set_base32_padding off; set_base32_alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; content_by_lua_block {
    ngx.say(ndk.set_var.set_encode_base32("a b'0"), " ", ndk.set_var.set_encode_base32("a"))
} }
location /refused { content_by_lua_block {
    for _, name in ipairs {"set_hmac_sha1", "set_if_empty", "set_random", "set", "none"} do
        local ok, err = pcall(function() local fn = ndk.set_var[name] return fn end)
        ngx.say(err)
    end
    local ok, err = pcall(function() local s = ndk.set_var.set_decode_hex("x") return s end)
    ngx.say(err)
    ngx.say(select(2, pcall(function() ndk.set_var.x = 1 end)))
} }
location /bad/hex { set_decode_hex $a "xyz"; return 200 "[$a]"; }
location /bad/base64 { set_decode_base64 $a "!!"; return 200 "[$a]"; }
location /bad/base64url { set_decode_base64url $a "!!"; return 200 "[$a]"; }
location /bad/length { set_secure_random_alphanum $a 65; return 200 "[$a]"; }
location /bad/random { set_random $a x 3; return 200 "[$a]"; }
location /bad/rotate { set_rotate $a 3 ""; return 200 "[$a]"; }
location /set { set_by_lua_block $res { return require "ndk".set_var.set_unescape_uri("a%20b") } content_by_lua_block { ngx.say(ngx.var.res) } }

=== calls
--- requires: set-misc
--- request
GET /call
--- response_body
true
set_escape_uri a%20b'0
set_quote_sql_str 'a b\'0'
set_quote_json_str "a b'0"
set_encode_base64 YSBiJzA=
set_encode_hex 6120622730
set_encode_base32 c4g649pg
set_md5 a9062d8a4be1a92790a6bd8ea7a0596e
set_formatted_gmt_time a b'0
nil 12.5

=== base32 as the location has it
--- requires: set-misc
--- request
GET /base32
--- response_body
MEQGEJZQ ME

=== what is no function of one value
--- requires: set-misc
--- request
GET /refused
--- response_body
content_by_lua(nginx.conf:$LINE[location /refused]):3: ndk.set_var: directive "set_hmac_sha1" not found or does not use ndk_set_var_value
content_by_lua(nginx.conf:$LINE[location /refused]):3: ndk.set_var: directive "set_if_empty" not found or does not use ndk_set_var_value
content_by_lua(nginx.conf:$LINE[location /refused]):3: ndk.set_var: directive "set_random" not found or does not use ndk_set_var_value
content_by_lua(nginx.conf:$LINE[location /refused]):3: ndk.set_var: directive "set" not found or does not use ndk_set_var_value
content_by_lua(nginx.conf:$LINE[location /refused]):3: ndk.set_var: directive "none" not found or does not use ndk_set_var_value
content_by_lua(nginx.conf:$LINE[location /refused]):6: calling directive set_decode_hex failed with code -1
content_by_lua(nginx.conf:$LINE[location /refused]):8: not allowed
--- error_log
set_decode_hex: invalid value

=== in set_by_lua
--- requires: set-misc
--- request
GET /set
--- response_body
a b

=== a directive that refuses its value: hex
--- requires: set-misc
--- request
GET /bad/hex
--- error_code: 500
--- error_log
set_decode_hex: invalid value

=== a directive that refuses its value: base64
--- requires: set-misc
--- request
GET /bad/base64
--- error_code: 500
--- error_log
set_decode_base64: invalid value

=== a directive that refuses its value: base64url
--- requires: set-misc
--- request
GET /bad/base64url
--- error_code: 500
--- error_log
set_decode_base64url: invalid value

=== a directive that refuses its value: length
--- requires: set-misc
--- request
GET /bad/length
--- error_code: 500
--- error_log
set_random: bad "length" argument: 65

=== a directive that refuses its value: random
--- requires: set-misc
--- request
GET /bad/random
--- error_code: 500
--- error_log
set_random: bad "from" argument: x

=== a directive that refuses its value: rotate
--- requires: set-misc
--- request
GET /bad/rotate
--- error_code: 500
--- error_log
set_rotate: bad "to" argument value: ""

=== base32: lengths that there are not, letters that there are not
--- config
location / { set_decode_base32 $x $arg_x; return 200 "[$x]"; }
--- pipelined_requests
GET /?x=c5
GET /?x=c5h
GET /?x=c5h=====
GET /?x=c5h66===
GET /?x=c5h66p
GET /?x=c5h66p35
GET /?x=VV
GET /?x=0w
--- response_body chomp escaped
[a][][][abc][][abcde][\0][\0]
