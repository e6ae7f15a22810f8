-- limit_rate and limit_rate_after: how much of a response may leave by now (ngx_http_write_filter).
local state = require "pyresty.state"
local log = require "pyresty.http.log"
local script = require "pyresty.http.script"
local sizes = require "pyresty.http.sizes"
local timers = require "pyresty.timers"

local floor, max, remove = math.floor, math.max, table.remove
local type = type
local LOG_ERR = 4

local pace = {}
local compiled = {} -- complex value → compiled

local function size_of(r, value)
    if type(value) == "number" then return value end
    local text = compiled[value]
    if not text then
        text = script.compile(value)
        compiled[value] = text
    end
    text = script.eval(r, text)
    local size = sizes.parse(text)
    if not size then log.error(LOG_ERR, r, 'invalid size "' .. text .. '"') end
    return size or 0
end

-- → bytes that may leave now | nil, seconds to wait
local function allowance(self)
    local may = self.rate * (floor(state.now) - self.start + 1) - (self.count - self.after)
    if may <= 0 then return nil, floor(-may * 1000 / self.rate + 1) / 1000 end
    return may
end

-- So many bytes have left. → seconds until more may
local function sent(self, bytes)
    local before = max(self.count - self.after, 0)
    self.count = self.count + bytes
    return floor((max(self.count - self.after, 0) - before) * 1000 / self.rate) / 1000
end

--- The response's header is about to leave: its connection is slowed down where the configuration says so.
function pace.begin(r)
    local main = r.main
    if main.limit_rate == nil then main.limit_rate = size_of(main, main.loc.limit_rate) end
    local rate = main.limit_rate
    if rate == 0 then
        main.conn.pace = nil
        return
    end
    main.conn.pace = {
        rate = rate, after = size_of(main, main.limit_rate_after or main.loc.limit_rate_after),
        start = floor(main.start), count = 0, allowance = allowance, sent = sent,
    }
end

-- ---------------------------------------------------------------- the connection's output

local function is_empty(piece)
    if piece.fd then return piece.count == 0 end
    return #piece == 0
end

local function next_piece(c)
    local pieces = c.pieces
    while pieces and pieces[1] do
        if not is_empty(pieces[1]) then return pieces[1] end
        remove(pieces, 1)
    end
    c.pieces = nil
    return c.out
end

local function hold(c, seconds, writable)
    c.write_blocked = true
    local pacer = c.pacer or {connection = c, on_timer = writable}
    c.pacer = pacer
    timers.set(pacer, seconds)
    return false
end

--- Gives the kernel what may leave: as sending.transmit, whose helpers these are. `writable` is called, with an
--- object that has the connection, when more may.
function pace.transmit(c, send_piece, failed, writable)
    local limit = c.pace
    while c.out_size > 0 do
        local most, wait = limit.allowance(limit)
        if not most then return hold(c, wait, writable) end
        local bytes, err = send_piece(c, next_piece(c), most)
        if not bytes then return failed(c, err) end
        c.out_size = c.out_size - bytes
        wait = limit.sent(limit, bytes)
        if wait > 0 and c.out_size > 0 then return hold(c, wait, writable) end
    end
    c.pieces, c.flush = nil, false
    return true
end

return pace
