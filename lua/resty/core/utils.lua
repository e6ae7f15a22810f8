-- resty.core.utils.
local find, gsub = string.find, string.gsub

local utils = {version = require "resty.core.base".version}

local MAGIC = "[%^%$%(%)%%%.%[%]%*%+%-%?]"

--- `text` with every `old` (one character) as `new`.
function utils.str_replace_char(text, old, new)
    if not find(text, old, 1, true) then return text end
    return (gsub(text, (gsub(old, MAGIC, "%%%0")), (gsub(new, "%%", "%%%%"))))
end

return utils
