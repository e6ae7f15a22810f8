---@meta ngx.upstream
-- Written by scripts/api: don't edit.

local module = {}

---Names of all upstreams, with the port of those that a pass directive made.
---@return any names
function module.get_upstreams() end

---The `server` lines: {name, addr, weight, max_fails, fail_timeout, backup, down}.
---@param name string
---@return any servers
---@return string? err
function module.get_servers(name) end

---Peers that are not backups, as they stand in this worker: {id, name, weight, conns, fails, down …}.
---@param name string
---@return any peers
---@return string? err
function module.get_primary_peers(name) end

---Backup peers as they stand in this worker.
---@param name string
---@return any peers
---@return string? err
function module.get_backup_peers(name) end

---Takes a peer out of this worker's choice, or back in.
---@param name string
---@param is_backup any
---@param id integer
---@param down any
---@return boolean? ok
---@return string? err
function module.set_peer_down(name, is_backup, id, down) end

---The upstream this request goes to; nil when it is not proxied.
---@return string? name
function module.current_upstream_name() end

return module
