-- module() and package.seeall for Lua 5.2.

local error = error
local getmetatable = getmetatable
local rawget = rawget
local select = select
local setfenv, getfenv = setfenv, getfenv
local setmetatable = setmetatable
local type = type
local getinfo = debug.getinfo
local find, gmatch, match = string.find, string.gmatch, string.match
local loaded = package.loaded

-- The table that `name` ("a.b.c") names in `env`, made where it is missing; nil when something else stands there.
local function find_table(env, name)
    local t = env
    for part in gmatch(name, "[^.]+") do
        local inner = rawget(t, part)
        if inner == nil then
            inner = {}
            t[part] = inner
        elseif type(inner) ~= "table" then
            return nil
        end
        t = inner
    end
    return t
end

--- module(name, …): the calling chunk's environment becomes the module's table.
function _G.module(name, ...)
    if type(name) ~= "string" then
        local got = name == nil and "no value" or type(name)
        error("bad argument #1 to 'module' (string expected, got " .. got .. ")", 2)
    end
    local t = loaded[name]
    if type(t) ~= "table" then
        t = find_table(getfenv(0), name)
        if not t then
            error("name conflict for module '" .. name .. "'", 2)
        end
        loaded[name] = t
    end
    if t._NAME == nil then
        t._M, t._NAME = t, name
        t._PACKAGE = find(name, ".", 1, true) and match(name, "^(.*%.)[^.]*$") or ""
    end
    local caller = getinfo(2, "fS")
    if not caller or caller.what == "C" then
        error("'module' not called from a Lua function", 2)
    end
    setfenv(caller.func, t)
    for i = 1, select("#", ...) do
        local option = select(i, ...)
        if type(option) == "function" then
            option(t)
        end
    end
end

function package.seeall(t)
    local meta = getmetatable(t)
    if not meta then
        meta = {}
        setmetatable(t, meta)
    end
    meta.__index = getfenv(0)
end
