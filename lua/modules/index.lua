-- ngx_http_index_module: a URI that ends in "/" becomes that of the first index file there is.
local files = require "pyresty.modules.files"
local io = require "pyresty.native".io
local log = require "pyresty.http.log"
local paths = require "pyresty.http.paths"
local script = require "pyresty.http.script"

local byte, find, sub = string.byte, string.find, string.sub
local ipairs = ipairs
local SLASH, LOG_ALERT, LOG_CRIT, LOG_ERR = 47, 2, 3, 4

local module = {}

local function go_to(r, uri, args)
    r.exec = {uri = uri, args = args}
    return "exec"
end

local function directory_error(r, path, code, reason)
    if code == files.EACCES then
        log.error(LOG_ERR, r, '"' .. path .. '" is forbidden ' .. files.failure(code, reason))
        return 403
    end
    if r.loc.log_not_found ~= false then
        log.error(LOG_ERR, r, '"' .. path .. '" is not found ' .. files.failure(code, reason))
    end
    return 404
end

-- Where the first index file is missing: is the directory itself there? → status when it is not
local function check_directory(r, directory, path)
    local size, reason, is_directory = io.stat(directory)
    if not size then
        local code = is_directory
        if files.is_absent(code) or code == files.EACCES then return directory_error(r, path, code, reason) end
        log.error(LOG_CRIT, r, 'stat() "' .. directory .. '" failed ' .. files.failure(code, reason))
        return 500
    end
    if not is_directory then
        log.error(LOG_ALERT, r, '"' .. path .. '" is not a directory')
        return 500
    end
end

local function split_args(text)
    local mark = find(text, "?", 1, true)
    if not mark then return text, nil end
    return sub(text, 1, mark - 1), sub(text, mark + 1)
end

local function try(r, directory, name)
    local path = directory .. name
    local size, reason, code = io.stat(path)
    if size then return true end
    if code == files.ELOOP then return false, 403 end -- without a word, as in nginx
    if code == files.EACCES then return false, directory_error(r, path, code, reason) end
    if not r.index_directory_tested then
        local status = check_directory(r, directory, path)
        if status then return false, status end
        r.index_directory_tested = true
    end
    if files.is_absent(code) then return false end
    log.error(LOG_CRIT, r, 'stat() "' .. path .. '" failed ' .. files.failure(code, reason))
    return false, 500
end

function module.fallback(loc)
    local names = {}
    for i, name in ipairs(loc.index_files or {"index.html"}) do names[i] = script.compile(name) end
    return function(r)
        local method = r.method
        if byte(r.uri, -1) ~= SLASH or method ~= "GET" and method ~= "HEAD" and method ~= "POST" then return end
        local directory
        r.index_directory_tested = nil
        for i = 1, #names do
            local name = script.eval(r, names[i])
            if byte(name, 1) == SLASH then
                local path, args = split_args(name)
                return go_to(r, path, args or r.args)
            end
            directory = directory or paths.filename(r)
            if not directory then return 500 end
            local found, status = try(r, directory, name)
            if found then return go_to(r, r.uri .. name, r.args) end
            if status then return status end
        end
    end
end

return module
