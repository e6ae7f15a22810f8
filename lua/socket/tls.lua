-- tcpsock:sslhandshake and setclientcert: a TCP cosocket goes on over TLS.
local state = require "pyresty.state"
local client = require "pyresty.tls.client"
local log = require "pyresty.http.log"
local tcp = require "pyresty.socket.tcp"
local native = require "pyresty.native"

local error, format, select, setmetatable, type = error, string.format, select, setmetatable, type
local LOG_DEBUG = 8

local Socket = tcp.Socket
local tls -- the native part: loaded with the first handshake

-- ---------------------------------------------------------------- reading and writing

local Secure = setmetatable({}, {__index = Socket})
Secure.__index = Secure

-- What OpenSSL has to say is logged; the socket's user learns that the connection is gone.
local function failed(s, call, err, code)
    if err == "tls" then
        tcp.log_error(s, state.host.tls_error_text(call .. "() failed"))
    elseif code ~= 0 then
        tcp.log_error(s, format("%s() failed (%d: %s)", call, code, native.io.strerror(code)))
    end
    return nil, "closed", 0
end

function Secure.put(s, data, from)
    local sent, err, code = tls.send(s.ssl, data, from)
    if sent or err == "again" then return sent, err, code end
    return failed(s, "SSL_write", err, code)
end

function Secure.get(s)
    local data, err, code = tls.recv(s.ssl)
    if data or err == "again" then return data, err, code end
    return failed(s, "SSL_read", err, code)
end

-- Bytes that are no application data (session tickets) do not count.
function Secure.peek(s)
    local data, err = native.io.peek(s.fd)
    if not data then return data, err end
    data, err = tls.recv(s.ssl)
    return data, err
end

-- The connection goes on over TLS, until it ends. ssl: the number of the SSL object, or nil
local function secure(s, ssl)
    tls = tls or native.tls
    s.tls, s.ssl = ssl, tls.open(ssl)
    return setmetatable(s, Secure)
end

--- A connection of a pool: over TLS when it was.
function tcp.secure_again(s, ssl) return secure(s, ssl) end

--- The connection is over; the next one of the socket is a plain one.
function tcp.plain_again(s)
    s.tls, s.ssl = nil, nil
    setmetatable(s, Socket)
end

-- ---------------------------------------------------------------- the handshake

local function freed(address)
    if log.enabled(LOG_DEBUG, nil) then log.debug(nil, format("lua ssl free session: %016X", address)) end
end

local function session_of(s)
    local address = state.host.tls_session(s.tls)
    if address == 0 then return nil end
    if log.enabled(LOG_DEBUG, s.r) then log.debug(s.r, format("lua ssl save session: %016X", address)) end
    return tls.session(address, freed)
end

local function result(s, session)
    if session == false then return true end
    return session_of(s)
end

local function verify(s, name)
    local code, text = client.verify(s.tls, name)
    if not code then return true end
    if code == 0 then
        tcp.log_error(s, 'lua ssl certificate does not match host "' .. name .. '"')
        return nil, text
    end
    tcp.log_error(s, format("lua ssl certificate verify error: (%d: %s)", code, text))
    return nil, format("%d: %s", code, text)
end

-- The handshake itself. → true | nil, err; the socket is closed when it fails
local function handshake(s, session, name, status_request)
    local options = {
        r = s.r, context = s.loc.lua_ssl, name = name, session = session and tls.session_address(session),
        status_request = status_request, chain = s.client_chain, key = s.client_key, store = s.trusted_store,
        on_begin = function()
            if not log.enabled(LOG_DEBUG, s.r) then return end
            if session then
                log.debug(s.r, format("lua ssl set session: %016X", tls.session_address(session)))
            end
            if name then log.debug(s.r, 'lua ssl server name: "' .. name .. '"') end
        end,
    }
    local fd = s.fd
    s.connecting = true
    local ssl, err, level, message = client.handshake(fd, options,
        tcp.timeout_of(s.connect_timeout, s.loc.lua_socket_connect_timeout))
    s.connecting, s.trusted_store, s.trusted_object = nil, nil, nil
    if not s.fd then return nil, "closed" end -- closed meanwhile
    if message then log.error(level, s.r, message) end
    if not ssl then
        tcp.shut(s)
        return nil, err
    end
    secure(s, ssl)
    return true
end

-- tcpsock:sslhandshake(reused_session?, server_name?, verify?, send_status_req?) → session | true | nil, err
function Socket.sslhandshake(...)
    local count, self, session, name, wants_verify, status_request = select("#", ...), ...
    if count > 5 or not self then
        error("ngx.socket sslhandshake: expecting 1 ~ 5 arguments (including the object), but seen " .. count, 2)
    end
    local r = state.r
    if not r or r.phase == "init" then error("no request found", 2) end
    if not self.registered then error("socket is never created nor connected", 2) end
    if log.enabled(LOG_DEBUG, r) then log.debug(r, "lua tcp socket ssl handshake") end
    if not self.fd or self.read_closed or self.write_closed then return nil, "closed" end
    if self.r ~= r then return nil, "bad request" end
    local what = tcp.busy(self)
    if what then return nil, what end
    tls = tls or native.tls
    local known = tls.is_session(session) and session or nil
    if self.tls then
        if known then return session end
        return result(self, session)
    end
    local ok, err = handshake(self, known, name, status_request)
    if ok and wants_verify then
        ok, err = verify(self, name)
        if not ok then tcp.shut(self) end
    end
    if not ok then return nil, err end
    return result(self, session)
end

-- Is there a connection to tell of?
local function is_open(s) return s.fd and not (s.read_closed and s.write_closed) end

local function need_request()
    if not state.r or state.r.phase == "init" then error("no request found", 3) end
end

-- tcpsock:getsslpointer(): OpenSSL's object of the connection (SSL) → pointer | nil, err
function Socket:getsslpointer()
    need_request()
    if not is_open(self) then return nil, "closed" end
    if not self.tls then return nil, "no ssl connection" end
    return tls.raw(self.tls)
end

-- tcpsock:getsslctx(): OpenSSL's object of its settings (SSL_CTX) → pointer | nil, err
function Socket:getsslctx()
    need_request()
    if not is_open(self) then return nil, "closed" end
    if not self.tls then return nil, "no ssl context" end
    return tls.raw(state.host.tls_context(self.tls))
end

-- tcpsock:getsslsession(): the session as it is by now, which later handshakes can resume → session | nil, err
function Socket:getsslsession()
    need_request()
    if not is_open(self) then return nil, "closed" end
    local address = self.tls and state.host.tls_session(self.tls) or 0
    if address == 0 then return nil, "no session" end
    local session = tls.session(address, freed)
    if not state.host.tls_is_resumable(address) then return nil, "not resumable" end
    return session
end

-- tcpsock:settrustedstore(store): the authorities of the next handshake (X509_STORE), nil for those of the
-- configuration → true | nil, err
function Socket:settrustedstore(store)
    tls = tls or native.tls
    local address = store ~= nil and tls.pointer(store) or nil
    if store ~= nil and not address then return nil, "bad store arg: cdata expected, got " .. type(store) end
    need_request()
    if not self.fd or self.read_closed or self.write_closed then return nil, "closed" end
    if self.r ~= state.r then return nil, "bad request" end
    if self.tls then
        return nil, "ssl handshake already done; trusted store cannot be changed on an established TLS connection"
    end
    self.trusted_store, self.trusted_object = address, store -- it must live until the handshake
    return true
end

-- tcpsock:setclientcert(chain, key): what the next handshake answers to a request for a certificate → true | nil, err
function Socket:setclientcert(chain, key)
    if not chain and not key then
        self.client_chain, self.client_key, self.client_certificate = nil, nil, nil
        return true
    end
    if not chain or not key then
        return nil, "client certificate must be supplied with corresponding private key"
    end
    tls = tls or native.tls
    local chain_address, key_address = tls.pointer(chain), tls.pointer(key)
    if not chain_address then return nil, "bad cert arg: cdata expected, got " .. type(chain) end
    if not key_address then return nil, "bad pkey arg: cdata expected, got " .. type(key) end
    self.client_chain, self.client_key = chain_address, key_address
    self.client_certificate = {chain, key} -- they must live until the handshake
    return true
end

return Socket
