-- ngx_http_split_clients_module: a variable by the hash of a text.
local state = require "pyresty.state"
local murmur = require "pyresty.modules.murmur"
local script = require "pyresty.http.script"

local pairs = pairs

local module = {variables = {}}

local function reader(name, split, kept)
    local source, parts = script.compile(split.source), split.parts
    return function(r)
        local hash, value = murmur(script.eval(r, source)), ""
        for i = 1, #parts do
            local part = parts[i]
            if not part.below or hash < part.below then
                value = part.value
                break
            end
        end
        if kept then r.vars[name] = value end
        return value
    end
end

local plan = state.plan
for name, split in pairs(plan and plan.split_clients or {}) do
    module.variables[name] = {get = reader(name, split, plan.variables.used[name]), stored = true}
end

return module
