-- ngx_http_browser_module: is the client's browser one of the modern ones?
local browsers = require "pyresty.http.browsers"
local headers_in = require "pyresty.http.headers_in"

local byte, find, match = string.byte, string.find, string.match
local DOT, ZERO, NINE = 46, 48, 57

local module = {variables = {}}

-- Does the version that begins at `at` reach `wanted`? Between dots a version may pass it early.
local function reaches(agent, at, wanted)
    local version, part, scale = 0, 0, 1000000
    for i = at, #agent do
        local c = byte(agent, i)
        if c >= ZERO and c <= NINE then
            part = part * 10 + c - ZERO
        elseif c == DOT then
            version = version + part * scale
            if version > wanted then return true end
            part, scale = 0, (scale - scale % 100) / 100
        else
            break
        end
    end
    return version + part * scale >= wanted
end

-- → true, false, or nil when none of the list is named
local function is_listed(list, agent)
    for i = 1, #list do
        local browser = list[i]
        local at = browser.skip < #agent and find(agent, browser.name, browser.skip + 1, true)
        if at and at + browser.add <= #agent then return reaches(agent, at + browser.add, browser.version) end
    end
end

local function is_ancient(loc, agent)
    if loc.netscape4 and #agent > #"Mozilla/4.72 " and match(agent, "^Mozilla/[1-4]") then return true end
    local names = loc.ancient_browsers
    for i = 1, #names do
        if find(agent, names[i], 1, true) then return true end
    end
    return false
end

local function is_modern(r)
    local loc, agent = r.loc, headers_in.get(r, "user-agent")
    if not agent then return loc.modern_unlisted end
    if loc.modern_browsers[1] then
        local listed = is_listed(loc.modern_browsers, agent)
        if listed ~= nil then return listed end
        if not loc.modern_unlisted then return false end
    end
    return not is_ancient(loc, agent) and loc.modern_unlisted
end

module.variables.modern_browser = {
    stored = true,
    get = function(r) return is_modern(r) and r.loc.modern_browser_value or "" end,
}
module.variables.ancient_browser = {
    stored = true,
    get = function(r) return is_modern(r) and "" or r.loc.ancient_browser_value end,
}
module.variables.msie = {
    stored = true,
    get = function(r)
        local agent = headers_in.get(r, "user-agent")
        return agent and browsers.msie(agent) and "1" or ""
    end,
}

return module
