-- ngx_http_try_files_module: the first of several paths that exists, else another URI, a named location or a status.
local files = require "pyresty.modules.files"
local io = require "pyresty.native".io
local log = require "pyresty.http.log"
local paths = require "pyresty.http.paths"
local script = require "pyresty.http.script"

local find, sub = string.find, string.sub
local ipairs, type = ipairs, type
local LOG_CRIT = 3

local module = {}

-- Where a name is looked for: below root, or below alias without the part of the URI that the alias stands for.
local function path_of(r, name, has_variables)
    local alias = r.loc.alias
    if alias and alias >= 0 and has_variables and sub(name, 1, alias) == sub(r.uri, 1, alias) then
        name = sub(name, alias + 1)
    end
    return paths.root(r) .. name, name
end

local function exists(r, path, directory)
    local size, reason, is_directory = io.stat(path)
    if size then return is_directory == directory end
    local code = is_directory
    if not files.is_absent(code) then
        log.error(LOG_CRIT, r, 'stat() "' .. path .. '" failed ' .. files.failure(code, reason))
    end
    return false
end

local function take(r, name, directory)
    local alias = r.loc.alias
    if not alias then
        r.uri = name
    elseif alias < 0 then
        if not directory then
            r.uri = name
            r.add_uri_to_alias = true
        end
    else
        r.uri = sub(r.uri, 1, alias) .. name
    end
    r.exten = nil
end

local function fall_back(r, target)
    local uri, args = target, nil
    local mark = sub(target, 1, 1) ~= "@" and find(target, "?", 1, true)
    if mark then uri, args = sub(target, 1, mark - 1), sub(target, mark + 1) end
    r.exec = {uri = uri, args = args}
    return "exec"
end

function module.precontent(loc)
    local spec = loc.try_files
    if not spec then return nil end
    local names, directories = {}, {}
    for i, file in ipairs(spec.files) do names[i], directories[i] = script.compile(file.name), file.directory end
    local fallback, code = script.compile(spec.fallback), spec.code
    return function(r)
        if not paths.alias_holds(r) then return 500 end
        for i = 1, #names do
            local path, name = path_of(r, script.eval(r, names[i]), type(names[i]) == "function")
            if exists(r, path, directories[i]) then return take(r, name, directories[i]) end
        end
        if code then return code end
        return fall_back(r, script.eval(r, fallback))
    end
end

return module
