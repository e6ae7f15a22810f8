-- Versions of SSL and TLS as ngx.ssl and ngx.proxyssl name them.
local versions = {
    SSL3_VERSION = 0x300, TLS1_VERSION = 0x301, TLS1_1_VERSION = 0x302, TLS1_2_VERSION = 0x303, TLS1_3_VERSION = 0x304,
}

local NAMES = {
    [0x300] = "SSLv3", [0x301] = "TLSv1", [0x302] = "TLSv1.1", [0x303] = "TLSv1.2", [0x304] = "TLSv1.3",
}

--- → name | nil, "unknown version"
local function name(version)
    local found = NAMES[version]
    if not found then return nil, "unknown version" end
    return found
end

return {numbers = versions, name = name}
