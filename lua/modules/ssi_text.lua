-- Texts of ngx_http_ssi_filter_module: variables of its own, quoting, encodings.
local log = require "pyresty.http.log"
local uri = require "pyresty.http.uri"
local variables = require "pyresty.http.variables"

local concat, find, gsub, lower, match, sub = table.concat, string.find, string.gsub, string.lower, string.match,
    string.sub
local tonumber = tonumber
local LOG_ERR = 4
local HTML = {["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;"}

local text = {}

--- What all of a request's SSI responses share: variables, blocks, the captures of the last expression.
function text.shared(r)
    local main = r.main
    local shared = main.ssi_shared
    if not shared then
        shared = {variables = {}, blocks = {}, captures = nil}
        main.ssi_shared = shared
    end
    return shared
end

--- The value of a variable: SSI's own, a capture, one of the server's → string | nil
function text.variable(r, name)
    local shared = text.shared(r)
    if #name == 1 and find(name, "%d") then
        local captures = shared.captures
        local value = captures and captures[tonumber(name)]
        if value then return value end
        if captures then return "" end
    end
    local value = shared.variables[lower(name)]
    if value ~= nil then return value end
    return variables.get(r, lower(name))
end

-- A name behind "$" → name, position | nil
local function name_at(value, at)
    if sub(value, at, at) == "{" then return match(value, "^([%w_]+)}()", at + 1) end
    return match(value, "^([%w_]+)()", at)
end

local ESCAPED = {["\\"] = true, ["'"] = true, ['"'] = true, ["$"] = true}

--- The text of a parameter's value: variables put in, quoting taken away → string | nil (logged)
function text.evaluate(r, value)
    local out, n, at = {}, 0, 1
    while at <= #value do
        local found = find(value, "[$\\]", at) or #value + 1
        n = n + 1
        out[n] = sub(value, at, found - 1)
        local c = sub(value, found, found)
        if c == "\\" then
            local following = sub(value, found + 1, found + 1)
            n = n + 1
            out[n] = ESCAPED[following] and following or following ~= "" and "\\" .. following or ""
            at = found + 2
        elseif c == "$" then
            local name, stop = name_at(value, found + 1)
            if not name then
                log.error(LOG_ERR, r, 'invalid variable name in "' .. value .. '"')
                return nil
            end
            n = n + 1
            out[n], at = text.variable(r, name) or "", stop
        else
            at = found
        end
    end
    return concat(out, "", 1, n)
end

local encoders = {
    none = function(value) return value end,
    url = function(value) return uri.escape(value, 3) end,
    entity = function(value) return (gsub(value, '[&<>"]', HTML)) end,
}
text.encoders = encoders

return text
