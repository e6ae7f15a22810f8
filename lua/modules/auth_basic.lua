-- ngx_http_auth_basic_module: asks for a user and a password that a file has.
local state = require "pyresty.state"
local files = require "pyresty.modules.files"
local headers_in = require "pyresty.http.headers_in"
local headers_out = require "pyresty.http.headers_out"
local log = require "pyresty.http.log"
local native = require "pyresty.native"
local script = require "pyresty.http.script"

local byte, find, lower, match, sub = string.byte, string.find, string.lower, string.match, string.sub
local HASH, CR, SPACE, SLASH = 35, 13, 32, 47
local LOG_CRIT, LOG_ERR, LOG_INFO = 3, 4, 7
local PIECE = 65536

local module = {}

-- → user, password | nil
local function credentials(r)
    local value = headers_in.get(r, "authorization")
    if not value or #value < 6 or lower(sub(value, 1, 6)) ~= "basic " then return nil end
    local at = 7
    while byte(value, at) == SPACE do at = at + 1 end
    local text = at <= #value and native.crypto.decode_base64(sub(value, at))
    local colon = text and find(text, ":", 1, true)
    if not colon or colon == 1 then return nil end
    return sub(text, 1, colon - 1), sub(text, colon + 1)
end

-- The whole of a small file → string | nil, reason, errno
local function read_file(path)
    local io = native.io
    local fd, reason, code = io.open(path)
    if not fd then return nil, reason, code end
    local text = ""
    local piece
    repeat
        piece, reason, code = io.pread(fd, #text, PIECE)
        text = text .. (piece or "")
    until not piece or piece == ""
    io.close(fd)
    if not piece then return nil, reason, code end
    return text
end

-- What the file has behind "USER:", up to another colon or the line's end.
local function password_of(text, user)
    local from, length = 1, #text
    while from <= length do
        local stop = find(text, "\n", from, true) or length + 1
        local first = byte(text, from)
        if first ~= HASH and first ~= CR and sub(text, from, from + #user) == user .. ":" then
            return match(text, "^[^:\r\n]*", from + #user + 1)
        end
        from = stop + 1
    end
end

local function challenge(r, realm)
    headers_out.set(r, "WWW-Authenticate", 'Basic realm="' .. realm .. '"')
    return 401
end

local function check(r, realm, path)
    local user, password = credentials(r)
    if not user then
        log.error(LOG_INFO, r, "no user/password was provided for basic authentication")
        return challenge(r, realm)
    end
    local text, reason, code = read_file(path)
    if not text then
        local missing = code == 2
        log.error(missing and LOG_ERR or LOG_CRIT, r,
            'open() "' .. path .. '" failed ' .. files.failure(code, reason))
        return missing and 403 or 500
    end
    local stored = password_of(text, user)
    if not stored then
        log.error(LOG_ERR, r, 'user "' .. user .. '" was not found in "' .. path .. '"')
        return challenge(r, realm)
    end
    local matches = state.host.password_matches(password, stored)
    if matches == nil then
        log.error(LOG_CRIT, r, "crypt() is not available")
        return 500
    end
    if matches then return true end
    log.error(LOG_ERR, r, 'user "' .. user .. '": password mismatch')
    return challenge(r, realm)
end

function module.access(loc)
    if not loc.auth_basic or loc.auth_basic == "off" or not loc.auth_basic_user_file then return nil end
    local realm_value, file = script.compile(loc.auth_basic), script.compile(loc.auth_basic_user_file)
    return function(r)
        local realm = script.eval(r, realm_value)
        if realm == "off" then return end
        local path = script.eval(r, file)
        if byte(path, 1) ~= SLASH then path = state.plan.conf_prefix .. path end
        return check(r, realm, path)
    end
end

return module
