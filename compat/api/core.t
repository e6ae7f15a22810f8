resty.core and its parts; what OpenResty's LuaJIT has beyond the standard library.

--- include: run.inc

=== resty.core
--- request
POST /run
show(type(require "resty.core".version))
--- response_body
"string"

=== resty.core.base: version, constants
--- request
POST /run
local base = require "resty.core.base"
show(type(base.version), base.FFI_OK, base.FFI_ERROR, base.FFI_AGAIN, base.FFI_BUSY, base.FFI_DONE, base.FFI_DECLINED,
base.FFI_NO_REQ_CTX, base.FFI_BAD_CONTEXT)
--- response_body
"string" 0 -1 -2 -3 -4 -5 -100 -101

=== resty.core.base: FFI_ABORT
--- request
POST /run
show(require "resty.core.base".FFI_ABORT)
--- oracle: FFI_ABORT is newer
--- response_body
-6

=== resty.core.base.new_tab
--- request
POST /run
local base = require "resty.core.base"
local t = base.new_tab(4, 4)
t[1], t.a = 1, 2
show(t)
--- response_body
{1, a = 2}

=== resty.core.base.clear_tab
--- request
POST /run
local base = require "resty.core.base"
local t = {1, 2, a = 3}
base.clear_tab(t)
show(t)
--- response_body
{}

=== resty.core.base.get_request
--- request
POST /run
local base = require "resty.core.base"
show(base.get_request() ~= nil)
--- response_body
true

=== resty.core.base.allows_subsystem
--- request
POST /run
local base = require "resty.core.base"
show(base.allows_subsystem("http"))
show(base.allows_subsystem("stream", "http"))
bare(base.allows_subsystem, "stream")
--- response_body escaped
\n\nunsupported subsystem: http\n

=== resty.core.base.ref_in_table
--- request
POST /run
local base = require "resty.core.base"
local t = {}
show(base.ref_in_table(t, "a"), base.ref_in_table(t, "b"), base.ref_in_table(t, nil), t[1], t[2])
--- response_body
1 2 -1 "a" "b"

=== resty.core.base.ref_in_table: free places
--- request
POST /run
local base = require "resty.core.base"
local t = {}
base.ref_in_table(t, "a")
base.ref_in_table(t, "b")
t[1], t[0] = t[0], 1
show(base.ref_in_table(t, "c"), t[1], t[2])
--- response_body
1 "c" "b"

=== resty.core.base.get_string_buf
--- request
POST /run
local base = require "resty.core.base"
local ffi = require "ffi"
show(ffi.sizeof(base.get_string_buf(10)), ffi.sizeof(base.get_string_buf(5000)), ffi.sizeof(base.get_string_buf(10, true)))
show(base.get_string_buf(10) == base.get_string_buf(20))
--- skip_engine
lua51: no FFI
lua52: no FFI
--- response_body
4096 5000 10
true

=== resty.core.base.set_string_buf_size, get_string_buf_size
--- request
POST /run
local base = require "resty.core.base"
local ffi = require "ffi"
local size = base.get_string_buf_size()
base.set_string_buf_size(8192)
show(size, base.get_string_buf_size(), ffi.sizeof(base.get_string_buf(10)))
base.set_string_buf_size(0)
show(base.get_string_buf_size())
base.set_string_buf_size(size)
--- skip_engine
lua51: no FFI
lua52: no FFI
--- response_body
4096 8192 8192
8192

=== resty.core.base.get_size_ptr
--- request
POST /run
local base = require "resty.core.base"
base.get_size_ptr()[0] = 7
show(tonumber(base.get_size_ptr()[0]))
--- skip_engine
lua51: no FFI
lua52: no FFI
--- response_body
7

=== resty.core.base.get_errmsg_ptr
--- request
POST /run
local base = require "resty.core.base"
local ffi = require "ffi"
show(ffi.istype("char *[1]", base.get_errmsg_ptr()))
--- skip_engine
lua51: no FFI
lua52: no FFI
--- response_body
true

=== the parts have a version
--- request
POST /run
for _, name in ipairs {"base64", "exit", "hash", "phase", "regex", "request", "response", "shdict", "time", "uri"} do
    local ok, part = pcall(require, "resty.core." .. name)
    ngx.say(name, " ", type(part), " ", type(part) == "table" and type(part.version))
end
--- response_body
base64 table string
exit table string
hash table string
phase table string
regex table string
request table string
response table string
shdict table string
time table string
uri table string

=== resty.core.base64
--- request
POST /run
show(type(require "resty.core.base64".version))
--- response_body
"string"

=== resty.core.coroutine
--- request
POST /run
show(type(require "resty.core.coroutine".version))
--- oracle: resty.core.coroutine is newer
--- response_body
"string"

=== resty.core.ctx
--- request
POST /run
show(type(require "resty.core.ctx"._VERSION))
--- response_body
"string"

=== resty.core.exit
--- request
POST /run
show(type(require "resty.core.exit".version))
--- response_body
"string"

=== resty.core.hash
--- request
POST /run
show(type(require "resty.core.hash".version))
--- response_body
"string"

=== resty.core.misc
--- request
POST /run
show(type(require "resty.core.misc"._VERSION))
--- response_body
"string"

=== resty.core.ndk
--- request
POST /run
show(type(require "resty.core.ndk".version))
--- response_body
"string"

=== resty.core.param
--- request
POST /run
show(type(require "resty.core.param".version))
--- oracle: resty.core.param is newer
--- response_body
"string"

=== resty.core.phase
--- request
POST /run
show(type(require "resty.core.phase".version))
--- response_body
"string"

=== resty.core.regex
--- request
POST /run
show(type(require "resty.core.regex".version))
--- response_body
"string"

=== resty.core.request
--- request
POST /run
show(type(require "resty.core.request".version))
--- response_body
"string"

=== resty.core.response
--- request
POST /run
show(type(require "resty.core.response".version))
--- response_body
"string"

=== resty.core.shdict
--- request
POST /run
show(type(require "resty.core.shdict".version))
--- response_body
"string"

=== resty.core.socket
--- request
POST /run
show(type(require "resty.core.socket".version))
--- oracle: resty.core.socket is newer
--- response_body
"string"

=== resty.core.time
--- request
POST /run
show(type(require "resty.core.time".version))
--- response_body
"string"

=== resty.core.uri
--- request
POST /run
show(type(require "resty.core.uri".version))
--- response_body
"string"

=== resty.core.utils
--- request
POST /run
show(type(require "resty.core.utils".str_replace_char))
--- oracle: resty.core.utils is newer
--- response_body
"function"

=== resty.core.var
--- request
POST /run
show(type(require "resty.core.var".version))
--- response_body
"string"

=== resty.core.worker
--- request
POST /run
show(type(require "resty.core.worker"._VERSION))
--- response_body
"string"

=== resty.core.ctx.get_ctx_table
--- request
POST /run
local ctx = require "resty.core.ctx"
ngx.ctx.a = 1
show(ctx.get_ctx_table(), ctx.get_ctx_table() == ngx.ctx)
--- response_body
{a = 1} true

=== resty.core.ctx.get_ctx_table: a table to become it
--- request
POST /run
local ctx = require "resty.core.ctx"
local t = {b = 1}
show(ctx.get_ctx_table(t) == t, ngx.ctx == t)
--- oracle: the argument is newer
--- response_body
true true

=== resty.core.misc.register_ngx_magic_key_getter
--- request
POST /run
local misc = require "resty.core.misc"
misc.register_ngx_magic_key_getter("answer", function() return 42 end)
show(ngx.answer)
--- response_body
42

=== resty.core.misc.register_ngx_magic_key_setter
--- request
POST /run
local misc = require "resty.core.misc"
local seen
misc.register_ngx_magic_key_setter("question", function(value) seen = value end)
ngx.question = 6
show(seen, rawget(ngx, "question"))
--- response_body
6 nil

=== resty.core.regex.is_regex_cache_empty
--- request
POST /run
local regex = require "resty.core.regex"
ngx.re.match("a", "a", "o")
show(regex.is_regex_cache_empty())
--- response_body
false

=== resty.core.utils.str_replace_char
--- request
POST /run
local utils = require "resty.core.utils"
show(utils.str_replace_char("a-b-c", "-", "_"), utils.str_replace_char("abc", "-", "_"), utils.str_replace_char("a.b%", "%", "."))
--- oracle: resty.core.utils is newer
--- response_body
"a_b_c" "abc" "a.b."

=== table.new
--- request
POST /run
local new = require "table.new"
local t = new(10, 2)
t[1], t.x = 1, 2
show(t, #new(5, 0))
--- response_body
{1, x = 2} 0

=== table.clear
--- request
POST /run
local clear = require "table.clear"
local t = {1, 2, 3, x = 4}
clear(t)
show(t, next(t))
--- response_body
{} nil

=== table.clear keeps the metatable
--- request
POST /run
local clear = require "table.clear"
local mt = {}
local t = setmetatable({1}, mt)
clear(t)
show(getmetatable(t) == mt)
--- response_body
true

=== table.nkeys
--- request
POST /run
local nkeys = require "table.nkeys"
show(nkeys {}, nkeys {1, 2, nil, 4}, nkeys {a = 1, b = false, 3})
--- oracle: upstream's LuaJIT is without it
--- response_body
0 3 3

=== table.isempty
--- request
POST /run
local isempty = require "table.isempty"
show(isempty {}, isempty {1}, isempty {a = false}, isempty {nil})
--- oracle: upstream's LuaJIT is without it
--- response_body
true false false true

=== table.isarray
--- request
POST /run
local isarray = require "table.isarray"
show(isarray {}, isarray {1, 2}, isarray {1, nil, 3}, isarray {a = 1}, isarray {[1.5] = 1}, isarray {[0] = 1})
--- oracle: upstream's LuaJIT is without it
--- response_body
true true true false false false

=== table.clone
--- request
POST /run
local clone = require "table.clone"
local inner = {}
local t = setmetatable({1, x = inner}, {})
local copy = clone(t)
show(copy ~= t, copy[1], copy.x == inner, getmetatable(copy))
--- oracle: upstream's LuaJIT is without it
--- response_body
true 1 true nil

=== table functions want tables
--- request
POST /run
for _, name in ipairs {"nkeys", "isempty", "isarray", "clone"} do bare(function() require("table." .. name)(1) end) end
--- oracle: upstream's LuaJIT is without it
--- response_body
bad argument #1 to 'nkeys' (table expected, got number)
bad argument #1 to 'isempty' (table expected, got number)
bad argument #1 to 'isarray' (table expected, got number)
bad argument #1 to 'clone' (table expected, got number)

=== thread.exdata
--- request
POST /run
local exdata = require "thread.exdata"
exdata("kept")
local other = coroutine.wrap(function() return exdata() end)()
show(exdata(), other)
--- oracle: upstream's LuaJIT is without it
--- response_body
"kept" nil

=== thread.exdata2
--- request
POST /run
local exdata, exdata2 = require "thread.exdata", require "thread.exdata2"
exdata("one")
exdata2("two")
show(exdata(), exdata2())
--- oracle: upstream's LuaJIT is without it
--- response_body
"one" "two"

=== coroutine._create, _resume, _yield, _status
--- request
POST /run
local co = coroutine._create(function(a) local b = coroutine._yield(a + 1) return b * 2 end)
show(coroutine._status(co), coroutine._resume(co, 1))
show(coroutine._resume(co, 5))
show(coroutine._status(co))
--- response_body
"suspended" true 2
true 10
"dead"

=== coroutine._wrap
--- request
POST /run
local fn = coroutine._wrap(function(a) coroutine._yield(a) return "end" end)
show(fn(1), fn())
--- response_body
1 "end"

=== coroutine.__create, __resume, __yield, __status
--- request
POST /run
local co = coroutine.__create(function(a) local b = coroutine.__yield(a + 1) return b * 2 end)
show(coroutine.__status(co), coroutine.__resume(co, 1))
show(coroutine.__resume(co, 5))
show(coroutine.__status(co))
--- response_body
"suspended" true 2
true 10
"dead"

=== coroutine.__wrap
--- request
POST /run
local fn = coroutine.__wrap(function(a) coroutine.__yield(a) return "end" end)
show(fn(1), fn())
--- response_body
1 "end"

=== tablepool
--- request
POST /run
local pool = require "tablepool"
local t = pool.fetch("some", 1, 1)
t.x = 1
pool.release("some", t)
show(pool.fetch("some", 1, 1) == t, t)
--- oracle: tablepool is not installed
--- response_body
true {}

=== tablepool.release: as it is
--- request
POST /run
local pool = require "tablepool"
local t = pool.fetch("kept", 1, 1)
t.x = 1
pool.release("kept", t, true)
show(pool.fetch("kept", 1, 1) == t, t)
--- oracle: tablepool is not installed
--- response_body
true {x = 1}

=== tablepool.fetch: new tables, pools by name
--- request
POST /run
local pool = require "tablepool"
local t = pool.fetch("first", 1, 1)
pool.release("first", t)
show(pool.fetch("second", 1, 1) ~= t, pool.fetch("first", 0, 0) == t, pool.fetch("first", 0, 0) ~= t)
--- oracle: tablepool is not installed
--- response_body
true true true

=== tablepool.release: nothing
--- request
POST /run
local pool = require "tablepool"
bare(function() pool.release("some", nil) end)
--- oracle: tablepool is not installed
--- response_body
object empty

=== PRELUDE
--- include: run.inc
--- main_config
env PYRESTY_CASE=from-the-configuration;
env PYRESTY_NONE;
--- user_files
>>> chunk.lua
local n = ...
return "chunk", n

=== os.getenv
--- request
POST /run
show(os.getenv("PYRESTY_CASE"), os.getenv("PYRESTY_NONE"), os.getenv("PYRESTY_OTHER"))
--- response_body
"from-the-configuration" nil nil

=== dofile
--- request
POST /run
show(dofile("$TEST_NGINX_HTML_DIR/chunk.lua"))
--- response_body
"chunk" nil

=== loadfile
--- request
POST /run
show(loadfile("$TEST_NGINX_HTML_DIR/chunk.lua")(5))
show((loadfile("$TEST_NGINX_HTML_DIR/none.lua")))
--- response_body
"chunk" 5
nil

=== loadstring
--- request
POST /run
show(loadstring("return ...")(1, 2))
show(loadstring("return +", "=text"))
--- response_body
1 2
nil "text:1: unexpected symbol near '+'"

=== require
--- request
POST /run
show(require("string") == string, pcall(require, "no.such.module") == false)
--- response_body
true true
