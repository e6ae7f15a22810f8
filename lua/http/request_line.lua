-- The request line (ngx_http_parse_request_line, ngx_http_process_request_uri).
local byte, find, match, sub, tonumber = string.byte, string.find, string.match, string.sub, tonumber
local uri = require "pyresty.http.uri"
local host = require "pyresty.http.host"

local CR, LF, SPACE, SLASH, COLON, QUESTION, DOT, OPEN, CLOSE = 13, 10, 32, 47, 58, 63, 46, 91, 93

local INVALID_METHOD = "client sent invalid method"
local INVALID_REQUEST = "client sent invalid request"
local INVALID_VERSION = "client sent invalid version"
local INVALID_09_METHOD = "client sent invalid method in HTTP/0.9 request"
local INVALID_HOST = "client sent invalid host in request line"

local request_line = {}

local function class(text)
    local members = {}
    for b = 0, 255 do members[b] = false end
    for i = 1, #text do members[byte(text, i)] = true end
    return members
end

local UPPER, LOWER, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789"
local IN_METHOD = class(UPPER .. "_-")
local LETTER = class(UPPER .. LOWER)
local IN_SCHEME = class(UPPER .. LOWER .. DIGITS .. "+-.")
local IN_HOST = class(UPPER .. LOWER .. DIGITS .. ".-")
local IN_LITERAL = class(UPPER .. LOWER .. DIGITS .. ":-._~!$&'()*+,;=")
local DIGIT = class(DIGITS)

local KNOWN_METHOD = {}
for name in ("GET HEAD POST PUT DELETE OPTIONS PATCH MKCOL COPY MOVE PROPFIND PROPPATCH LOCK UNLOCK"):gmatch("%u+") do
    KNOWN_METHOD[name] = true
end

-- Kinds of bytes in a target: 0 goes, 1 slash, 2 dot, 3 question mark, 4 % and # (the target is not simple), 5 refused
local KIND = {}
for b = 0, 255 do KIND[b] = (b <= 32 or b == 127) and 5 or 0 end
KIND[SLASH], KIND[DOT], KIND[QUESTION], KIND[37], KIND[35] = 1, 2, 3, 4, 4

-- ---------------------------------------------------------------- the usual form

-- Looks through data[from … to - 1], a target that starts with a slash.
-- → where the path ends (to, or its "?"), the last dot of the last segment or 0, whether it needs no normalisation
-- → nil when a byte has no place in a target
local function scan_target(data, from, to)
    local i, dot, after_slash, simple = from + 1, 0, true, true
    while i < to do
        local kind = KIND[byte(data, i)]
        if kind == 0 then
            after_slash = false
        elseif kind == 1 then
            if after_slash then simple = false end
            after_slash, dot = true, 0
        elseif kind == 2 then
            if after_slash then simple = false end
            dot = i
        elseif kind == 4 then
            simple = false
        else
            break
        end
        i = i + 1
    end
    if i == to then return i, dot, simple end
    local path_end = i
    if KIND[byte(data, i)] == 5 then return nil end
    i = i + 1
    while i < to do
        local b = byte(data, i)
        if b <= 32 or b == 127 then return nil end
        if b == 35 then simple = false end
        i = i + 1
    end
    return path_end, dot, simple
end

-- What targets of the usual form come to: {path, args, extension}, for the last some hundred different ones. Clients
-- ask for the same again and again; and a loop over bytes in the middle of a request ends LuaJIT's trace of it.
local MAX_KNOWN = 512
local known, known_count = {}, 0

local function split_simple(data, from, to, path_end, dot)
    local path = sub(data, from, path_end - 1)
    local args = path_end + 1 < to and sub(data, path_end + 1, to - 1) or nil
    return path, args, dot > 0 and dot + 1 < path_end and sub(data, dot + 1, path_end - 1) or nil
end

-- → entry | nil: the target data[from … to - 1] has a byte that has no place there, or is refused
local function look_through(target, data, from, to, merge_slashes)
    local path_end, dot, simple = scan_target(data, from, to)
    if not path_end then return nil end
    local path, args, exten
    if simple then
        path, args, exten = split_simple(data, from, to, path_end, dot)
    else
        path, args = uri.normalize(target, merge_slashes)
        if not path then return nil end
        exten = uri.exten(path)
    end
    local entry = {path = path, args = args, exten = exten}
    if simple and #target < 256 then -- others depend on merge_slashes
        if known_count >= MAX_KNOWN then known, known_count = {}, 0 end
        known[target], known_count = entry, known_count + 1
    end
    return entry
end

-- "METHOD SP /target SP HTTP/1.x CR LF", data[from … lf]. → true, or false when `scan` has to look at the line
local function usual(r, data, from, lf, merge_slashes)
    local space = find(data, " ", from, true)
    local to = lf - 10 -- the space before the version
    if not space or space + 1 >= to or byte(data, space + 1) ~= SLASH then return false end
    local version = sub(data, to, lf - 1)
    local number = version == " HTTP/1.1\r" and 11 or version == " HTTP/1.0\r" and 10
    if not number then return false end
    local method = sub(data, from, space - 1)
    if not KNOWN_METHOD[method] then return false end
    local target = sub(data, space + 1, to - 1)
    local entry = known[target] or look_through(target, data, space + 1, to, merge_slashes)
    if not entry then return false end
    r.unparsed_uri, r.uri, r.args, r.exten = target, entry.path, entry.args, entry.exten
    r.method, r.http_version = method, number
    r.http_protocol = number == 11 and "HTTP/1.1" or "HTTP/1.0"
    r.request_line = sub(data, from, lf - 2)
    return true
end

-- ---------------------------------------------------------------- any form
-- The scanners below take a position and return the next one; nil when the bytes up to `last` are not enough; and
-- false at the first byte that nginx refuses. So the same code judges a whole line and the beginning of one.

local function skip(data, i, last, members)
    while i <= last and members[byte(data, i)] do i = i + 1 end
    if i > last then return nil end
    return i
end

local function scan_method(data, i, last)
    local from = i
    i = skip(data, i, last, IN_METHOD)
    if not i then return nil end
    if byte(data, i) ~= SPACE or i == from then return false end
    return i
end

local SPACES = class(" ")

local function expect(data, i, last, text)
    for n = 1, #text do
        if i > last then return nil end
        if byte(data, i) ~= byte(text, n) then return false end
        i = i + 1
    end
    return i
end

-- After "[": → the position after "]"
local function scan_literal(data, i, last)
    i = skip(data, i, last, IN_LITERAL)
    if not i then return nil end
    if byte(data, i) ~= CLOSE then return false end
    return i + 1
end

-- scheme://host:port. → the position of "/", "?" or space after it, where the host starts, where it ends
local function scan_authority(data, i, last)
    i = skip(data, i, last, IN_SCHEME)
    if not i then return nil end
    i = expect(data, i, last, "://")
    if not i then return i end
    local from = i
    if i > last then return nil end
    if byte(data, i) == OPEN then
        i = scan_literal(data, i + 1, last)
        if not i then return i end
    else
        i = skip(data, i, last, IN_HOST)
    end
    if not i or i > last then return nil end
    local to = i
    if byte(data, i) == COLON then
        i = skip(data, i + 1, last, DIGIT)
        if not i then return nil end
    end
    local c = byte(data, i)
    if c ~= SLASH and c ~= QUESTION and c ~= SPACE then return false end
    return i, from, to
end

-- The target up to a space or the line's end.
local function scan_path(data, i, last)
    while i <= last do
        local c = byte(data, i)
        if c == SPACE or c == CR or c == LF then return i end
        if c < 32 or c == 127 then return false end
        i = i + 1
    end
    return nil
end

-- The end of the line, after its last token. → the position of LF
local function scan_end(data, i, last)
    if byte(data, i) == CR then
        i = i + 1
        if i > last then return nil end
    end
    if byte(data, i) ~= LF then return false end
    return i
end

local ONE, NINE = 49, 57

-- After "HTTP/": → the position after the version, 10 × version | nil | false, status
local function scan_version(data, i, last)
    if i > last then return nil end
    local c = byte(data, i)
    if c < ONE or c > NINE then return false, 400 end
    if c > ONE then return false, 505 end
    i = i + 1
    if i > last then return nil end
    c = byte(data, i)
    if DIGIT[c] then return false, 505 end
    if c ~= DOT then return false, 400 end
    local from = i + 1
    i = skip(data, from, last, DIGIT)
    local minor = sub(data, from, i and i - 1 or last)
    if i == from or #minor > 3 and #match(minor, "^0*(.*)$") > 3 then return false, 400 end
    if not i then return nil end
    minor = tonumber(minor)
    return i, 10 + (minor > 9 and 9 or minor) -- there is no HTTP/1.10, and 20 stands for HTTP/2
end

-- After the target: → position of LF, version, where the protocol's text starts | nil | false, status
local function scan_protocol(data, i, last)
    i = skip(data, i, last, SPACES)
    if not i then return nil end
    local c = byte(data, i)
    if c == CR or c == LF then
        return scan_end(data, i, last), 9
    end
    local from = i
    i = expect(data, i, last, "HTTP/")
    if not i then return i, 400 end
    local version
    i, version = scan_version(data, i, last)
    if not i then return i, version end
    if byte(data, i) == SPACE then i = skip(data, i, last, SPACES) end
    if not i then return nil end
    return scan_end(data, i, last), version, from
end

-- ---------------------------------------------------------------- the whole line

local parts = {} -- what `scan` found; never live across a call

-- Judges data[from … last], a line or the beginning of one. → position of its LF | nil | false, status
local function scan(data, from, last)
    parts.method_end = nil
    local i = scan_method(data, from, last)
    if not i then return i, 0 end
    parts.method_end = i - 1
    i = skip(data, i, last, SPACES)
    if not i then return nil end
    parts.host_from, parts.empty_path = nil, false
    if byte(data, i) ~= SLASH then
        if not LETTER[byte(data, i)] then return false, 400 end
        i, parts.host_from, parts.host_to = scan_authority(data, i, last)
        if not i then return i, 400 end
        local c = byte(data, i)
        parts.empty_path = c == QUESTION
        parts.no_target = c == SPACE
    end
    parts.target = i
    i = scan_path(data, i, last)
    if not i then return i, 400 end
    parts.target_end = i - 1
    i, parts.version, parts.protocol = scan_protocol(data, i, last)
    return i, parts.version == 505 and 505 or 400
end

local function set_target(r, data, merge_slashes)
    local target = parts.no_target and "/" or sub(data, parts.target, parts.target_end)
    local path, args = uri.normalize(target, merge_slashes)
    if not path then return false end
    r.uri, r.args, r.exten, r.unparsed_uri = path, args, uri.exten(path), target
    if parts.empty_path then r.valid_unparsed_uri = false end
    return true
end

-- A line that `scan` took: the fields of r.
local function set_fields(r, data, from, lf, merge_slashes)
    local line_end = byte(data, lf - 1) == CR and lf - 2 or lf - 1
    local version = parts.version
    r.method, r.http_version = sub(data, from, parts.method_end), version
    if version == 9 and r.method ~= "GET" then return false, 400, INVALID_09_METHOD end
    r.request_line = sub(data, from, line_end)
    r.http_protocol = parts.protocol and sub(data, parts.protocol, line_end) or nil
    if not set_target(r, data, merge_slashes) then return false, 400, INVALID_REQUEST end
    if parts.host_from then
        local name = host.validate(sub(data, parts.host_from, parts.host_to - 1))
        if not name then return false, 400, INVALID_HOST end
        r.host = name
    end
    return lf
end

-- Reads data[from … last], where last is the line's LF, or the last byte that has arrived. Fills r: method,
-- request_line, http_version, http_protocol ($server_protocol, nil for HTTP/0.9), unparsed_uri, uri, args, exten,
-- host (of an absolute target), valid_unparsed_uri = false for a target without a path.
-- → position of LF | nil, more is needed | false, status, message
function request_line.parse(r, data, from, last, merge_slashes)
    if byte(data, last) == LF and usual(r, data, from, last, merge_slashes) then return last end
    parts.no_target = false
    local lf, status = scan(data, from, last)
    local message
    if lf then
        lf, status, message = set_fields(r, data, from, lf, merge_slashes)
    elseif lf == false then
        message = status == 505 and INVALID_VERSION or status == 0 and INVALID_METHOD or INVALID_REQUEST
        r.http_version = 10
        if status == 0 then status = 400 end
    end
    return lf, status, message
end

-- What $request and the log show of a line that was refused or broken off: up to its end, or `to`.
function request_line.show(r, data, from, to)
    local lf, cr = find(data, "\n", from, true), find(data, "\r", from, true)
    local stop = lf and cr and (lf < cr and lf or cr) or lf or cr or to + 1
    if stop > to then stop = to + 1 end
    r.request_line = sub(data, from, stop - 1)
end

-- The line last given to `parse` is refused: its method, if it had one, still decides about the response (HEAD).
function request_line.keep_method(r, data, from)
    if parts.method_end then r.method = sub(data, from, parts.method_end) end
end

return request_line
