"""The functions of libssl and libcrypto that we call, declared once.

``library()`` gives an object with each function under its C name. Pointers are integers (None for NULL), strings bytes.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

from pyresty.vm.engine import native_libraries

#: letters of the prototypes below: pointer, int, long, unsigned int, unsigned long, uint64, size_t, string, char, void
_TYPES: dict[str, Any] = {
    "p": ctypes.c_void_p,
    "i": ctypes.c_int,
    "l": ctypes.c_long,
    "u": ctypes.c_uint,
    "U": ctypes.c_ulong,
    "Q": ctypes.c_uint64,
    "z": ctypes.c_size_t,
    "s": ctypes.c_char_p,
    "c": ctypes.c_char,
    "v": None,
}

#: name, result, arguments
_SSL = """
TLS_method p
SSL_CTX_new p p
SSL_CTX_free v p
SSL_CTX_ctrl l pilp
SSL_CTX_callback_ctrl l pip
SSL_CTX_set_options Q pQ
SSL_CTX_get_options Q p
SSL_CTX_clear_options Q pQ
SSL_CTX_set_info_callback v pp
SSL_CTX_set_cipher_list i ps
SSL_CTX_set_ciphersuites i ps
SSL_CTX_use_certificate i pp
SSL_CTX_use_PrivateKey i pp
SSL_CTX_set_verify v pip
SSL_CTX_get_verify_mode i p
SSL_CTX_set_verify_depth v pi
SSL_CTX_get_verify_depth i p
SSL_CTX_get_verify_callback p p
SSL_CTX_load_verify_locations i pss
SSL_CTX_set_default_verify_paths i p
SSL_load_client_CA_file p s
SSL_CTX_set_client_CA_list v pp
SSL_CTX_get_client_CA_list p p
SSL_CTX_get_cert_store p p
SSL_CTX_set0_tmp_dh_pkey i pp
SSL_CTX_set_session_id_context i psu
SSL_CTX_set_timeout l pl
SSL_CTX_set_client_hello_cb v ppp
SSL_CTX_set_cert_cb v ppp
SSL_CTX_set_alpn_select_cb v ppp
SSL_CTX_set_keylog_callback v pp
SSL_CTX_set_max_early_data i pu
SSL_CTX_sess_set_new_cb v pp
SSL_CTX_sess_set_get_cb v pp
SSL_CTX_sess_set_remove_cb v pp
SSL_CTX_get0_certificate p p
SSL_CTX_remove_session i pp
SSL_CONF_CTX_new p
SSL_CONF_CTX_free v p
SSL_CONF_CTX_set_flags u pu
SSL_CONF_CTX_set_ssl_ctx v pp
SSL_CONF_CTX_finish i p
SSL_CONF_cmd i pss
SSL_CONF_cmd_value_type i ps
SSL_new p p
SSL_free v p
SSL_set_fd i pi
SSL_set_accept_state v p
SSL_set_connect_state v p
SSL_set_options Q pQ
SSL_get_options Q p
SSL_clear_options Q pQ
SSL_set_verify v pip
SSL_set_verify_depth v pi
SSL_set_cert_cb v ppp
SSL_ctrl l pilp
SSL_set_cipher_list i ps
SSL_set_SSL_CTX p pp
SSL_do_handshake i p
SSL_get_error i pi
SSL_shutdown i p
SSL_get_shutdown i p
SSL_set_quiet_shutdown v pi
SSL_read i psi
SSL_get_servername s pi
SSL_get_verify_result l p
SSL_set_verify_result v pl
SSL_CTX_set_cert_verify_callback v ppp
SSL_get_ex_data_X509_STORE_CTX_idx i
SSL_get1_peer_certificate p p
SSL_get_peer_cert_chain p p
SSL_get_version s p
SSL_version i p
SSL_client_version i p
SSL_get_current_cipher p p
SSL_CIPHER_get_name s p
SSL_CIPHER_get_protocol_id u p
SSL_get1_supported_ciphers p p
SSL_get_client_ciphers p p
SSL_get_SSL_CTX p p
SSL_CIPHER_description s psi
SSL_CIPHER_find p ps
SSL_get_session p p
SSL_get1_session p p
SSL_set_session i pp
SSL_session_reused i p
SSL_SESSION_free v p
SSL_SESSION_get_id p pp
SSL_SESSION_get_master_key z psz
SSL_SESSION_is_resumable i p
SSL_get_client_random z psz
SSL_get_server_random z psz
SSL_export_keying_material i pszszszi
SSL_export_keying_material_early i pszszsz
SSL_get0_alpn_selected v ppp
SSL_is_init_finished i p
SSL_in_init i p
SSL_is_server i p
SSL_select_next_proto i ppsupu
SSL_set_alpn_protos i psu
SSL_use_certificate i pp
SSL_use_PrivateKey i pp
SSL_certs_clear v p
SSL_get_certificate p p
SSL_add_client_CA i pp
SSL_set_client_CA_list v pp
SSL_client_hello_get0_session_id z pp
SSL_client_hello_get0_ciphers z pp
SSL_client_hello_get0_ext i pupp
SSL_client_hello_get1_extensions_present i ppp
SSL_get_shared_ciphers s psi
d2i_SSL_SESSION p ppl
i2d_SSL_SESSION i pp
SSL_SESSION_up_ref i p
SSL_verify_client_post_handshake i p
"""

_CRYPTO = """
ERR_get_error_all U ppppp
ERR_peek_error U
ERR_peek_last_error U
ERR_peek_error_data U pp
ERR_get_error U
ERR_clear_error v
ERR_error_string_n v Usz
ERR_reason_error_string s U
BIO_new_mem_buf p si
BIO_new_file p ss
BIO_new p p
BIO_s_mem p
BIO_free i p
BIO_ctrl l pilp
BIO_read i psi
PEM_read_bio_X509 p pppp
PEM_read_bio_X509_AUX p pppp
PEM_read_bio_PrivateKey p pppp
PEM_read_bio_Parameters p pp
PEM_write_bio_X509 i pp
d2i_X509 p ppl
i2d_X509 i pp
d2i_AutoPrivateKey p ppl
i2d_PrivateKey i pp
X509_free v p
X509_up_ref i p
X509_digest i pppp
X509_NAME_digest i pppp
X509_get_subject_name p p
X509_get_issuer_name p p
X509_NAME_print_ex i ppiU
X509_NAME_oneline p ppi
X509_get_serialNumber p p
X509_get0_notBefore p p
X509_get0_notAfter p p
X509_check_host i pszup
X509_verify_cert_error_string s l
X509_STORE_new p
X509_STORE_free v p
X509_STORE_up_ref i p
X509_STORE_add_cert i pp
X509_STORE_add_lookup p pp
X509_STORE_set_flags i pU
X509_LOOKUP_file p
X509_load_crl_file i psi
X509_get1_ocsp p p
X509_check_issued i pp
X509_email_free v p
X509_STORE_CTX_new p
X509_STORE_CTX_free v p
X509_STORE_CTX_init i pppp
X509_STORE_CTX_get1_issuer i ppp
X509_STORE_CTX_get_error i p
X509_STORE_CTX_set_error v pi
X509_STORE_CTX_get_ex_data p pi
X509_verify_cert i p
X509_STORE_CTX_get_current_cert p p
X509_STORE_CTX_get0_cert p p
EVP_PKEY_free v p
EVP_PKEY_up_ref i p
EVP_sha1 p
EVP_sha256 p
HMAC_Init_ex i psipp
EVP_EncryptInit_ex i pppss
EVP_DecryptInit_ex i pppss
EVP_MD_CTX_new p
EVP_MD_CTX_free v p
EVP_DigestInit_ex i ppp
EVP_DigestUpdate i psz
EVP_DigestFinal_ex i ppp
EVP_aes_128_cbc p
EVP_aes_256_cbc p
ASN1_TIME_print i pp
ASN1_TIME_to_tm i pp
i2a_ASN1_INTEGER i pp
OPENSSL_sk_new_null p
OPENSSL_sk_num i p
OPENSSL_sk_value p pi
OPENSSL_sk_push i pp
OPENSSL_sk_pop_free v pp
OPENSSL_sk_free v p
CRYPTO_free v psi
OBJ_nid2sn s i
OCSP_cert_to_id p ppp
OCSP_REQUEST_new p
OCSP_REQUEST_free v p
OCSP_request_add0_id p pp
i2d_OCSP_REQUEST i pp
d2i_OCSP_RESPONSE p ppl
OCSP_RESPONSE_free v p
OCSP_response_status i p
OCSP_response_status_str s l
OCSP_response_get1_basic p p
OCSP_BASICRESP_free v p
OCSP_basic_verify i pppU
OCSP_resp_find_status i ppppppp
OCSP_cert_status_str s l
OCSP_check_validity i ppll
OCSP_CERTID_free v p
CRYPTO_malloc p zsi
"""


class TLSUnavailableError(Exception):
    """There is no libssl of version 3 that the interpreter's own modules use."""


class Library:
    """libssl and libcrypto of the interpreter, version 3."""

    def __init__(self) -> None:
        found = native_libraries()
        missing = [name for name in ("libssl", "libcrypto") if name not in found]
        if missing:
            raise TLSUnavailableError(f"TLS needs OpenSSL 3, and {missing[0]}.so.3 was not found")
        for name, text in (("libssl", _SSL), ("libcrypto", _CRYPTO)):
            self._declare(found[name], text)

    def _declare(self, source: ctypes.CDLL, text: str) -> None:
        for line in text.split("\n"):
            if not line:
                continue
            name, result, *arguments = line.split(" ")
            function = getattr(source, name, None)
            if function is None:
                raise TLSUnavailableError(f"TLS needs OpenSSL 3, whose {name}() was not found")
            function.restype = _TYPES[result]
            function.argtypes = [_TYPES[letter] for letter in (arguments[0] if arguments else "")]
            setattr(self, name, function)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{name}() is not declared")


@cache
def library() -> Library:
    """The one library of the process. Raises TLSUnavailableError, whose text says what is missing."""
    return Library()


def available() -> bool:
    """Whether TLS can be had."""
    try:
        library()
    except TLSUnavailableError:
        return False
    return True
