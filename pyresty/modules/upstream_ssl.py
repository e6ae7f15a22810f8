"""What ``proxy_ssl_*`` and ``uwsgi_ssl_*`` have in common: TLS to upstream servers. Serving half:
lua/http/upstream/tls.lua.

``loc.upstream_ssl`` = {context, name (complex value or nil), server_name, verify, session_reuse, certificate, key
(complex values, when they have variables), passwords}.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyresty.conf.contexts import HTTP, LOCATION, SERVER
from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.registry import Module, Plan, Scope
from pyresty.conf.values import bitmask, compile_text, complex_value, flag, has_variables, number, string
from pyresty.modules.lua_ssl import client_context
from pyresty.modules.ssl import full_name, read_passwords

_ALL = HTTP | SERVER | LOCATION
_PROTOCOLS = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_DEFAULT_PROTOCOLS = (b"TLSv1", b"TLSv1.1", b"TLSv1.2")
_HANDLERS = ("certificate", "verify")


def declare(module: Module, name: str, scheme: bytes) -> None:
    """Declare ``NAME_ssl_*``; ``scheme`` (``https``) is what TLS is asked for with, there is another one without."""
    prefix = f"{name}_ssl_"
    module.value(f"{prefix}session_reuse", _ALL, flag, default=True, export=False)
    module.value(f"{prefix}protocols", _ALL, bitmask(*_PROTOCOLS), args=(1, None), export=False)
    module.value(f"{prefix}ciphers", _ALL, string, default=b"DEFAULT", export=False)
    module.value(f"{prefix}name", _ALL, complex_value, export=False)
    module.value(f"{prefix}server_name", _ALL, flag, default=False, export=False)
    module.value(f"{prefix}verify", _ALL, flag, default=False, export=False)
    module.value(f"{prefix}verify_depth", _ALL, number, default=1, export=False)
    for file in ("trusted_certificate", "crl", "certificate", "certificate_key"):
        module.value(f"{prefix}{file}", _ALL, string, default=b"", export=False)

    @module.directive(f"{prefix}password_file", _ALL, args=1)
    def password_file(scope: Scope, d: Directive) -> None:
        if scope.has(f"{prefix}password_file"):
            raise d.error("is duplicate")
        scope.set(f"{prefix}password_file", read_passwords(scope, d))

    @module.directive(f"{prefix}conf_command", _ALL, args=2)
    def conf_command(scope: Scope, d: Directive) -> None:
        scope.add(f"{prefix}conf_command", (d.args[0], d.args[1]))

    @module.location
    def compile_location(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
        content = loc.get("content")
        if not isinstance(content, dict) or content.get("kind") != name.encode():
            return
        if _is_secure(content, scheme):
            loc["upstream_ssl"] = _settings(scope, plan, lambda word: scope.get(prefix + word), prefix)
            return
        for handler in _HANDLERS if name == "proxy" else ():
            if scope.get(f"{prefix}{handler}_by_lua") is not None:
                raise ConfError(f"{prefix}{handler}_by_lua* should be used with proxy_pass https url")


def _settings(scope: Scope, plan: Plan, get: Callable[[str], Any], prefix: str) -> dict[str, Any]:
    from pyresty.net.tls.client import ClientOptions

    def file(name: str) -> bytes:
        value: bytes = get(name)
        return scope.config.full_name(value, conf=True) if value else b""

    certificate, key, variable = _certificate(scope, get, prefix)
    verify = get("verify")
    if verify and not get("trusted_certificate"):
        raise ConfError(f"no {prefix}trusted_certificate for {prefix}verify")
    passwords = get("password_file")
    fixed = certificate and not variable
    handlers = {handler: scope.get(f"{prefix}{handler}_by_lua") for handler in _HANDLERS}
    options = ClientOptions(
        protocols=tuple(get("protocols") or _DEFAULT_PROTOCOLS),
        ciphers=get("ciphers"),
        trusted_certificate=file("trusted_certificate") if verify else b"",
        verify_depth=get("verify_depth"),
        crl=file("crl") if verify else b"",
        commands=tuple(get("conf_command") or ()),
        directory=scope.config.conf_prefix,
        certificates=((full_name(scope, certificate), full_name(scope, key)),) if fixed else (),
        passwords=tuple(passwords) if passwords else None,
        sessions=get("session_reuse"),
        certificate_callback=handlers["certificate"] is not None,
        verify_callback=_verify_callback(scope, handlers["verify"]),
    )
    settings: dict[str, Any] = {
        "context": client_context(plan, options), "name": get("name"), "server_name": get("server_name"),
        "verify": verify, "session_reuse": get("session_reuse"),
        **{f"{handler}_by_lua": chunk for handler, chunk in handlers.items()},
    }  # fmt: skip
    if variable and scope.directive is not None:
        settings["certificate"] = compile_text(certificate, scope.directive)
        settings["key"] = compile_text(key, scope.directive)
        settings["passwords"] = passwords
        scope.config.variables.use_in([settings["certificate"], settings["key"]])
    return settings


def _certificate(scope: Scope, get: Callable[[str], Any], prefix: str) -> tuple[bytes, bytes, bool]:
    """The client's certificate and key, and whether they have variables."""
    certificate: bytes = get("certificate")
    key: bytes = get("certificate_key")
    if not certificate:
        return b"", b"", False
    if not key:
        shown = certificate.decode("utf-8", "surrogateescape")
        raise ConfError(f'no "{prefix}certificate_key" is defined for certificate "{shown}"')
    assert scope.directive is not None
    variable = any(has_variables(compile_text(text, scope.directive)) for text in (certificate, key))
    return certificate, key, variable


def _verify_callback(scope: Scope, chunk: Any) -> str:
    if chunk is None:
        return ""
    return "skip" if scope.get("lua_upstream_skip_openssl_default_verify") else "after"


def _is_secure(content: dict[str, Any], scheme: bytes) -> bool:
    """Whether a location has or, by a URL with variables, may come to have TLS: unless its text says otherwise."""
    if "url" not in content:
        return bool(content.get("schema") == scheme + b"://")
    first = content["url"].get(1) if isinstance(content["url"], dict) else None
    return not (isinstance(first, bytes) and b"://" in first and not first.lower().startswith(scheme + b"://"))
