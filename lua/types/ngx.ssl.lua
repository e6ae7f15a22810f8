---@meta ngx.ssl
-- Written by scripts/api: don't edit.

local module = {}

---A certificate chain in PEM as DER.
---@param pem any
---@return any der
---@return string? err
function module.cert_pem_to_der(pem) end

---A private key in PEM as DER.
---@param pem any
---@param password? any
---@return any der
---@return string? err
function module.priv_key_pem_to_der(pem, password) end

---A certificate chain for `set_cert` and `tcpsock:setclientcert`.
---@param pem any
---@return any chain
---@return string? err
function module.parse_pem_cert(pem) end

---As `parse_pem_cert`, from DER.
---@param der any
---@return any chain
---@return string? err
function module.parse_der_cert(der) end

---A private key for `set_priv_key` and `tcpsock:setclientcert`.
---@param pem any
---@return string? key
---@return string? err
function module.parse_pem_priv_key(pem) end

---As `parse_pem_priv_key`, from DER.
---@param der any
---@return string? key
---@return string? err
function module.parse_der_priv_key(der) end

---Forgets the certificates and keys that the configuration gave.
---@return boolean? ok
---@return string? err
function module.clear_certs() end

---Uses a certificate chain in DER.
---@param der any
---@return boolean? ok
---@return string? err
function module.set_der_cert(der) end

---Uses a private key in DER.
---@param der any
---@return boolean? ok
---@return string? err
function module.set_der_priv_key(der) end

---Uses a chain from `parse_pem_cert`.
---@param chain any
---@return boolean? ok
---@return string? err
function module.set_cert(chain) end

---Uses a key from `parse_pem_priv_key`.
---@param key string
---@return boolean? ok
---@return string? err
function module.set_priv_key(key) end

---Asks the client for a certificate of these authorities; it is not told of the `trusted` ones.
---@param chain? any
---@param depth? any
---@param trusted? any
---@return boolean? ok
---@return string? err
function module.verify_client(chain, depth, trusted) end

---The name the client asked for (SNI); nil when it did not.
---@return string? name
---@return string? err
function module.server_name() end

---The port the connection came to.
---@return integer? port
---@return string? err
function module.server_port() end

---The address the connection came to, in binary.
---@return integer? bytes
---@return string? kind
---@return string? err
function module.raw_server_addr() end

---The client's address, in binary.
---@return integer? bytes
---@return string? kind
---@return string? err
function module.raw_client_addr() end

---The protocol's version, `ngx.ssl.TLS1_2_VERSION` and its like.
---@return number? number
---@return string? err
function module.get_tls1_version() end

---The protocol's version, "TLSv1.2" and its like.
---@return string? name
---@return string? err
function module.get_tls1_version_str() end

---The client's random bytes; with size 0 how many they are.
---@param size? integer
---@return integer? bytes
---@return string? err
function module.get_client_random(size) end

---The server's random bytes; with size 0 how many they are.
---@param size? integer
---@return integer? bytes
---@return string? err
function module.get_server_random(size) end

---The session's master key; with size 0 how long it is.
---@param size? integer
---@return integer? bytes
---@return string? err
function module.get_session_master_key(size) end

---Keying material (RFC 5705).
---@param size integer
---@param label any
---@param context? any
---@return integer? bytes
---@return string? err
function module.export_keying_material(size, label, context) end

---Keying material of early data.
---@param size integer
---@param label any
---@param context any
---@return integer? bytes
---@return string? err
function module.export_keying_material_early(size, label, context) end

---The ciphers that both sides have, in the server's order.
---@return any numbers
---@return string? err
function module.get_req_shared_ssl_ciphers() end

---OpenSSL's object of the connection (SSL).
---@return any pointer
---@return string? err
function module.get_req_ssl_pointer() end

---OpenSSL's object of the upstream connection (SSL).
---@return any pointer
---@return string? err
function module.get_upstream_ssl_pointer() end

---Whether a connection resumed an earlier session.
---@param pointer any
---@return any reused
---@return string? err
function module.ssl_session_reused(pointer) end

return module
