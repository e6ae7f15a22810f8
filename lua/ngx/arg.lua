-- ngx.arg: the arguments of set_by_lua, r.set_args = {…}; or a body filter's chunk and end flag, r.filter_data and
-- r.filter_last, which the filter's runner sets before and takes back after.
local state = require "pyresty.state"
local guard = require "pyresty.ngx.guard"
local flatten = require "pyresty.ngx.flatten"

local error, floor, setmetatable, tostring, type = error, math.floor, setmetatable, tostring, type

local function set_chunk(r, value)
    local kind = type(value)
    if kind == "string" then
        r.filter_data = value
    elseif kind == "number" then
        r.filter_data = tostring(value)
    elseif value == nil then
        r.filter_data = ""
    elseif kind == "table" then
        local data, err = flatten.table(value, true)
        if not data then return err end
        r.filter_data = data
    else
        return "bad chunk data type: " .. kind
    end
end

local function install(ngx)
    local allowed = guard.phases("ngx.arg")

    local function index(_, i)
        local r = state.r
        if not r or r.phase == "init" then error("no request found", 2) end
        local phase = r.phase
        if phase == "body_filter" then
            if i == 1 then return r.filter_data end
            if i == 2 then return r.filter_last end
            return nil
        end
        if not allowed[phase] then error("API disabled in the current context", 2) end
        local args = r.set_args
        local value = args and args[i]
        if value == "" then return nil end
        return value
    end

    local function newindex(_, i, value)
        local r = state.r
        if not r or r.phase == "init" then error("no request object found", 2) end
        if r.phase ~= "body_filter" then guard.refuse(r) end
        i = guard.number(2, i, 3)
        if i >= 2 and i < 3 then
            r.filter_last = value and true or false
            return
        end
        if i < 1 or i >= 3 then error("bad index: " .. floor(i), 2) end
        local err = set_chunk(r, value)
        if err then
            if type(value) == "table" then guard.argument(3, err) end
            error(err, 2)
        end
    end

    ngx.arg = setmetatable({}, {__index = index, __newindex = newindex})
end

return {install = install}
