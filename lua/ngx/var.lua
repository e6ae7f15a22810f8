-- ngx.var: nginx variables, and by number the last regular expression's captures.
local state = require "pyresty.state"
local guard = require "pyresty.ngx.guard"
local variables = require "pyresty.http.variables"

local error, pcall, setmetatable, tostring, type = error, pcall, setmetatable, tostring, type
local lower = string.lower
local get, set, capture = variables.get, variables.set, variables.capture
local refuse_here = guard.refuse_here

-- A variable that was set to nil has no value: false, so that its own reader is not asked.
local function clear(r, name)
    if not variables.has_writer(name) then r.vars[name] = false end
end

local function install(ngx)
    local allowed = guard.phases("ngx.var")

    local function index(_, name)
        local r = state.r
        if not r or not allowed[r.phase] then refuse_here(r) end
        local kind = type(name)
        if kind == "string" then return get(r, name) or nil end
        if kind == "number" then return capture(r, name) end
        error("bad variable name", 2)
    end

    local function newindex(_, name, value)
        local r = state.r
        if not r or not allowed[r.phase] then refuse_here(r) end
        if type(name) ~= "string" then error("bad variable name", 2) end
        if value ~= nil and type(value) ~= "string" then value = tostring(value) end
        local ok, message = pcall(set, r, name, value)
        if not ok then error(message, 2) end
        if value == nil then clear(r, lower(name)) end
    end

    ngx.var = setmetatable({}, {__index = index, __newindex = newindex})
end

return {install = install}
