-- Compiled expressions of ngx.re.*, cached by (options, expression).

local log = require "pyresty.http.log"
local native = require "pyresty.native"
local state = require "pyresty.state"

local byte, format, sub = string.byte, string.format, string.sub
local error, pairs, type = error, pairs, type

local re_compile = {}

local pcre = native.pcre
local LOG_DEBUG = 8
local LETTERS = "adDijJmosuUx"
local DEFAULT_MAX_ENTRIES = 1024
local SCRATCH_ENTRIES = 64

local known = {}
for i = 1, #LETTERS do
    known[byte(LETTERS, i)] = true
end

local parsed_options = {}

-- Two generations stand for an LRU list: a hit costs two table reads, and what was not used while `young` filled up
-- goes. `scratch` holds the last expressions compiled without "o", outside the cache that the directive bounds.
local young, old, young_count = {}, {}, 0
local scratch, scratch_count = {}, 0
local generation_size
local cached_any = false

local function parse(options)
    local parsed = { text = options, once = false, dfa = false, jit = false, dup = false, utf = false }
    for i = 1, #options do
        local letter = byte(options, i)
        if not known[letter] then
            error(format('unknown flag "%s" (flags "%s")', sub(options, i, i), options), 5)
        end
        parsed.once = parsed.once or letter == byte "o"
        parsed.dfa = parsed.dfa or letter == byte "d"
        parsed.jit = parsed.jit or letter == byte "j"
        parsed.dup = parsed.dup or letter == byte "D"
        parsed.utf = parsed.utf or letter == byte "u" or letter == byte "U"
    end
    parsed_options[options] = parsed
    return parsed
end

local function setup()
    local settings = state.plan and state.plan.lua or {}
    local max = settings.lua_regex_cache_max_entries or DEFAULT_MAX_ENTRIES
    generation_size = max > 1 and (max - max % 2) / 2 or max
    if (settings.lua_regex_match_limit or 0) > 0 then
        pcre.set_match_limit(settings.lua_regex_match_limit)
    end
end

local function release(generation)
    for _, by_regex in pairs(generation) do
        for _, compiled in pairs(by_regex) do
            pcre.free(compiled.handle)
            compiled.handle = false
        end
    end
end

local function put(cache, options, regex, compiled)
    local by_regex = cache[options]
    if not by_regex then
        by_regex = {}
        cache[options] = by_regex
    end
    by_regex[regex] = compiled
end

local function keep_young(options, regex, compiled)
    if young_count >= generation_size then
        release(old)
        old, young, young_count = young, {}, 0
    end
    put(young, options, regex, compiled)
    young_count = young_count + 1
end

local function tell_jit(handle, parsed)
    if parsed.jit and log.enabled(LOG_DEBUG) then
        log.error(LOG_DEBUG, nil, "pcre JIT compiling result: " .. (pcre.is_jit(handle) and 1 or 0))
    end
end

local function compile(regex, parsed)
    local handle, groups = pcre.compile(regex, parsed.text)
    if not handle then
        return nil, groups -- the message
    end
    tell_jit(handle, parsed)
    return {
        handle = handle,
        groups = groups,
        names = pcre.names(handle),
        regex = regex,
        options = parsed,
        dup = parsed.dup,
        utf = parsed.utf,
    }
end

local function fetch_old(options, regex)
    local by_regex = old[options]
    local compiled = by_regex and by_regex[regex]
    if compiled then
        by_regex[regex] = nil
        keep_young(options, regex, compiled)
    end
    return compiled
end

local function fetch_scratch(regex, parsed)
    local by_regex = scratch[parsed.text]
    local compiled = by_regex and by_regex[regex]
    if compiled then
        tell_jit(compiled.handle, parsed) -- nginx compiles it anew
        return compiled
    end
    local message
    compiled, message = compile(regex, parsed)
    if not compiled then
        return nil, message
    end
    if scratch_count >= SCRATCH_ENTRIES then
        release(scratch)
        scratch, scratch_count = {}, 0
    end
    put(scratch, parsed.text, regex, compiled)
    scratch_count = scratch_count + 1
    return compiled
end

local function fetch(regex, options)
    if type(regex) ~= "string" then
        error("attempt to get length of local 'regex' (a " .. type(regex) .. " value)", 4)
    end
    local parsed = parsed_options[options] or parse(options)
    if not generation_size then
        setup()
    end
    if not parsed.once or generation_size < 1 then
        return fetch_scratch(regex, parsed)
    end
    local compiled = fetch_old(options, regex)
    if compiled then
        return compiled
    end
    local message
    compiled, message = compile(regex, parsed)
    if compiled then
        keep_young(options, regex, compiled)
        cached_any = true
    end
    return compiled, message
end

--- → compiled {handle, groups, names, dup, utf …} | nil, message. Raises for an unknown option, at the level of the
--- caller of ngx.re.*. A compiled expression whose `handle` is false was dropped from the cache: fetch it again.
function re_compile.get(regex, options)
    options = options or ""
    local by_regex = young[options]
    local compiled = by_regex and by_regex[regex]
    local message
    if not compiled then
        compiled, message = fetch(regex, options)
    end
    return compiled, message
end

--- Whether a compiled expression was put into the cache (option "o").
function re_compile.cached_any()
    return cached_any
end

return re_compile
