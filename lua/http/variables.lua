-- nginx variables: `$name` of the configuration and ngx.var. A variable is a reader (r) → string | nil and, when it is
-- changeable, a writer (r, string). Values that were `set` live in r.vars, which is looked at first.
local lower, sub, find = string.lower, string.sub, string.find
local error, ipairs, pairs, require, type = error, ipairs, pairs, require, type

local variables = {}

local readers = {}     -- name → function(r)
local writers = {}     -- name → function(r, value)
local prefixes = {}    -- array of {text, length, function(r, rest)}
local declared = {}    -- name → true: changed by storing into r.vars
local by_prefix = {}   -- name → reader bound to its prefix, bounded
local by_prefix_count = 0
local MAX_BOUND = 2000 -- names come from Lua code too

local function absent() end

--- Declares `name`: spec.get (r) → string | nil; when it is changeable, either spec.set (r, value), or spec.stored:
--- what is assigned goes to r.vars and hides spec.get.
function variables.define(name, spec)
    readers[name] = spec.get or readers[name] or absent
    writers[name] = spec.set
    declared[name] = spec.stored
end

--- Declares every name that begins with `text`; fn(r, rest, whole name) reads one. The longest prefix wins.
--- prepare(rest), if given, is called when a name is first met.
function variables.prefix(text, fn, prepare)
    prefixes[#prefixes + 1] = {text = text, length = #text, read = fn, prepare = prepare}
    by_prefix, by_prefix_count = {}, 0
end

local function bind(name)
    local best
    if name == "" then return nil end
    for i = 1, #prefixes do
        local candidate = prefixes[i]
        if sub(name, 1, candidate.length) == candidate.text and (not best or candidate.length > best.length) then
            best = candidate
        end
    end
    if not best then return nil end
    local read, rest = best.read, lower(sub(name, best.length + 1)) -- names are case-insensitive
    if best.prepare then best.prepare(rest) end
    local function reader(r) return read(r, rest, name) end
    if by_prefix_count >= MAX_BOUND then
        by_prefix, by_prefix_count = {}, 0
    end
    by_prefix[name] = reader
    by_prefix_count = by_prefix_count + 1
    return reader
end

local function reader_of(name)
    return readers[name] or by_prefix[name] or bind(name)
end

local spellings, spelled = {}, 0 -- names with capitals → in lower case, bounded

local function get_unknown(r, name)
    local reader = bind(name)
    if reader then return reader(r) end
    if not find(name, "%u") then return nil end
    if spelled >= MAX_BOUND then spellings, spelled = {}, 0 end
    local low = lower(name)
    spellings[name], spelled = low, spelled + 1
    return variables.get(r, low)
end

--- The value of a variable, or nil when it has none or does not exist. Names are case-insensitive.
function variables.get(r, name)
    local value = r.vars[name]
    if value ~= nil then return value end
    local reader = readers[name] or by_prefix[name]
    if reader then return reader(r) end
    local low = spellings[name]
    if low then return variables.get(r, low) end
    return get_unknown(r, name)
end

--- A function(r) → string | nil that reads `name`; used where a name is known beforehand.
function variables.resolve(name)
    name = lower(name)
    local reader = reader_of(name)
    if not reader then
        local get = variables.get
        return function(r) return get(r, name) end
    end
    if writers[name] then return reader end -- never stored in r.vars
    return function(r)
        local value = r.vars[name]
        if value ~= nil then return value end
        return reader(r)
    end
end

--- The function that reads a variable nothing was stored for, or nil.
function variables.reader(name) return reader_of(lower(name)) end

--- Does a variable have a writer of its own (args, limit_rate)?
function variables.has_writer(name) return writers[name] ~= nil end

--- Assigns a variable; a nil value makes it absent again. Raises as ngx.var does when that is not possible.
function variables.set(r, name, value)
    local writer = writers[name]
    if writer then return writer(r, value) end
    if declared[name] then
        r.vars[name] = value
        return
    end
    local low = lower(name)
    if low ~= name then return variables.set(r, low, value) end
    if readers[name] then
        error('variable "' .. name .. '" not changeable', 0)
    end
    error('variable "' .. name .. '" not found for writing; maybe it is a built-in variable that is not changeable or '
        .. 'you forgot to use "set $' .. name .. " '';\" in the config file to define it first", 0)
end

--- The function that `set $name` assigns with, (r, value).
function variables.writer(name)
    name = lower(name)
    local writer = writers[name]
    if writer then return writer end
    return function(r, value) r.vars[name] = value end
end

--- `$n` of the last regular expression, or nil.
function variables.capture(r, n)
    local captures = r.captures
    local value = captures and captures[n]
    if not value or n == 0 then return nil end
    return value
end

--- Takes the variables of serving modules: `variables = {name → spec}` and `prefixes = {text → fn}`.
function variables.use(module)
    for name, spec in pairs(module.variables or {}) do
        variables.define(name, type(spec) == "function" and {get = spec} or spec)
    end
    for text, fn in pairs(module.prefixes or {}) do
        variables.prefix(text, fn, module.prepare and module.prepare[text])
    end
end

for _, builtin in ipairs {"request", "connection", "response", "time"} do
    variables.use(require("pyresty.http.vars." .. builtin))
end

return variables
