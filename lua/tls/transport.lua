-- The TLS transport of a client's connection: c.ssl is the handle of its SSL object, c.tls the number that Python knows
-- it by.
local state = require "pyresty.state"
local native = require "pyresty.native"
local log = require "pyresty.http.log"

local io, tls = native.io, native.tls
local LOG_CRIT, LOG_INFO = 3, 7
local SYSCALL = 5

local transport = {}

-- What OpenSSL says of a failed call is logged here; whoever called is told that the connection is gone.
local function failed(c, call, err, code)
    if err ~= "tls" then return nil, err, code end
    local text = state.host.tls_error_text(call .. "() failed")
    log.error(code == SYSCALL and LOG_CRIT or LOG_INFO, c.request or c, text)
    return nil, "closed", code
end

function transport.recv(c)
    local data, err, code = tls.recv(c.ssl)
    if data then return data end
    if err == "again" then return nil, err end
    return failed(c, "SSL_read", err, code)
end

-- Has the client left? (What comes is enciphered: only the end itself tells.)
function transport.peek(c)
    local data, err = io.peek(c.fd)
    if data and io.peer_closed(c.fd) then return nil, "closed" end
    return data, err
end

function transport.send_output(c, b, max)
    local sent, err, code = tls.send_output(c.ssl, b, max)
    if sent then return sent end
    if err == "again" then return nil, err end
    return failed(c, "SSL_write", err, code)
end

function transport.sendfile(c, fd, offset, count)
    local sent, err, code = tls.sendfile(c.ssl, fd, offset, count)
    if sent then return sent end
    if err == "again" then return nil, err end
    return failed(c, "SSL_write", err, code)
end

function transport.shutdown(c)
    state.host.tls_shutdown(c.tls)
    return io.shutdown(c.fd)
end

return transport
