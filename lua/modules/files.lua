-- What the modules that look at files share: error classes and log lines.
local log = require "pyresty.http.log"

local LOG_CRIT, LOG_ERR = 3, 4
local ENOENT, EACCES, ENOTDIR, ENAMETOOLONG, ELOOP = 2, 13, 20, 36, 40

local files = {EACCES = EACCES, ELOOP = ELOOP, ENOENT = ENOENT}

--- Is it one of the errors that only say that there is no such file?
function files.is_absent(code) return code == ENOENT or code == ENOTDIR or code == ENAMETOOLONG end

--- Is it one that stands for 403?
function files.is_forbidden(code) return code == EACCES or code == ELOOP end

--- "(2: No such file or directory)"
function files.failure(code, reason) return "(" .. code .. ": " .. reason .. ")" end

--- Logs a failed call as nginx's static handler does → the status to answer with.
function files.status(r, call, path, code, reason)
    local level, status = LOG_CRIT, 500
    if files.is_absent(code) then
        level, status = LOG_ERR, 404
    elseif files.is_forbidden(code) then
        level, status = LOG_ERR, 403
    end
    if status ~= 404 or r.loc.log_not_found ~= false then
        log.error(level, r, call .. ' "' .. path .. '" failed ' .. files.failure(code, reason))
    end
    return status
end

return files
