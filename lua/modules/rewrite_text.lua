-- Texts of the rewrite script. They differ from other complex values: where the client's URI was encoded, captures are
-- encoded again as they go into a redirect, into arguments, or (until the first `rewrite` matched) into a variable.
local uri = require "pyresty.http.uri"
local variables = require "pyresty.http.variables"

local concat, find, sub = table.concat, string.find, string.sub
local ipairs, type = ipairs, type
local ESCAPE_ARGS = 1

local text = {}

-- Did the path of the request line contain "%" or "+"? (r->quoted_uri, r->plus_in_uri)
local function was_encoded(r)
    local main = r.main
    local known = main.uri_encoded
    if known == nil then
        local raw = main.unparsed_uri or ""
        local mark = find(raw, "?", 1, true)
        local at = find(raw, "[%%+]")
        known = at ~= nil and (not mark or at < mark)
        main.uri_encoded = known
    end
    return known
end

local function capture(n)
    return function(r, quote)
        local captures = r.captures
        local value = captures and captures[n] or ""
        if quote and value ~= "" and was_encoded(r) then return uri.escape(value, ESCAPE_ARGS) end
        return value
    end
end

local function reader(part)
    if part.capture then return capture(part.capture) end
    local read = variables.resolve(part.var)
    return function(r) return read(r) or "" end
end

local function assemble(parts)
    local n = #parts
    if n == 0 then return "" end
    if n == 1 then return parts[1] end
    return function(r, quote)
        local out = {}
        for i = 1, n do
            local part = parts[i]
            out[i] = type(part) == "string" and part or part(r, quote)
        end
        return concat(out, "", 1, n)
    end
end

local function parts_of(value)
    if type(value) ~= "table" then return {value} end
    local parts = {}
    for i, part in ipairs(value) do parts[i] = type(part) == "table" and reader(part) or part end
    return parts
end

--- A complex value → string | function(r, quote) → string; quote: encode captures.
function text.compile(value) return assemble(parts_of(value)) end

--- A replacement → its path, its arguments (nil without a "?" in the text), each as compile has it.
function text.compile_uri(value)
    local path, args = {}, nil
    for _, part in ipairs(parts_of(value)) do
        if args then
            args[#args + 1] = part
        else
            local mark = type(part) == "string" and find(part, "?", 1, true)
            if not mark then
                path[#path + 1] = part
            else
                args = {}
                if mark > 1 then path[#path + 1] = sub(part, 1, mark - 1) end
                if mark < #part then args[1] = sub(part, mark + 1) end
            end
        end
    end
    return assemble(path), args and assemble(args)
end

return text
