-- Regular expressions of the configuration: matching one replaces the request's captures and sets its named groups.
local pcre = require "pyresty.native".pcre
local log = require "pyresty.http.log"

local error, lower = error, string.lower
local exec, find = pcre.exec, pcre.find
local LOG_ALERT = 2
local NONE = {} -- the captures of a pattern without groups

local regex = {}

local compiled = {}
local scratch = {}

--- → {handle, groups, names, text}; the same text is compiled once.
function regex.compile(text, caseless)
    local key = (caseless and "i" or "-") .. text
    local re = compiled[key]
    if re then return re end
    local handle, groups = pcre.compile(text, caseless and "ij" or "j")
    if not handle then error(groups, 0) end
    local names = pcre.names(handle)
    for i = 2, names and #names or 0, 2 do names[i] = lower(names[i]) end -- variables are
    re = {handle = handle, groups = groups, names = names, text = text}
    compiled[key] = re
    return re
end

local function keep(r, re)
    local captures = scratch
    scratch = {}
    r.captures = captures
    local names = re.names
    if names then
        local vars = r.vars
        for i = 1, #names, 2 do vars[names[i + 1]] = captures[names[i]] or "" end
    end
end

--- Matches (ngx_http_regex_exec) → true | false | nil on an error, which was logged.
function regex.match(r, re, subject)
    local from, code
    if re.groups == 0 then
        from, code = find(re.handle, subject, 1)
        if from then
            r.captures = NONE
            return true
        end
    else
        from, code = exec(re.handle, subject, 1, scratch)
        if from then
            keep(r, re)
            return true
        end
    end
    if code then
        log.error(LOG_ALERT, r, "pcre2_match() failed: " .. code .. ' on "' .. subject .. '" using "' .. re.text .. '"')
        return nil
    end
    return false
end

return regex
