-- The programs of locations and servers, made at load of the modules' handlers: flat arrays that phases runs.
local locating = require "pyresty.http.locating"
local phases = require "pyresty.http.phases"
local straight = require "pyresty.http.straight"

local ipairs, pairs, insert, remove = ipairs, pairs, table.insert, table.remove

local programs = {}
local modules, filters = {}, {} -- the serving halves, in the order of their handlers and filters
local first = {} -- phase → the module whose handler comes before all others

local function access_step(handler)
    return function(r)
        if r.parent then return end -- subrequests skip the access phase
        local rc = handler(r)
        if rc == nil or rc == phases.WAIT or rc == "exec" then return rc end
        return phases.access_result(r, rc)
    end
end

local function add(program, list)
    for _, handler in ipairs(list) do program[#program + 1] = handler end
end

local function handlers_of(phase, loc, from)
    local list, leader = {}, first[phase]
    for _, module in ipairs(from or modules) do
        local make = module[phase]
        local handler = make and make(loc)
        if handler then insert(list, module == leader and 1 or #list + 1, handler) end
    end
    return list
end

-- Makes the program of a location: rewrite … content.
local function compile(loc)
    local program = {}
    add(program, handlers_of("rewrite", loc))
    if #program > 0 then program[#program + 1] = phases.post_rewrite end
    add(program, handlers_of("preaccess", loc))
    local access = handlers_of("access", loc)
    for _, handler in ipairs(access) do program[#program + 1] = access_step(handler) end
    if #access > 0 then
        program[#program + 1] = phases.post_access
        loc.after_access = #program
    end
    add(program, handlers_of("precontent", loc))
    program[#program + 1] = phases.run_content
    if not loc.content then
        local chain = handlers_of("fallback", loc) -- index, autoindex, static: each may decline
        add(program, chain)
        program[#program + 1] = function() return 404 end
        loc.content = nil
        remove(program, #program - #chain - 1)
    end
    loc.program = straight.program(program)
    loc.filter_header = straight.header_filter(handlers_of("header_filter", loc, filters))
    loc.filter_body = straight.body_filter(handlers_of("body_filter", loc, filters))
    loc.log_request = straight.log(handlers_of("log", loc))
end

local function unless_internal(handler)
    return function(r)
        if not r.internal then return handler(r) end
    end
end

-- A server's program: its own rewrite directives, then the choice of the location.
local function compile_server(server, root_loc)
    server.root_loc = root_loc
    server.find_program = straight.program {locating.find}
    local program = handlers_of("server_rewrite", root_loc)
    local post_read = handlers_of("post_read", root_loc)
    if #program > 0 then
        if root_loc.fresh_vm then insert(program, 1, locating.to_fresh_vm) end
        program[#program + 1] = function(r)
            if r.uri_changed then r.uri_changed = nil end -- `last` at server level only ends the script
        end
    end
    program[#program + 1] = locating.find
    for i = #post_read, 1, -1 do insert(program, 1, unless_internal(post_read[i])) end
    server.program = straight.program(program)
end

--- The serving halves of the modules, in the order of their handlers and of their filters.
function programs.use(list, filter_list)
    modules, filters = list, filter_list
    for _, module in ipairs(list) do phases.use(module) end
end

--- Puts a module's handler in front of the others of a phase (*_by_lua_no_postpone).
function programs.lead(phase, module) first[phase] = module end

--- Makes all programs of a plan.
function programs.setup(plan)
    local locations = plan.locations
    for _, loc in ipairs(locations) do compile(loc) end
    for _, server in ipairs(plan.servers) do
        compile_server(server, locations[server.root])
        local named = {}
        for name, index in pairs(server.named or {}) do named[name] = locations[index] end
        server.named = named
    end
end

return programs
