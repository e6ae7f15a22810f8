-- require "resty.signal": signals by name. OpenResty's needs a C library of its own.
local state = require "pyresty.state"

local assert, error, format, type = assert, error, string.format, type

local signal = {version = 0.04}

local NAMES = {}
for name in ("NONE HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM CHLD CONT STOP TSTP TTIN TTOU "
    .. "URG XCPU XFSZ VTALRM PROF WINCH IO PWR EMT SYS INFO"):gmatch "%u+[12]?" do
    NAMES[name] = true
end

--- signal.signum(name or number) → number | nil, err
function signal.signum(name)
    if type(name) == "number" then return name end
    if not NAMES[name] then return nil, "unknown signal name" end
    local number = state.host.signal_number(name)
    if not number then error(format("missing C def for signal %s", name), 2) end
    return number
end

--- signal.kill(pid, name or number) → true | nil, err
function signal.kill(pid, name)
    assert(name)
    local number, err = signal.signum(name)
    if not number then return nil, err end
    local code, text = state.host.process_kill(assert(pid), number)
    if code == 0 then return true end
    return nil, text
end

return signal
