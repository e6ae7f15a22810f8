-- resty.core.misc: lets a library add computed fields to `ngx`.
local magic = require "pyresty.ngx.magic"

local misc = {_VERSION = require "resty.core.base".version}

--- `ngx[key]` becomes getter().
function misc.register_ngx_magic_key_getter(key, getter) magic.getters[key] = getter end

--- `ngx[key] = value` becomes setter(value).
function misc.register_ngx_magic_key_setter(key, setter) magic.setters[key] = setter end

return misc
