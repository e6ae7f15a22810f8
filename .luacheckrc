-- Our tree has to load on LuaJIT, Lua 5.1 and 5.2; only lua/native is for LuaJIT alone.
std = "max"
max_line_length = 120
exclude_files = { "pyresty/_lua", "lua/types" }
files["lua/lang"] = { globals = { "_G", "coroutine", "debug", "io", "math", "os", "package", "string", "table" } }
files["lua/table"] = { globals = { "table" } }
files["lua/loader.lua"] = { globals = { "_G", "package" } }
files["lua/setup.lua"] = { globals = { "debug", "ngx" } }
files["lua/globals.lua"] = { globals = { "_G" } }
files["examples"] = { globals = { "ngx" } }
