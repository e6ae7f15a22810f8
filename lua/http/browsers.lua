-- Browsers that nginx knows by their User-Agent.
local find, sub = string.find, string.sub

local browsers = {}

local function has(agent, text) return find(agent, text, 1, true) end

--- Internet Explorer, and none of the Operas that call themselves so → where its name begins | nil
function browsers.msie(agent)
    local at = has(agent, "MSIE ")
    return at and at + 7 <= #agent and not has(agent, "Opera") and at or nil
end

--- Internet Explorer 4 … 6, but not the 6 of Windows XP's second service pack.
function browsers.is_msie6(agent)
    local at = browsers.msie(agent)
    if not at or sub(agent, at + 6, at + 6) ~= "." then return false end
    local version = sub(agent, at + 5, at + 5)
    if version == "4" or version == "5" then return true end
    return version == "6" and not find(agent, "SV1", at + 8, true)
end

--- Safari on a Macintosh.
function browsers.is_safari(agent)
    if browsers.msie(agent) or has(agent, "Opera") then return false end
    if has(agent, "Gecko/") or has(agent, "Chrome/") then return false end
    return has(agent, "Safari/") and has(agent, "Mac OS X") and true or false
end

return browsers
