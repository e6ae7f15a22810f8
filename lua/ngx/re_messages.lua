-- What ngx.re.* says about errors: the texts and numbers of ngx_lua on PCRE 8, which the version that we report uses,
-- for those of PCRE2.

local format, match, sub = string.format, string.match, string.sub

local re_messages = {}

-- Where the two libraries word the same error differently. Where they find it in the expression (`at "…"`) is PCRE2's
-- in any case; for most errors it is the same.
local TEXTS = {
    ["missing closing parenthesis"] = "missing )",
    ["unmatched closing parenthesis"] = "unmatched parentheses",
    ["quantifier does not follow a repeatable item"] = "nothing to repeat",
    ["two named subpatterns have the same name (PCRE2_DUPNAMES not set)"] = "two named subpatterns have the same name",
    ["missing ) after (?# comment"] = "missing ) after comment",
    ["subpattern name must start with a non-digit"] = "group name must start with a non-digit",
    ["syntax error in subpattern name (missing terminator?)"] =
        "syntax error in subpattern name (missing terminator)",
    ["PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u"] =
        "PCRE does not support \\L, \\l, \\N{name}, \\U, or \\u",
    ["(?R (recursive pattern call) must be followed by a closing parenthesis"] =
        "(?R or (?[+-]digits must be followed by )",
    ["unknown property after \\P or \\p"] = "unknown property name after \\P or \\p",
}

local PREFIX = "pcre2_compile() failed: "

-- PCRE2 has a number for each way in which UTF-8 can be wrong, -3 … -23; PCRE 8 has one for all.
local UTF_FIRST, UTF_LAST, BAD_UTF8 = -3, -23, -10
local CODES = {
    [-33] = -24,                  -- BADOFFSET
    [-36] = -11,                  -- BADUTFOFFSET, BADUTF8_OFFSET
    [-46] = -27,                  -- JIT_STACKLIMIT
    [-47] = -8,                   -- MATCHLIMIT
    [-53] = -21,                  -- RECURSIONLIMIT
    [-48] = -6,                   -- NOMEMORY
}

--- The message of an expression that does not compile.
function re_messages.compile(message)
    if sub(message, 1, #PREFIX) ~= PREFIX then
        return message
    end
    local text, rest = match(message, '^(.-)( in ".*)$', #PREFIX + 1)
    if not text then
        return message
    end
    return "pcre_compile() failed: " .. (TEXTS[text] or text) .. rest
end

--- The message of a match that failed with a PCRE2 error code.
function re_messages.exec(code)
    if code <= UTF_FIRST and code >= UTF_LAST then
        code = BAD_UTF8
    end
    return format("pcre_exec() failed: %d", CODES[code] or code)
end

return re_messages
