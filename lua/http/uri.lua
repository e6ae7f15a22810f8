-- URIs: normalisation, percent-encoding and decoding, as nginx and ngx_lua do them.
local bytes = require "pyresty.native".text
local on_luajit = require "pyresty.lang".engine == "luajit"

local byte, char, find, sub, concat = string.byte, string.char, string.find, string.sub, table.concat
local ipairs, pairs = ipairs, pairs

local SLASH, DOT, QUESTION, HASH, PERCENT, PLUS = 47, 46, 63, 35, 37, 43

local uri = {}

local CHAR, HEX_DIGIT, ESCAPED = {}, {}, {}
for b = 0, 255 do
    CHAR[b] = char(b)
    ESCAPED[b] = string.format("%%%02X", b)
end
for b = 0, 9 do HEX_DIGIT[48 + b] = b end
for b = 10, 15 do HEX_DIGIT[55 + b], HEX_DIGIT[87 + b] = b, b end

local scratch = {}
local SHORT = 32 -- bytes of a text in which nothing is looked for first

-- ---------------------------------------------------------------- escaping

local function set(text, controls, high, delete)
    local members = {}
    for b = 0, 255 do members[b] = b < 32 and controls or b > 127 and high or b == 127 and delete or false end
    for i = 1, #text do members[byte(text, i)] = true end
    return members
end

local function all_but(text)
    local members = set("", true, true, true)
    for b = 32, 126 do members[b] = not find(text, CHAR[b], 1, true) end
    return members
end

local UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
local memcached = set(" %", true, false, false)

-- ngx_escape_uri: 0 uri, 1 args, 2 uri_component, 3 html, 4 refresh, 5 memcached, 6 mail_auth
local NGINX = {
    [0] = set(' "#%<>?\\^`{|}', true, true, true),
    set(' "#%&+;<>?\\^`{|}', true, true, true),
    all_but(UNRESERVED),
    set(' "#%\'<>\\^`{|}', true, true, true),
    set(' "\'<>\\^`{|~', true, true, true),
    memcached,
    memcached,
}

-- ngx_http_lua_escape_uri: the same numbers, and 7 header_name, 8 header_value
local LUA = {
    [0] = set(" #%?", true, true, true),
    set(" #%+?", true, true, true),
    all_but(UNRESERVED .. "!'()*"),
    set(" \"#%'", true, true, true),
    set(" \"'", true, true, true),
    memcached,
    memcached,
    set(' "(),/:;<=>?@[\\]{}', true, true, true),
    set("", true, false, true),
}
LUA[8][9] = false

for _, sets in ipairs {NGINX, LUA} do
    for _, members in pairs(sets) do
        members.clear = bytes.without(members)
        members.percent = on_luajit and bytes.percent(members)
    end
end

local function escape(s, members)
    if on_luajit and #s < SHORT then return members.percent(s) end
    if members.clear(s) then return s end
    if on_luajit then return members.percent(s) end
    local size = #s
    local out, n, from, i = scratch, 0, 1, 1
    while i <= size do
        local b = byte(s, i)
        if members[b] then
            if from < i then
                n = n + 1
                out[n] = sub(s, from, i - 1)
            end
            n = n + 1
            out[n] = ESCAPED[b]
            from = i + 1
        end
        i = i + 1
    end
    if from <= size then
        n = n + 1
        out[n] = sub(s, from)
    end
    return concat(out, "", 1, n)
end

-- nginx's ngx_escape_uri(type), type 0…6 (0 by default).
function uri.escape(s, type) return escape(s, NGINX[type or 0]) end

-- ngx.escape_uri(s, type), type 0…8 (2 by default): ngx_lua has tables of its own.
function uri.escape_lua(s, type) return escape(s, LUA[type or 2]) end

-- ---------------------------------------------------------------- decoding

-- ngx.unescape_uri: "+" is a space, a "%" that starts no escape stays.
function uri.unescape(s)
    local i = find(s, "%", 1, true)
    local plus = find(s, "+", 1, true)
    if not i and not plus then return s end
    if not i or plus and plus < i then i = plus end
    local out, n, from, size = scratch, 0, 1, #s
    while i <= size do
        local b = byte(s, i)
        local decoded
        local after = i + 1
        if b == PLUS then
            decoded = " "
        elseif b == PERCENT and i + 2 <= size then
            local high, low = HEX_DIGIT[byte(s, i + 1)], HEX_DIGIT[byte(s, i + 2)]
            if high and low then decoded, after = CHAR[high * 16 + low], i + 3 end
        end
        if decoded then
            if from < i then
                n = n + 1
                out[n] = sub(s, from, i - 1)
            end
            n = n + 1
            out[n] = decoded
            from = after
        end
        i = after
    end
    if from <= size then
        n = n + 1
        out[n] = sub(s, from)
    end
    return concat(out, "", 1, n)
end

-- ngx_unescape_uri. kind: nil plain, "uri" (ends after a "?"), "redirect" (also leaves %00–%25 and %7F–%FF alone).
function uri.decode(s, kind)
    if not find(s, "%", 1, true) and not (kind and find(s, "?", 1, true)) then return s end
    local out, n, i, size = {}, 0, 1, #s
    while i <= size do
        local b = byte(s, i)
        if b == QUESTION and kind then
            out[n + 1] = "?"
            break
        end
        if b == PERCENT then
            local digit = byte(s, i + 1)
            local high = HEX_DIGIT[digit]
            local low = high and HEX_DIGIT[byte(s, i + 2)]
            if low then
                local value = high * 16 + low
                n = n + 1
                if kind == "redirect" and (value <= PERCENT or value >= 127) then
                    out[n] = sub(s, i, i + 2)
                else
                    out[n] = CHAR[value]
                    if value == QUESTION and kind then break end
                end
                i = i + 3
            elseif high then
                i = i + 3 -- both digits are dropped with the sign
            else
                if digit then
                    n = n + 1
                    out[n] = CHAR[digit]
                end
                i = i + 2
            end
        else
            n = n + 1
            out[n] = CHAR[b]
            i = i + 1
        end
    end
    return concat(out)
end

-- ---------------------------------------------------------------- normalisation

-- Whether the path has nothing to decode, merge or resolve. → boolean, where the "?" is (nil: none)
local function is_simple(raw)
    if byte(raw, 1) ~= SLASH or find(raw, "#", 1, true) then return false end
    local query = find(raw, "?", 1, true)
    local path_end = query or #raw + 1
    local percent, dot, slash = find(raw, "%", 1, true), find(raw, "/.", 1, true), find(raw, "//", 1, true)
    if percent and percent < path_end or dot and dot < path_end or slash and slash < path_end then return false end
    return true, query
end

local USUAL, AFTER_SLASH, AFTER_DOT, AFTER_DOTS = 0, 1, 2, 3

-- The number of output bytes after one segment was taken back from "…/..", or nil above the root.
local function parent(out, n)
    n = n - 3
    while n >= 1 do
        if out[n] == "/" then return n end
        n = n - 1
    end
    return nil
end

-- Reads one possibly encoded byte at i. → byte, next i, literal (is no delimiter) | nil
local function next_byte(raw, i)
    local c = byte(raw, i)
    if c ~= PERCENT then return c, i + 1, false end
    local high, low = HEX_DIGIT[byte(raw, i + 1)], HEX_DIGIT[byte(raw, i + 2)]
    if not high or not low then return nil end
    c = high * 16 + low
    if c == 0 then return nil end
    return c, i + 3, c == PERCENT or c == HASH or c == QUESTION
end

local function complex_path(raw, merge_slashes, out)
    local n, i, size, place = 0, 1, #raw, USUAL
    if byte(raw, 1) == QUESTION then n, out[1] = 1, "/" end
    local stop
    while i <= size do
        local c, after, literal = next_byte(raw, i)
        if not c then return nil end
        local ends = not literal and (c == QUESTION or c == HASH)
        if place == AFTER_DOT and (ends or c == SLASH) then
            n, place = n - 1, AFTER_SLASH
            if c == SLASH then c = nil end
        elseif place == AFTER_DOTS and (ends or c == SLASH) then
            n = parent(out, n)
            if not n then return nil end
            place = AFTER_SLASH
            if c == SLASH then c = nil end
        end
        if ends then
            stop = i
            break
        end
        if c == SLASH then
            if place ~= AFTER_SLASH or not merge_slashes then
                n = n + 1
                out[n] = "/"
            end
            place = AFTER_SLASH
        elseif c then
            n = n + 1
            out[n] = CHAR[c]
            if c ~= DOT or literal or place == USUAL or place == AFTER_DOTS then
                place = USUAL
            else
                place = place + 1
            end
        end
        i = after
    end
    if not stop then
        if place == AFTER_DOT then
            n = n - 1
        elseif place == AFTER_DOTS then
            n = parent(out, n)
            if not n then return nil end
        end
    end
    return n, stop
end

-- The path and the arguments (nil without any) of a request target; nil when nginx refuses it: a bad escape, %00,
-- ".." above the root (ngx_http_parse_complex_uri). `raw` starts with "/", or with "?" for an empty path.
function uri.normalize(raw, merge_slashes)
    local simple, query = is_simple(raw)
    if simple then
        if not query then return raw end
        local args = sub(raw, query + 1)
        return sub(raw, 1, query - 1), args ~= "" and args or nil
    end
    local out = scratch
    local n, stop = complex_path(raw, merge_slashes ~= false, out)
    if not n then return nil end
    local path = concat(out, "", 1, n)
    if not stop or byte(raw, stop) == HASH then return path end
    local hash = find(raw, "#", stop, true)
    if hash then return path, sub(raw, stop + 1, hash - 1) end -- "" too, as in nginx
    local args = sub(raw, stop + 1)
    return path, args ~= "" and args or nil
end

-- The extension of a path (ngx_http_set_exten), nil without one.
function uri.exten(path)
    if not find(path, ".", 1, true) then return nil end
    local i = #path
    while i > 2 do
        local c = byte(path, i)
        if c == DOT and byte(path, i - 1) ~= SLASH then
            return i < #path and sub(path, i + 1) or nil
        elseif c == SLASH then
            return nil
        end
        i = i - 1
    end
    return nil
end

-- Has a ".." segment; one at the very end counts when nothing follows the path.
local function climbs(path, whole)
    if sub(path, 1, 3) == "../" or find(path, "/../", 1, true) then return true end
    return whole and (path == ".." or sub(path, -3) == "/..")
end

-- The path and arguments of a URI given from inside: ngx.exec, ngx.location.capture, X-Accel-Redirect
-- (ngx_http_parse_unsafe_uri). nil: empty, climbs or has a NUL; nginx logs `unsafe URI "…" was detected`.
function uri.parse_unsafe(raw)
    if raw == "" or byte(raw, 1) == QUESTION then return nil end
    local query = find(raw, "?", 1, true)
    local path, args = raw, nil
    if query then path, args = sub(raw, 1, query - 1), sub(raw, query + 1) end
    if climbs(path, not query) or find(path, "\0", 1, true) then return nil end
    if find(path, "%", 1, true) then
        path = uri.decode(path)
        if climbs(path, true) or find(path, "\0", 1, true) then return nil end
    end
    return path, args
end

return uri
