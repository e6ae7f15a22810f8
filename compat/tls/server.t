Servers that speak TLS: certificates, names, variables, client certificates.

=== PRELUDE
--- certificates
ca ca cn=the-ca
one by=ca cn=one.test names=one.test,www.one.test
two by=ca cn=two.test
client by=ca cn=the-client
stranger cn=stranger
--- http_config
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    server_name one.test;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    error_page 497 @plain;
    location / {
        return 200 "one $scheme $https $ssl_protocol $ssl_server_name\n";
    }
    location = /cipher { return 200 "$ssl_cipher\n"; }
    location = /reused { return 200 "$ssl_session_reused $ssl_client_verify\n"; }
    location = /body {
        client_max_body_size 4m;
        content_by_lua_block {
            ngx.req.read_body()
            local data = ngx.req.get_body_data()
            if not data then
                local file = io.open(ngx.req.get_body_file(), "rb")
                data = file:read "*a"
                file:close()
            end
            ngx.say(#data, " ", ngx.md5(data))
        }
    }
    location = /large {
        content_by_lua_block {
            local piece = ("0123456789abcdef"):rep(1024)
            for i = 1, 100 do ngx.print(piece) end
        }
    }
    location = /lua {
        content_by_lua_block { ngx.say(ngx.var.scheme, " ", tostring(ngx.var.ssl_client_s_dn)) }
    }
    location /html/ { alias html/; }
    location @plain { return 400 "speak TLS: $request_uri\n"; }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    server_name two.test *.wild.test ~^(?<shard>\d+)\.num\.test$;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/two.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/two.key;
    ssl_verify_client optional;
    ssl_client_certificate $TEST_NGINX_SERVER_ROOT/cert/ca.crt;
    location / { return 200 "two $host $shard $ssl_client_verify $ssl_client_s_dn $ssl_client_i_dn\n"; }
    location = /legacy { return 200 "$ssl_client_s_dn_legacy $ssl_client_i_dn_legacy\n"; }
    location = /lengths {
        content_by_lua_block {
            local v = ngx.var
            ngx.say(#v.ssl_client_fingerprint, " ", #v.ssl_client_serial > 30, " ", tonumber(v.ssl_client_v_remain) > 28, " ",
                v.ssl_client_raw_cert:sub(1, 27), " ", v.ssl_client_cert:find("\n\t", 1, true), " ",
                v.ssl_client_escaped_cert:sub(1, 35), " ", v.ssl_client_v_end:sub(-3))
        }
    }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    server_name strict.test;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/two.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/two.key;
    ssl_verify_client on;
    ssl_client_certificate $TEST_NGINX_SERVER_ROOT/cert/ca.crt;
    location / { return 200 "strict $ssl_client_s_dn\n"; }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    server_name any.test;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/two.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/two.key;
    ssl_verify_client optional_no_ca;
    location / { return 200 "any $ssl_client_verify $ssl_client_s_dn\n"; }
}
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    server_name reject.test;
    ssl_reject_handshake on;
}
--- config
location / { return 200 "plain $https|$ssl_protocol|$ssl_server_name\n"; }
--- user_files
>>> page.txt
a page
--- address: $TEST_NGINX_RAND_PORT_1
--- tls: sni=one.test

=== the default server
--- request
GET /x
--- more_headers
Host: one.test
Connection: close
--- response_body
one https on TLSv1.3 one.test

=== TLS 1.2
--- tls: sni=one.test protocol=TLSv1.2
--- more_headers
Host: one.test
Connection: close
--- request
GET /x
--- response_body
one https on TLSv1.2 one.test

=== no server name
--- tls:
--- request
GET /x
--- response_body
one https on TLSv1.3 

=== the version is the default server's, whoever is named
--- tls: sni=two.test protocol=TLSv1.3
--- more_headers
Host: two.test
Connection: close
--- request
GET /
--- response_body
two two.test  NONE  

=== a wildcard name
--- tls: sni=a.wild.test
--- more_headers
Host: a.wild.test
Connection: close
--- request
GET /
--- response_body
two a.wild.test  NONE  

=== a name by regular expression
--- tls: sni=12.num.test
--- more_headers
Host: 12.num.test
Connection: close
--- request
GET /
--- response_body
two 12.num.test 12 NONE  

=== a name nobody has
--- tls: sni=unknown.test
--- request
GET /x
--- response_body
one https on TLSv1.3 unknown.test

=== the Host header chooses again
--- tls: sni=one.test
--- more_headers
Host: any.test
Connection: close
--- request
GET /
--- error_code: 421
--- response_body_like: 421 Misdirected Request
--- error_log
client attempted to request the server name different from the one that was negotiated

=== the cipher that was agreed on
--- tls: sni=one.test protocol=TLSv1.2 ciphers=ECDHE-ECDSA-AES128-GCM-SHA256
--- more_headers
Host: one.test
Connection: close
--- request
GET /cipher
--- response_body
ECDHE-ECDSA-AES128-GCM-SHA256

=== a first connection resumes nothing
--- request
GET /reused
--- response_body
. NONE

=== several requests on one connection
--- pipelined_requests
GET /cipher
GET /x
GET /lua
--- more_headers
Host: one.test
--- response_body
TLS_AES_256_GCM_SHA384
one https on TLSv1.3 one.test
https nil

=== a large response
--- request
GET /large
--- response_headers
Transfer-Encoding: chunked
--- response_body_like: \A(0123456789abcdef){102400}\Z

=== a request body
--- request escaped
POST /body\n\{0123456789*20000}
--- response_body
200000 bcc4bfca43786497d970f7d3e2fdd455

=== a file
--- request
GET /html/page.txt
--- response_body
a page


=== a client certificate
--- tls: sni=two.test cert=$TEST_NGINX_SERVER_ROOT/cert/client.pem
--- more_headers
Host: two.test
Connection: close
--- request
GET /
--- response_body
two two.test  SUCCESS CN=the-client CN=the-ca

=== a client certificate, TLS 1.2
--- tls: sni=two.test cert=$TEST_NGINX_SERVER_ROOT/cert/client.pem protocol=TLSv1.2
--- more_headers
Host: two.test
Connection: close
--- request
GET /
--- response_body
two two.test  SUCCESS CN=the-client CN=the-ca

=== names of a client certificate as they were written once
--- tls: sni=two.test cert=$TEST_NGINX_SERVER_ROOT/cert/client.pem
--- more_headers
Host: two.test
Connection: close
--- request
GET /legacy
--- response_body
/CN=the-client /CN=the-ca

=== what else is known of a client certificate
--- tls: sni=two.test cert=$TEST_NGINX_SERVER_ROOT/cert/client.pem
--- more_headers
Host: two.test
Connection: close
--- request
GET /lengths
--- response_body
40 true true -----BEGIN CERTIFICATE----- 28 -----BEGIN%20CERTIFICATE-----%0AMII GMT

=== a certificate of somebody else
--- tls: sni=two.test cert=$TEST_NGINX_SERVER_ROOT/cert/stranger.pem
--- more_headers
Host: two.test
Connection: close
--- request
GET /
--- error_code: 400
--- response_body_like: The SSL certificate error
--- error_log
client SSL certificate verify error: (18:self-signed certificate) while reading client request headers

=== no certificate where one is required
--- tls: sni=strict.test
--- more_headers
Host: strict.test
Connection: close
--- request
GET /
--- error_code: 400
--- response_body_like: No required SSL certificate was sent
--- error_log
client sent no required SSL certificate

=== a certificate where one is required
--- tls: sni=strict.test cert=$TEST_NGINX_SERVER_ROOT/cert/client.pem
--- more_headers
Host: strict.test
Connection: close
--- request
GET /
--- response_body
strict CN=the-client

=== any certificate will do
--- tls: sni=any.test cert=$TEST_NGINX_SERVER_ROOT/cert/stranger.pem
--- more_headers
Host: any.test
Connection: close
--- request
GET /
--- response_body
any FAILED:self-signed certificate CN=stranger

=== a name that is rejected
--- tls: sni=reject.test
--- request
GET /
--- error_code: none
--- error_log
handshake rejected while SSL handshaking

=== no version in common
--- tls: sni=one.test protocol=TLSv1.2 ciphers=ECDHE-RSA-AES128-GCM-SHA256
--- request
GET /
--- error_code: none
--- error_log
SSL_do_handshake() failed (SSL: error:0A0000C1:SSL routines::no shared cipher) while SSL handshaking, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
