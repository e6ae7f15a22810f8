-- ngx_http_gunzip_filter_module: a response that is compressed already, for a client that takes no gzip.
local cleanup = require "pyresty.http.cleanup"
local accepts_gzip = require "pyresty.http.accepts_gzip"
local entity = require "pyresty.http.entity"
local headers_out = require "pyresty.http.headers_out"
local log = require "pyresty.http.log"
local native = require "pyresty.native"

local LOG_ALERT, LOG_ERR, ERROR = 2, 4, -1
local Z_BUF_ERROR, Z_FINISH = -5, 4

local module = {}

local function release(r)
    local handle = r.gunzip
    if handle then
        r.gunzip = nil
        native.zlib.close(handle)
    end
end

function module.header_filter(loc)
    if not loc.gunzip then return nil end
    return function(r)
        if headers_out.first(r, "content-encoding") ~= "gzip" then return end
        r.gzip_vary = r.loc.gzip_vary
        if accepts_gzip(r) then return end
        local handle, code = native.zlib.inflate()
        if not handle then
            log.error(LOG_ALERT, r, "inflateInit2() failed: " .. code)
            return ERROR
        end
        r.gunzip, r.gunzip_through = handle, false
        cleanup.add(r.main, function() return release(r) end)
        headers_out.remove(r, "content-encoding")
        entity.changes(r)
    end
end

-- All of `data`, which may hold several members.
local function inflate(r, data)
    local zlib, handle = native.zlib, r.gunzip
    local out = ""
    while data ~= "" do
        if r.gunzip_through then zlib.restart(handle) end
        local made, through, left = zlib.decompress(handle, data)
        if not made then return nil, through end
        out, r.gunzip_through = out .. made, through
        if not through then break end
        data = left > 0 and data:sub(-left) or ""
    end
    return out
end

function module.body_filter(loc)
    if not loc.gunzip then return nil end
    return function(r, data, last)
        if not r.gunzip then return data, last end
        local out, code = inflate(r, data)
        if not out then
            log.error(LOG_ERR, r, "inflate() failed: " .. (last and Z_FINISH or 0) .. ", " .. code)
            return nil
        end
        if last then
            local through = r.gunzip_through
            release(r)
            if not through then
                log.error(LOG_ERR, r, "inflate() returned " .. Z_BUF_ERROR .. " on response end")
                return nil
            end
        end
        return out, last
    end
end

return module
