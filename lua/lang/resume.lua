-- coroutine.resume for Lua 5.2: the state of what cannot be resumed, as Lua 5.1 tells it.

local resume, status = coroutine.resume, coroutine.status

local function result(co, ok, ...)
    if not ok and (...) == "cannot resume non-suspended coroutine" then
        return false, "cannot resume " .. status(co) .. " coroutine"
    end
    return ok, ...
end

function coroutine.resume(co, ...)
    return result(co, resume(co, ...))
end
