Regular expressions.

--- include: run.inc

=== match: groups
--- request
POST /run
show(ngx.re.match("hello, 1234", "([0-9])([0-9]+)"))
--- response_body
{0 = "1234", 1 = "1", 2 = "234"}

=== match: no match
--- request
POST /run
show(ngx.re.match("hello", "[0-9]"))
--- response_body
nil

=== match: a group that takes no part is false
--- request
POST /run
show(ngx.re.match("b", "(a)?(b)"), ngx.re.match("a", "(a)|(b)"))
--- response_body
{0 = "b", 1 = false, 2 = "b"} {0 = "a", 1 = "a", 2 = false}

=== match: an empty subject, an empty expression
--- request
POST /run
show(ngx.re.match("", "^$"), ngx.re.match("abc", ""))
--- response_body
{0 = ""} {0 = ""}

=== match: named groups
--- request
POST /run
show(ngx.re.match("hello, 1234", "(?<first>[0-9])(?<rest>[0-9]+)"))
--- response_body
{0 = "1234", 1 = "1", 2 = "234", first = "1", rest = "234"}

=== match: names may repeat with D
--- request
POST /run
show(ngx.re.match("hello, 1234", "(?<n>[a-z]+), (?<n>[0-9]+)", "D"))
show(ngx.re.match("1234", "(?<n>[a-z]+)|(?<n>[0-9]+)", "D"))
--- response_body
{0 = "hello, 1234", 1 = "hello", 2 = "1234", n = {"hello", "1234"}}
{0 = "1234", 1 = false, 2 = "1234", n = {"1234"}}

=== match: caseless
--- request
POST /run
show(ngx.re.match("HELLO", "hello", "i"), ngx.re.match("HELLO", "hello"))
--- response_body
{0 = "HELLO"} nil

=== match: multi-line, dot is any, extended
--- request
POST /run
show(ngx.re.match("a\nb", "^b", "m"), ngx.re.match("a\nb", "a.b", "s"), ngx.re.match("ab", "a b", "x"))
--- response_body
{0 = "b"} {0 = "a\nb"} {0 = "ab"}

=== match: anchored
--- request
POST /run
show(ngx.re.match("xa", "a", "a"), ngx.re.match("ax", "a", "a"))
--- response_body
nil {0 = "a"}

=== match: UTF-8
--- request
POST /run
show(ngx.re.match("\228\189\160\229\165\189", "^.", "u")[0], ngx.re.match("\228\189\160", "^.")[0])
--- response_body
"\228\189\160" "\228"

=== match: UTF-8 without a check
--- request
POST /run
show(ngx.re.match("\228\189\160\229\165\189", "^.", "U")[0])
--- response_body
"\228\189\160"

=== match: DFA finds the longest
--- request
POST /run
show(ngx.re.match("foobar", "foo|foobar"), ngx.re.match("foobar", "foo|foobar", "d"))
--- response_body
{0 = "foo"} {0 = "foobar"}

=== match: DFA has no groups
--- request
POST /run
show(ngx.re.match("foobar", "(foo)(bar)", "d"))
--- response_body
{0 = "foobar"}

=== match: compile once, JIT
--- request
POST /run
for _ = 1, 3 do show(ngx.re.match("a1b2", "([a-z])([0-9])", "jo")) end
--- response_body
{0 = "a1", 1 = "a", 2 = "1"}
{0 = "a1", 1 = "a", 2 = "1"}
{0 = "a1", 1 = "a", 2 = "1"}

=== match: JavaScript
--- request
POST /run
show(ngx.re.match("\\u0061", "\\u0061", "J"), ngx.re.match("a", "[]", "J"))
--- response_body
nil nil

=== match: options in any order, repeated
--- request
POST /run
show(ngx.re.match("A\nB", "^b", "mii"), ngx.re.match("A\nB", "^b", "jmio"))
--- response_body
{0 = "B"} {0 = "B"}

=== match: an unknown option
--- request
POST /run
bare(ngx.re.match, "a", "a", "H")
bare(ngx.re.match, "a", "a", "ioz")
--- response_body
unknown flag "H" (flags "H")
unknown flag "z" (flags "ioz")

=== match: a context
--- request
POST /run
local ctx = {pos = 2}
show(ngx.re.match("1234 5", "[0-9]+", "", ctx), ctx)
show(ngx.re.match("1234 5", "[0-9]+", "", ctx), ctx)
show(ngx.re.match("1234 5", "[0-9]+", "", ctx), ctx)
--- response_body
{0 = "234"} {pos = 5}
{0 = "5"} {pos = 7}
nil {pos = 7}

=== match: a context without a position
--- request
POST /run
local ctx = {}
show(ngx.re.match("ab12", "[0-9]+", "jo", ctx), ctx)
--- response_body
{0 = "12"} {pos = 5}

=== match: a position below one
--- request
POST /run
local ctx = {pos = -3}
show(ngx.re.match("ab12", "[a-z]", "", ctx), ctx)
--- response_body
{0 = "a"} {pos = 2}

=== match: a context and the anchor
--- request
POST /run
show(ngx.re.match("ab", "^b", "", {pos = 2}), ngx.re.match("ab", "\\Gb", "", {pos = 2}), ngx.re.match("ab", "b", "a", {pos = 2}))
--- response_body
nil {0 = "b"} {0 = "b"}

=== match: a table for the captures
--- request
POST /run
local res = {"old", "older", x = 1}
local got = ngx.re.match("k=v", "(.)=(.)", "", nil, res)
show(got == res, res)
--- response_body
true {0 = "k=v", 1 = "k", 2 = "v", x = 1}

=== match: a table for the captures, no match
--- request
POST /run
local res = {"old"}
show(ngx.re.match("x", "y", "", nil, res), res)
--- response_body
nil {"old"}

=== match: a table has more than is found
--- request
POST /run
local res = {1, 2, 3, 4}
show(ngx.re.match("k=v", "(.)=(.)", "jo", nil, res))
--- response_body
{0 = "k=v", 1 = "k", 2 = "v", 3 = 3, 4 = 4}

=== match: subjects that are no text
--- request
POST /run
show(ngx.re.match(1234, "2(3)"), ngx.re.match(true, "t"), ngx.re.match(nil, "nil"))
--- response_body
{0 = "23", 1 = "3"} {0 = "t"} {0 = "nil"}

=== match: binary subjects
--- request
POST /run
show(ngx.re.match("a\0b\255", "\\0(.)(.)"))
--- response_body
{0 = "\000b\255", 1 = "b", 2 = "\255"}

=== match: lookbehind, lookahead, atomic, possessive, recursion
--- request
POST /run
show(ngx.re.match("foobar", "(?<=foo)bar"), ngx.re.match("foobar", "foo(?=bar)"), ngx.re.match("((a))", "\\((?:[^()]++|(?R))*\\)"))
--- response_body
{0 = "bar"} {0 = "foo"} {0 = "((a))"}

=== match: a back reference
--- request
POST /run
show(ngx.re.match("abcabc", "(abc)\\1"), ngx.re.match("aXbX", "(?<q>X)b\\k<q>"))
--- response_body
{0 = "abcabc", 1 = "abc"} {0 = "XbX", 1 = "X", q = "X"}

=== match: more than a dozen groups
--- request
POST /run
show(ngx.re.match("abcdefghijklmnop", (("(.)"):rep(15))))
--- response_body
{0 = "abcdefghijklmno", 1 = "a", 2 = "b", 3 = "c", 4 = "d", 5 = "e", 6 = "f", 7 = "g", 8 = "h", 9 = "i", 10 = "j", 11 = "k", 12 = "l", 13 = "m", 14 = "n", 15 = "o"}

=== match: does not compile
--- request
POST /run
show(ngx.re.match("a", "(abc"))
show(ngx.re.match("a", "a)b"))
show(ngx.re.match("a", "[a"))
show(ngx.re.match("a", "*a", "jo"))
--- oracle: texts of PCRE2
--- response_body
nil "pcre2_compile() failed: missing closing parenthesis in \"(abc\""
nil "pcre2_compile() failed: unmatched closing parenthesis in \"a)b\" at \")b\""
nil "pcre2_compile() failed: missing terminating ] for character class in \"[a\""
nil "pcre2_compile() failed: quantifier does not follow a repeatable item in \"*a\" at \"*a\""

=== match: UTF-8 that is wrong
--- request
POST /run
show(ngx.re.match("a\255", ".", "u", {pos = 2}))
--- oracle: numbers of PCRE2
--- response_body
nil "pcre_exec() failed: -23"

=== match: a position behind the subject
--- request
POST /run
show(ngx.re.match("ab", "a", "", {pos = 9}))
--- oracle: numbers of PCRE2
--- response_body
nil "pcre_exec() failed: -33"

=== match: words of PCRE2 only
--- request
POST /run
show(ngx.re.match("a", "(*napla:a)a"), ngx.re.match("aab", "(?^i)A*"))
--- oracle: syntax of PCRE2
--- response_body
{0 = "a"} {0 = "aa"}

=== find: where
--- request
POST /run
show(ngx.re.find("hello, 1234", "([0-9]+)"))
--- response_body
8 11

=== find: nothing
--- request
POST /run
show(ngx.re.find("hello", "[0-9]"))
--- response_body
nil

=== find: a group
--- request
POST /run
show(ngx.re.find("hello, 1234", "([0-9])([0-9]+)", "jo", nil, 1), ngx.re.find("hello, 1234", "([0-9])([0-9]+)", "jo", nil, 2))
--- response_body
8 9 11

=== find: the whole match is group 0
--- request
POST /run
show(ngx.re.find("hello, 1234", "([0-9])([0-9]+)", "jo", nil, 0))
--- response_body
8 11

=== find: a group that took no part
--- request
POST /run
show(ngx.re.find("b", "(a)?(b)", "", nil, 1))
--- response_body
nil nil

=== find: no such group
--- request
POST /run
show(ngx.re.find("b", "(a)?(b)", "", nil, 3))
--- response_body
nil nil "nth out of bound"

=== find: an empty match
--- request
POST /run
show(ngx.re.find("abc", ""), ngx.re.find("abc", "$"))
--- response_body
1 4 3

=== find: a context
--- request
POST /run
local ctx = {pos = 1}
for _ = 1, 3 do show(ngx.re.find("12 345", "[0-9]+", "jo", ctx)) show(ctx.pos) end
--- response_body
1 2
3
4 6
7
nil
7

=== find: a subject that is a number
--- request
POST /run
show(ngx.re.find(123.5, "\\."))
--- response_body
4 4

=== find: does not compile
--- request
POST /run
show(ngx.re.find("a", "(?<1a>x)"))
--- oracle: texts of PCRE2
--- response_body
nil nil "pcre2_compile() failed: subpattern name must start with a non-digit in \"(?<1a>x)\" at \"1a>x)\""

=== find: an unknown option
--- request
POST /run
bare(ngx.re.find, "a", "a", "o!")
--- response_body
unknown flag "!" (flags "o!")

=== gmatch: all matches
--- request
POST /run
for m in ngx.re.gmatch("hello, world", "([a-z])([a-z]+)") do show(m) end
--- response_body
{0 = "hello", 1 = "h", 2 = "ello"}
{0 = "world", 1 = "w", 2 = "orld"}

=== gmatch: nothing
--- request
POST /run
for m in ngx.re.gmatch("hello", "[0-9]") do show(m) end
show "end"
--- response_body
"end"

=== gmatch: empty matches
--- request
POST /run
for m in ngx.re.gmatch("ab", "") do show(m) end
for m in ngx.re.gmatch("a1b", "[0-9]*") do show(m) end
--- response_body
{0 = ""}
{0 = ""}
{0 = ""}
{0 = ""}
{0 = "1"}
{0 = ""}
{0 = ""}

=== gmatch: empty matches in UTF-8
--- request
POST /run
local n = 0
for m in ngx.re.gmatch("\228\189\160\229\165\189", "", "u") do n = n + 1 end
show(n)
--- oracle: empty matches in UTF-8 are not passed by the byte
--- response_body
3

=== gmatch: one step at a time
--- request
POST /run
local step = ngx.re.gmatch("a b", "[a-z]", "jo")
show(step(), step(), step(), step())
--- response_body
{0 = "a"} {0 = "b"} nil nil

=== gmatch: named groups
--- request
POST /run
for m in ngx.re.gmatch("a=1, b=2", "(?<key>[a-z])=(?<value>[0-9])", "jo") do show(m.key, m.value) end
--- response_body
"a" "1"
"b" "2"

=== gmatch: an iterator inside another
--- request
POST /run
for m in ngx.re.gmatch("ab cd", "[a-z]+", "o") do
    for n in ngx.re.gmatch(m[0], "[a-z]", "o") do show(n[0]) end
end
--- response_body
"a"
"b"
"c"
"d"

=== gmatch: does not compile
--- request
POST /run
show(ngx.re.gmatch("a", "(abc"))
--- oracle: texts of PCRE2
--- response_body
nil "pcre2_compile() failed: missing closing parenthesis in \"(abc\""

=== gmatch: the first step fails
--- request
POST /run
local step, message = ngx.re.gmatch("a\255", ".", "u")
show(message)
show(step())
--- oracle: numbers of PCRE2
--- response_body
nil
nil "pcre_exec() failed: -23"

=== sub: once
--- request
POST /run
show(ngx.re.sub("hello, 1234 5", "[0-9]+", "<$0>"))
--- response_body
"hello, <1234> 5" 1

=== sub: groups
--- request
POST /run
show(ngx.re.sub("hello, 1234", "([0-9])([0-9]+)", "[$0][$1][${2}]"))
--- response_body
"hello, [1234][1][234]" 1

=== sub: a dollar, a backslash, an ampersand
--- request
POST /run
show(ngx.re.sub("b", "b", "$$1\\1&"))
--- response_body
"$1\\1&" 1

=== sub: ${1}00
--- request
POST /run
show(ngx.re.sub("hello, 1234", "([0-9])", "${1}00"), ngx.re.sub("hello, 1234", "([0-9])", "$100"))
--- response_body
"hello, 100234" "hello, 234" 1

=== sub: a group that does not exist or took no part
--- request
POST /run
show(ngx.re.sub("b", "(a)?b", "[$1]"))
show(ngx.re.sub("b", "b", "[$1]"))
--- response_body
"[]" 1
"[]" 1

=== sub: nothing to replace
--- request
POST /run
show(ngx.re.sub("hello", "[0-9]", "x"))
--- response_body
"hello" 0

=== sub: a function
--- request
POST /run
show(ngx.re.sub("hello, 1234", "([0-9])([0-9]+)", function(m) return "[" .. m[0] .. "][" .. m[1] .. "]" end))
--- response_body
"hello, [1234][1]" 1

=== sub: what a function returns is not a template
--- request
POST /run
show(ngx.re.sub("b", "b", function() return "$0" end))
--- response_body
"$0" 1

=== sub: a function that returns a number, nil, false
--- request
POST /run
show(ngx.re.sub("b", "b", function() return 5 end))
bare(ngx.re.sub, "b", "b", function() end)
show(ngx.re.sub("b", "b", function() return false end))
--- response_body
"5" 1
bad argument #1 to 'tostring' (value expected)
"false" 1

=== sub: an empty replacement
--- request
POST /run
show(ngx.re.sub("abc", "b", ""))
--- response_body
"ac" 1

=== sub: a replacement that is a number
--- request
POST /run
show(ngx.re.sub("abc", "b", 12))
--- response_body
"a12c" 1

=== sub: a template that is wrong
--- request
POST /run
show(ngx.re.sub("abc", "b", "$"))
show(ngx.re.sub("abc", "b", "${1"))
show(ngx.re.sub("abc", "b", "${x}"))
--- response_body
nil nil "failed to compile the replacement template"
nil nil "failed to compile the replacement template"
nil nil "failed to compile the replacement template"
--- error_log
lua script: invalid capturing variable name found in "$"
the closing bracket in "1" variable is missing
attempt to use named capturing variable "x" (named captures not supported yet)

=== sub: options
--- request
POST /run
show(ngx.re.sub("HELLO", "l", "x", "ijo"))
--- response_body
"HExLO" 1

=== sub: does not compile
--- request
POST /run
show(ngx.re.sub("a", "(abc", ""))
--- oracle: texts of PCRE2
--- response_body
nil nil "pcre2_compile() failed: missing closing parenthesis in \"(abc\""

=== gsub: all
--- request
POST /run
show(ngx.re.gsub("hello, world", "([a-z])[a-z]+", "[$0,$1]", "i"))
--- response_body
"[hello,h], [world,w]" 2

=== gsub: empty matches
--- request
POST /run
show(ngx.re.gsub("abc", "", "-"), ngx.re.gsub("abc", "b*", "-"), ngx.re.gsub("", "", "-"))
--- response_body
"-a-b-c-" "-a--c-" "-" 1

=== gsub: empty matches in UTF-8
--- request
POST /run
show(ngx.re.gsub("\228\189\160a", "", "-", "u"))
--- oracle: empty matches in UTF-8 are not passed by the byte
--- response_body
"-\228\189\160-a-" 3

=== gsub: a function
--- request
POST /run
show(ngx.re.gsub("a1b22", "[0-9]+", function(m) return "<" .. m[0] * 2 .. ">" end, "jo"))
--- response_body
"a<2>b<44>" 2

=== gsub: a function that replaces itself
--- request
POST /run
show(ngx.re.gsub("ab cd", "[a-z]+", function(m) return (ngx.re.gsub(m[0], "[a-z]", "<$0>", "o")) end, "o"))
--- response_body
"<a><b> <c><d>" 2

=== gsub: a function that raises
--- request
POST /run
err(ngx.re.gsub, "ab", "a", function() error("inside", 0) end)
--- response_body
inside

=== gsub: nothing to replace
--- request
POST /run
show(ngx.re.gsub("hello", "[0-9]", "x", "jo"))
--- response_body
"hello" 0

=== gsub: anchored
--- request
POST /run
show(ngx.re.gsub("aaba", "a", "x", "a"))
--- response_body
"xxba" 2

=== gsub: named groups for a function
--- request
POST /run
show(ngx.re.gsub("k=v", "(?<k>.)=(?<v>.)", function(m) return m.v .. "=" .. m.k end))
--- response_body
"v=k" 1

=== gsub: a long subject
--- request
POST /run
local s, n = ngx.re.gsub(("a b "):rep(5000), "b", "ccc", "jo")
show(#s, n)
--- response_body
30000 5000

=== gsub: does not compile
--- request
POST /run
show(ngx.re.gsub("a", "a)", ""))
--- oracle: texts of PCRE2
--- response_body
nil nil "pcre2_compile() failed: unmatched closing parenthesis in \"a)\" at \")\""

=== split: one character
--- request
POST /run
local re = require "ngx.re"
show(re.split("a,b,c,d", ","))
--- response_body
{"a", "b", "c", "d"}

=== split: an expression
--- request
POST /run
local re = require "ngx.re"
show(re.split("a1b22c", "[0-9]+", "jo"))
--- response_body
{"a", "b", "c"}

=== split: groups are put between
--- request
POST /run
local re = require "ngx.re"
show(re.split("a,b;c", "([,;])"))
--- response_body
{"a", ",", "b", ";", "c"}

=== split: at most so many
--- request
POST /run
local re = require "ngx.re"
show(re.split("a,b,c,d", ",", nil, nil, 2))
show(re.split("a,b,c,d", ",", nil, nil, 1))
show(re.split("a,b,c,d", ",", nil, nil, 0))
--- response_body
{"a", "b,c,d"}
{"a,b,c,d"}
{"a", "b", "c", "d"}

=== split: at every character
--- request
POST /run
local re = require "ngx.re"
show(re.split("abcd", ""))
--- response_body
{"a", "b", "c", "d"}

=== split: empty parts at the end go
--- request
POST /run
local re = require "ngx.re"
show(re.split(",a,,b,,", ","))
--- response_body
{"", "a", "", "b"}

=== split: an empty subject, no separator
--- request
POST /run
local re = require "ngx.re"
show(re.split("", ","), re.split("abc", ","))
--- response_body
{} {"abc"}

=== split: a context
--- request
POST /run
local re = require "ngx.re"
local ctx = {pos = 3}
show(re.split("a,b,c,d", ",", nil, ctx, 2), ctx)
--- response_body
{"b", "c,d"} {pos = 4}

=== split: a table for the parts
--- request
POST /run
local re = require "ngx.re"
local t = {1, 2, 3, 4, 5, 6}
show(re.split("a,b", ",", nil, nil, nil, t) == t, t)
--- response_body
true {"a", "b", 4 = 4, 5 = 5, 6 = 6}

=== split: caseless
--- request
POST /run
local re = require "ngx.re"
show(re.split("aXbxc", "x", "i"))
--- response_body
{"a", "b", "c"}

=== split: does not compile
--- request
POST /run
local re = require "ngx.re"
show(re.split("a", "(ab"))
--- oracle: texts of PCRE2
--- response_body
nil "pcre2_compile() failed: missing closing parenthesis in \"(ab\""

=== opt: unknown
--- request
POST /run
local re = require "ngx.re"
err(function() re.opt("foo", 1) end)
--- response_body
case:2: unrecognized option name

=== opt: the size of the JIT's stack
--- request
POST /run
local re = require "ngx.re"
ngx.re.match("a", "a", "jo")
err(function() re.opt("jit_stack_size", 128 * 1024) end)
--- response_body
case:3: changing jit stack size is not allowed when some regexs have already been compiled and cached
