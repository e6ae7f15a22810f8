-- One language on every engine: what OpenResty's LuaJIT gives to Lua code, installed into the globals once, before
-- any other module takes functions as locals. Returns {engine = "luajit" | "lua51" | "lua52"}.

local engine
if type(rawget(_G, "jit")) == "table" then
    engine = "luajit"
elseif _VERSION == "Lua 5.1" then
    engine = "lua51"
else
    engine = "lua52"
end

local lang = {
    engine = engine,
    running = coroutine.running, -- inside a coroutine the same everywhere, and LuaJIT's own calls cost less
}

require "pyresty.lang.tables"
require "pyresty.lang.process"
if engine ~= "lua52" then
    require "pyresty.lang.iterate"
    require "pyresty.lang.running"
end
if engine == "lua51" then
    require "pyresty.lang.text"
    require "pyresty.lang.chunks"
    require "pyresty.lang.protect"
    lang.running = coroutine.running
elseif engine == "lua52" then
    require "pyresty.lang.environment"
    require "pyresty.lang.resume"
    require "pyresty.lang.module"
    require "pyresty.lang.lua51_names"
    require "pyresty.lang.require"
end
if engine ~= "luajit" then
    require "pyresty.lang.files"
    local bit = require "pyresty.lang.bit"
    _G.bit, package.loaded.bit = bit, bit
end

return lang
