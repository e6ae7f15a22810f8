-- How the VM's memory is managed.
local lang = require "pyresty.lang"

local collectgarbage, getmetatable, newproxy, require, setmetatable =
    collectgarbage, getmetatable, newproxy, require, setmetatable

local sub = string.sub

local MEGABYTES = 1024 -- collectgarbage counts kilobytes
local GROWTH = 16 * MEGABYTES

local memory = {}

-- A small heap may grow by 16 MB before the collector works again, a large one to twice its size. With a small heap it
-- does less at a time than LuaJIT's 200: requests that come while it works wait for it.
local function set_pace()
    local size = collectgarbage "count"
    local pause, stepmul = 100 + 100 * GROWTH / size, 200 * size / GROWTH
    collectgarbage("setpause", pause < 200 and 200 or pause)
    if lang.engine ~= "luajit" then return end
    collectgarbage("setstepmul", stepmul < 60 and 60 or stepmul > 200 and 200 or stepmul)
end

-- Has them set anew at the end of each cycle, when something without a user is collected.
local function watch_collector()
    local function collected()
        set_pace()
        watch_collector()
    end
    if newproxy then
        getmetatable(newproxy(true)).__gc = collected
    else
        setmetatable({}, {__gc = collected})
    end
end

--- What Python calls instead of an entry of at most 8 arguments. LuaJIT leaves the end of the collector's marking, and
--- finalizers, to interpreted code that allocates: where all is compiled they would wait for long, while memory grows
--- and each trace is left at once. So an entry begins with some, of which string.sub looks whether it is time.
function memory.checked(entry)
    if lang.engine ~= "luajit" then return entry end
    local function interpreted(a, b, c, d, e, f, g, h)
        sub("", 1, 1)
        return entry(a, b, c, d, e, f, g, h)
    end
    jit.off(interpreted)
    return interpreted
end

-- A lazy collector and room for large blocks, for a VM that is ready to serve.
function memory.tune()
    if lang.engine == "luajit" then memory.kept = require "pyresty.native.large_blocks"() end
    set_pace()
    watch_collector()
end

return memory
