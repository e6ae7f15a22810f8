-- ngx_http_rewrite_module: runs the script of a server or location (`loc.rewrite`). Codes of other modules mix in by
-- their `directives` (op → function(r, code)) and `compilers` (op → function(code, loc) → step).
local state = require "pyresty.state"
local discard_early = require("pyresty.http.body").discard_early
local conditions = require "pyresty.modules.rewrite_if"
local content_type = require "pyresty.http.content_type"
local headers_out = require "pyresty.http.headers_out"
local log = require "pyresty.http.log"
local output = require "pyresty.http.output"
local regex = require "pyresty.http.regex"
local script = require "pyresty.http.script"
local text = require "pyresty.modules.rewrite_text"
local uri = require "pyresty.http.uri"
local variables = require "pyresty.http.variables"

local find, sub = string.find, string.sub
local error, ipairs, pairs, require, type = error, ipairs, pairs, require, type
local LOG_ERR, LOG_WARN = 4, 5
local OK = 0
local REDIRECTS = {[301] = true, [302] = true, [303] = true, [307] = true, [308] = true}

-- A step is function(r) → nil: go on | number: finalize with it | true: the script ends.
local rewrite = {variables = {}}
local compilers = {}

local function notice(r, message)
    if r.loc.rewrite_log then return log.error(6, r, message) end
    if log.enabled(8, r) then return log.error(6, r, message) end
end

-- ---------------------------------------------------------------- set, break, return

function compilers.set(code)
    local write, value = variables.writer(code.name), text.compile(code.value)
    if type(value) == "string" then
        return function(r) write(r, value) end
    end
    return function(r) write(r, value(r, r.script_quote)) end
end

compilers["break"] = function()
    return function(r)
        if r.uri_changed then
            r.valid_location, r.uri_changed = false, nil
        end
        return true
    end
end

-- ngx_http_send_response; `value` is a compiled text.
local function respond(r, status, value)
    local refused = discard_early(r)
    if refused then return refused end
    if not r.err_status then r.status = status end
    local body = script.eval(r, value)
    if REDIRECTS[status] then
        headers_out.set(r, "Location", nil)
        r.headers_out.location = body
        return status
    end
    r.headers_out.content_length = #body
    content_type.set(r)
    local ok, rc = output.send_header(r)
    if not ok then return rc or -1 end
    if not r.header_only and body ~= "" then output.write(r, body, not r.parent) end
    return OK
end
rewrite.respond = respond

compilers["return"] = function(code)
    local status, value = code.status, script.compile(code.value)
    if status >= 400 and (value == nil or value == "") then
        return function() return status end
    end
    return function(r) return respond(r, status, value or "") end
end

-- ---------------------------------------------------------------- rewrite

local function leave_with(r, target, status)
    notice(r, 'rewritten redirect: "' .. target .. '"')
    headers_out.set(r, "Location", nil)
    r.headers_out.location = target
    return status
end

-- Decoding ends at the first "?", written or encoded; what follows stays as it is.
local function decode_redirect(target)
    local mark, encoded = find(target, "?", 1, true), find(target, "%%3[fF]")
    local stop = #target
    if mark and not (encoded and encoded < mark) then
        stop = mark
    elseif encoded then
        stop = encoded + 2
    end
    return uri.decode(sub(target, 1, stop), "redirect") .. sub(target, stop + 1)
end

local function redirect_target(r, code, value)
    local target = decode_redirect(type(value) == "string" and value or value(r, true))
    local args = r.args
    if code.add_args and args and args ~= "" then
        target = target .. (code.has_args and "&" or "?") .. args
    end
    return target
end

local function new_args(r, code, args)
    local old = r.args
    if args == nil then
        if not code.add_args then r.args = nil end
        return
    end
    if code.add_args and old and old ~= "" then args = args .. "&" .. old end
    r.args = args
end

local function change_uri(r, code, path, args)
    path = type(path) == "string" and path or path(r, false)
    if args ~= nil then args = type(args) == "string" and args or args(r, true) end
    new_args(r, code, args)
    notice(r, 'rewritten data: "' .. path .. '", args: "' .. (r.args or "") .. '"')
    r.uri, r.exten, r.valid_unparsed_uri = path, nil, false
    if path == "" then
        log.error(LOG_ERR, r, "the rewritten URI has a zero length")
        return 500
    end
end

local function matches(r, re, subject)
    local matched = regex.match(r, re, subject)
    if matched then
        notice(r, '"' .. re.text .. '" matches "' .. subject .. '"')
    elseif matched == false then
        notice(r, '"' .. re.text .. '" does not match "' .. subject .. '"')
        r.captures = nil
    end
    return matched
end

local function compile_redirect(code, re)
    local value = text.compile(code.value)
    return function(r)
        local matched = matches(r, re, r.uri)
        if not matched then return matched == nil and 500 or nil end
        r.internal = true
        r.uri_changed = true
        local target = redirect_target(r, code, value)
        r.script_quote = false
        return leave_with(r, target, code.status)
    end
end

function compilers.rewrite(code)
    local re = regex.compile(code.pattern, false)
    if code.status then return compile_redirect(code, re) end
    local path, args = text.compile_uri(code.value)
    local final, breaks = code.final, code.break_cycle
    return function(r)
        local matched = matches(r, re, r.uri)
        if not matched then return matched == nil and 500 or nil end
        r.internal = true
        if breaks then
            r.valid_location, r.uri_changed = false, nil
        else
            r.uri_changed = true
        end
        local failed = change_uri(r, code, path, args)
        r.script_quote = false
        if failed then return failed end
        return final
    end
end

-- ---------------------------------------------------------------- if

local compile_list

local function run(r, steps)
    for i = 1, #steps do
        local rc = steps[i](r)
        if rc ~= nil then return rc end
    end
end

-- The block's settings hold from here on: the same place of the other location's program goes on.
local function enter_location(r, loc)
    r.loc = loc
    r.program = loc.program
end

compilers["if"] = function(code, loc)
    local test = conditions.compile(code.condition, matches)
    local steps = compile_list(code.codes, loc)
    local inner = code.loc and state.plan.locations[code.loc]
    return function(r)
        local holds = test(r)
        if holds == nil then return 500 end
        if not holds then return nil end
        if inner then enter_location(r, inner) end
        return run(r, steps)
    end
end

-- ---------------------------------------------------------------- scripts

local known_directives

-- Other modules' codes: whichever of them this installation has.
local function other_directives()
    if known_directives then return known_directives end
    known_directives = {}
    for _, name in ipairs {"lua", "set_misc"} do
        local module = require("pyresty.modules." .. name)
        for op, directive in pairs(module.directives or {}) do known_directives[op] = directive end
        for op, compiler in pairs(module.compilers or {}) do compilers[op] = compiler end
    end
    return known_directives
end

local function compile_code(code, loc)
    local directives = other_directives()
    local compiler = compilers[code.op]
    if compiler then return compiler(code, loc) end
    local directive = directives[code.op]
    if not directive then error('no code "' .. code.op .. '" for the rewrite script', 0) end
    return function(r) return directive(r, code) end
end

function compile_list(codes, loc)
    local steps = {}
    for i, code in ipairs(codes or {}) do steps[i] = compile_code(code, loc) end
    return steps
end

local function script_of(loc)
    local steps = compile_list(loc.rewrite, loc)
    return function(r)
        r.script_quote = true
        local rc = run(r, steps)
        if rc ~= true then return rc end
    end
end

function rewrite.server_rewrite(loc) return loc.rewrite and script_of(loc) or nil end

local function through() end

-- The place in an `if` block's program, where the script that entered it goes on.
function rewrite.rewrite(loc)
    if loc.kind == "server" then return nil end
    if loc.kind == "if" then return through end
    return loc.rewrite and script_of(loc) or nil
end

-- ---------------------------------------------------------------- variables that the configuration defines

-- `set` and its kin create variables that read as empty, with a warning, until they are assigned.
local function uninitialized(name)
    local inherited = variables.reader(name) -- `set $http_x` hides a family's variable only once it is assigned
    if inherited then return inherited end
    return function(r)
        if r.loc.uninitialized_variable_warn ~= false then
            log.error(LOG_WARN, r, 'using uninitialized "' .. name .. '" variable')
        end
        return ""
    end
end

local function absent() end

local plan = state.plan
for name, directive in pairs(plan and plan.variables and plan.variables.defined or {}) do
    if not variables.has_writer(name) then
        local get = find(directive, "^set") and uninitialized(name) or variables.reader(name) or absent
        rewrite.variables[name] = {get = get, stored = true}
    end
end

return rewrite
