-- ngx_http_set_misc_module: codes of the rewrite script that compute a variable.
local state = require "pyresty.state"
local base32 = require "pyresty.modules.base32"
local crypto = require "pyresty.native".crypto
local log = require "pyresty.http.log"
local text = require "pyresty.modules.rewrite_text"
local uri = require "pyresty.http.uri"
local variables = require "pyresty.http.variables"

local byte, char, concat, date, find, floor, format, gsub, lower, sub =
    string.byte, string.char, table.concat, os.date, string.find, math.floor, string.format, string.gsub, string.lower,
    string.sub
local ipairs, pairs, tonumber, type = ipairs, pairs, tonumber, type
local LOG_ERR = 4
local FAILED = 500

local module = {compilers = {}, functions = {}}

-- ---------------------------------------------------------------- quoting

local SQL = {
    ["\0"] = "\\0", ["\b"] = "\\b", ["\t"] = "\\t", ["\n"] = "\\n", ["\r"] = "\\r", ["\26"] = "\\Z", ['"'] = '\\"',
    ["'"] = "\\'", ["\\"] = "\\\\", ["$"] = "\\$",
}

local JSON = {
    ["\b"] = "\\b", ["\t"] = "\\t", ["\n"] = "\\n", ["\f"] = "\\f", ["\r"] = "\\r", ['"'] = '\\"', ["\\"] = "\\\\",
}
for code = 0, 31 do
    local c = char(code)
    JSON[c] = JSON[c] or format("\\u%04x", code)
end

local function quote_sql(value) return "'" .. gsub(value, "[%z\b\t\n\r\26\"'\\$]", SQL) .. "'" end

-- Is it UTF-8, as PostgreSQL's client sees it?
local LEAD = {
    "^[\194-\223][\128-\191]", "^[\225-\236\238\239][\128-\191][\128-\191]", "^\224[\160-\191][\128-\191]",
    "^\237[\128-\159][\128-\191]", "^\240[\144-\191][\128-\191][\128-\191]", "^\244[\128-\143][\128-\191][\128-\191]",
    "^[\241-\243][\128-\191][\128-\191][\128-\191]",
}

local function is_utf8(value)
    local at = find(value, "[\128-\255]")
    while at do
        local stop
        for i = 1, #LEAD do
            local _, last = find(value, LEAD[i], at)
            stop = stop or last
        end
        if not stop then return false end
        at = find(value, "[\128-\255]", stop + 1)
    end
    return true
end

local function quote_pgsql(value)
    if value == "" then return "''" end
    local quoted = "E" .. quote_sql(value)
    if is_utf8(quoted) then return quoted end
    return (gsub(quoted, "[\128-\255]", function(c) return format("\\\\%03o", byte(c)) end))
end

local function quote_json(value)
    if value == "" then return "null" end
    return '"' .. gsub(value, '[%z\1-\31"\\]', JSON) .. '"'
end

-- ---------------------------------------------------------------- hexadecimal, random

local function decode_hex(value)
    if #value % 2 ~= 0 or find(value, "[^%x]") then return nil end
    return (gsub(value, "%x%x", function(pair) return char(tonumber(pair, 16)) end))
end

local function random_number()
    local a, b, c, d = byte(crypto.random_bytes(4), 1, 4)
    return (((a % 128) * 256 + b) * 256 + c) * 256 + d
end

local ALPHANUM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
local LOWER = "abcdefghijklmnopqrstuvwxyz"

local function random_text(text_length, alphabet)
    local length = tonumber(text_length)
    if not length or length ~= floor(length) or length < 1 or length > 64 then
        return nil, 'set_random: bad "length" argument: ' .. text_length
    end
    local bytes, out = crypto.random_bytes(length), {}
    for i = 1, length do
        local at = byte(bytes, i) % #alphabet + 1
        out[i] = sub(alphabet, at, at)
    end
    return concat(out)
end

local BAD_BOUND = {
    set_random = 'set_random: bad "%s" argument: %s', set_rotate = 'set_rotate: bad "%s" argument value: "%s"',
}

local function bound(r, op, name, value)
    local number = tonumber(value)
    if number and number >= 0 and number == floor(number) then return number end
    log.error(LOG_ERR, r, format(BAD_BOUND[op], name, value))
end

local function bounds(r, op, from, to)
    local low = bound(r, op, "from", from)
    local high = low and bound(r, op, "to", to)
    if not high then return nil end
    if low > high then low, high = high, low end
    return low, high
end

-- ---------------------------------------------------------------- functions of values

-- A decoder that says what is wrong.
local function strict(op, decode)
    return function(value)
        local decoded = decode(value)
        if not decoded then return nil, op .. ": invalid value" end
        return decoded
    end
end

-- Each of one value or two → string | nil, message for the error log
local functions = {
    set_unescape_uri = uri.unescape,
    set_escape_uri = function(value) return uri.escape_lua(value, 2) end,
    set_quote_sql_str = quote_sql,
    set_quote_pgsql_str = quote_pgsql,
    set_quote_json_str = quote_json,
    set_encode_base64 = function(value) return crypto.encode_base64(value) end,
    set_decode_base64 = strict("set_decode_base64", crypto.decode_base64),
    set_encode_base64url = function(value) return crypto.encode_base64url(value) end,
    set_decode_base64url = strict("set_decode_base64url", crypto.decode_base64url),
    set_encode_hex = function(value) return crypto.to_hex(value) end,
    set_decode_hex = strict("set_decode_hex", decode_hex),
    set_md5 = function(value) return crypto.md5(value) end,
    set_sha1 = function(value) return crypto.to_hex(crypto.sha1_bin(value)) end,
    set_hmac_sha1 = function(secret, value) return crypto.hmac_sha1(secret, value) end,
    set_hmac_sha256 = function(secret, value) return crypto.hmac_sha256(secret, value) end,
    set_secure_random_alphanum = function(length) return random_text(length, ALPHANUM) end,
    set_secure_random_lcalpha = function(length) return random_text(length, LOWER) end,
    set_formatted_gmt_time = function(pattern) return date("!" .. pattern, floor(state.now)) end,
    set_formatted_local_time = function(pattern) return date(pattern, floor(state.now)) end,
    set_local_today = function() return date("%Y-%m-%d", floor(state.now)) end,
}

local function value_of(compiled, r)
    if type(compiled) == "string" then return compiled end
    return compiled(r, r.script_quote)
end

local function compile_args(code)
    local args = {}
    for i, arg in ipairs(code.args) do args[i] = text.compile(arg) end
    return args
end

local function compile_function(op, fn)
    module.compilers[op] = function(code)
        local args, write = compile_args(code), variables.writer(code.name)
        local first, second = args[1] or "", args[2] or ""
        return function(r)
            local value, message = fn(value_of(first, r), value_of(second, r))
            if value == nil then
                log.error(LOG_ERR, r, message)
                return FAILED
            end
            write(r, value)
        end
    end
end

for op, fn in pairs(functions) do compile_function(op, fn) end
module.functions = functions

-- ---------------------------------------------------------------- those that look at the target or at two numbers

function module.compilers.set_if_empty(code)
    local value, read, write = compile_args(code)[1], variables.resolve(code.name), variables.writer(code.name)
    return function(r)
        local old = read(r)
        if old == nil or old == "" then write(r, value_of(value, r)) end
    end
end

function module.compilers.set_random(code)
    local args, write = compile_args(code), variables.writer(code.name)
    return function(r)
        local low, high = bounds(r, "set_random", value_of(args[1], r), value_of(args[2], r))
        if not low then return FAILED end
        write(r, format("%.0f", low + random_number() % (high - low + 1)))
    end
end

-- Round robin: behind the variable's own value; where it has none, behind what the location had last.
function module.compilers.set_rotate(code)
    local args, write, read = compile_args(code), variables.writer(code.name), text.compile(code.current)
    local last = {} -- location → number
    return function(r)
        local low, high = bounds(r, "set_rotate", value_of(args[1], r), value_of(args[2], r))
        if not low then return FAILED end
        local value = value_of(read, r)
        local current = not find(value, "%D") and tonumber(value)
        if not current then
            if value ~= "" then log.error(LOG_ERR, r, 'set_rotate: bad current value: "' .. value .. '"') end
            current = last[r.loc] or low - 1
        end
        current = current + 1
        if current > high or current < low then current = low end
        last[r.loc] = current
        write(r, format("%.0f", current))
    end
end

-- The hash of a key picks one of a list of names (ngx_hash_key_lc).
local function hash_of(key)
    local hash = 0
    key = lower(key)
    for i = 1, #key do hash = (hash * 31 + byte(key, i)) % 4294967296 end
    return hash
end

function module.compilers.set_hashed_upstream(code)
    local args, write = compile_args(code), variables.writer(code.name)
    return function(r)
        local name = value_of(args[1], r)
        local list = state.plan.upstream_lists[name]
        if not list then
            log.error(LOG_ERR, r, 'set_hashed_upstream: upstream list "' .. name .. '" not defined yet')
            return FAILED
        end
        write(r, list[hash_of(value_of(args[2], r)) % #list + 1])
    end
end

local function compile_base32(op, fn)
    module.compilers[op] = function(code)
        local value, write = compile_args(code)[1], variables.writer(code.name)
        return function(r) write(r, fn(value_of(value, r), code.alphabet, code.padding) or "") end
    end
end
compile_base32("set_encode_base32", base32.encode)
compile_base32("set_decode_base32", base32.decode)

return module
