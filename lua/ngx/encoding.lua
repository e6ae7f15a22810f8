-- Escaping, encodings and digests.
local guard = require "pyresty.ngx.guard"
local target = require "pyresty.ngx.target"
local args = require "pyresty.http.args"
local uri = require "pyresty.http.uri"
local crypto = require "pyresty.native".crypto

local error, floor, find, gsub, select, tostring, type = error, math.floor, string.find, string.gsub, select, tostring,
    type

-- What ngx_lua's Lua half does with an argument that should be a string.
local function text(value)
    if type(value) == "string" then return value end
    if not value then return "" end
    return tostring(value)
end

local SQL = {
    ["\0"] = "\\0", ["\b"] = "\\b", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\26"] = "\\Z", ["\\"] = "\\\\",
    ["'"] = "\\'", ['"'] = '\\"',
}
local SQL_SPECIAL = "[%z\b\n\r\t\26\\'\"]"

local function install_uri(ngx)
    function ngx.escape_uri(s, kind)
        if kind == nil then
            kind = 2
        elseif type(kind) ~= "number" then
            error('"type" is not a number', 3)
        elseif kind < 0 or kind > 6 then
            error('"type" ' .. kind .. " out of range", 3)
        end
        return uri.escape_lua(text(s), floor(kind))
    end

    function ngx.unescape_uri(s) return uri.unescape(text(s)) end

    function ngx.encode_args(...)
        local count, t = select("#", ...), ...
        if count ~= 1 then error("expecting 1 argument but seen " .. count, 2) end
        guard.table(1, t, 1)
        local result, message = target.args(t)
        if not result then error(message, 2) end
        return result
    end

    function ngx.decode_args(...)
        local count, s, max = select("#", ...), ...
        if count ~= 1 and count ~= 2 then error("expecting 1 or 2 arguments but seen " .. count, 2) end
        s = guard.string(1, s, count)
        if count == 2 then max = floor(guard.number(2, max, 2)) end
        local t, truncated = args.decode(s, max)
        if truncated then return t, truncated end
        return t
    end
end

-- Leaves what base64 is written with: what follows padding is dropped.
local function base64_letters(s)
    local kept = gsub(s, "[^%w+/=]", "")
    local padding = find(kept, "=", 1, true)
    return padding and kept:sub(1, padding - 1) or kept
end

local function install_base64(ngx)
    function ngx.encode_base64(s, no_padding)
        if no_padding and no_padding ~= true then
            error("bad no_padding: boolean expected, got " .. type(no_padding), 2)
        end
        return crypto.encode_base64(text(s), no_padding or false)
    end

    function ngx.decode_base64(s)
        if type(s) ~= "string" then error("string argument only", 2) end
        return crypto.decode_base64(s)
    end

    function ngx.decode_base64mime(s)
        if type(s) ~= "string" then error("string argument only", 2) end
        return crypto.decode_base64(base64_letters(s))
    end
end

local function install_digests(ngx)
    function ngx.md5(s) return crypto.md5(text(s)) end
    function ngx.md5_bin(s) return crypto.md5_bin(text(s)) end
    function ngx.sha1_bin(s) return crypto.sha1_bin(text(s)) end
    function ngx.crc32_short(s) return crypto.crc32_short(text(s)) end
    function ngx.crc32_long(s) return crypto.crc32_long(text(s)) end

    function ngx.hmac_sha1(...)
        local count, key, s = select("#", ...), ...
        if count ~= 2 then error("expecting 2 arguments, but got " .. count, 2) end
        key, s = guard.string(1, key, 2), guard.string(2, s, 2)
        return crypto.hmac_sha1(key, s)
    end

    function ngx.quote_sql_str(...)
        local count, s = select("#", ...), ...
        if count ~= 1 then error("expecting one argument", 2) end
        s = guard.string(1, s, 1)
        return "'" .. gsub(s, SQL_SPECIAL, SQL) .. "'"
    end
end

local function install(ngx)
    install_uri(ngx)
    install_base64(ngx)
    install_digests(ngx)
end

return {install = install}
