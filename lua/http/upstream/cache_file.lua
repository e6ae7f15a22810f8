-- The files of cached responses: a line of numbers of fixed width, the key, Vary and its variant, the entity tag, the
-- response's header, the body.
local state = require "pyresty.state"
local io = require "pyresty.native".io

local format, gmatch, ipairs, sub, tonumber = string.format, string.gmatch, ipairs, string.sub, tonumber

local cache_file = {}

local NUMBERS = "%-18.0f%-12d%-12d%-14.0f%-14.0f%-8d%-8d%-8d%-8d%-8d\n"
local LINE = #format(NUMBERS, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
local FIRST_READ = 8192

--- Where a key's file stands: its last hexadecimal digits are directories.
function cache_file.path(zone, hash)
    local path, stop = zone.path, #hash
    for i = 1, #zone.levels do
        local from = stop - zone.levels[i] + 1
        path, stop = path .. "/" .. sub(hash, from, stop), from - 1
    end
    return path .. "/" .. hash
end

--- The bytes before the body.
--- meta = {valid, updating, error, modified (-1: none), date, key, vary, variant, etag, head}
function cache_file.encode(meta)
    local numbers = format(NUMBERS, meta.valid, meta.updating, meta.error, meta.modified, meta.date, #meta.key,
        #meta.vary, #meta.variant, #meta.etag, #meta.head)
    return numbers .. meta.key .. meta.vary .. meta.variant .. meta.etag .. meta.head
end

local FIELDS = {"key", "vary", "variant", "etag", "head"}

local function decode(fd, size)
    local data = io.pread(fd, 0, size < FIRST_READ and size or FIRST_READ)
    if not data or #data < LINE then return nil end
    local numbers, n = {}, 0
    for word in gmatch(sub(data, 1, LINE), "%S+") do
        n = n + 1
        numbers[n] = tonumber(word)
    end
    if n ~= 10 or not numbers[10] then return nil end
    local meta = {
        valid = numbers[1], updating = numbers[2], error = numbers[3], modified = numbers[4], date = numbers[5],
    }
    local start = LINE
    for i = 6, 10 do start = start + numbers[i] end
    if start > size then return nil end
    if start > #data then data = io.pread(fd, 0, start) end
    local at = LINE + 1
    for i, name in ipairs(FIELDS) do
        local length = numbers[5 + i]
        meta[name] = sub(data, at, at + length - 1)
        at = at + length
    end
    meta.start, meta.size = start, size - start
    return meta
end

--- Opens a file → meta, with fd, start (of the body) and size (of it) | nil, whether there is a file that is broken
function cache_file.open(path)
    local fd = io.open(path)
    if not fd then return nil, false end
    local size = io.fstat(fd)
    local meta = size and decode(fd, size)
    if not meta then
        io.close(fd)
        return nil, true
    end
    meta.fd = fd
    return meta
end

--- Changes the numbers of a file in place, after a revalidation.
function cache_file.update(path, meta)
    return state.host.cache_update(path, sub(cache_file.encode(meta), 1, LINE))
end

return cache_file
