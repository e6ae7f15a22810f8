TLS to uwsgi servers. The other side is an HTTP server, to which a uwsgi request is a bad one: its answer tells of the
connection, and a uwsgi client takes it.

=== PRELUDE
--- certificates
ca ca cn=the-ca
other ca cn=other
one by=ca cn=one.test
client by=ca cn=the-client password=secret
--- user_files
>>> passwords
secret
--- http_config
upstream pool { server 127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
server {
    listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
    ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
    ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
    ssl_verify_client optional_no_ca;
    ssl_session_cache builtin;
    ssl_protocols TLSv1.2;
    error_page 400 =200 /told;
    location = /told { return 200 "$ssl_protocol $ssl_cipher '$ssl_server_name' '$ssl_client_s_dn' $ssl_session_reused\n"; }
}
--- config
uwsgi_ssl_session_reuse off;
location /plain { uwsgi_pass suwsgi://127.0.0.1:$TEST_NGINX_RAND_PORT_1; }
location /named { uwsgi_ssl_server_name on; uwsgi_ssl_name $arg_name; uwsgi_pass suwsgi://pool; }
location /pool { uwsgi_ssl_server_name on; uwsgi_pass suwsgi://pool; }
location /ciphers { uwsgi_ssl_protocols TLSv1.2; uwsgi_ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256; uwsgi_pass suwsgi://pool; }
location /client {
    uwsgi_ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/client.crt;
    uwsgi_ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/client.key;
    uwsgi_ssl_password_file $TEST_NGINX_HTML_DIR/passwords;
    uwsgi_pass suwsgi://pool;
}
location /variable {
    uwsgi_ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/$arg_c.crt;
    uwsgi_ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/$arg_c.key;
    uwsgi_ssl_password_file $TEST_NGINX_HTML_DIR/passwords;
    uwsgi_pass suwsgi://pool;
}
location /good { uwsgi_ssl_verify on; uwsgi_ssl_trusted_certificate $TEST_NGINX_SERVER_ROOT/cert/ca.crt; uwsgi_ssl_name one.test; uwsgi_pass suwsgi://pool; }
location /bad { uwsgi_ssl_verify on; uwsgi_ssl_trusted_certificate $TEST_NGINX_SERVER_ROOT/cert/other.crt; uwsgi_ssl_name one.test; uwsgi_pass suwsgi://pool; }
location /mismatch { uwsgi_ssl_verify on; uwsgi_ssl_trusted_certificate $TEST_NGINX_SERVER_ROOT/cert/ca.crt; uwsgi_pass suwsgi://pool; }
location /to { uwsgi_ssl_server_name on; uwsgi_pass $arg_scheme://pool; }
location /again { uwsgi_ssl_session_reuse on; uwsgi_pass suwsgi://pool; }
location /unsecured { uwsgi_pass uwsgi://pool; }

=== TLS
--- request
GET /plain
--- response_body_like
^TLSv1.2 \S+ '' '' \.$

=== a name, as it is asked for
--- request
GET /named?name=other.test:80
--- response_body_like
^TLSv1.2 \S+ 'other.test' '' \.$

=== the name of the upstream
--- request
GET /pool
--- response_body_like
^TLSv1.2 \S+ 'pool' '' \.$

=== ciphers
--- request
GET /ciphers
--- response_body
TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256 '' '' .

=== a certificate of our own
--- request
GET /client
--- response_body_like
^TLSv1.2 \S+ '' 'CN=the-client' \.$

=== a certificate whose name has variables
--- request
GET /variable?c=client
--- response_body_like
^TLSv1.2 \S+ '' 'CN=the-client' \.$

=== the server's certificate is verified
--- request
GET /good
--- response_body_like
^TLSv1.2

=== the server's certificate is of an unknown authority
--- request
GET /bad
--- error_code: 502
--- error_log_like
\[error\] .*upstream SSL certificate verify error: \(2[01]:unable to .*\) while SSL handshaking to upstream, client: .*, upstream: "suwsgi://127\.0\.0\.1:\d+", host: "localhost"$

=== the server's certificate has another name
--- request
GET /mismatch
--- error_code: 502
--- error_log
upstream SSL certificate does not match "pool" while SSL handshaking to upstream

=== a URL with variables
--- request
GET /to?scheme=suwsgi
--- response_body_like
^TLSv1.2 \S+ 'pool' '' \.$

=== a URL with variables that says no to TLS
--- request
GET /to?scheme=uwsgi
--- error_code: 200
--- response_body_like
^  ''

=== the session is used again: made
--- request
GET /again
--- response_body_like
 \.$

=== the session is used again
--- request
GET /again
--- response_body_like
 r$

=== verification without authorities
--- config
location / { uwsgi_ssl_verify on; uwsgi_pass suwsgi://127.0.0.1:1; }
--- must_die
--- error_log
[emerg]
no uwsgi_ssl_trusted_certificate for uwsgi_ssl_verify

=== a certificate without a key
--- config
location / { uwsgi_ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt; uwsgi_pass suwsgi://127.0.0.1:1; }
--- must_die
--- error_log
[emerg]
no "uwsgi_ssl_certificate_key" is defined for certificate "$TEST_NGINX_SERVER_ROOT/cert/one.crt"
