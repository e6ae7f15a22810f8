The module ngx.errlog: what was logged last.

--- include: run.inc
--- http_config
lua_capture_error_log 32k;
--- log_level: debug
--- oracle: lua_capture_error_log needs OpenResty's patch of nginx

=== errlog.get_logs
--- request
POST /run
local errlog = require "ngx.errlog"
errlog.set_filter_level(ngx.WARN)
while #errlog.get_logs() > 0 do end
ngx.log(ngx.WARN, "-- first --")
ngx.log(ngx.ERR, "-- second --")
ngx.log(ngx.INFO, "-- third --")
local logs = errlog.get_logs()
ngx.say(#logs, " ", logs[1], " ", type(logs[2]), " ", logs[3]:match("%-%- %w+ %-%-"), " ", logs[4], " ", logs[6]:match("%-%- %w+ %-%-"))
--- error_log: -- third --
--- response_body
6 5 number -- first -- 4 -- second --

=== errlog.get_logs: taken once
--- request
POST /run
local errlog = require "ngx.errlog"
while #errlog.get_logs() > 0 do end
ngx.log(ngx.ERR, "one")
show(#errlog.get_logs(), #errlog.get_logs())
--- error_log: one
--- response_body
3 0

=== errlog.get_logs: at most so many
--- request
POST /run
local errlog = require "ngx.errlog"
errlog.set_filter_level(ngx.WARN)
while #errlog.get_logs() > 0 do end
for i = 1, 15 do ngx.log(ngx.ERR, "number ", i) end
show(#errlog.get_logs(2) / 3, #errlog.get_logs() / 3, #errlog.get_logs(100) / 3)
--- error_log: number 15
--- response_body
2 10 3

=== errlog.get_logs: a table to fill
--- request
POST /run
local errlog = require "ngx.errlog"
errlog.set_filter_level(ngx.WARN)
while #errlog.get_logs() > 0 do end
ngx.log(ngx.ERR, "one")
local t = {1, 2, 3, 4, 5, 6}
show(errlog.get_logs(10, t) == t, t[1], t[4])
--- error_log: one
--- response_body
true 4 nil

=== errlog.get_logs: as new as the line
--- request
POST /run
local errlog = require "ngx.errlog"
errlog.set_filter_level(ngx.WARN)
while #errlog.get_logs() > 0 do end
ngx.log(ngx.ERR, "one")
show(math.abs(errlog.get_logs()[2] - ngx.now()) < 1)
--- error_log: one
--- response_body
true

=== errlog.set_filter_level: wrong levels
--- request
POST /run
local errlog = require "ngx.errlog"
show(pcall(errlog.set_filter_level))
show(pcall(errlog.set_filter_level, 100))
--- response_body
true nil "missing \"level\" argument"
true nil "bad log level: 100"

=== errlog.get_logs: the oldest go
--- request
POST /run
local errlog = require "ngx.errlog"
errlog.set_filter_level(ngx.ERR)
while #errlog.get_logs() > 0 do end
for i = 1, 200 do ngx.log(ngx.ERR, ("x"):rep(500), "number ", i, ".") end
local logs = errlog.get_logs(1000)
show(#logs / 3 < 70, logs[3]:find("number 1.", 1, true), logs[#logs]:match("number %d+"))
--- error_log: number 200
--- response_body
true nil "number 200"

=== errlog.set_filter_level: what is below is not kept
--- request
POST /run
local errlog = require "ngx.errlog"
errlog.set_filter_level(ngx.ERR)
while #errlog.get_logs() > 0 do end
ngx.log(ngx.WARN, "less")
show(#errlog.get_logs())
--- error_log: less
--- response_body
0

=== errlog.get_logs: raw_log is kept too
--- request
POST /run
local errlog = require "ngx.errlog"
errlog.set_filter_level(ngx.WARN)
while #errlog.get_logs() > 0 do end
errlog.raw_log(ngx.ERR, "raw line")
show(errlog.get_logs()[3]:find("raw line", 1, true) ~= nil)
--- error_log: raw line
--- response_body
true

=== PRELUDE
--- include: run.inc
--- http_config
init_worker_by_lua_block { require "ngx.errlog".set_filter_level(ngx.ERR) }
lua_capture_error_log 4k;
--- oracle: lua_capture_error_log needs OpenResty's patch of nginx

=== errlog.set_filter_level: in init_worker_by_lua
--- request
POST /run
local errlog = require "ngx.errlog"
ngx.log(ngx.WARN, "a warning")
ngx.log(ngx.ERR, "an error")
local logs = errlog.get_logs()
show(#logs / 3, logs[3]:find("an error", 1, true) ~= nil)
--- error_log: an error
--- response_body
1 true

=== PRELUDE
--- include: run.inc
--- oracle: lua_capture_error_log needs OpenResty's patch of nginx

=== errlog: nothing is captured unless told
--- request
POST /run
local errlog = require "ngx.errlog"
show(errlog.get_logs())
show(errlog.set_filter_level(ngx.WARN))
--- response_body
nil "directive \"lua_capture_error_log\" is not set"
nil "directive \"lua_capture_error_log\" is not set"

=== PRELUDE
--- oracle: lua_capture_error_log needs OpenResty's patch of nginx

=== lua_capture_error_log: too small
--- http_config
lua_capture_error_log 1k;
--- must_die
--- error_log: invalid capture error log size "1k", minimum size is 4096

=== lua_capture_error_log: twice
--- http_config
lua_capture_error_log 4k;
lua_capture_error_log 4k;
--- must_die
--- error_log: "lua_capture_error_log" directive is duplicate
