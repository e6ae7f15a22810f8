-- Complex values: text with variables and captures, compiled once into a string or a function(r) → string.
-- (ngx_http_compile_complex_value, ngx_http_complex_value)
local variables = require "pyresty.http.variables"

local concat = table.concat
local ipairs, tostring, type = ipairs, tostring, type

local script = {}

local resolve = variables.resolve

local function variable_part(name)
    local read = resolve(name)
    return function(r)
        return read(r) or ""
    end
end

local function capture_part(n)
    return function(r)
        local captures = r.captures
        return captures and captures[n] or ""
    end
end

local function part_reader(part)
    if part.var ~= nil then
        return variable_part(part.var)
    end
    return capture_part(part.capture)
end

local function literal_then(text, reader)
    return function(r) return text .. reader(r) end
end

local function then_literal(reader, text)
    return function(r) return reader(r) .. text end
end

local function between(before, reader, after)
    return function(r) return before .. reader(r) .. after end
end

local function two_readers(first, second)
    return function(r) return first(r) .. second(r) end
end

local function readers_around(first, text, second)
    return function(r) return first(r) .. text .. second(r) end
end

local function any_parts(parts, count)
    return function(r)
        local out = {}
        for i = 1, count do
            local part = parts[i]
            out[i] = type(part) == "string" and part or part(r)
        end
        return concat(out, "", 1, count)
    end
end

-- The commonest shapes have a closure of their own: `$x`, `text$x`, `$x text`, `a$x b`, `$x$y`, `$x/$y`.
local function assemble(parts, count)
    local a, b, c = parts[1], parts[2], parts[3]
    if count == 1 then
        return a
    elseif count == 2 then
        if type(a) == "string" then return literal_then(a, b) end
        if type(b) == "string" then return then_literal(a, b) end
        return two_readers(a, b)
    elseif count == 3 then
        if type(a) == "string" and type(c) == "string" then return between(a, b, c) end
        if type(b) == "string" and type(a) ~= "string" and type(c) ~= "string" then return readers_around(a, b, c) end
    end
    return any_parts(parts, count)
end

--- A complex value of the plan → string when it is constant, else function(r) → string; nil stays nil.
-- Missing variables and captures read as empty.
function script.compile(value)
    if value == nil or type(value) ~= "table" then
        return value ~= nil and tostring(value) or nil
    end
    local parts, count = {}, 0
    for _, part in ipairs(value) do
        if type(part) == "table" then
            count = count + 1
            parts[count] = part_reader(part)
        elseif part ~= "" then
            if type(parts[count]) == "string" then
                parts[count] = parts[count] .. part
            else
                count = count + 1
                parts[count] = part
            end
        end
    end
    if count == 0 then return "" end
    return assemble(parts, count)
end

--- The text of a compiled value for request r.
function script.eval(r, compiled)
    if type(compiled) == "function" then return compiled(r) end
    return compiled
end

return script
