-- The texts of ngx_http_autoindex_module: function(r, entries, callback, is_utf8) → string, by format.
local headers_out = require "pyresty.http.headers_out"
local uri = require "pyresty.http.uri"

local byte, concat, date, floor, format, gsub, rep, sub =
    string.byte, table.concat, os.date, math.floor, string.format, string.gsub, string.rep, string.sub
local find = string.find
local WIDTH, SHOWN = 50, 47 -- of names, and of those that are cut

local listing = {}

local HTML = {["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;"}
local function escape_html(text) return (gsub(text, '[&<>"]', HTML)) end

local JSON = {['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\b"] = "\\b",
    ["\f"] = "\\f"}
local function escape_json(text)
    return (gsub(text, '[%c"\\]', function(c)
        return JSON[c] or byte(c) < 32 and format("\\u%04X", byte(c)) or nil
    end))
end

local MONTHS = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

-- ---------------------------------------------------------------- UTF-8

-- Bytes of the character at `at`, nil when there is none.
local function character_size(text, at)
    local first = byte(text, at)
    if first < 0x80 then return 1 end
    local size = first >= 0xf0 and 4 or first >= 0xe0 and 3 or first >= 0xc0 and 2
    if not size or first > 0xf7 then return nil end
    if not find(text, "^" .. rep("[\128-\191]", size - 1), at + 1) then return nil end
    return size
end

-- → number of characters, bytes of the first `most` of them; bytes where it is not UTF-8
local function measure(text, most)
    local at, count, upto = 1, 0, 0
    while at <= #text do
        local size = character_size(text, at)
        if not size then return #text, most end
        at, count = at + size, count + 1
        if count <= most then upto = at - 1 end
    end
    return count, upto
end

-- ---------------------------------------------------------------- HTML

-- The name as it is shown, what follows it, and its width.
local function shown(entry, is_utf8)
    local name = entry.name
    local width, upto = #name, SHOWN
    if is_utf8 then width, upto = measure(name, SHOWN) end
    if width > WIDTH then return escape_html(sub(name, 1, upto)) .. "..&gt;</a>" end
    local text = escape_html(name)
    if entry.kind == "d" and width < WIDTH then text, width = text .. "/", width + 1 end
    return text .. "</a>" .. rep(" ", WIDTH - width)
end

local UNITS = {{1073741824, 1073741823, "G"}, {1048576, 1048575, "M"}, {1024, 9999, "K"}}

-- Rounded to the nearest unit.
local function short_size(size)
    for i = 1, 3 do
        local unit, above, letter = UNITS[i][1], UNITS[i][2], UNITS[i][3]
        if size > above then
            local count = floor(size / unit)
            if size % unit > unit / 2 - 1 then count = count + 1 end
            return format("%6d%s", count, letter)
        end
    end
    return format(" %6d", size)
end

local function size_of(entry, exact)
    if entry.kind == "d" then return exact and "                  -" or "      -" end
    return exact and format("%19.0f", entry.size) or short_size(entry.size)
end

function listing.html(r, entries, _, is_utf8)
    local title, exact = escape_html(r.uri), r.loc.autoindex_exact_size
    local out = {
        "<html>\r\n<head><title>Index of " .. title .. "</title></head>\r\n<body>\r\n<h1>Index of " .. title
            .. "</h1><hr><pre><a href=\"../\">../</a>\r\n",
    }
    for i = 1, #entries do
        local entry = entries[i]
        local parts = date(r.loc.autoindex_localtime and "*t" or "!*t", entry.mtime)
        out[i + 1] = '<a href="' .. uri.escape(entry.name, 2) .. (entry.kind == "d" and "/" or "") .. '">'
            .. shown(entry, is_utf8) .. format(" %02d-%s-%d %02d:%02d ", parts.day, MONTHS[parts.month], parts.year,
            parts.hour, parts.min) .. size_of(entry, exact) .. "\r\n"
    end
    out[#entries + 2] = "</pre><hr></body>\r\n</html>\r\n"
    return concat(out)
end

-- ---------------------------------------------------------------- JSON, XML

local KINDS = {d = "directory", f = "file", o = "other"}

function listing.json(_, entries)
    local out = {}
    for i = 1, #entries do
        local entry = entries[i]
        out[i] = '\r\n{ "name":"' .. escape_json(entry.name) .. '", "type":"' .. KINDS[entry.kind] .. '", "mtime":"'
            .. headers_out.http_time(entry.mtime) .. '"'
            .. (entry.kind == "f" and format(', "size":%.0f', entry.size) or "") .. " }"
    end
    return "[" .. concat(out, ",") .. "\r\n]"
end

function listing.jsonp(r, entries, callback)
    return "/* callback */\r\n" .. callback .. "(" .. listing.json(r, entries) .. ");"
end

function listing.xml(_, entries)
    local out = {}
    for i = 1, #entries do
        local entry = entries[i]
        local kind = KINDS[entry.kind]
        out[i] = "<" .. kind .. ' mtime="' .. date("!%Y-%m-%dT%H:%M:%SZ", entry.mtime)
            .. (entry.kind == "f" and format('" size="%.0f', entry.size) or "") .. '">' .. escape_html(entry.name)
            .. "</" .. kind .. ">\r\n"
    end
    return '<?xml version="1.0"?>\r\n<list>\r\n' .. concat(out) .. "</list>\r\n"
end

return listing
