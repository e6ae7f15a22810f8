-- What autoindex and random_index share: the entries of the request's directory.
local state = require "pyresty.state"
local files = require "pyresty.modules.files"
local log = require "pyresty.http.log"
local paths = require "pyresty.http.paths"

local gmatch, sub = string.gmatch, string.sub
local tonumber = tonumber
local LOG_CRIT, LOG_ERR = 3, 4

local directory = {}

local function failed(r, code, reason, call)
    local level, status = LOG_CRIT, 500
    if files.is_absent(code) then
        level, status = LOG_ERR, 404
    elseif code == files.EACCES then
        level, status = LOG_ERR, 403
    end
    log.error(level, r, call .. " failed " .. files.failure(code, reason))
    return nil, status
end

--- → array of {name, kind = "d" | "f" | "o", mtime, size}, directories first | nil, status
function directory.entries(r)
    local path = paths.filename(r)
    if not path then return nil, 500 end
    if #path > 1 then path = sub(path, 1, -2) end
    local packed, code, reason, call = state.host.list_directory(path)
    if not packed then return failed(r, code, reason, call) end
    local entries, n = {}, 0
    for kind, mtime, size, name in gmatch(packed, "(%l) (%-?%d+) (%d+) (%Z+)%z") do
        n = n + 1
        entries[n] = {name = name, kind = kind, mtime = tonumber(mtime), size = tonumber(size)}
    end
    return entries
end

return directory
