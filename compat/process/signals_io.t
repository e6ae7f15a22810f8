Signals that are no command do not end a worker, and system calls go on (lua_sa_restart).

--- config
location /t { content_by_lua_block {
    for _, name in ipairs {"ALRM", "IO", "CHLD"} do
        local pipe = io.popen("kill -s " .. name .. " " .. ngx.worker.pid() .. " && echo " .. name)
        ngx.print(pipe:read "*a")
        pipe:close()
    end
} }

=== ALRM, IO, CHLD
--- request
GET /t
--- response_body
ALRM
IO
CHLD
