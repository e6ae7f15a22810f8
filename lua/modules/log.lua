-- ngx_http_log_module: the access log, written in the log phase.
local state = require "pyresty.state"
local io = require "pyresty.native".io
local ops = require "pyresty.ops"
local log = require "pyresty.http.log"
local log_escape = require "pyresty.modules.log_escape"
local log_files = require "pyresty.modules.log_files"
local paths = require "pyresty.http.paths"
local script = require "pyresty.http.script"
local syslog = require "pyresty.http.syslog"
local timers = require "pyresty.timers"
local variables = require "pyresty.http.variables"

local concat, floor, format = table.concat, math.floor, string.format
local ipairs, loadstring, pairs, type = ipairs, loadstring, pairs, type
local push_op, TURN = ops.push, ops.TURN
local LOG_ALERT, LOG_CRIT, LOG_ERR, LOG_WARN = 2, 3, 4, 5
local ENOSPC = 28
local BURST = 0.00006 -- seconds between lines
local MOST = 65536 -- bytes that are written together

local module = {}

-- Values of these need no escaping, and are there always.
local PLAIN = {
    pipe = true, time_local = true, time_iso8601 = true, msec = true, request_time = true, status = true,
    bytes_sent = true, body_bytes_sent = true, request_length = true,
}

-- ---------------------------------------------------------------- formats

local lines = setmetatable({}, {__mode = "k"}) -- format → function(r) → line

local VALUE = [[
value = readers[%d](r)
if value == nil then value = missing %s end
pieces[%d] = value
]]
local ESCAPED = "else value = escape(value)"

-- As straight code, and the texts in their places already: a loop over the parts would end LuaJIT's trace.
local function line_maker(parts, escape)
    local pieces, readers, code = {}, {}, {}
    local escape_value = log_escape[escape]
    for i, part in ipairs(parts) do
        if type(part) == "table" then
            readers[i] = variables.resolve(part.var)
            code[#code + 1] = format(VALUE, i, escape_value and not PLAIN[part.var] and ESCAPED or "", i)
        else
            pieces[i] = part
        end
    end
    local make = loadstring("local readers, pieces, escape, missing, concat = ... return function(r) local value "
        .. concat(code) .. ' return (concat(pieces, "", 1, ' .. #parts .. ")) end", "=log_format")
    return make(readers, pieces, escape_value, escape == "default" and "-" or "", concat)
end

local function maker_of(entry)
    local known = lines[entry.format]
    if not known then
        known = line_maker(entry.format, entry.escape)
        lines[entry.format] = known
    end
    return known
end

-- ---------------------------------------------------------------- writing

local reported = {} -- file name → second of the last complaint

local function complain(r, name, message)
    local second = floor(state.now)
    if second - (reported[name] or 0) > 59 then
        reported[name] = second
        log.error(LOG_ALERT, r, message)
    end
end

local full = {} -- file name → second in which its disk was full: nothing more is written to it in that one

local function lost(r, name, reason, code)
    if code == ENOSPC then full[name] = floor(state.now) end
    return complain(r, name, 'write() to "' .. name .. '" failed (' .. (code or 0) .. ": " .. reason .. ")")
end

local function torn(r, name, written, size)
    return complain(r, name, 'write() to "' .. name .. '" was incomplete: ' .. written .. " of " .. size)
end

local function write(r, fd, name, data)
    if full[name] == floor(state.now) then return end
    local written, reason, code, before = io.write(fd, data)
    if written then return end
    if before > 0 then return torn(r, name, before, #data) end
    return lost(r, name, reason, code)
end

local buffers = {} -- fd → {pieces, count, size, limit, flush, name}
local in_turn = {n = 0} -- those of them that are flushed when the turn of the loop ends
local last_line = 0 -- when a line was written without a buffer

local function flush_buffer(buffer)
    timers.clear(buffer)
    if buffer.count == 0 then return end
    local data = concat(buffer.pieces, "", 1, buffer.count)
    buffer.count, buffer.size = 0, 0
    if buffer.gzip then data = state.host.gzip(data, buffer.gzip) end
    write(nil, buffer.fd, buffer.name, data)
end

local function buffer_of(entry)
    local buffer = buffers[entry.fd]
    if not buffer then
        buffer = {
            pieces = {}, count = 0, size = 0, limit = entry.buffer, flush = entry.flush, gzip = entry.gzip,
            fd = entry.fd, name = entry.file, on_timer = flush_buffer,
        }
        buffers[entry.fd] = buffer
    end
    return buffer
end

-- A line that finds no room pushes out what is there; one larger than the buffer is written at once.
local function write_buffered(r, entry, line)
    local buffer = buffer_of(entry)
    local size = #line
    if buffer.size + size > buffer.limit then
        flush_buffer(buffer)
        if size > buffer.limit then
            if buffer.gzip then line = state.host.gzip(line, buffer.gzip) end
            return write(r, entry.fd, entry.file, line)
        end
    end
    if buffer.count == 0 and buffer.flush then timers.set(buffer, buffer.flush) end
    local n = buffer.count + 1
    buffer.pieces[n], buffer.count, buffer.size = line, n, buffer.size + size
end

-- Without a buffer a line is written at once; of several in a row the others wait for the end of the loop's turn: under
-- load a turn serves many requests, and write() takes a tenth of a short one's time.
local function write_soon(r, entry, line)
    local now = state.mono
    local quiet = now - last_line > BURST
    last_line = now
    local buffer = buffer_of(entry)
    local n, size = buffer.count, buffer.size
    if quiet and n == 0 then return write(r, entry.fd, entry.file, line) end
    if n == 0 then
        if in_turn.n == 0 then push_op(TURN) end
        in_turn.n = in_turn.n + 1
        in_turn[in_turn.n] = buffer
    end
    buffer.pieces[n + 1], buffer.count, buffer.size = line, n + 1, size + #line
    if buffer.size > MOST then return flush_buffer(buffer) end
end

--- The turn of the loop ends.
function module.end_turn()
    local n = in_turn.n
    in_turn.n = 0
    for i = 1, n do flush_buffer(in_turn[i]) end
end

--- Writes out all buffered lines: before the logs are reopened, and when the worker ends.
function module.flush()
    for _, buffer in pairs(buffers) do flush_buffer(buffer) end
end

-- ---------------------------------------------------------------- targets

local function syslog_writer(entry)
    local send, severity = syslog.sender(entry.syslog, entry.fd, log.lost_message), entry.syslog.severity
    return function(r, line)
        if not send(severity, line) then log.error(LOG_WARN, r, "send() to syslog failed") end
    end
end

-- A file whose name has variables; its root directory has to exist.
local function dynamic_writer(entry)
    local name_of = script.compile(entry.file)
    return function(r, line)
        local root = paths.root(r)
        local size, reason, is_directory = io.stat(root)
        if not size or not is_directory then
            local failure = size and "20: Not a directory" or is_directory .. ": " .. reason
            return log.error(LOG_ERR, r, 'testing "' .. root .. '" existence failed (' .. failure .. ")")
        end
        local name = paths.full(name_of(r))
        local written, message, code = log_files.write(r.loc.open_log_file_cache, name, line .. "\n")
        if written then return end
        if not code then return log.error(LOG_CRIT, r, 'open() "' .. name .. '" failed ' .. message) end
        return lost(r, name, message, code)
    end
end

local function writer_of(entry)
    if entry.syslog then return syslog_writer(entry) end
    if type(entry.file) == "table" then return dynamic_writer(entry) end
    if entry.buffer then
        return function(r, line) return write_buffered(r, entry, line .. "\n") end
    end
    return function(r, line) return write_soon(r, entry, line .. "\n") end
end

local writers = setmetatable({}, {__mode = "k"}) -- entry → writer

local function logger_of(entry)
    local writer = writers[entry]
    if not writer then
        writer = writer_of(entry)
        writers[entry] = writer
    end
    local line_of, condition = maker_of(entry), script.compile(entry.condition)
    if condition == nil then
        return function(r) return writer(r, line_of(r)) end
    end
    return function(r)
        local value = script.eval(r, condition)
        if value ~= "" and value ~= "0" then return writer(r, line_of(r)) end
    end
end

function module.log(loc)
    local entries = loc.access_log
    if not entries or #entries == 0 then return nil end
    local loggers = {}
    for i, entry in ipairs(entries) do loggers[i] = logger_of(entry) end
    if #loggers == 1 then return loggers[1] end
    return function(r)
        for i = 1, #loggers do loggers[i](r) end
    end
end

return module
