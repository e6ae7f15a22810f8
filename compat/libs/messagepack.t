lua-messagepack and lua-basexx of Debian, unmodified.

--- requires: /usr/share/lua/5.1/MessagePack.lua /usr/share/lua/5.1/basexx.lua
--- http_config
init_by_lua_block {
    function package.preload.hex()
        return function(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
    end
}
--- config
location /pack {
    content_by_lua_block {
        local mp, hex = require "MessagePack", require "hex"
        for _, value in ipairs {0, 127, 128, -1, -33, 65536, 1.5, "text", true, ("x"):rep(40)} do
            local packed = mp.pack(value)
            ngx.say(hex(packed):sub(1, 20), " ", mp.unpack(packed) == value)
        end
        ngx.say(hex(mp.pack(nil)), " ", hex(mp.pack {1, 2, {3}}), " ", hex(mp.pack {a = 1}), " ", hex(mp.pack {}))
        local t = mp.unpack(mp.pack {list = {1, "two", false}, nested = {deep = {er = "value"}}})
        ngx.say(t.list[2], " ", t.list[3], " ", t.nested.deep.er)
    }
}
location /unpack {
    content_by_lua_block {
        local mp = require "MessagePack"
        ngx.say(mp.unpack "\147\1\161a\195"[2], " ", mp.unpack "\203\192\4\0\0\0\0\0\0")
        ngx.say((pcall(mp.unpack, "\147\1")), " ", (pcall(mp.unpack, "\1\2")))
        local values = {}
        for _, value in mp.unpacker(mp.pack(1) .. mp.pack("b") .. mp.pack {3}) do
            values[#values + 1] = type(value)
        end
        ngx.say(table.concat(values, " "))
        ngx.say(mp.unpack(mp.pack(string.char(0, 255, 128))) == string.char(0, 255, 128))
    }
}
location /basexx {
    content_by_lua_block {
        local basexx = require "basexx"
        local s = "hello\0\255"
        for _, name in ipairs {"hex", "base32", "crockford", "base64", "url64", "bit"} do
            local text = basexx["to_" .. name](s)
            ngx.say(name, " ", text, " ", basexx["from_" .. name](text) == s)
        end
        ngx.say(basexx.from_base64("aG Vs\nbG8=", " \n"), " ", (select(2, basexx.from_hex("xy"))))
        ngx.say(basexx.to_z85("12345678"), " ", basexx.from_z85(basexx.to_z85("12345678")))
    }
}

=== packing
--- request
GET /pack
--- response_body
00 true
7f true
cc80 true
ff true
d0df true
ce00010000 true
cb3ff8000000000000 true
a474657874 true
c3 true
da002878787878787878 true
c0 9301029103 81a16101 90
two false value

=== unpacking
--- request
GET /unpack
--- response_body
a -2.5
false false
number string table
true

=== base16 to base85
--- request
GET /basexx
--- response_body
hex 68656C6C6F00FF true
base32 NBSWY3DPAD7Q==== true
crockford D1JPRV3F03ZG true
base64 aGVsbG8A/w== true
url64 aGVsbG8A_w true
bit 01101000011001010110110001101100011011110000000011111111 true
hello x
f!$Kwh8WxM 12345678
