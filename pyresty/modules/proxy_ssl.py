"""ngx_http_proxy_module: ``proxy_ssl_*``, for connections to ``https://``. Serving half: lua/http/upstream/tls.lua.

``loc.proxy_ssl`` = {context, name (complex value or nil), server_name, verify, session_reuse, certificate, key (complex
values, when they have variables), passwords}.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.contexts import HTTP, LOCATION, SERVER
from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.registry import Module, Plan, Scope
from pyresty.conf.values import bitmask, compile_text, complex_value, flag, has_variables, number, string
from pyresty.modules.lua_ssl import client_context
from pyresty.modules.ssl import full_name, read_passwords

MODULE = Module("ngx_http_proxy_module")

_ALL = HTTP | SERVER | LOCATION
_PROTOCOLS = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_DEFAULT_PROTOCOLS = (b"TLSv1", b"TLSv1.1", b"TLSv1.2")

MODULE.value("proxy_ssl_session_reuse", _ALL, flag, default=True, export=False)
MODULE.value("proxy_ssl_protocols", _ALL, bitmask(*_PROTOCOLS), args=(1, None), export=False)
MODULE.value("proxy_ssl_ciphers", _ALL, string, default=b"DEFAULT", export=False)
MODULE.value("proxy_ssl_name", _ALL, complex_value, export=False)
MODULE.value("proxy_ssl_server_name", _ALL, flag, default=False, export=False)
MODULE.value("proxy_ssl_verify", _ALL, flag, default=False, export=False)
MODULE.value("proxy_ssl_verify_depth", _ALL, number, default=1, export=False)
for _name in ("proxy_ssl_trusted_certificate", "proxy_ssl_crl", "proxy_ssl_certificate", "proxy_ssl_certificate_key"):
    MODULE.value(_name, _ALL, string, default=b"", export=False)


@MODULE.directive("proxy_ssl_password_file", _ALL, args=1)
def proxy_ssl_password_file(scope: Scope, d: Directive) -> None:
    """Passwords of keys, one a line."""
    if scope.has("proxy_ssl_password_file"):
        raise d.error("is duplicate")
    scope.set("proxy_ssl_password_file", read_passwords(scope, d))


@MODULE.directive("proxy_ssl_conf_command", _ALL, args=2)
def proxy_ssl_conf_command(scope: Scope, d: Directive) -> None:
    """A command of OpenSSL's own configuration."""
    scope.add("proxy_ssl_conf_command", (d.args[0], d.args[1]))


def _certificate(scope: Scope) -> tuple[bytes, bytes, bool]:
    """The client's certificate and key, and whether they have variables."""
    certificate: bytes = scope.get("proxy_ssl_certificate")
    key: bytes = scope.get("proxy_ssl_certificate_key")
    if not certificate:
        return b"", b"", False
    if not key:
        shown = certificate.decode("utf-8", "surrogateescape")
        raise ConfError(f'no "proxy_ssl_certificate_key" is defined for certificate "{shown}"')
    assert scope.directive is not None
    variable = any(has_variables(compile_text(text, scope.directive)) for text in (certificate, key))
    return certificate, key, variable


@MODULE.location
def compile_location(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
    """Make the SSL_CTX of a location that may pass requests on to ``https://``."""
    content = loc.get("content")
    if not isinstance(content, dict) or content.get("kind") != b"proxy":
        return
    if not _is_https(content):
        for name in ("proxy_ssl_certificate_by_lua", "proxy_ssl_verify_by_lua"):
            if scope.get(name) is not None:
                raise ConfError(f"{name}* should be used with proxy_pass https url")
        return
    from pyresty.net.tls.client import ClientOptions

    def file(name: str) -> bytes:
        value: bytes = scope.get(name)
        return scope.config.full_name(value, conf=True) if value else b""

    certificate, key, variable = _certificate(scope)
    verify = scope.get("proxy_ssl_verify")
    if verify and not scope.get("proxy_ssl_trusted_certificate"):
        raise ConfError("no proxy_ssl_trusted_certificate for proxy_ssl_verify")
    passwords = scope.get("proxy_ssl_password_file")
    fixed = certificate and not variable
    settings: dict[str, Any] = {
        "context": client_context(
            plan,
            ClientOptions(
                protocols=tuple(scope.get("proxy_ssl_protocols") or _DEFAULT_PROTOCOLS),
                ciphers=scope.get("proxy_ssl_ciphers"),
                trusted_certificate=file("proxy_ssl_trusted_certificate") if verify else b"",
                verify_depth=scope.get("proxy_ssl_verify_depth"),
                crl=file("proxy_ssl_crl") if verify else b"",
                commands=tuple(scope.get("proxy_ssl_conf_command") or ()),
                directory=scope.config.conf_prefix,
                certificates=((full_name(scope, certificate), full_name(scope, key)),) if fixed else (),
                passwords=tuple(passwords) if passwords else None,
                sessions=scope.get("proxy_ssl_session_reuse"),
                certificate_callback=scope.get("proxy_ssl_certificate_by_lua") is not None,
                verify_callback=_verify_callback(scope),
            ),
        ),
        "name": scope.get("proxy_ssl_name"),
        "server_name": scope.get("proxy_ssl_server_name"),
        "verify": verify,
        "session_reuse": scope.get("proxy_ssl_session_reuse"),
    }
    for handler in ("certificate", "verify"):
        settings[f"{handler}_by_lua"] = scope.get(f"proxy_ssl_{handler}_by_lua")
    if variable and scope.directive is not None:
        settings["certificate"] = compile_text(certificate, scope.directive)
        settings["key"] = compile_text(key, scope.directive)
        settings["passwords"] = passwords
        scope.config.variables.use_in([settings["certificate"], settings["key"]])
    loc["proxy_ssl"] = settings


def _is_https(content: dict[str, Any]) -> bool:
    return _may_be_https(content["url"]) if "url" in content else content.get("schema") == b"https://"


def _verify_callback(scope: Scope) -> str:
    if scope.get("proxy_ssl_verify_by_lua") is None:
        return ""
    return "skip" if scope.get("lua_upstream_skip_openssl_default_verify") else "after"


def _may_be_https(url: Any) -> bool:
    """Whether a ``proxy_pass`` with variables may come to be ``https://``: unless its text says ``http://``."""
    first = url.get(1) if isinstance(url, dict) else None
    return not (isinstance(first, bytes) and first.lower().startswith(b"http://"))
