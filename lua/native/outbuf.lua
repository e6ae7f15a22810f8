-- Output that waits for the kernel: put, then sent straight from memory, without making one string of it.
local buffer = require "string.buffer"

local KEEP = 65536 -- bytes of memory an empty buffer may hold on to

local outbuf = {}

--- A new, empty one: `b:put(string, …)`, `b:reset()`.
function outbuf.new() return buffer.new() end

--- Sends what is in it, `max` bytes at most when given → number of bytes the kernel took | nil, reason.
function outbuf.send(send_pointer, fd, b, max)
    local start, length = b:ref()
    if max and max < length then
        local sent, reason, code = send_pointer(fd, start, max)
        if not sent then return nil, reason, code end
        b:skip(sent)
        return sent
    end
    local sent, reason = send_pointer(fd, start, length)
    if not sent then return nil, reason end
    if sent == length and length <= KEEP then
        b:reset()
    elseif sent == length then
        b:free()
    else
        b:skip(sent)
    end
    return sent
end

return outbuf
