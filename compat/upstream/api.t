require "ngx.upstream": upstreams, servers, peers; a peer that is down is left out.

--- oracle: lua-upstream-nginx-module is not there
--- http_config
upstream several {
    server 127.0.0.1:$TEST_NGINX_RAND_PORT_1 weight=3 max_fails=2 fail_timeout=5s;
    server 127.0.0.1:$TEST_NGINX_RAND_PORT_2;
    server 127.0.0.1:$TEST_NGINX_RAND_PORT_3 down;
    server unix:/nowhere.sock backup;
}
upstream alone { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
upstream two { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; server 127.0.0.1:$TEST_NGINX_RAND_PORT_2; }
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1; location / { return 200 "first\n"; } }
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2; location / { return 200 "second\n"; } }
--- config
location /names {
    content_by_lua_block {
        local upstream = require "ngx.upstream"
        local names = upstream.get_upstreams()
        ngx.say(table.concat(names, " "):gsub("%d%d%d%d%d?", "PORT"))
        ngx.say(select(2, pcall(upstream.get_upstreams, 1)))
    }
}
location /implicit { proxy_pass http://127.0.0.1:$TEST_NGINX_RAND_PORT_4/; }
location /servers {
    content_by_lua_block {
        local upstream = require "ngx.upstream"
        for _, s in ipairs(upstream.get_servers "several") do
            ngx.say((s.name:gsub(":%d+$", ":PORT")), " ", s.addr == s.name, " ", s.weight, " ", s.max_fails, " ",
                s.fail_timeout, " ", s.backup, " ", s.down)
        end
        local implicit = upstream.get_servers "127.0.0.1:$TEST_NGINX_RAND_PORT_4"
        ngx.say(#implicit, " ", implicit[1].name, " ", implicit[1].addr == "127.0.0.1:$TEST_NGINX_RAND_PORT_4")
        ngx.say(upstream.get_servers "nonsense")
        ngx.say(upstream.get_servers "127.0.0.1:1")
        ngx.say(select(2, pcall(upstream.get_servers)))
        ngx.say(select(2, pcall(upstream.get_servers, {})))
    }
}
location /peers {
    content_by_lua_block {
        local upstream = require "ngx.upstream"
        local function show(peers)
            for _, p in ipairs(peers) do
                ngx.say(p.id, " ", (p.name:gsub(":%d+$", ":PORT")), " ", p.weight, " ", p.effective_weight, " ",
                    p.current_weight, " ", p.conns, " ", p.fails, " ", p.max_fails, " ", p.fail_timeout, " ", p.down,
                    " ", p.checked)
            end
        end
        show(upstream.get_primary_peers "several")
        show(upstream.get_backup_peers "several")
        ngx.say(#upstream.get_backup_peers "alone", " ", upstream.get_primary_peers "no")
        ngx.say(select(2, upstream.get_backup_peers "no"), " ", select(2, pcall(upstream.get_primary_peers)))
        ngx.say(select(2, pcall(upstream.get_backup_peers)))
    }
}
location /set {
    content_by_lua_block {
        local upstream = require "ngx.upstream"
        local id, down = tonumber(ngx.var.arg_id), ngx.var.arg_down == "1"
        ngx.say(upstream.set_peer_down(ngx.var.arg_name, ngx.var.arg_backup == "1", id, down))
        local peer = (upstream.get_primary_peers "two")[id + 1]
        ngx.say(peer and peer.down)
    }
}
location /wrong { content_by_lua_block { ngx.say(select(2, pcall(require "ngx.upstream".set_peer_down, "two"))) } }
location /two { proxy_pass http://two/; }
location /balance {
    content_by_lua_block {
        local upstream = require "ngx.upstream"
        local function count()
            local seen = {first = 0, second = 0}
            for i = 1, 4 do
                local word = ngx.location.capture("/two").body:match "%w+"
                seen[word] = seen[word] + 1
            end
            ngx.say(seen.first, " ", seen.second)
        end
        count()
        upstream.set_peer_down("two", false, 0, true)
        count()
        upstream.set_peer_down("two", false, 0, false)
        count()
    }
}
location /current {
    proxy_pass http://two/;
    header_filter_by_lua_block { ngx.header["X-Upstream"] = require "ngx.upstream".current_upstream_name() }
}
location /none { content_by_lua_block { ngx.say(require "ngx.upstream".current_upstream_name()) } }

=== names
--- request
GET /names
--- response_body
several alone two 127.0.0.1:PORT1
no argument expected

=== servers
--- request
GET /servers
--- response_body
127.0.0.1:PORT true 3 2 5 nil nil
127.0.0.1:PORT true 1 1 10 nil nil
127.0.0.1:PORT true 1 1 10 nil true
unix:/nowhere.sock true 1 1 10 true nil
1 nil true
nilupstream not found
nilupstream not found
exactly one argument expected
bad argument #1 to 'get_servers' (string expected, got table)

=== peers
--- request
GET /peers
--- response_body
0 127.0.0.1:PORT 3 3 0 0 0 2 5 nil nil
1 127.0.0.1:PORT 1 1 0 0 0 1 10 nil nil
2 127.0.0.1:PORT 1 1 0 0 0 1 10 true nil
0 unix:/nowhere.sock 1 1 0 0 0 1 10 nil nil
0 nilupstream not found
upstream not found exactly one argument expected
exactly one argument expected

=== a peer that is down gets nothing
--- request
GET /balance
--- response_body
2 2
0 4
2 2

=== setting a peer down
--- request
GET /set?name=two&id=1&down=1
--- response_body
true
true

=== and up
--- request
GET /set?name=two&id=1&down=0
--- response_body
true
nil

=== a peer that is not there
--- request
GET /set?name=two&id=7&down=1
--- response_body
nilbad peer id
nil

=== no backup
--- request
GET /set?name=two&id=0&down=1&backup=1
--- response_body
nilno backup peers
nil

=== no such upstream
--- request
GET /set?name=no&id=0&down=1
--- response_body
nilupstream not found
nil

=== wrong number of arguments
--- request
GET /wrong
--- response_body
exactly 4 arguments expected

=== the upstream of a request
--- request
GET /current
--- response_headers
X-Upstream: two

=== a request without an upstream
--- request
GET /none
--- response_body
nil
