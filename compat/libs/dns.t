lua-nginx-dns, unmodified, with a DNS server of our own: types of records, TCP after truncation, replies that are late,
foreign or missing.

--- requires: /usr/share/lua/5.1/nginx/dns/resolver.lua
--- peers: dns $TEST_NGINX_RAND_PORT_1
--- http_config
init_by_lua_block {
    function package.preload.query()
        local resolver = require "nginx.dns.resolver"
        return function(name, kind, options)
            local r = assert(resolver:new {
                nameservers = {{"127.0.0.1", $TEST_NGINX_RAND_PORT_1}}, retrans = 2, timeout = 3000,
            })
            r:set_timeout(options and options.timeout or 3000)
            return r:query(name, {qtype = kind and resolver["TYPE_" .. kind], additional_section = false,
                authority_section = options and options.authority_section}), r
        end
    end
    function package.preload.show()
        return function(answers, err)
            if not answers then return ngx.say(answers, " ", err) end
            if answers.errcode then ngx.say("error ", answers.errcode, ": ", answers.errstr) end
            local lines = {}
            for i, a in ipairs(answers) do
                local text = a.address or a.cname or a.exchange or a.txt or a.target or a.nsdname or a.ptrdname or a.mname
                if type(text) == "table" then text = table.concat(text, "+") end
                lines[i] = table.concat({
                    a.name, a.type, a.class, a.ttl, a.section, text, tostring(a.preference or a.priority or a.serial),
                    tostring(a.weight or a.refresh), tostring(a.port or a.rname),
                }, " ")
            end
            table.sort(lines)
            ngx.say(table.concat(lines, "\n"))
        end
    end
}
--- config
location /records {
    content_by_lua_block {
        local query, show = require "query", require "show"
        for _, case in ipairs {
            {"a.test"}, {"a.test", "AAAA"}, {"alias.test", "A"}, {"mail.test", "MX"}, {"text.test", "TXT"},
            {"_sip._tcp.srv.test", "SRV"}, {"zone.test", "NS"}, {"zone.test", "SOA"},
        } do
            show((query(case[1], case[2])))
        end
    }
}
location /errors {
    content_by_lua_block {
        local query, show = require "query", require "show"
        for _, name in ipairs {"unknown.test", "broken.test"} do
            local answers = query(name)
            ngx.say(answers.errcode, " ", answers.errstr, " ", #answers)
        end
        ngx.say(#query("a.test", "MX"), " ", query("a.test", "MX").errcode)
        show((query("unknown.test", "A", {authority_section = true})))
    }
}
location /reverse {
    content_by_lua_block {
        local resolver = require "nginx.dns.resolver"
        local r = resolver:new {nameservers = {{"127.0.0.1", $TEST_NGINX_RAND_PORT_1}}}
        require "show"(r:reverse_query("10.0.0.1"))
        ngx.say(resolver.arpa_str("2001:db8::1"))
        ngx.say(resolver.compress_ipv6_addr("fe80:0:0:0:0:0:0:1"), " ", resolver.expand_ipv6_addr("fe80::1"))
    }
}
location /large {
    content_by_lua_block {
        local answers = require "query"("large.test", "TXT")
        ngx.say(#answers, " ", #answers[1].txt)
    }
}
location /tcp {
    content_by_lua_block {
        local r = require "nginx.dns.resolver":new {nameservers = {{"127.0.0.1", $TEST_NGINX_RAND_PORT_1}}}
        require "show"(r:tcp_query("a.test", {qtype = r.TYPE_A}))
    }
}
location /late {
    lua_socket_log_errors off;
    content_by_lua_block {
        require "show"((require "query"("late.test", nil, {timeout = 30})))
    }
}
location /silent {
    lua_socket_log_errors off;
    content_by_lua_block {
        local resolver = require "nginx.dns.resolver"
        local r = resolver:new {nameservers = {{"127.0.0.1", $TEST_NGINX_RAND_PORT_1}}, retrans = 2, timeout = 20}
        local answers, err = r:query("silent.test")
        ngx.say(answers, " ", (err:gsub("%d+", "N")))
    }
}
location /foreign { content_by_lua_block { require "show"((require "query"("foreign.test"))) } }
location /bad {
    content_by_lua_block {
        local resolver = require "nginx.dns.resolver"
        ngx.say(resolver:new())
        ngx.say(resolver:new {nameservers = {}})
        local query = require "query"
        local _, r = query("a.test")
        ngx.say(r:query(".a.test"))
        ngx.say(#r:query("a.test."))
    }
}

=== records
--- request
GET /records
--- response_body
a.test 1 1 300 1 10.0.0.1 nil nil nil
a.test 1 1 300 1 10.0.0.2 nil nil nil
a.test 28 1 300 1 2001:db8:0:0:0:0:0:1 nil nil nil
a.test 1 1 300 1 10.0.0.1 nil nil nil
a.test 1 1 300 1 10.0.0.2 nil nil nil
alias.test 5 1 60 1 a.test nil nil nil
mail.test 15 1 300 1 mx1.mail.test 10 nil nil
mail.test 15 1 300 1 mx2.mail.test 20 nil nil
text.test 16 1 300 1 one string nil nil nil
text.test 16 1 300 1 several+strings nil nil nil
_sip._tcp.srv.test 33 1 300 1 a.test 5 7 5060
zone.test 2 1 300 1 ns1.zone.test nil nil nil
zone.test 6 1 300 1 ns1.zone.test 2024 3600 admin.zone.test

=== errors
--- request
GET /errors
--- response_body
3 name error 0
2 server failure 0
0 nil
error 3: name error
zone.test 6 1 60 2 ns1.zone.test 2024 3600 admin.zone.test

=== names of addresses
--- request
GET /reverse
--- response_body
1.0.0.10.in-addr.arpa 12 1 300 1 a.test nil nil nil
1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa
fe80::1 fe80:0:0:0:0:0:0:1

=== a truncated reply is asked for over TCP
--- request
GET /large
--- response_body
20 104

=== TCP
--- request
GET /tcp
--- response_body
a.test 1 1 300 1 10.0.0.1 nil nil nil
a.test 1 1 300 1 10.0.0.2 nil nil nil

=== the second try is answered
--- request
GET /late
--- response_body
late.test 1 1 300 1 10.0.0.3 nil nil nil

=== nobody answers
--- request
GET /silent
--- response_body
nil failed to receive reply from UDP server N.N.N.N:N: timeout

=== another's reply is passed over
--- request
GET /foreign
--- response_body
foreign.test 1 1 300 1 10.0.0.4 nil nil nil

=== wrong use
--- request
GET /bad
--- response_body
nilno options table specified
nilno nameservers specified
nilbad name
2
