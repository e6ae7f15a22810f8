-- ngx_http_ssi_filter_module: a layer that reads a response for commands and puts in what they say.
local state = require "pyresty.state"
local commands = require "pyresty.modules.ssi_commands"
local entity = require "pyresty.http.entity"
local headers_out = require "pyresty.http.headers_out"
local io = require "pyresty.native".io
local layers = require "pyresty.http.layers"
local log = require "pyresty.http.log"
local parse = require "pyresty.modules.ssi_parse"
local phases = require "pyresty.http.phases"
local postpone = require "pyresty.http.postpone"

local concat, date, floor, format, sub = table.concat, os.date, math.floor, string.format, string.sub
local LOG_ERR, FILE_PIECE = 4, 32768
local TIME_FORMAT = "%A, %d-%b-%Y %H:%M:%S %Z"

local module = {variables = {}}

-- What was put together leaves: at the end of the input, and before a subrequest.
local function release(r, s)
    if s.n == 0 then return end
    local data = concat(s.out, "", 1, s.n)
    s.out, s.n = {}, 0
    return s.next.body(r, data)
end

local function put(s, text) s.out[s.n + 1], s.n = text, s.n + 1 end

-- Text between commands: to the client, to a block, or nowhere.
local function emit(s, text)
    if text == "" then return end
    if s.output then return put(s, text) end
    if s.block then s.block[#s.block + 1] = text end
end

local function failed(r, s)
    if not r.loc.ssi_silent_errors then return put(s, s.error_message) end
end

-- A command inside a block is kept as it was written.
local function rebuilt(command)
    local text = "<!--#" .. command.name
    for i = 1, command.n, 2 do text = text .. " " .. command[i] .. '="' .. command[i + 1] .. '"' end
    return text .. " -->"
end

local function run(r, s, command)
    local spec = commands.list[command.name]
    if not spec then
        if not s.output then return end
        log.error(LOG_ERR, r, 'invalid SSI command: "' .. command.name .. '"')
        return failed(r, s)
    end
    if not s.output and not spec.ends_block then
        if s.block then
            s.block[#s.block + 1] = rebuilt(command)
            return
        end
        if not spec.needs then return end
    end
    if spec.needs and (not s.conditional or s.conditional > spec.needs) then
        log.error(LOG_ERR, r, 'invalid context of SSI command: "' .. command.name .. '"')
        return failed(r, s)
    end
    local params = commands.parameters(r, command, spec)
    if not params or spec.run(r, s, params, command.name) == false then return failed(r, s) end
end

-- Reads on until the text is through, or a command waits for a subrequest.
local function process(r, s)
    while not s.waits do
        local text = s.pending
        local at, behind = parse.find_command(text, 1)
        if not at then
            s.pending = ""
            return emit(s, text)
        end
        emit(s, sub(text, 1, at - 1))
        s.pending = sub(text, at)
        if not behind then return end
        local after, command, message = parse.command(s.pending, behind - at + 1, r.loc.ssi_value_length)
        if not after then return end
        s.pending = sub(s.pending, after)
        if command then
            run(r, s, command)
        else
            if message then log.error(LOG_ERR, r, message) end
            failed(r, s)
        end
    end
end

local encoder = {}
function encoder.head(r) return r.ssi.next.head(r) end
function encoder.body(r, data)
    local s = r.ssi
    s.pending = s.pending .. data
    process(r, s)
    return release(r, s)
end
function encoder.file(r, fd, offset, count)
    while count > 0 do
        local data = io.pread(fd, offset, count < FILE_PIECE and count or FILE_PIECE)
        if not data or data == "" then return end
        encoder.body(r, data)
        offset, count = offset + #data, count - #data
    end
end
function encoder.flush(r) return r.ssi.next.flush(r) end
function encoder.last(r)
    local s = r.ssi
    if not s.waits then return s.next.last(r) end
    s.ended = true
    return phases.hold(r)
end

-- What was waited for is through.
local function resume(r)
    local s = r.ssi
    s.waits = nil
    process(r, s)
    release(r, s)
    if not s.waits and s.ended then
        s.ended = nil
        s.next.last(r)
        return phases.release(r)
    end
end

function module.header_filter(loc)
    if not loc.ssi then return nil end
    local types = loc.ssi_types
    return function(r)
        if r.headers_out.content_length == 0 or not entity.has_type(r, types) then return end
        r.ssi = {
            pending = "", output = true, encoding = "entity", time_format = TIME_FORMAT, resume = resume,
            out = {}, n = 0, put = put, release = release,
            error_message = "[an error occurred while processing the directive]",
        }
        layers.insert_top(r, encoder, r.ssi)
        postpone.install(r)
        if r.parent then return end
        headers_out.clear_content_length(r)
        entity.clear_ranges(r)
        if loc.ssi_last_modified then return entity.weaken_etag(r) end
        headers_out.clear_last_modified(r)
        headers_out.remove(r, "etag")
    end
end

local function date_reader(prefix)
    return function(r)
        local pattern, now = r.ssi and r.ssi.time_format or TIME_FORMAT, floor(state.now)
        if pattern == "%s" then return format("%.0f", now) end
        return date(prefix .. pattern, now)
    end
end

module.variables.date_local, module.variables.date_gmt = date_reader "", date_reader "!"

return module
