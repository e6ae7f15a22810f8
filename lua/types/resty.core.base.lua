---@meta resty.core.base
-- Written by scripts/api: don't edit.

local module = {}

---A table with room for so many items and fields.
---@param array integer
---@param hash integer
---@return table t
function module.new_tab(array, hash) end

---Empties a table.
---@param t table
function module.clear_tab(t) end

---The request that runs, opaque; nil without one.
---@return any r
function module.get_request() end

---Raises unless "http" is among its arguments.
---@param ... any
function module.allows_subsystem(...) end

---Stores a value in an array, in a free place.
---@param t table
---@param value any
---@return integer ref
function module.ref_in_table(t, value) end

---A char[] of at least `size` bytes. LuaJIT only.
---@param size integer
---@param own? boolean
---@return any buffer
function module.get_string_buf(size, own) end

---The size of the common buffer. LuaJIT only.
---@return integer size
function module.get_string_buf_size() end

---Sets the size of the common buffer. LuaJIT only.
---@param size integer
function module.set_string_buf_size(size) end

---A size_t[1]. LuaJIT only.
---@return any box
function module.get_size_ptr() end

---A char *[1]. LuaJIT only.
---@return any box
function module.get_errmsg_ptr() end

return module
