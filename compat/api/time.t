Clocks and dates. The server's time zone is UTC.

--- include: run.inc

=== http_time
--- request
POST /run
show(ngx.http_time(1290079655), ngx.http_time(0), ngx.http_time(4102444800))
--- response_body
"Thu, 18 Nov 2010 11:27:35 GMT" "Thu, 01 Jan 1970 00:00:00 GMT" "Fri, 01 Jan 2100 00:00:00 GMT"

=== http_time: a fraction, a text
--- request
POST /run
show(ngx.http_time(1.9))
err(function() ngx.http_time("5") end)
--- response_body
"Thu, 01 Jan 1970 00:00:01 GMT"
case:2: number argument only

=== http_time: one number
--- request
POST /run
err(function() ngx.http_time() end)
err(function() ngx.http_time("x") end)
err(function() ngx.http_time({}) end)
--- response_body
case:1: number argument only
case:2: number argument only
case:3: number argument only

=== cookie_time: two digits of the year until 2037
--- request
POST /run
show(ngx.cookie_time(1290547200), ngx.cookie_time(0), ngx.cookie_time(2145916800), ngx.cookie_time(4102444800))
--- response_body
"Tue, 23-Nov-10 21:20:00 GMT" "Thu, 01-Jan-70 00:00:00 GMT" "Fri, 01-Jan-2038 00:00:00 GMT" "Fri, 01-Jan-2100 00:00:00 GMT"

=== cookie_time: one number
--- request
POST /run
err(function() ngx.cookie_time() end)
err(function() ngx.cookie_time("x") end)
--- response_body
case:1: number argument only
case:2: number argument only

=== parse_http_time: three formats
--- request
POST /run
show(ngx.parse_http_time("Thu, 18 Nov 2010 11:27:35 GMT"))
show(ngx.parse_http_time("Thursday, 18-Nov-10 11:27:35 GMT"))
show(ngx.parse_http_time("Thu Nov 18 11:27:35 2010"))
--- response_body
1290079655
1290079655
1290079655

=== parse_http_time: malformed
--- request
POST /run
show(ngx.parse_http_time(""), ngx.parse_http_time("x"), ngx.parse_http_time("Thu, 18 Nob 2010 11:27:35 GMT"),
ngx.parse_http_time("Thu, 38 Nov 2010 11:27:35 GMT"), ngx.parse_http_time("Thu, 18 Nov 2010 25:27:35 GMT"))
--- response_body
nil nil 1290079655 nil nil

=== parse_http_time undoes http_time
--- request
POST /run
show(ngx.parse_http_time(ngx.http_time(1290079655)), ngx.parse_http_time(ngx.http_time(951782400)))
--- response_body
1290079655 951782400

=== parse_http_time: the first and the last day of each month
--- request
POST /run
local wrong = 0
for _, start in ipairs { 946684800, 1735689600, 1767225600 } do -- 2000, 2025, 2026
    for day = 0, 365 do
        local at = start + day * 86400
        if ngx.parse_http_time(ngx.http_time(at)) ~= at then wrong = wrong + 1 end
    end
end
show(wrong, ngx.parse_http_time("Tue, 01 Dec 2026 00:00:00 GMT"))
--- response_body
0 1796083200

=== parse_http_time: one text
--- request
POST /run
err(function() ngx.parse_http_time() end)
err(function() ngx.parse_http_time({}) end)
--- response_body
case:1: string argument only
case:2: string argument only

=== now: a fraction with milliseconds, near to time
--- request
POST /run
local now = ngx.now()
show(type(now), now - ngx.time() >= 0 and now - ngx.time() < 1, math.abs(now * 1000 - math.floor(now * 1000 + 0.5)) < 0.01)
--- response_body
"number" true true

=== now is the real time
--- request
POST /run
show(math.abs(ngx.now() - os.time()) < 2)
--- response_body
true

=== now takes no argument
--- request
POST /run
show(type(ngx.now(1)))
--- response_body
"number"

=== now stands still within a turn of the loop
--- request
POST /run
local now, clock = ngx.now(), os.clock()
repeat until os.clock() - clock > 0.004
show(ngx.now() == now)
--- response_body
true

=== update_time reads the clock anew
--- request
POST /run
local now, clock = ngx.now(), os.clock()
repeat until os.clock() - clock > 0.004
ngx.update_time()
show(ngx.now() > now)
--- response_body
true

=== time: whole seconds
--- request
POST /run
show(ngx.time() % 1, math.abs(ngx.time() - os.time()) <= 1)
--- response_body
0 true

=== today
--- request
POST /run
show(ngx.today() == os.date("!%Y-%m-%d"), #ngx.today())
--- response_body
true 10

=== localtime is the local time
--- request
POST /run
local t = ngx.localtime()
show(#t, t == ngx.utctime(), t:sub(1, 10) == ngx.today())
--- response_body
19 true true

=== utctime
--- request
POST /run
local t = ngx.utctime()
show(t:match("^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d$") == t, t:sub(1, 10) == os.date("!%Y-%m-%d"))
--- response_body
true true

=== utctime and time tell the same
--- request
POST /run
local t = ngx.time()
show(ngx.utctime() == os.date("!%Y-%m-%d %H:%M:%S", t))
--- response_body
true

=== req.start_time: in the past, with milliseconds
--- request
POST /run
local t = ngx.req.start_time()
show(type(t), t <= ngx.now(), ngx.now() - t < 5)
--- response_body
"number" true true

=== sleep: time goes on
--- request
POST /run
local t = ngx.now()
ngx.sleep(0.003)
show(ngx.now() - t > 0.002)
--- response_body
true

=== sleep: nothing, a text, no number
--- request
POST /run
ngx.sleep(0)
ngx.sleep("0.001")
err(function() ngx.sleep() end)
err(function() ngx.sleep("x") end)
err(function() ngx.sleep(-1) end)
--- response_body
case:3: attempt to pass 0 arguments, but accepted 1
case:4: bad argument #1 to 'sleep' (number expected, got string)
case:5: invalid sleep duration "-1000"

=== monotonic_time, monotonic_msec
--- request
POST /run
local time = require "resty.core.time"
local a, b = time.monotonic_time(), time.monotonic_msec()
show(type(a), math.abs(a * 1000 - b) < 100, b % 1)
--- oracle: resty.core.time is newer
--- response_body
"number" true 0

=== monotonic clocks go on
--- request
POST /run
local time = require "resty.core.time"
local a, b = time.monotonic_time(), time.monotonic_msec()
ngx.sleep(0.005)
show(time.monotonic_time() - a >= 0.004, time.monotonic_msec() - b >= 4)
--- oracle: resty.core.time is newer
--- response_body
true true
