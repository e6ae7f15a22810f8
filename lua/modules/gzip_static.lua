-- ngx_http_gzip_static_module: sends FILE.gz, when there is one, to clients that take gzip.
local accepts_gzip = require "pyresty.http.accepts_gzip"
local discard_early = require("pyresty.http.body").discard_early
local files = require "pyresty.modules.files"
local io = require "pyresty.native".io
local log = require "pyresty.http.log"
local paths = require "pyresty.http.paths"
local static = require "pyresty.modules.static"

local byte = string.byte
local SLASH, LOG_CRIT, LOG_ERR = 47, 3, 4

local module = {}

local function open(r, path)
    local fd, reason, code = io.open(path)
    if fd then return fd end
    if not files.is_absent(code) then
        log.error(files.is_forbidden(code) and LOG_ERR or LOG_CRIT, r,
            'open() "' .. path .. '" failed ' .. files.failure(code, reason))
    end
end

local function serve(r, path, fd)
    local size, mtime, is_directory, is_file = io.fstat(fd)
    if is_directory then
        io.close(fd)
        return
    end
    if not is_file then
        io.close(fd)
        log.error(LOG_CRIT, r, '"' .. path .. '" is not a regular file')
        return 404
    end
    local refused = discard_early(r)
    if refused then
        io.close(fd)
        return refused
    end
    return static.send_file(r, fd, size, mtime, false, "gzip")
end

function module.fallback(loc)
    local mode = loc.gzip_static
    if mode ~= "on" and mode ~= "always" then return nil end
    return function(r)
        local method = r.method
        if method ~= "GET" and method ~= "HEAD" or byte(r.uri, -1) == SLASH then return end
        local accepted = mode == "always" or accepts_gzip(r)
        if not accepted and not r.loc.gzip_vary then return end
        local path = paths.filename(r)
        if not path then return 500 end
        path = path .. ".gz"
        local fd = open(r, path)
        if not fd then return end
        if mode == "on" then
            r.gzip_vary = r.loc.gzip_vary
            if not accepted then
                io.close(fd)
                return
            end
        end
        return serve(r, path, fd)
    end
end

return module
