What the ssl_* directives refuse.

=== PRELUDE
--- certificates
one cn=one.test
two cn=two.test
locked rsa cn=locked.test password=open
=== no certificate
--- config
listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
--- must_die
--- error_log
[emerg]
no "ssl_certificate" is defined for the "listen ... ssl" directive in $TEST_NGINX_CONF:$LINE[server {]

=== no key
--- config
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
--- must_die
--- error_log
no "ssl_certificate_key" is defined for certificate "$TEST_NGINX_SERVER_ROOT/cert/one.crt"

=== a certificate that is not there
--- config
ssl_certificate none.crt;
ssl_certificate_key none.key;
--- must_die
--- error_log
cannot load certificate "$TEST_NGINX_SERVER_ROOT/conf/none.crt": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen($TEST_NGINX_SERVER_ROOT/conf/none.crt, r) error:10000080:BIO routines::no such file)

=== a key that is not there
--- config
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
ssl_certificate_key none.key;
--- must_die
--- error_log
cannot load certificate key "$TEST_NGINX_SERVER_ROOT/conf/none.key": BIO_new_file() failed

=== somebody else's key
--- config
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/two.key;
--- must_die
--- error_log
SSL_CTX_use_PrivateKey("$TEST_NGINX_SERVER_ROOT/cert/two.key") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)

=== a file that is no certificate
--- config
ssl_certificate $TEST_NGINX_CONF;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/two.key;
--- must_die
--- error_log
cannot load certificate "$TEST_NGINX_CONF": PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE)

=== ciphers that nobody knows
--- config
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
ssl_ciphers nonsense;
--- must_die
--- error_log
SSL_CTX_set_cipher_list("nonsense") failed (SSL: error:0A0000B9:SSL routines::no cipher match)

=== a curve that nobody knows
--- config
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
ssl_ecdh_curve nonsense;
--- must_die
--- error_log
SSL_CTX_set1_curves_list("nonsense") failed

=== client certificates without an authority
--- config
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
ssl_verify_client on;
--- must_die
--- error_log
no ssl_client_certificate for ssl_verify_client

=== a protocol that nobody knows
--- config
ssl_protocols TLSv9;
--- must_die
--- error_log
invalid value "TLSv9" in $TEST_NGINX_CONF:$LINE[TLSv9]

=== a session cache of no kind
--- config
ssl_session_cache disk:a:1m;
--- must_die
--- error_log
invalid session cache "disk:a:1m" in $TEST_NGINX_CONF:$LINE[disk:a:1m]

=== a session cache that is too small
--- config
ssl_session_cache shared:a:1k;
--- must_die
--- error_log
session cache "shared:a:1k" is too small in $TEST_NGINX_CONF:$LINE[shared:a:1k]

=== one name, two sizes
--- http_config
ssl_session_cache shared:a:1m;
--- config
ssl_session_cache shared:a:2m;
--- must_die
--- error_log
the size 2097152 of shared memory zone "a" conflicts with already declared size 1048576

=== a key that is locked, and no word for it
--- config
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/locked.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/locked.key;
ssl_password_file words;
--- user_files
>>> ../conf/words
wrong
--- must_die
--- error_log
cannot load certificate key "$TEST_NGINX_SERVER_ROOT/cert/locked.key": PEM_read_bio_PrivateKey() failed (SSL: error:

=== a key that is locked, and a list of words
--- config
listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/locked.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/locked.key;
ssl_password_file words;
location / { return 200 "unlocked\n"; }
--- user_files
>>> ../conf/words
wrong
open
--- address: $TEST_NGINX_RAND_PORT_1
--- tls
--- request
GET /
--- response_body
unlocked

=== a file of words that is not there
--- config
ssl_password_file words;
--- must_die
--- error_log
open() "$TEST_NGINX_SERVER_ROOT/conf/words" failed (2: No such file or directory) in $TEST_NGINX_CONF:$LINE[ssl_password_file]

=== no file of revoked certificates
--- config
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
ssl_crl none.crl;
--- must_die
--- error_log
X509_LOOKUP_load_file("$TEST_NGINX_SERVER_ROOT/conf/none.crl") failed (SSL: error:

=== OpenSSL's own commands
--- config
listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
ssl_conf_command Ciphersuites TLS_CHACHA20_POLY1305_SHA256;
ssl_protocols TLSv1.3;
location / { return 200 "$ssl_cipher $ssl_curve\n"; }
--- address: $TEST_NGINX_RAND_PORT_1
--- tls
--- request
GET /
--- response_body_like
\ATLS_CHACHA20_POLY1305_SHA256 \S*\n\Z

=== a command that OpenSSL does not know
--- config
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
ssl_conf_command Nonsense x;
--- must_die
--- error_log
SSL_CONF_cmd("Nonsense", "x") failed (SSL: error:

=== certificates of two kinds, the key in the configuration's text
--- config
listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/one.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/one.key;
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/locked.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/locked.key;
ssl_password_file words;
location / { return 200 "$ssl_cipher\n"; }
--- user_files
>>> ../conf/words
open
--- address: $TEST_NGINX_RAND_PORT_1
--- tls: protocol=TLSv1.2 ciphers=ECDHE-RSA-AES128-GCM-SHA256
--- request
GET /
--- response_body
ECDHE-RSA-AES128-GCM-SHA256

=== certificates by variables
--- http_config
map $ssl_server_name $name { default one; two.test two; bad.test none; }
--- config
listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/$name.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/$name.key;
location / { return 200 "$name\n"; }
--- address: $TEST_NGINX_RAND_PORT_1
--- tls: sni=two.test
--- request
GET /
--- response_body
two

=== certificates by variables that are not there
--- http_config
map $ssl_server_name $name { default one; two.test two; bad.test none; }
--- config
listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl;
ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/$name.crt;
ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/$name.key;
location / { return 200 "$name\n"; }
--- address: $TEST_NGINX_RAND_PORT_1
--- tls: sni=bad.test
--- request
GET /
--- error_code: none
--- error_log
cannot load certificate "$TEST_NGINX_SERVER_ROOT/cert/none.crt": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen($TEST_NGINX_SERVER_ROOT/cert/none.crt, r) error:10000080:BIO routines::no such file) while SSL handshaking, client: 127.0.0.1, server: 127.0.0.1:$TEST_NGINX_RAND_PORT_1
SSL_do_handshake() failed (SSL: error:0A000179:SSL routines::cert cb error) while SSL handshaking

=== ssl_stapling: certificates that there is nothing to staple for
--- certificates
ca ca cn=the-ca
self cn=self.test ocsp=http://127.0.0.1:8888/
plain by=ca cn=plain.test
odd by=ca cn=odd.test ocsp=ldap://127.0.0.1:8888/
--- http_config
ssl_stapling on;
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_1 ssl; ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/plain.crt; ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/plain.key; }
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_2 ssl; ssl_trusted_certificate $TEST_NGINX_SERVER_ROOT/cert/ca.crt; ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/plain.crt; ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/plain.key; }
server { listen 127.0.0.1:$TEST_NGINX_RAND_PORT_3 ssl; ssl_trusted_certificate $TEST_NGINX_SERVER_ROOT/cert/ca.crt; ssl_certificate $TEST_NGINX_SERVER_ROOT/cert/odd.crt; ssl_certificate_key $TEST_NGINX_SERVER_ROOT/cert/odd.key; }
--- config
location / { return 200 "ok"; }
--- request
GET /
--- response_body chomp
ok
--- startup_log
[warn]
"ssl_stapling" ignored, issuer certificate not found for certificate "$TEST_NGINX_SERVER_ROOT/cert/plain.crt"
"ssl_stapling" ignored, no OCSP responder URL in the certificate "$TEST_NGINX_SERVER_ROOT/cert/plain.crt"
"ssl_stapling" ignored, invalid URL prefix in OCSP responder "ldap://127.0.0.1:8888/" in the certificate "$TEST_NGINX_SERVER_ROOT/cert/odd.crt"
