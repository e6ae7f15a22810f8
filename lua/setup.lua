-- Makes a plan ready to serve: modules, phase programs, routers, the ngx table.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local programs = require "pyresty.http.programs"
local route = require "pyresty.http.route"
local variables = require "pyresty.http.variables"
local globals = require "pyresty.globals"
local lang = require "pyresty.lang"
local memory = require "pyresty.memory"
local debugging = require "pyresty.modules.lua_debug"

local ipairs, rawget, require = ipairs, rawget, require

-- The modules in the order of their handlers within a phase, last those whose variables take built-in ones' place …
local MODULES = {
    "ssl", "rewrite", "set_misc", "realip", "limit_req", "limit_conn", "access", "auth_basic", "auth_request",
    "headers_more", "try_files", "mirror", "lua", "echo", "random_index", "index", "autoindex", "gzip_static",
    "static", "log", "upstream", "proxy", "fastcgi", "uwsgi", "scgi", "memcached", "memc", "referer", "secure_link",
    "browser", "empty_gif", "stub_status", "not_modified", "headers", "userid", "ssi", "gzip", "range", "map", "geo",
    "split_clients", "core",
}
-- … and in that of their filters.
local FILTERS = {
    "not_modified", "headers_more", "echo", "lua", "headers", "userid", "gunzip", "addition", "sub", "charset", "ssi",
    "gzip", "range",
}

local function limits_of(server)
    local large = server.large_client_header_buffers
    return {
        first = server.client_header_buffer_size, count = large.count, size = large.size,
        underscores = server.underscores_in_headers, ignore_invalid = server.ignore_invalid_headers,
        merge_slashes = server.merge_slashes, header_timeout = server.client_header_timeout,
    }
end

local function load_modules(names)
    local list = {}
    for _, name in ipairs(names) do list[#list + 1] = require("pyresty.modules." .. name) end
    return list
end

local function install_variables(list)
    for _, module in ipairs(list) do variables.use(module) end
end

-- OpenResty's limits of the JIT compiler; and more room in one trace, where a request's way goes through: LuaJIT counts
-- tail calls, which are many here, as turns of a loop that it unrolls.
local function set_jit_limits()
    local jit = rawget(_G, "jit")
    if not jit then return end
    require("jit.opt").start("maxtrace=8000", "maxrecord=16000", "minstitch=3", "maxmcode=40960",
        "maxsnap=2000", "maxirconst=2000", "loopunroll=40")
end

return function(plan)
    if lang.engine == "luajit" then require "pyresty.native.symbols".install() end
    if lang.engine ~= "lua51" then debug.traceback = require "pyresty.errors".debug_traceback end -- there lang has it
    local list = load_modules(MODULES)
    programs.use(list, load_modules(FILTERS))
    programs.lead("server_rewrite", require "pyresty.modules.lua")
    for _, phase in ipairs {"rewrite", "access", "precontent"} do
        if plan.lua and plan.lua[phase .. "_by_lua_no_postpone"] then
            programs.lead(phase, require "pyresty.modules.lua")
        end
    end
    install_variables(list)
    require("pyresty.coroutines").install(coroutine)
    sched.keep(plan.lua and plan.lua.lua_thread_cache_max_entries or 1024)
    if plan.servers then
        programs.setup(plan)
        debugging.watch(plan)
        route.setup(plan)
        for _, listen in ipairs(plan.listens) do
            local server = plan.servers[listen.default_server]
            listen.default, listen.limits = server, limits_of(server)
            listen.layer = listen.ssl and require("pyresty.tls.accept").attach
                or listen.http2 and require("pyresty.http.http2").attach or nil
            local first = listen.proxy_protocol and not state.fresh -- a fresh VM gets connections that have begun
            listen.attach = first and require("pyresty.http.proxy_protocol").attach or listen.layer
        end
    end
    state.server_count = plan.servers and #plan.servers or 0
    ngx = require "pyresty.ngx".build() -- luacheck: globals ngx
    package.loaded.ngx = ngx
    require "resty.core" -- OpenResty has it loaded before any code of the user
    globals.guard(_G)
    set_jit_limits()
    memory.tune()
end
