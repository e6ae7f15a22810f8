-- Makes a VM ours: the searchers for our own modules, package.path and cpath, then the language layer.
-- A chunk, called once with {root, engine, path, cpath, c_modules, modules = {name → path}} and two functions for
-- compiled files, which VMs of one process share: recall(path) → code or nil, remember(path, code). Returns require.

local options, recall, remember = ...

local error = error
local loadfile = loadfile
local loadstring = loadstring or load
local pairs = pairs
local type = type
local dump, gsub, sub = string.dump, string.gsub, string.sub
local insert = table.insert
local open = io.open

local package = package
local loaded, preload = package.loaded, package.preload
local searchers = package.searchers or package.loaders
local root = options.root .. "/"

local PREFIX = "pyresty."
local STUBS = "types/" -- for editors
local CJSON = { ["cjson"] = "cjson.lua", ["cjson.safe"] = "cjson/safe.lua" }

local function load_own(path, name)
    local code = recall(path)
    if code then
        return (loadstring(code))
    end
    local chunk, message = loadfile(root .. path)
    if not chunk then
        error("error loading module '" .. name .. "' from file '" .. root .. path .. "':\n\t" .. message, 0)
    end
    remember(path, dump(chunk))
    return chunk
end

local function is_file(path)
    if recall(path) then
        return true
    end
    local file = open(root .. path, "rb")
    if file then
        file:close()
        return true
    end
    return false
end

local function search_own(name)
    if sub(name, 1, #PREFIX) ~= PREFIX then
        return nil
    end
    local path = gsub(sub(name, #PREFIX + 1), "%.", "/")
    if sub(path, 1, #STUBS) == STUBS then
        return nil
    end
    if is_file(path .. ".lua") then
        return load_own(path .. ".lua", name)
    elseif is_file(path .. "/init.lua") then
        return load_own(path .. "/init.lua", name)
    end
    return "\n\tno file '" .. root .. path .. ".lua'\n\tno file '" .. root .. path .. "/init.lua'"
end

-- The last searcher: a cjson that the application has on its paths wins.
local function search_cjson(name)
    local path = CJSON[name]
    return path and load_own(path, name)
end

local function preload_own(name, path)
    if not preload[name] then
        preload[name] = function(...)
            return load_own(path, name)(...)
        end
    end
end

local function no_c_modules()
    return nil, "C modules can be loaded by the application's Lua engine only", "absent"
end

insert(searchers, 2, search_own)
searchers[#searchers + 1] = search_cjson

package.path, package.cpath = options.path, options.cpath
if not options.c_modules then
    package.loadlib = no_c_modules
end

loaded.python = nil
_G.python = nil

for name, path in pairs(options.modules) do
    preload_own(name, path)
end
for name, path in pairs(load_own("preload.lua", "preload")()) do
    if is_file(path) then
        preload_own(name, path)
    end
end

local lang = require "pyresty.lang"
if type(lang) ~= "table" then
    error("pyresty.lang did not install")
end
return require
