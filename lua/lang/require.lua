-- require for Lua 5.2 as it is in Lua 5.1: modules that require each other are an error, and so is another attempt at
-- one that failed.

local error = error
local ipairs = ipairs
local pcall = pcall
local tostring = tostring
local type = type
local concat = table.concat
local package, loaded = package, package.loaded

local function UNDER_WAY() end -- in package.loaded from the start of a module's loader to its end

local function find_loader(name)
    local tried = {}
    for _, searcher in ipairs(package.searchers) do
        local ok, loader = pcall(searcher, name) -- its errors have no position, as in native code
        if not ok then
            error(loader, 0)
        elseif type(loader) == "function" then
            return loader
        elseif type(loader) == "string" then
            tried[#tried + 1] = loader
        end
    end
    error("module '" .. name .. "' not found:" .. concat(tried), 3)
end

--- require(name) → the module
function _G.require(name)
    if type(name) == "number" then
        name = tostring(name)
    elseif type(name) ~= "string" then
        local got = name == nil and "no value" or type(name)
        error("bad argument #1 to 'require' (string expected, got " .. got .. ")", 2)
    end
    local value = loaded[name]
    if value == UNDER_WAY then
        error("loop or previous error loading module '" .. name .. "'", 2)
    elseif value then
        return value
    end
    local loader = find_loader(name)
    loaded[name] = UNDER_WAY
    value = loader(name)
    if value ~= nil then
        loaded[name] = value
    elseif loaded[name] == UNDER_WAY then
        loaded[name] = true
    end
    return loaded[name]
end
