-- The module "jit.bcsave": saves a file's bytecode. LuaJIT's own comes as a Lua file beside its library, which lupa
-- does not bring; of its formats there is the raw one.
local dump = string.dump
local concat, error, loadfile, loadstring, type = table.concat, error, loadfile, loadstring, type
local io_open, stdin, stdout = io.open, io.stdin, io.stdout

local bcsave = {}

local WITH_VALUE = {n = true, t = true, a = true, o = true}

local function chunk_of(input, is_code)
    local fn, err
    if is_code then
        fn, err = loadstring(input)
    elseif input == "-" then
        fn, err = loadstring(stdin:read "*a", "=stdin")
    else
        fn, err = loadfile(input)
    end
    if not fn then error("luajit: " .. err, 0) end
    return fn
end

local function write(output, data)
    local file, err = stdout, nil
    if output ~= "-" then file, err = io_open(output, "wb") end
    if not file then error("luajit: cannot write " .. output .. ": " .. err, 0) end
    local ok
    ok, err = file:write(data)
    if output ~= "-" then file:close() end
    if not ok then error("luajit: cannot write " .. output .. ": " .. err, 0) end
end

local function check_kind(kind)
    if kind and kind ~= "raw" then error("luajit: bytecode as " .. kind .. " is not supported, only as raw", 0) end
end

local EXTENSIONS = {c = "c", h = "h", o = "obj", obj = "obj", cc = "c", hpp = "h"}

-- Reads "-s", "-g", "-e", "-t raw" … → options, the remaining arguments
local function parse(arguments)
    local options, rest, i = {strip = true}, {}, 1
    while i <= #arguments do
        local argument = arguments[i]
        if argument == "--" then
            for j = i + 1, #arguments do rest[#rest + 1] = arguments[j] end
            break
        elseif type(argument) ~= "string" or argument:sub(1, 1) ~= "-" or argument == "-" then
            rest[#rest + 1] = argument
        else
            for letter in argument:sub(2):gmatch "." do
                if letter == "s" then
                    options.strip = true
                elseif letter == "g" then
                    options.strip = false
                elseif letter == "e" then
                    options.code = true
                elseif WITH_VALUE[letter] then
                    i = i + 1
                    options[letter] = arguments[i]
                else
                    error("luajit: unknown option -" .. letter, 0)
                end
            end
        end
        i = i + 1
    end
    return options, rest
end

--- bcsave.start("-g", input, output): `input` is a file, "-" for standard input, with "-e" code.
function bcsave.start(...)
    local options, rest = parse {...}
    local input, output = rest[1], rest[2] or "-"
    if not input then error("luajit: no input", 0) end
    if #rest > 2 then error("luajit: too many arguments: " .. concat(rest, " ", 3), 0) end
    check_kind(options.t or EXTENSIONS[output:match "%.(%w+)$" or ""])
    write(output, dump(chunk_of(input, options.code), options.strip))
end

return bcsave
