-- ngx_http_echo_module: a content handler made of commands, text around other responses, variables.
local state = require "pyresty.state"
local sched = require "pyresty.sched"
local body = require "pyresty.http.body"
local content_type = require "pyresty.http.content_type"
local headers_out = require "pyresty.http.headers_out"
local io = require "pyresty.native".io
local log = require "pyresty.http.log"
local output = require "pyresty.http.output"
local script = require "pyresty.http.script"
local subrequests = require "pyresty.modules.echo_subrequest"
local uri = require "pyresty.http.uri"

local concat, find, floor, format, gsub, match, rep, sub =
    table.concat, string.find, math.floor, string.format, string.gsub, string.match, string.rep, string.sub
local ipairs, pairs, tonumber = ipairs, pairs, tonumber
local LOG_ERR, LOG_WARN = 4, 5
local OK, ERROR = 0, -1
local FILE_PIECE = 32768

local module = {content = {}, variables = {}}

-- ---------------------------------------------------------------- texts

local function compile_args(args)
    local compiled = {}
    for i, arg in ipairs(args) do compiled[i] = script.compile(arg) end
    return compiled
end

local function evaluate(r, compiled)
    local values = {}
    for i = 1, #compiled do values[i] = script.eval(r, compiled[i]) end
    return values
end

local function text_of(r, command)
    local compiled = command.compiled
    if not compiled then
        compiled = compile_args(command.args)
        command.compiled = compiled
    end
    local text
    if #compiled == 1 then
        text = script.eval(r, compiled[1])
    else
        text = concat(evaluate(r, compiled), " ")
    end
    return command.newline and text .. "\n" or text
end

-- ---------------------------------------------------------------- sending

-- → nil | status of what a header filter wants instead, or ERROR
local function send_header(r)
    if r.header_sent then return nil end
    if not r.err_status then r.status = r.loc.echo_status or 200 end
    r.headers_out.content_type = nil
    content_type.set(r)
    headers_out.clear_content_length(r)
    headers_out.remove(r, "accept-ranges")
    local ok, status = output.send_header(r)
    if not ok then return status or ERROR end
end

local function send(r, text)
    local status = send_header(r)
    if status then return status end
    if text ~= "" and not r.header_only then return subrequests.write(r, text) end
end

local function send_file(r, path)
    local fd = io.open(path)
    if not fd then return ERROR end
    local offset = 0
    while true do
        local data = io.pread(fd, offset, FILE_PIECE)
        if not data or data == "" then break end
        local status = send(r, data)
        if status then
            io.close(fd)
            return status
        end
        offset = offset + #data
    end
    io.close(fd)
end

-- ---------------------------------------------------------------- commands: function(r, args, run) → nil | status

local commands = {}

function commands.echo_duplicate(r, args, run)
    run.led = true
    local digits = gsub(args[1], "_", "")
    if digits == "" or find(digits, "%D") then
        log.error(LOG_ERR, r, 'invalid size specified: "' .. args[1] .. '"')
        return 500
    end
    return send(r, rep(args[2], tonumber(digits)))
end

function commands.echo_flush(r) output.flush(r) end

-- A decimal number with up to three digits behind the point counts (ngx_atofp).
local function seconds_of(text)
    local whole, fraction = match(text, "^(%d+)%.?(%d*)$")
    if not whole then
        fraction = match(text, "^%.(%d+)$")
        if not fraction then return nil end
        whole = "0"
    end
    if #fraction > 3 then return nil end
    return tonumber(whole .. "." .. (fraction == "" and "0" or fraction))
end

function commands.echo_sleep(r, args)
    local seconds = seconds_of(args[1])
    if not seconds then
        log.error(LOG_ERR, r, 'invalid sleep duration "' .. args[1] .. '"')
        return 400
    end
    subrequests.start(r)
    sched.sleep(seconds)
end
commands.echo_blocking_sleep = commands.echo_sleep

function commands.echo_reset_timer(r)
    state.touch()
    r.echo_timer = state.now
end

local function read_body(r)
    if r.main.body_read then return nil end
    local ok, status = body.read(r)
    if not ok then return status end
end

function commands.echo_read_request_body(r) return read_body(r) end

function commands.echo_request_body(r, _, run)
    run.led = true
    if r.body_file then return send_file(r, r.body_file) end
    if r.body and r.body ~= "" then return send(r, r.body) end
end

-- The header, and for a subrequest that comes before any text an empty piece, which brings out echo_before_body.
local function lead(r, run)
    local status = send_header(r)
    if status or r.header_only then return status or OK end
    if not run.led then
        run.led = true
        if r.loc.filter_body then output.write(r, "") end
    end
end

local function run_subrequest(r, spec, run, wait)
    if not spec then return ERROR end
    local status = lead(r, run)
    if status then return status ~= OK and status or nil end
    return subrequests.run(r, spec, wait)
end

local function define(name, parse)
    local function command(r, directive, args, run, wait)
        local status = read_body(r)
        if status then return status end
        return run_subrequest(r, parse(r, directive, args), run, wait)
    end
    commands[name] = function(r, args, run) return command(r, name, args, run, true) end
    local async = name .. "_async"
    commands[async] = function(r, args, run) return command(r, async, args, run, false) end
end

define("echo_location", subrequests.location)
define("echo_subrequest", subrequests.parse)

function commands.echo_exec(r, args)
    local target = args[1]
    if target == "" then return 400 end
    local path, query = uri.parse_unsafe(target)
    if not path then
        log.debug(r, 'echo_exec sees unsafe uri: "' .. target .. '"')
        return ERROR
    end
    query = args[2] or query
    if sub(path, 1, 1) == "@" and query and query ~= "" then
        log.error(LOG_WARN, r, "querystring " .. query .. " ignored when exec'ing named location " .. path)
    end
    r.exec = {uri = path, args = query}
    return "exec"
end

-- ---------------------------------------------------------------- loops

local function split(text, delimiter)
    local items, n, from = {}, 0, 1
    while from <= #text do
        local at, stop = find(text, delimiter, from, true)
        if not at then at, stop = #text + 1, #text end
        if at > from then
            n = n + 1
            items[n] = sub(text, from, at - 1)
        end
        from = stop + 1
    end
    return items
end

local function skip_to_end(run)
    while run.at < #run.commands and run.commands[run.at + 1].op ~= "echo_end" do run.at = run.at + 1 end
    run.at = run.at + 1
end

function commands.echo_foreach_split(r, args, run)
    if r.echo_loop then
        log.error(LOG_ERR, r, "Nested echo_foreach not supported yet.")
        return 500
    end
    if #args < 2 then
        log.error(LOG_ERR, r, "echo_foreach should take at least two arguments. (if your delimiter starts with "
            .. '"-", preceding it with a "--".)')
        return 500
    end
    local items = split(args[2], args[1])
    if #items == 0 then
        skip_to_end(run)
        return nil
    end
    r.echo_loop = {items = items, at = 1, start = run.at}
end

function commands.echo_end(r, _, run)
    local loop = r.echo_loop
    if not loop then
        log.error(LOG_ERR, r, "Found a echo_end that has no corresponding echo_foreach before it.")
        return ERROR
    end
    loop.at = loop.at + 1
    if loop.at > #loop.items then
        r.echo_loop = nil
    else
        run.at = loop.start
    end
end

-- ---------------------------------------------------------------- the content handler

local function execute(r, command, run)
    if command.op == "echo" then
        run.led = true
        return send(r, text_of(r, command))
    end
    local compiled = command.compiled
    if not compiled then
        compiled = compile_args(command.args)
        command.compiled = compiled
    end
    return commands[command.op](r, evaluate(r, compiled), run)
end

local function finish(r)
    local status = send_header(r) or subrequests.finish(r)
    if status then return status end
    if not r.parent or not r.header_only then output.finish(r) end
    return OK
end

function module.content.echo(r, spec)
    local run = {commands = spec.commands, at = 1}
    r.echo_counter = r.echo_counter or 0
    while run.at <= #run.commands do
        local status = execute(r, run.commands[run.at], run)
        if status then
            if status ~= "exec" and status >= 300 and r.header_sent then return ERROR end
            return status
        end
        run.at = run.at + 1
    end
    return finish(r)
end

-- ---------------------------------------------------------------- text around a body

local function debug(r, part)
    if log.enabled(8, r) then
        log.debug(r, "echo " .. part .. ' filter, uri "' .. r.uri .. "?" .. (r.args or "") .. '"')
    end
end

function module.header_filter(loc)
    if not loc.echo_before_body and not loc.echo_after_body then return nil end
    return function(r)
        debug(r, "header")
        headers_out.clear_content_length(r)
        headers_out.remove(r, "accept-ranges")
    end
end

local function emit_all(r, list)
    for _, command in ipairs(list or {}) do
        local text = text_of(r, command)
        if text ~= "" then r.encoder.body(r, text) end
    end
end

-- What stands around the body goes straight to the encoder: it is a piece of its own, and no later filter sees it.
function module.body_filter(loc)
    local before, after = loc.echo_before_body, loc.echo_after_body
    if not before and not after then return nil end
    return function(r, data, last)
        debug(r, "body")
        if not r.echo_began then
            r.echo_began = true
            emit_all(r, before)
        end
        if not last or not after then return data, last end
        if data ~= "" then r.encoder.body(r, data) end
        emit_all(r, after)
        return "", true
    end
end

-- ---------------------------------------------------------------- variables

local variables = module.variables

function variables.echo_timer_elapsed(r)
    state.touch()
    local elapsed = floor(state.now * 1000) - floor((r.echo_timer or r.start) * 1000)
    return format("%.3f", elapsed > 0 and elapsed / 1000 or 0)
end

function variables.echo_request_method(r) return r.method end

function variables.echo_client_request_method(r) return r.main.method end

function variables.echo_request_uri(r) return uri.escape(r.uri) end

variables.echo_cacheable_request_uri = variables.echo_request_uri

function variables.echo_request_body(r)
    if r.body_file then return nil end
    return r.body
end

function variables.echo_client_request_headers(r) return r.main.raw_head end

function variables.echo_it(r)
    local loop = r.echo_loop
    return loop and loop.items[loop.at]
end

function variables.echo_incr(r)
    local main = r.main
    if not main.echo_counter then return nil end
    main.echo_counter = main.echo_counter + 1
    return format("%d", main.echo_counter)
end

function variables.echo_response_status(r)
    if not r.status or r.status == 0 then return nil end
    return format("%d", r.status)
end

for name, get in pairs(variables) do variables[name] = {get = get} end

return module
