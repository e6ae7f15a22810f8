-- require "ngx.ssl.clienthello": what the client's hello says, in ssl_client_hello_by_lua*.
local state = require "pyresty.state"

local byte, concat, error, ipairs = string.byte, table.concat, error, ipairs
local SUPPORTED_VERSIONS = 43

local clienthello = {version = "0.1.25"}

local VERSIONS = {
    [2] = "SSLv2", [0x300] = "SSLv3", [0x301] = "TLSv1", [0x302] = "TLSv1.1", [0x303] = "TLSv1.2", [0x304] = "TLSv1.3",
}
local KNOWN = {SSLv2 = true, SSLv3 = true, TLSv1 = true, ["TLSv1.1"] = true, ["TLSv1.2"] = true, ["TLSv1.3"] = true}

local function current()
    local r = state.r
    if not r or r.phase == "init" then error("no request found", 3) end
    if r.phase ~= "ssl_client_hello" then error("API disabled in the current context", 3) end
    return r.conn.tls
end

function clienthello.get_client_hello_server_name()
    local number = current()
    return state.host.tls_hello_name(number)
end

function clienthello.get_client_hello_ext(kind)
    local number = current()
    return state.host.tls_extension(number, kind)
end

-- → array of names, the client's last one first | nil when it does not say
function clienthello.get_supported_versions()
    local number = current()
    local raw = state.host.tls_extension(number, SUPPORTED_VERSIONS)
    if not raw or raw == "" or byte(raw, 1) ~= #raw - 1 then return nil end
    local names = {}
    for at = #raw - 1, 2, -2 do
        local name = VERSIONS[byte(raw, at) * 256 + byte(raw, at + 1)]
        if name then names[#names + 1] = name end
    end
    return names
end

local function numbers(raw)
    local list = {}
    for at = 1, #raw - 1, 2 do list[#list + 1] = byte(raw, at) * 256 + byte(raw, at + 1) end
    return list
end

function clienthello.get_client_hello_ciphers()
    local number = current()
    return numbers(state.host.tls_hello_ciphers(number))
end

function clienthello.get_client_hello_ext_present()
    local number = current()
    return numbers(state.host.tls_hello_extensions(number))
end

function clienthello.set_protocols(names)
    local number = current()
    for _, name in ipairs(names) do
        if not KNOWN[name] then return nil, "invalid protocols failed" end
    end
    state.host.tls_set_protocols(number, concat(names, " "))
    return true
end

return clienthello
