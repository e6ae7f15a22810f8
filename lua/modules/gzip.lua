-- ngx_http_gzip_filter_module: compresses what leaves for the client.
local cleanup = require "pyresty.http.cleanup"
local accepts_gzip = require "pyresty.http.accepts_gzip"
local entity = require "pyresty.http.entity"
local headers_out = require "pyresty.http.headers_out"
local layers = require "pyresty.http.layers"
local log = require "pyresty.http.log"
local native = require "pyresty.native"

local concat, floor, format = table.concat, math.floor, string.format
local LOG_ALERT = 2
local PIECE, FILE_PIECE = 8192, 32768 -- compressed bytes leave in pieces of at least that size
local STATUSES = {[200] = true, [403] = true, [404] = true}

local module = {variables = {}}

-- ---------------------------------------------------------------- the encoder

local function release(r)
    local s = r.gzip
    if s.handle then
        native.zlib.close(s.handle)
        s.handle = nil
    end
end

-- A short response needs a small window only.
local function start(r, s)
    local bits, memory, length = r.loc.gzip_window, r.loc.gzip_hash, s.length
    while length and length < 2 ^ (bits - 1) - 262 do
        bits, memory = bits - 1, memory > 1 and memory - 1 or 1
    end
    local handle, code = native.zlib.deflate(r.loc.gzip_comp_level, bits, memory)
    if not handle then
        log.error(LOG_ALERT, r, "deflateInit2() failed: " .. code)
        return nil
    end
    s.handle = handle
    cleanup.add(r.main, function() return release(r) end)
    return handle
end

local function pass(r, s)
    if s.held_n == 0 then return end
    local data = concat(s.held, "", 1, s.held_n)
    s.held, s.held_n, s.held_size = {}, 0, 0
    return s.next.body(r, data)
end

local function compress(r, data, flush)
    local s = r.gzip
    local handle = s.handle or start(r, s)
    if not handle then return end
    local made, code = native.zlib.compress(handle, data, flush)
    if not made then
        log.error(LOG_ALERT, r, "deflate() failed: " .. code)
        return
    end
    s.taken, s.made = s.taken + #data, s.made + #made
    if made ~= "" then
        s.held_n = s.held_n + 1
        s.held[s.held_n], s.held_size = made, s.held_size + #made
    end
    if flush ~= "none" or s.held_size >= PIECE then return pass(r, s) end
end

local encoder = {}
function encoder.head(r) return r.gzip.next.head(r) end
function encoder.body(r, data) return compress(r, data, "none") end
function encoder.file(r, fd, offset, count)
    while count > 0 do
        local data = native.io.pread(fd, offset, count < FILE_PIECE and count or FILE_PIECE)
        if not data or data == "" then return end
        compress(r, data, "none")
        offset, count = offset + #data, count - #data
    end
end
function encoder.flush(r)
    compress(r, "", "sync")
    return r.gzip.next.flush(r)
end
function encoder.last(r)
    compress(r, "", "finish")
    release(r)
    return r.gzip.next.last(r)
end

-- ---------------------------------------------------------------- the filter

function module.header_filter(loc)
    if not loc.gzip then return nil end
    local types, shortest = loc.gzip_types, loc.gzip_min_length
    return function(r)
        local out = r.headers_out
        local length = out.content_length
        if not STATUSES[r.status] or r.header_only or length and length < shortest
            or not entity.has_type(r, types) or headers_out.first(r, "content-encoding") then
            return
        end
        r.gzip_vary = r.loc.gzip_vary
        if not accepts_gzip(r) then return end
        r.gzip = {length = length, held = {}, held_n = 0, held_size = 0, taken = 0, made = 0}
        layers.insert(r, encoder, r.gzip)
        headers_out.push(r, "Content-Encoding", "gzip")
        entity.changes(r)
    end
end

-- Plain bytes for one compressed, to the nearest hundredth.
function module.variables.gzip_ratio(r)
    local s = r.gzip
    if not s or s.made == 0 then return nil end
    local thousandths = floor(s.taken * 1000 / s.made)
    local hundredths = floor(thousandths / 10) + (thousandths % 10 > 4 and 1 or 0)
    return format("%d.%02d", floor(hundredths / 100), hundredths % 100)
end

return module
