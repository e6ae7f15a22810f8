-- coroutine.running() → coroutine, is_main (LuaJIT and Lua 5.1 say nil on the main thread); coroutine.isyieldable().

local main = require "pyresty.main_thread"

local running = coroutine.running

function coroutine.running()
    local co = running()
    if co then
        return co, false
    end
    return main, true
end

if not coroutine.isyieldable then
    function coroutine.isyieldable()
        return running() ~= nil
    end
end
