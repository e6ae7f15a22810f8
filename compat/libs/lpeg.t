LPeg of Debian, a C module: patterns, captures, re, functions of Lua called from C.

--- requires: /usr/lib/x86_64-linux-gnu/lua/5.1/lpeg.so
--- config
location /match {
    content_by_lua_block {
        local lpeg = require "lpeg"
        local P, R, S, C, Ct, Cg, Cf, V = lpeg.P, lpeg.R, lpeg.S, lpeg.C, lpeg.Ct, lpeg.Cg, lpeg.Cf, lpeg.V
        local number = C(R "09" ^ 1) / tonumber
        local list = Ct(number * (P "," * number) ^ 0)
        ngx.say(table.concat(list:match "10,20,30", " "))
        ngx.say(lpeg.match(P "abc" * lpeg.Cp(), "abcdef"), " ", (P "x" * 1):match "a")
        local space = S " \t" ^ 0
        local function op(a, o, b)
            if o == "+" then return a + b elseif o == "-" then return a - b elseif o == "*" then return a * b end
            return a / b
        end
        local grammar = P {
            "exp",
            exp = Cf(V "factor" * Cg(C(S "+-") * space * V "factor") ^ 0, op),
            factor = Cf(V "term" * Cg(C(S "*/") * space * V "term") ^ 0, op),
            term = number * space + "(" * space * V "exp" * ")" * space,
        }
        ngx.say(grammar:match "2 * (3 + 4) - 10 / 5")
        local bytes = lpeg.Cs((P "\0" / "<nul>" + 1) ^ 0):match "a\0b\255"
        ngx.say(bytes == "a<nul>b\255")
        ngx.say(select(2, pcall(P, {})):match("[%w ]+$"))
    }
}
location /re {
    content_by_lua_block {
        local re = require "re"
        local uri = re.compile [[ uri <- {| {:scheme: [a-z]+ :} '://' {:host: [^/:]+ :} (':' {:port: %d+ :})? {:path: .* :} |} ]]
        local t = uri:match "http://example.test:8080/a?b"
        ngx.say(t.scheme, " ", t.host, " ", t.port, " ", t.path)
        ngx.say(re.gsub("hello world", "[aeiou]", "."), " ", re.find("the number 423", "[0-9]+"))
    }
}
location /callbacks {
    content_by_lua_block {
        local lpeg = require "lpeg"
        local count = 0
        local word = lpeg.Cmt(lpeg.R "az" ^ 1, function(_, position, text)
            count = count + 1
            ngx.log(ngx.INFO, "word ", text)
            return position, text:upper()
        end)
        local upper = lpeg.Ct((word * lpeg.P " " ^ -1) ^ 0):match(ngx.var.arg_text)
        ngx.say(table.concat(upper, " "), " ", count)
    }
}

=== captures and grammars
--- request
GET /match
--- response_body
10 20 30
4 nil
12
true
grammar has no initial rule

=== re
--- request
GET /re
--- response_body
http example.test 8080 /a?b
h.ll. w.rld 1214

=== Lua functions called from C, with a request
--- request
GET /callbacks?text=one
--- response_body
ONE 1
--- error_log
word one
