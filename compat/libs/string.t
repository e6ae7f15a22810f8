lua-nginx-string, unmodified: it finds libcrypto and nginx's own functions through ffi.C. The expected values are those of
Python's hashlib and of the openssl command.

--- requires: /usr/share/lua/5.1/nginx/string.lua
--- skip_engine
lua51: no ffi
lua52: no ffi
--- config
location /digests {
    content_by_lua_block {
        local to_hex = require "nginx.string".to_hex
        for _, name in ipairs {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"} do
            local hash = require("nginx." .. name):new()
            ngx.say(name, " ", hash:update("hello"), " ", hash:update("\0world"), " ", to_hex(hash:final()))
            ngx.say(hash:reset(), " ", to_hex(hash:final()))
        end
    }
}
location /aes {
    content_by_lua_block {
        local aes, to_hex = require "nginx.aes", require "nginx.string".to_hex
        local iv = "fedcba9876543210"
        local function try(...)
            local cipher = assert(aes:new(...))
            local encrypted = cipher:encrypt("secret text")
            ngx.say(to_hex(encrypted), " ", cipher:decrypt(encrypted))
        end
        try("a key")
        try("a key", "8 bytes!")
        try("a key", "8 bytes!", aes.cipher(256, "cbc"), aes.hash.sha512, 5)
        try("a key", nil, aes.cipher(192, "ecb"), aes.hash.sha1)
        try("0123456789abcdef", nil, aes.cipher(128, "cbc"), {iv = iv})
        try("a key", nil, aes.cipher(128, "ctr"), {iv = iv, method = function() return "0123456789abcdef" end})
        ngx.say(aes:new("a key", "too long a salt"))
        ngx.say(aes:new("short", nil, aes.cipher(), {iv = iv}))
        ngx.say(aes:new("a key", nil, aes.cipher(), {iv = "short"}))
        ngx.say(aes:new("a key"):decrypt("no cipher text!!"))
    }
}
location /no-cipher {
    content_by_lua_block {
        local ok, err = pcall(require "nginx.aes".cipher, 128, "nonsense")
        ngx.say(ok, " ", err:match("missing declaration for symbol 'EVP_aes_128_nonsense'"))
    }
}
location /random {
    content_by_lua_block {
        local random = require "nginx.random"
        local a, b, c = random.bytes(16), random.bytes(16), random.bytes(16, true)
        ngx.say(#a, " ", #b, " ", #c, " ", a ~= b and b ~= c)
    }
}
location /numbers {
    content_by_lua_block {
        local str = require "nginx.string"
        ngx.say(str.to_hex(""), "|", str.to_hex("\0\127\255az"))
        ngx.say(str.atoi("00042"), " ", str.atoi("90071992547409"), " ", str.atoi("4x"), " ", str.atoi(""), " ",
            str.atoi("99999999999999999999"))
    }
}
location /ffi {
    content_by_lua_block {
        local ffi = require "ffi"
        ffi.cdef [[ int ngx_own_name_nowhere(int a); ]]
        local _, undeclared = pcall(function() return ffi.C.ngx_hextoi end)
        local _, unknown = pcall(function() return ffi.C.ngx_own_name_nowhere end)
        ngx.say(undeclared:match("missing declaration for symbol '[%w_]+'"))
        ngx.say(unknown:match("undefined symbol: [%w_]+"))
        ffi.cdef [[ intptr_t ngx_hextoi(unsigned char *line, size_t n); ]]
        local digits = ffi.new("unsigned char[4]", "7fFx")
        ngx.say(tonumber(ffi.C.ngx_hextoi(digits, 3)), " ", tonumber(ffi.C.ngx_hextoi(digits, 4)))
    }
}

=== digests
--- request
GET /digests
--- response_body
md5 true true 838d3870873a75639041ff8940f397db
true d41d8cd98f00b204e9800998ecf8427e
sha1 true true f85b420f1e43ebf88649dfcab302b898d889606c
true da39a3ee5e6b4b0d3255bfef95601890afd80709
sha224 true true da57fb1763ea812969f413743d0812e54c98df178dc551387c9cec9b
true d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f
sha256 true true b206899bc103669c8e7b36de29d73f95b46795b508aa87d612b2ce84bfb29df2
true e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
sha384 true true ccc14a8fda0b86345f1c75fd82ea3ae5b6c66a2c46f78198709f860f4eff7f13bf16273b68d7593080924cbd1d84f767
true 38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b
sha512 true true 3858df07be68dec5e34bbdce5de57e2f36d31edb3d86bbc6c3c5a6e30a72345d0b974bb070b376eb968c46f7e54c5a25db7c0f21b4088ff2e3c388e84d1ba59d
true cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e

=== AES
--- request
GET /aes
--- response_body
2ea4f49b21f8ec33ee663b6cecf677e9 secret text
df6c65d289b5fdac0e433d6cd9f38b48 secret text
d177d38e55be4db7b043f801b9b5a563 secret text
2f7c8b37a2ae8dec647163004ed64a01 secret text
8398c78e42e313c0183d6944f20d0b08 secret text
782eb50393045f7ddd40b7 secret text
nilsalt must be 8 characters or nil
nilbad key length
nilbad iv
nil

=== a cipher that is not there
--- request
GET /no-cipher
--- response_body
false missing declaration for symbol 'EVP_aes_128_nonsense'

=== random bytes
--- request
GET /random
--- response_body
16 16 16 true

=== hexadecimal, decimal
--- request
GET /numbers
--- response_body
|007fff617a
42 90071992547409 -1 -1 -1

=== what ffi.C lacks
--- request
GET /ffi
--- response_body
missing declaration for symbol 'ngx_hextoi'
undefined symbol: ngx_own_name_nowhere
2047 -1
