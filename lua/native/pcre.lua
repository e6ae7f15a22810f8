-- Regular expressions: PCRE2 (8 bit) by FFI.
--
-- A compiled expression is an integer handle. Positions are 1-based, `to` is inclusive (`from - 1` for an empty match).
-- Error codes of a match are PCRE2's negative numbers.

local ffi = require "ffi"
local bit = require "bit"
local cdef = require "pyresty.native.cdef"
local code_of = require "pyresty.native.pcre_code"

local bor, band = bit.bor, bit.band
local cast = ffi.cast
local copy_string = ffi.string
local byte, format, sub = string.byte, string.format, string.sub
local tonumber = tonumber

assert(ffi.abi("le") and ffi.abi("64bit"), "pcre2 needs a 64 bit little-endian machine")

cdef.once("pcre", [[
typedef struct pyresty_pcre2_code pyresty_pcre2_code;
typedef struct pyresty_pcre2_match_data pyresty_pcre2_match_data;
typedef struct pyresty_pcre2_match_context pyresty_pcre2_match_context;
typedef struct pyresty_pcre2_jit_stack pyresty_pcre2_jit_stack;

pyresty_pcre2_code *pyresty_pcre2_compile(const uint8_t *pattern, size_t length, uint32_t options, int *code,
    size_t *offset, void *context) __asm__("pcre2_compile_8");
void pyresty_pcre2_code_free(pyresty_pcre2_code *code) __asm__("pcre2_code_free_8");
int pyresty_pcre2_jit_compile(pyresty_pcre2_code *code, uint32_t options) __asm__("pcre2_jit_compile_8");
int pyresty_pcre2_pattern_info(const pyresty_pcre2_code *code, uint32_t what, void *where)
    __asm__("pcre2_pattern_info_8");
int pyresty_pcre2_get_error_message(int code, uint8_t *buffer, size_t size) __asm__("pcre2_get_error_message_8");
int pyresty_pcre2_config(uint32_t what, void *where) __asm__("pcre2_config_8");

pyresty_pcre2_match_data *pyresty_pcre2_match_data_create(uint32_t pairs, void *context)
    __asm__("pcre2_match_data_create_8");
void pyresty_pcre2_match_data_free(pyresty_pcre2_match_data *data) __asm__("pcre2_match_data_free_8");
size_t *pyresty_pcre2_get_ovector_pointer(pyresty_pcre2_match_data *data) __asm__("pcre2_get_ovector_pointer_8");

pyresty_pcre2_match_context *pyresty_pcre2_match_context_create(void *context)
    __asm__("pcre2_match_context_create_8");
int pyresty_pcre2_set_match_limit(pyresty_pcre2_match_context *context, uint32_t limit)
    __asm__("pcre2_set_match_limit_8");
pyresty_pcre2_jit_stack *pyresty_pcre2_jit_stack_create(size_t start, size_t max, void *context)
    __asm__("pcre2_jit_stack_create_8");
void pyresty_pcre2_jit_stack_free(pyresty_pcre2_jit_stack *stack) __asm__("pcre2_jit_stack_free_8");
void pyresty_pcre2_jit_stack_assign(pyresty_pcre2_match_context *context, void *callback,
    pyresty_pcre2_jit_stack *stack) __asm__("pcre2_jit_stack_assign_8");

int pyresty_pcre2_match(const pyresty_pcre2_code *code, const uint8_t *subject, size_t length, size_t start,
    uint32_t options, pyresty_pcre2_match_data *data, pyresty_pcre2_match_context *context) __asm__("pcre2_match_8");
int pyresty_pcre2_jit_match(const pyresty_pcre2_code *code, const uint8_t *subject, size_t length, size_t start,
    uint32_t options, pyresty_pcre2_match_data *data, pyresty_pcre2_match_context *context)
    __asm__("pcre2_jit_match_8");
int pyresty_pcre2_dfa_match(const pyresty_pcre2_code *code, const uint8_t *subject, size_t length, size_t start,
    uint32_t options, pyresty_pcre2_match_data *data, pyresty_pcre2_match_context *context, int *workspace,
    size_t size) __asm__("pcre2_dfa_match_8");
]])

local lib, failure = cdef.library { "libpcre2-8.so.0", "pcre2-8" }
if not lib then
    error("regular expressions need libpcre2-8.so.0: " .. failure, 0)
end

local JAVASCRIPT = 0x1 + 0x2 + 0x200   -- ALLOW_EMPTY_CLASS | ALT_BSUX | MATCH_UNSET_BACKREF
local UTF, NO_UTF_CHECK = 0x80000, 0x40000000
local OPTIONS = {
    [byte "i"] = 0x8, [byte "m"] = 0x400, [byte "s"] = 0x20, [byte "x"] = 0x80, [byte "a"] = 0x80000000,
    [byte "D"] = 0x40, [byte "J"] = JAVASCRIPT, [byte "u"] = UTF, [byte "U"] = UTF,
    [byte "d"] = 0, [byte "j"] = 0, [byte "o"] = 0,
}
local INFO_ALLOPTIONS, INFO_CAPTURECOUNT, INFO_MINLENGTH = 0, 4, 16
local INFO_NAMECOUNT, INFO_NAMEENTRYSIZE, INFO_NAMETABLE = 17, 18, 19
local CONFIG_VERSION = 11
local JIT_COMPLETE = 1
local NOMATCH, BADOFFSET, BADHANDLE = -1, -33, -29   -- PCRE2_ERROR_NOMATCH, _BADOFFSET, _BADDATA
local MESSAGE_SIZE = 255                             -- what OpenResty's buffer holds of a message
local DFA_WORKSPACE = 100
local JIT_STACK_START = 32768

local context = lib.pyresty_pcre2_match_context_create(nil)
local pairs_held = 32
local match_data = lib.pyresty_pcre2_match_data_create(pairs_held, nil)
-- The vector holds size_t; its low halves are plain Lua numbers, and PCRE2_UNSET is -1 in them.
local vector = cast("int32_t *", lib.pyresty_pcre2_get_ovector_pointer(match_data))
local dfa_data = lib.pyresty_pcre2_match_data_create(1, nil)
local dfa_vector = cast("int32_t *", lib.pyresty_pcre2_get_ovector_pointer(dfa_data))
local dfa_workspace = ffi.new("int[?]", DFA_WORKSPACE)
local jit_stack

local error_code = ffi.new("int[1]")
local error_offset = ffi.new("size_t[1]")
local info = ffi.new("uint32_t[1]")
local text_buffer = ffi.new("uint8_t[256]")
local name_table = ffi.new("const uint8_t *[1]")

local put, finish = code_of.put, code_of.finish
local programs = {}
local free_handles, free_count, last_handle = {}, 0, 0

local pcre = {}

local function pattern_info(code, what)
    lib.pyresty_pcre2_pattern_info(code, what, info)
    return tonumber(info[0])
end

local function compile_message(pattern)
    lib.pyresty_pcre2_get_error_message(error_code[0], text_buffer, 128)
    local reason = copy_string(text_buffer)
    local offset = tonumber(error_offset[0])
    local message
    if offset == #pattern then
        message = format('pcre2_compile() failed: %s in "%s"', reason, pattern)
    else
        message = format('pcre2_compile() failed: %s in "%s" at "%s"', reason, pattern, sub(pattern, offset + 1))
    end
    return sub(message, 1, MESSAGE_SIZE)
end

-- → array {group, name, group, name …} in PCRE2's order (by name), or nil.
local function read_names(code)
    local count = pattern_info(code, INFO_NAMECOUNT)
    if count == 0 then
        return nil
    end
    local entry_size = pattern_info(code, INFO_NAMEENTRYSIZE)
    lib.pyresty_pcre2_pattern_info(code, INFO_NAMETABLE, name_table)
    local names = {}
    for i = 0, count - 1 do
        local entry = name_table[0] + i * entry_size
        names[2 * i + 1] = entry[0] * 256 + entry[1]
        names[2 * i + 2] = copy_string(entry + 2)
    end
    return names
end

local function reserve_pairs(count)
    if count <= pairs_held then
        return
    end
    lib.pyresty_pcre2_match_data_free(match_data)
    match_data = lib.pyresty_pcre2_match_data_create(count, nil)
    vector = cast("int32_t *", lib.pyresty_pcre2_get_ovector_pointer(match_data))
    pairs_held = count
end

local function new_handle()
    if free_count > 0 then
        local handle = free_handles[free_count]
        free_count = free_count - 1
        return handle
    end
    last_handle = last_handle + 1
    return last_handle
end

--- Compiles `pattern` with the option letters of ngx.re (i m s x a D J u U; d the DFA matcher, j the JIT compiler)
--- → handle, number of capturing groups | nil, message as nginx words it.
function pcre.compile(pattern, flags)
    local options, dfa, jit, check = 0, false, false, 0
    for i = 1, flags and #flags or 0 do
        local letter = byte(flags, i)
        if not OPTIONS[letter] then
            return nil, format('unknown flag "%s" (flags "%s")', sub(flags, i, i), flags)
        end
        options = bor(options, OPTIONS[letter])
        dfa = dfa or letter == byte "d"
        jit = jit or letter == byte "j"
        check = letter == byte "U" and NO_UTF_CHECK or check
    end
    -- The option for "a" is the sign bit of what `bit` returns.
    local code = lib.pyresty_pcre2_compile(pattern, #pattern, cast("uint32_t", options), error_code, error_offset, nil)
    if code == nil then
        return nil, compile_message(pattern)
    end
    ffi.gc(code, lib.pyresty_pcre2_code_free)
    local compiled = jit and not dfa and lib.pyresty_pcre2_jit_compile(code, JIT_COMPLETE) == 0
    local utf = band(pattern_info(code, INFO_ALLOPTIONS), UTF) ~= 0
    local groups = dfa and 0 or pattern_info(code, INFO_CAPTURECOUNT)
    reserve_pairs(groups + 1)
    local handle = new_handle()
    programs[handle] = {
        code = code,
        groups = groups,
        fill = code_of.fillers[groups],
        dfa = dfa,
        jit = compiled,
        direct = compiled and (not utf or check ~= 0),   -- nothing that pcre2_match would have to check before
        options = check,
        utf = utf,
        names = read_names(code),
        least = dfa and 0 or pattern_info(code, INFO_MINLENGTH), -- characters of a match: no shorter rest is searched
    }
    return handle, groups
end

--- Gives a handle back. The number is used again, so drop it.
function pcre.free(handle)
    local program = programs[handle]
    if program then
        programs[handle] = nil
        lib.pyresty_pcre2_code_free(ffi.gc(program.code, nil))
        free_count = free_count + 1
        free_handles[free_count] = handle
    end
end

--- Number of capturing groups (0 with the DFA matcher).
function pcre.groups(handle)
    return programs[handle].groups
end

--- Was it compiled to machine code?
function pcre.is_jit(handle)
    return programs[handle].jit
end

--- → array {group, name, group, name …} of the named groups, ordered by name, or nil when there is none.
function pcre.names(handle)
    return programs[handle].names
end

local function run(program, subject, offset)
    local length = #subject
    if program.direct then
        if offset > length then
            return BADOFFSET
        end
        return lib.pyresty_pcre2_jit_match(program.code, subject, length, offset, 0, match_data, context)
    end
    if program.dfa then
        local rc = lib.pyresty_pcre2_dfa_match(program.code, subject, length, offset, program.options, dfa_data,
            context, dfa_workspace, DFA_WORKSPACE)
        if rc >= 0 then
            vector[0], vector[2] = dfa_vector[0], dfa_vector[2]
            return 1
        end
        return rc
    end
    return lib.pyresty_pcre2_match(program.code, subject, length, offset, program.options, match_data, context)
end

--- Matches at byte `start` or later. A match fills `res` [0 … groups] with the strings, false for a group that took no
--- part → from, to of the whole | nil (no match) | nil, error code.
function pcre.exec(handle, subject, start, res)
    local program = programs[handle]
    if not program then
        return nil, BADHANDLE
    end
    local rc = run(program, subject, start - 1)
    if rc < 0 then
        if rc == NOMATCH then
            return nil
        end
        return nil, rc
    end
    program.fill(res, subject, vector, rc)
    return vector[0] + 1, vector[2]
end

--- Matches without making strings → from, to of group `nth` (0, the whole, when nil), end of the whole
--- | nil, nil, end of the whole (matched, but not that group) | nil (no match) | nil, error code.
function pcre.find(handle, subject, start, nth)
    local program = programs[handle]
    if not program then
        return nil, BADHANDLE
    end
    local rc = run(program, subject, start - 1)
    if rc < 0 then
        if rc == NOMATCH then
            return nil
        end
        return nil, rc
    end
    nth = nth or 0
    if nth >= rc or vector[4 * nth] < 0 then
        return nil, nil, vector[2]
    end
    return vector[4 * nth] + 1, vector[4 * nth + 2], vector[2]
end

--- → array {[0] = whole match, [1] = first group …}, false for a group that took no part | nil | nil, error code.
function pcre.exec_strings(handle, subject, start)
    local res = {}
    local from, code = pcre.exec(handle, subject, start or 1, res)
    if from then
        return res
    end
    return nil, code
end

-- ---------------------------------------------------------------- substitution

local templates, template_count = {}, 0

--- A replacement text, given as its parts: strings, and the numbers of groups → template, an integer.
function pcre.template(...)
    template_count = template_count + 1
    templates[template_count] = code_of.template { ... }
    return template_count
end

--- All templates are void.
function pcre.forget_templates()
    templates, template_count = {}, 0
end

-- One character behind the empty match at `offset`.
local function step_over(program, subject, offset, length)
    offset = offset + 1
    if program.utf then
        while offset < length and band(subject[offset], 0xc0) == 0x80 do
            offset = offset + 1
        end
    end
    return offset
end

--- Where the search goes on behind an empty match that ended at byte `to`.
function pcre.step_over(handle, subject, to)
    return step_over(programs[handle], cast("const uint8_t *", subject), to, #subject) + 1
end

-- The text, the rest of the subject included → text, number of matches
local function finish_text(subject, length, count, copied, used)
    if count == 0 then
        return subject, 0
    end
    if copied < length then
        used = put(cast("const uint8_t *", subject) + copied, length - copied, used)
    end
    return finish(used), count
end

-- Goes on behind `count` matches, of which the last ended at byte `copied`; the next is searched from `offset` on.
-- `used` bytes of the new text are there. (It calls itself: a loop would end LuaJIT's trace of the caller.)
local function replace(program, emit, global, subject, length, count, copied, offset, used)
    local rc = run(program, subject, offset)
    if rc < 0 then
        if rc ~= NOMATCH then
            return nil, rc
        end
        return finish_text(subject, length, count, copied, used)
    end
    local bytes = cast("const uint8_t *", subject)
    local from, to = vector[0], vector[2]
    if from > copied then
        used = put(bytes + copied, from - copied, used)
    end
    used = emit(bytes, vector, rc, used)
    offset = to
    if to <= from then
        offset = step_over(program, bytes, to, length)
    end
    if not global or offset > length - program.least then
        return finish_text(subject, length, count + 1, to, used)
    end
    return replace(program, emit, global, subject, length, count + 1, to, offset, used)
end

--- Replaces the first match, or all (`global`), by a template → text, number of matches | nil, error code.
function pcre.substitute(handle, subject, template, global)
    local program, emit = programs[handle], templates[template]
    if not program then
        return nil, BADHANDLE
    end
    return replace(program, emit, global, subject, #subject, 0, 0, 0, 0)
end

--- Bounds the backtracking of every match (lua_regex_match_limit); 0 is PCRE2's own limit.
function pcre.set_match_limit(limit)
    lib.pyresty_pcre2_set_match_limit(context, limit > 0 and limit or 10000000)
end

--- Gives JIT-compiled expressions a stack of up to `size` bytes (32 KB at least) → true | nil, message.
function pcre.set_jit_stack_size(size)
    if size < JIT_STACK_START then
        size = JIT_STACK_START
    end
    local stack = lib.pyresty_pcre2_jit_stack_create(JIT_STACK_START, size, nil)
    if stack == nil then
        return nil, "pcre jit stack allocation failed"
    end
    lib.pyresty_pcre2_jit_stack_assign(context, nil, stack)
    if jit_stack then
        lib.pyresty_pcre2_jit_stack_free(jit_stack)
    end
    jit_stack = stack
    return true
end

--- PCRE2's version: "10.42 2022-12-11".
function pcre.version()
    lib.pyresty_pcre2_config(CONFIG_VERSION, text_buffer)
    return copy_string(text_buffer)
end

return pcre
