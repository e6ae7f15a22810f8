-- ngx_http_charset_filter_module: adds the charset to Content-Type, and recodes where the source's is known.
local state = require "pyresty.state"
local entity = require "pyresty.http.entity"
local headers_out = require "pyresty.http.headers_out"
local log = require "pyresty.http.log"
local recode = require "pyresty.modules.charset_recode"
local variables = require "pyresty.http.variables"

local lower = string.lower
local next, type = next, type
local LOG_ERR, ERROR = 4, -1
local PASSES = {proxy = true, fastcgi = true, uwsgi = true, scgi = true}

local module = {}
local recoders = {} -- "from>to" → function(r, data)

-- A charset's reader: r → name | nil when its variable has no value.
local function reader(charset)
    if not charset then return nil end
    if type(charset) == "table" then return variables.resolve(charset[1].var) end
    return function() return charset end
end

local function recoder(source, target)
    local key = source .. ">" .. target
    local known = recoders[key]
    if known == nil then
        local entry = state.plan.charset_tables[key]
        known = entry and recode[entry.kind](entry.map) or false
        recoders[key] = known
        if entry then recoders[key .. "*"] = entry.kind end
    end
    return known, recoders[key .. "*"]
end

local function set(r, name)
    if r.parent then return end
    if r.status == 301 or r.status == 302 then -- some clients took it for the next page's
        r.headers_out.charset = nil
        return
    end
    r.headers_out.charset, r.charset_name = name ~= "" and name or nil, name
end

-- X-Accel-Charset
local function overridden(r, name)
    if state.plan.charsets[lower(name)] then return name end
    log.error(LOG_ERR, r, 'unknown charset "' .. name .. '" to override')
end

-- → name | nil: leave the response alone | nil, ERROR
local function destination(r, loc, name_of)
    local out = r.headers_out
    if r.parent then return r.main.charset_name end
    local kind = out.content_type
    if not kind or kind == "" then return nil end
    if out.override_charset then return overridden(r, out.override_charset) end
    if not name_of then return nil end
    if out.charset then
        if not loc.override_charset then return nil end
    elseif not entity.has_type(r, loc.charset_types) then
        return nil
    end
    local name = name_of(r)
    if not name then return nil, ERROR end
    return name
end

local function no_map(r, source, target)
    log.error(LOG_ERR, r, 'no "charset_map" between the charsets "' .. source .. '" and "' .. target .. '"')
end

-- Recodes from one charset to another, when there is a table.
local function convert(r, source, target)
    local charsets, from, to = state.plan.charsets, lower(source), lower(target)
    if not charsets[from] or not charsets[to] then
        if from ~= to then return no_map(r, source, target) end
        return set(r, target)
    end
    if from == to then return set(r, target) end
    if headers_out.first(r, "content-encoding") then return end
    local convert_data, kind = recoder(from, to)
    if not convert_data then return no_map(r, source, target) end
    set(r, target)
    r.recode = convert_data
    if kind ~= "bytes" and not r.parent then headers_out.clear_content_length(r) end
end

function module.header_filter(loc)
    local has_tables = state.plan.charset_tables and next(state.plan.charset_tables)
    local passes = type(loc.content) == "table" and PASSES[loc.content.kind]
    if not loc.charset and not has_tables and not passes then return nil end
    local name_of, source_of = reader(loc.charset), reader(loc.source_charset)

    return function(r)
        local target, rc = destination(r, loc, name_of)
        if not target then return rc end
        local source = r.headers_out.charset
        if not source and source_of then
            source = source_of(r)
            if not source then return ERROR end
        end
        if not source then return set(r, target) end
        return convert(r, source, target)
    end
end

function module.body_filter()
    if not state.plan.charset_tables or not next(state.plan.charset_tables) then return nil end
    return function(r, data, last)
        local convert_data = r.recode
        if convert_data and data ~= "" then data = convert_data(r, data) end
        return data, last
    end
end

return module
