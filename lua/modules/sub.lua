-- ngx_http_sub_filter_module: replaces texts, whatever their case, in a response on its way.
local entity = require "pyresty.http.entity"
local headers_out = require "pyresty.http.headers_out"
local script = require "pyresty.http.script"

local concat, find, lower, sub = table.concat, string.find, string.lower, string.sub
local ipairs = ipairs

local module = {}

local function compile(loc)
    local pairs = {}
    for i, pair in ipairs(loc.sub_filter) do
        pairs[i] = {pattern = script.compile(pair.pattern), value = script.compile(pair.value)}
    end
    return pairs
end

-- What is looked for in this response: array of {text, value, used}; patterns that are empty now do not count.
local function matches_of(r, pairs)
    local matches = {rest = "", once = r.loc.sub_filter_once}
    for i = 1, #pairs do
        local text = lower(script.eval(r, pairs[i].pattern))
        if text ~= "" then matches[#matches + 1] = {text = text, value = pairs[i].value, at = 0} end
    end
    return matches[1] and matches
end

function module.header_filter(loc)
    if not loc.sub_filter then return nil end
    local pairs, types = compile(loc), loc.sub_filter_types
    return function(r)
        if r.headers_out.content_length == 0 or not entity.has_type(r, types) then return end
        r.sub_filter = matches_of(r, pairs)
        if not r.sub_filter or r.parent then return end
        headers_out.clear_content_length(r)
        if loc.sub_filter_last_modified then return entity.weaken_etag(r) end
        headers_out.clear_last_modified(r)
        headers_out.remove(r, "etag")
    end
end

-- The next match from `from` on; one that begins earlier wins, then the one that was configured first.
local function next_match(matches, low, from)
    local best, at
    for i = 1, #matches do
        local match = matches[i]
        if not match.used then
            if match.at and match.at < from then match.at = find(low, match.text, from, true) end
            if match.at and (not at or match.at < at) then best, at = match, match.at end
        end
    end
    return best, at
end

-- Where the end of a text may be the beginning of a match; past its end where not.
local function held_from(matches, low, from)
    local size = #low
    local first = size + 1
    for i = 1, #matches do
        local match = matches[i]
        if not match.used then
            local longest = #match.text - 1
            local at = size - longest + 1
            if at < from then at = from end
            while at < first do
                if sub(match.text, 1, size - at + 1) == sub(low, at) then
                    first = at
                else
                    at = at + 1
                end
            end
        end
    end
    return first
end

local function replacement(r, match)
    local value = match.evaluated
    if not value then
        value = script.eval(r, match.value)
        match.evaluated = value
    end
    return value
end

local function replace(r, matches, data, last)
    local text = matches.rest .. data
    local low, from, out, n = lower(text), 1, {}, 0
    for i = 1, #matches do matches[i].at = 0 end
    while true do
        local match, at = next_match(matches, low, from)
        if not match then break end
        out[n + 1], out[n + 2], n = sub(text, from, at - 1), replacement(r, match), n + 2
        from = at + #match.text
        match.used = matches.once
    end
    local held = last and #text + 1 or held_from(matches, low, from)
    out[n + 1] = sub(text, from, held - 1)
    matches.rest = sub(text, held)
    return concat(out, "", 1, n + 1)
end

function module.body_filter(loc)
    if not loc.sub_filter then return nil end
    return function(r, data, last)
        local matches = r.sub_filter
        if not matches then return data, last end
        return replace(r, matches, data, last), last
    end
end

return module
