-- ngx_http_addition_filter_module: a subrequest's response before a response, and one after it.
local entity = require "pyresty.http.entity"
local postpone = require "pyresty.http.postpone"

local module = {}

local function is_on(loc) return loc.add_before_body ~= "" or loc.add_after_body ~= "" end

function module.header_filter(loc)
    if not is_on(loc) then return nil end
    local types = loc.addition_types
    return function(r)
        if r.status ~= 200 or r.parent or not entity.has_type(r, types) then return end
        r.addition = loc
        entity.changes(r)
        postpone.install(r)
    end
end

function module.body_filter(loc)
    if not is_on(loc) then return nil end
    return function(r, data, last)
        local spec = r.addition
        if not spec then return data, last end
        if not r.addition_begun then
            r.addition_begun = true
            if spec.add_before_body ~= "" then postpone.subrequest(r, {uri = spec.add_before_body}) end
        end
        if last and spec.add_after_body ~= "" then postpone.behind(r, {uri = spec.add_after_body}) end
        return data, last
    end
end

return module
