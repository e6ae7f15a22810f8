-- The plain transport: the connection's descriptor as it is.
local io = require "pyresty.native".io

local recv, peek, send = io.recv, io.peek, io.send
local send_output, sendfile, shutdown = io.send_output, io.sendfile, io.shutdown

local plain = {}

function plain.recv(c, max) return recv(c.fd, max) end
function plain.peek(c) return peek(c.fd) end
function plain.send(c, data, from) return send(c.fd, data, from) end
function plain.send_output(c, b, max) return send_output(c.fd, b, max) end
function plain.sendfile(c, fd, offset, count) return sendfile(c.fd, fd, offset, count) end
function plain.shutdown(c) return shutdown(c.fd) end

function plain.close() end

return plain
