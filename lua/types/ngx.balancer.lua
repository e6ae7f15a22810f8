---@meta ngx.balancer
-- Written by scripts/api: don't edit.

local module = {}

---The peer of this attempt: a numeric address and a port, or `unix:PATH`; names are not resolved. Connections kept by `enable_keepalive` are shared by requests of the same `host`.
---@param address any
---@param port? integer
---@param host? string
---@return boolean? ok
---@return string? err
function module.set_current_peer(address, port, host) end

---So many further attempts when this one fails; `proxy_next_upstream_tries` limits them, which `err` tells.
---@param count integer
---@return boolean? ok
---@return string? err
function module.set_more_tries(count) end

---How the attempt before failed: "next" or "failed", and its status; nil in the first one.
---@return any state
---@return integer? status
function module.get_last_failure() end

---Timeouts of this request's upstream, in seconds; nil keeps one.
---@param connect? any
---@param send? any
---@param read? any
---@return boolean? ok
---@return string? err
function module.set_timeouts(connect, send, read) end

---Makes the upstream request anew, so that changed headers and variables count.
---@return boolean? ok
---@return string? err
function module.recreate_request() end

---Keeps the connection for further requests: seconds it may idle (60), how often it is used (100); 0 is no limit. `balancer_keepalive` says how many there may be.
---@param idle_timeout? any
---@param max_requests? any
---@return boolean? ok
---@return string? err
function module.enable_keepalive(idle_timeout, max_requests) end

---Connects from this address, perhaps with a port.
---@param address any
---@return boolean? ok
---@return string? err
function module.bind_to_local_addr(address) end

---Whether the upstream is spoken to over TLS.
---@param on any
---@return boolean? ok
---@return string? err
function module.set_upstream_tls(on) end

return module
