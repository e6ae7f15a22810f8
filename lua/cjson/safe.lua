-- cjson.safe: encode and decode return nil, err instead of raising.

local cjson = require "pyresty.cjson"

local error = error
local pcall = pcall
local select = select

local function protect(name, convert)
    local function finish(ok, value)
        if ok then
            return value
        end
        return nil, value
    end
    return function(...)
        if select("#", ...) ~= 1 then
            error("bad argument #1 to '" .. name .. "' (expected 1 argument)", 2)
        end
        return finish(pcall(convert, (...)))
    end
end

local function new()
    local safe = cjson.new()
    safe.encode = protect("encode", safe.encode)
    safe.decode = protect("decode", safe.decode)
    safe.new = new
    return safe
end

return new()
