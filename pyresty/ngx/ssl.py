"""`ngx.ssl` and its kin, `ngx.ocsp`: TLS handshakes and connections."""

from __future__ import annotations

from pyresty.ngx.phases import ANY, Phase
from pyresty.ngx.registry import Face, api_face

_HELLO, _STORE, _FETCH = Phase.SSL_CLIENT_HELLO, Phase.SSL_SESSION_STORE, Phase.SSL_SESSION_FETCH
_REQUEST = ~Phase.INIT


def _module(name: str, phases: Phase, functions: dict[str, tuple[str, str]]) -> list[Face]:
    """Faces of a module that `require` loads: function → (signature, documentation)."""
    faces = []
    for function, (signature, doc) in functions.items():
        arguments, _, results = signature.partition(" → ")
        written = f'{results} = require("{name}").{function}{arguments}'
        faces.append(api_face(f"{name}.{function}", phases=phases, signature=written, doc=doc))
    return faces


_SETTERS = {
    "clear_certs": ("() → ok, err", "Forgets the certificates and keys that the configuration gave."),
    "set_der_cert": ("(der) → ok, err", "Uses a certificate chain in DER."),
    "set_der_priv_key": ("(der) → ok, err", "Uses a private key in DER."),
    "set_cert": ("(chain) → ok, err", "Uses a chain from `parse_pem_cert`."),
    "set_priv_key": ("(key) → ok, err", "Uses a key from `parse_pem_priv_key`."),
}

FACES: list[Face] = [
    *_module("ngx.ssl", ANY, {
        "cert_pem_to_der": ("(pem) → der, err", "A certificate chain in PEM as DER."),
        "priv_key_pem_to_der": ("(pem, password?) → der, err", "A private key in PEM as DER."),
        "parse_pem_cert": ("(pem) → chain, err", "A certificate chain for `set_cert` and `tcpsock:setclientcert`."),
        "parse_der_cert": ("(der) → chain, err", "As `parse_pem_cert`, from DER."),
        "parse_pem_priv_key": ("(pem) → key, err", "A private key for `set_priv_key` and `tcpsock:setclientcert`."),
        "parse_der_priv_key": ("(der) → key, err", "As `parse_pem_priv_key`, from DER."),
    }),
    *_module("ngx.ssl", _REQUEST, {
        **_SETTERS,
        "verify_client": (
            "(chain?, depth?, trusted?) → ok, err",
            "Asks the client for a certificate of these authorities; it is not told of the `trusted` ones.",
        ),
        "server_name": ("() → name, err", "The name the client asked for (SNI); nil when it did not."),
        "server_port": ("() → port, err", "The port the connection came to."),
        "raw_server_addr": ("() → bytes, kind, err", "The address the connection came to, in binary."),
        "raw_client_addr": ("() → bytes, kind, err", "The client's address, in binary."),
        "get_tls1_version": ("() → number, err", "The protocol's version, `ngx.ssl.TLS1_2_VERSION` and its like."),
        "get_tls1_version_str": ("() → name, err", 'The protocol\'s version, "TLSv1.2" and its like.'),
        "get_client_random": ("(size?) → bytes, err", "The client's random bytes; with size 0 how many they are."),
        "get_server_random": ("(size?) → bytes, err", "The server's random bytes; with size 0 how many they are."),
        "get_session_master_key": ("(size?) → bytes, err", "The session's master key; with size 0 how long it is."),
        "export_keying_material": ("(size, label, context?) → bytes, err", "Keying material (RFC 5705)."),
        "export_keying_material_early": ("(size, label, context) → bytes, err", "Keying material of early data."),
        "get_req_shared_ssl_ciphers": ("() → numbers, err", "The ciphers that both sides have, in the server's order."),
        "get_req_ssl_pointer": ("() → pointer, err", "OpenSSL's object of the connection (SSL)."),
        "get_upstream_ssl_pointer": ("() → pointer, err", "OpenSSL's object of the upstream connection (SSL)."),
        "ssl_session_reused": ("(pointer) → reused, err", "Whether a connection resumed an earlier session."),
    }),
    *_module("ngx.proxyssl", _REQUEST, {
        "get_tls1_version": ("() → number, err", "The version of TLS to the upstream server."),
        "get_tls1_version_str": ("() → name, err", 'The same, as "TLSv1.2" and its like.'),
    }),
    *_module("ngx.ssl.clienthello", _HELLO, {
        "get_client_hello_server_name": ("() → name, err", "The name the client asks for."),
        "get_client_hello_ext": ("(number) → bytes, err", "An extension of the client's hello."),
        "get_client_hello_ext_present": ("() → numbers, err", "The extensions of the client's hello."),
        "get_client_hello_ciphers": ("() → numbers, err", "The ciphers the client offers."),
        "get_supported_versions": ("() → names, err", "The protocols the client offers, its last one first."),
        "set_protocols": ("(names) → ok, err", "Only these protocols."),
    }),
    *_module("ngx.ssl.session", _FETCH | _STORE, {
        "get_session_id": ("() → id, err", "The session's id in hexadecimal."),
        "get_serialized_session": ("() → der, err", "The session as ASN.1, to be kept."),
        "set_serialized_session": ("(der) → ok, err", "The session to resume."),
    }),
    *_module("ngx.ssl.proxysslcert", Phase.PROXY_SSL_CERT, _SETTERS),
    *_module("ngx.ssl.proxysslverify", Phase.PROXY_SSL_VERIFY, {
        "set_verify_result": ("(code) → ok, err", "What the verification is to have given."),
        "get_verify_result": ("() → code, err", "What it gave (X509_V_OK or X509_V_ERR_…)."),
        "get_verify_cert": ("() → certificate, err", "The server's certificate (X509)."),
    }),
    *_module("ngx.ocsp", ANY, {
        "get_ocsp_responder_from_der_chain": ("(chain, max?) → url, err", "The responder that a certificate names."),
        "create_ocsp_request": ("(chain, max?) → request, err", "An OCSP request about a certificate."),
        "validate_ocsp_response": ("(response, chain, max?) → ok, err", "Whether a response says that it is good."),
    }),
    *_module("ngx.ocsp", _REQUEST, {
        "set_ocsp_status_resp": ("(response) → ok, err", "Staples a response to the handshake."),
    }),
]  # fmt: skip
