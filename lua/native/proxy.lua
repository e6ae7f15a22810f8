-- The native functions on an engine without FFI: each is a call of Python's `kernel(name, …scalars)`.

local byte, char, find, sub = string.byte, string.char, string.find, string.sub
local concat = table.concat
local require = require
local select = select
local getmetatable, setmetatable = getmetatable, setmetatable
local newproxy = rawget(_G, "newproxy")

local state

-- pyresty.state needs native.io itself, so it is looked up at the first call.
local function kernel(name, ...)
    state = state or require "pyresty.state"
    return state.host.kernel(name, ...)
end

local function part(prefix, special)
    return setmetatable(special, {
        __index = function(functions, name)
            local full = prefix .. name
            local function call(...)
                return kernel(full, ...)
            end
            functions[name] = call
            return call
        end,
    })
end

local io = { BUFFER_SIZE = 65536 }

-- An output buffer, as native/outbuf.lua's.
local Output = {}
Output.__index = Output

function Output.put(b, ...)
    local n = b.n
    for i = 1, select("#", ...) do
        b[n + i] = (select(i, ...))
    end
    b.n = n + select("#", ...)
end

function Output.reset(b)
    for i = 1, b.n do
        b[i] = nil
    end
    b.n = 0
end

function io.new_output()
    return setmetatable({ n = 0 }, Output)
end

local function send_output(send, handle, b, max)
    local data = concat(b, "", 1, b.n)
    local sent, reason, code = kernel(send, handle, max and max < #data and sub(data, 1, max) or data)
    if not sent then
        return nil, reason, code
    end
    b:reset()
    if sent < #data then
        b:put(sub(data, sent + 1))
    end
    return sent
end

function io.send_output(fd, b, max) return send_output("io.send", fd, b, max) end

local tls = {}

function tls.open(address) return address end

-- Objects of OpenSSL that users hold: {address}, freed by Python when nobody holds them any more.
local object_mt = {}

local function object(address, free, freed)
    state = state or require "pyresty.state"
    local release = state.host[free]
    local function collect()
        release(address)
        if freed then freed(address) end
    end
    local guard = newproxy and newproxy(true) or setmetatable({}, {__gc = collect})
    if newproxy then getmetatable(guard).__gc = collect end
    return setmetatable({address = address, guard = guard}, object_mt)
end

function tls.session(address, freed) return object(address, "tls_free_session", freed) end
function tls.pointer(value) return getmetatable(value) == object_mt and value.address or nil end
function tls.is_session(value) return getmetatable(value) == object_mt end
tls.session_address = tls.pointer
function tls.chain(address) return object(address, "tls_free_chain") end
function tls.certificate(address) return object(address, "tls_free_certificate") end
function tls.key(address) return object(address, "tls_free_key") end
function tls.raw(address) return setmetatable({address = address}, object_mt) end

function tls.send_output(ssl, b, max) return send_output("tls.send", ssl, b, max) end

function io.writev(fd, pieces, count)
    return kernel("io.send", fd, concat(pieces, "", 1, count))
end

local text = {}

function text.without(members)
    local class = {}
    for b = 1, 255 do
        if members[b] then class[#class + 1] = char(b):gsub("%W", "%%%0") end
    end
    local pattern = "[" .. (members[0] and "%z" or "") .. concat(class) .. "]"
    return function(s) return not find(s, pattern) end
end

local pcre = {}

local function fill(res, from, to, ...)
    if not from then
        return nil, to
    end
    for i = 1, select("#", ...) do
        local value = select(i, ...)
        res[i - 1] = value
    end
    return from, to
end

function pcre.exec(handle, subject, start, res)
    return fill(res, kernel("pcre.exec", handle, subject, start))
end

function pcre.exec_strings(handle, subject, start)
    local res = {}
    local from, code = pcre.exec(handle, subject, start or 1, res)
    if from then
        return res
    end
    return nil, code
end

function pcre.names(handle)
    local names = { kernel("pcre.names", handle) }
    if names[1] then
        return names
    end
    return nil
end

local shdict = {}

-- The kernel tells Python by itself; a Lua function can't cross.
function shdict.on_alert() end

function shdict.get_keys(...)
    local packed = kernel("shdict.get_keys", ...)
    local keys, n, pos = {}, 0, 1
    while pos < #packed do
        local high, low = byte(packed, pos, pos + 1)
        local stop = pos + 1 + high * 256 + low
        n = n + 1
        keys[n] = sub(packed, pos + 2, stop)
        pos = stop + 1
    end
    return keys
end

return {
    io = part("io.", io),
    pcre = part("pcre.", pcre),
    crypto = part("crypto.", {}),
    shdict = part("shdict.", shdict),
    text = text,
    tls = part("tls.", tls),
    zlib = part("zlib.", {}),
    limits = part("limits.", {}),
    counters = part("counters.", {}),
    peers = part("peers.", {}),
}
