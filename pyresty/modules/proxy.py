"""ngx_http_proxy_module: requests go on to HTTP servers. Serving half: lua/modules/proxy.lua.

``loc.content`` = {kind = "proxy", upstream (index) or url (complex value), schema, host_header, port, uri, location
(bytes of the URI that ``uri`` replaces)}; ``loc.proxy_headers`` = [{name, value}…] in the order they are sent.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.address import AddressError
from pyresty.conf.contexts import LIMIT_EXCEPT, LOCATION, LOCATION_IF, Context
from pyresty.conf.regex import check_regex
from pyresty.conf.registry import ConfError, Directive, Module, Plan, Scope
from pyresty.conf.upstream_url import UpstreamUrl, parse_url
from pyresty.conf.values import complex_value, enum, has_variables
from pyresty.modules import upstream_cache, upstream_ssl
from pyresty.modules.upstream import find_upstream
from pyresty.modules.upstream_common import (
    ACCEL_HEADERS,
    EVERYWHERE,
    check_buffers,
    declare_connection,
    declare_response,
    inherit_content,
    set_content,
)

MODULE = Module("ngx_http_proxy_module")
upstream_cache.declare(MODULE, "proxy")

for _name in ("proxy_host", "proxy_port", "proxy_add_x_forwarded_for"):
    MODULE.variable(_name)

_HIDDEN = (b"date", b"server", b"x-pad", *ACCEL_HEADERS)
#: sent unless ``proxy_set_header`` says otherwise; {body} marks what the request's body decides
_DEFAULT_HEADERS: tuple[tuple[bytes, Any], ...] = (
    (b"Host", {"script": True, 1: {"var": b"proxy_host"}}),
    (b"Connection", b"close"),
    (b"Content-Length", {"body": b"length"}),
    (b"Transfer-Encoding", {"body": b"chunked"}),
    (b"TE", b""),
    (b"Keep-Alive", b""),
    (b"Expect", b""),
    (b"Upgrade", b""),
)

#: as above, for a location with a cache
_CACHE_HEADERS: tuple[tuple[bytes, Any], ...] = (
    *_DEFAULT_HEADERS,
    (b"If-Modified-Since", {"script": True, 1: {"var": b"upstream_cache_last_modified"}}),
    (b"If-Unmodified-Since", b""),
    (b"If-None-Match", {"script": True, 1: {"var": b"upstream_cache_etag"}}),
    (b"If-Match", b""),
    (b"Range", b""),
    (b"If-Range", b""),
)

declare_connection(MODULE, "proxy", failures=(
    "error", "timeout", "invalid_header", "non_idempotent", "http_500", "http_502", "http_503", "http_504", "http_403",
    "http_404", "http_429",
))  # fmt: skip
declare_response(MODULE, "proxy")
MODULE.value("proxy_http_version", EVERYWHERE, enum(**{"1.0": 10, "1.1": 11}), default=10)
MODULE.value("proxy_method", EVERYWHERE, complex_value)
MODULE.value("proxy_set_body", EVERYWHERE, complex_value)
MODULE.export("proxy_temp_path", EVERYWHERE)


@MODULE.directive("proxy_pass", LOCATION | LOCATION_IF | LIMIT_EXCEPT, args=1)
def proxy_pass(scope: Scope, d: Directive) -> None:
    """http://HOST[:PORT][/URI], http://unix:PATH[:/URI], or text with variables."""
    text = d.args[0]
    value = scope.complex_value(text, d)
    content: dict[str, Any] = {"kind": b"proxy", "directive": d}
    if has_variables(value):
        content["url"] = value
    else:
        content.update(_fixed_url(scope, text, d))
    set_content(scope, d, content)


def _fixed_url(scope: Scope, text: bytes, d: Directive) -> dict[str, Any]:
    scheme, default_port = _scheme(scope, text, d)
    try:
        url = parse_url(text[len(scheme) + 3 :], default_port)
    except AddressError as error:
        shown = text[len(scheme) + 3 :].decode("utf-8", "surrogateescape")
        raise ConfError(f'{error} in upstream "{shown}"', d) from None
    loc = scope.loc
    assert loc is not None
    if url.uri and (loc["kind"] in ("named", "regex") or not scope.context & LOCATION):
        raise ConfError(
            '"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, '
            'or inside "if" statement, or inside "limit_except" block',
            d,
        )
    return {
        "text": text, "schema": scheme + b"://", "parsed": url, "host_header": host_header(url, default_port),
        "port": b"" if url.local else b"%d" % url.port, "uri": url.uri, "location": loc["name"],
    }  # fmt: skip


def _scheme(scope: Scope, text: bytes, d: Directive) -> tuple[bytes, int]:
    lowered = text.lower()
    if lowered.startswith(b"http://"):
        return b"http", 80
    if lowered.startswith(b"https://"):
        return b"https", 443
    raise ConfError("invalid URL prefix", d)


def host_header(url: UpstreamUrl, default_port: int) -> bytes:
    """``$proxy_host``."""
    if url.local:
        return b"localhost"
    return url.host if url.no_port or url.port == default_port else b"%s:%d" % (url.host, url.port)


@MODULE.directive("proxy_set_header", EVERYWHERE, args=2)
def proxy_set_header(scope: Scope, d: Directive) -> None:
    """NAME VALUE; an empty value keeps the header from being sent. A level with some of its own inherits none."""
    scope.add("proxy_set_header", {"name": d.args[0], "value": scope.complex_value(d.args[1], d)})


MODULE.export("proxy_set_header", EVERYWHERE)


# --------------------------------------------------------------------------------------------------- redirects, cookies


def _add_rule(scope: Scope, name: str, rule: dict[str, Any] | None, d: Directive) -> None:
    """``off`` (None) ends inheritance; it may stand alone only."""
    rules = scope.own(name)
    if rule is None:
        if rules is not None:
            raise d.error("is duplicate")
        scope.set(name, False)
        return
    if rules is False:
        raise d.error("is duplicate")
    scope.add(name, rule)


def _caseless(text: bytes) -> bytes:
    return b"~*" + text[1:] if text.startswith(b"~") and not text.startswith(b"~*") else text


def _pattern(scope: Scope, text: bytes, d: Directive) -> dict[str, Any]:
    if text.startswith(b"~"):
        caseless = text.startswith(b"~*")
        pattern = text[2 if caseless else 1 :]
        check_regex(scope, pattern, d, caseless=caseless)
        return {"regex": pattern, "caseless": caseless}
    return {"pattern": scope.complex_value(text, d)}


@MODULE.directive("proxy_redirect", EVERYWHERE, args=(1, 2))
def proxy_redirect(scope: Scope, d: Directive) -> None:
    """``off``, ``default``, or PATTERN REPLACEMENT: what Location and Refresh are changed to."""
    if len(d.args) == 1:
        if d.args[0] == b"off":
            _add_rule(scope, "proxy_redirect", None, d)
            return
        if d.args[0] != b"default":
            raise ConfError(f'invalid parameter "{d.arg(0)}"', d)
        _add_rule(scope, "proxy_redirect", _default_redirect(scope, d), d)
        return
    rule = _pattern(scope, d.args[0], d)
    rule["replacement"] = scope.complex_value(d.args[1], d)
    _add_rule(scope, "proxy_redirect", rule, d)


def _default_redirect(scope: Scope, d: Directive) -> dict[str, Any]:
    content = scope.own("content")
    if not isinstance(content, dict) or content["kind"] != b"proxy":
        raise ConfError('"proxy_redirect default" should be placed after the "proxy_pass" directive', d)
    if "url" in content:
        raise ConfError(
            '"proxy_redirect default" cannot be used with "proxy_pass" directive with variables', d
        )  # fmt: skip
    return _redirect_of(content)


def _redirect_of(content: dict[str, Any]) -> dict[str, Any]:
    if content["uri"]:
        return {"pattern": content["text"], "replacement": content["location"]}
    return {"pattern": content["text"] + b"/", "replacement": b"/"}


MODULE.export("proxy_redirect", EVERYWHERE)


def _declare_cookie_rule(name: str) -> None:
    @MODULE.directive(name, EVERYWHERE, args=(1, 2))
    def rule(scope: Scope, d: Directive) -> None:
        if len(d.args) == 1:
            if d.args[0] != b"off":
                raise ConfError(f'invalid parameter "{d.arg(0)}"', d)
            _add_rule(scope, name, None, d)
            return
        text, value = d.args
        if name == "proxy_cookie_domain":
            if text.startswith(b"~"):
                text = _caseless(text)
            else:
                text, value = text.removeprefix(b"."), value.removeprefix(b".")
        entry = _pattern(scope, text, d)
        entry["replacement"] = scope.complex_value(value, d)
        _add_rule(scope, name, entry, d)

    MODULE.export(name, EVERYWHERE)


for _name in ("proxy_cookie_domain", "proxy_cookie_path"):
    _declare_cookie_rule(_name)

_FLAGS = {
    b"secure": ("secure", True), b"nosecure": ("secure", False), b"httponly": ("httponly", True),
    b"nohttponly": ("httponly", False), b"samesite=strict": ("samesite", b"Strict"),
    b"samesite=lax": ("samesite", b"Lax"), b"samesite=none": ("samesite", b"None"), b"nosamesite": ("samesite", False),
}  # fmt: skip


@MODULE.directive("proxy_cookie_flags", EVERYWHERE, args=(1, 4))
def proxy_cookie_flags(scope: Scope, d: Directive) -> None:
    """``off``, or COOKIE FLAG…; a flag may be a variable."""
    if len(d.args) == 1:
        if d.args[0] != b"off":
            raise ConfError(f'invalid parameter "{d.arg(0)}"', d)
        _add_rule(scope, "proxy_cookie_flags", None, d)
        return
    entry = _pattern(scope, _caseless(d.args[0]), d)
    flags = []
    for index, word in enumerate(d.args[1:], 1):
        value = scope.complex_value(word, d)
        if isinstance(value, bytes) and value.lower() not in _FLAGS:
            raise ConfError(f'invalid parameter "{d.arg(index)}"', d)
        flags.append(value.lower() if isinstance(value, bytes) else value)
    entry["flags"] = flags
    _add_rule(scope, "proxy_cookie_flags", entry, d)


MODULE.export("proxy_cookie_flags", EVERYWHERE)


# -------------------------------------------------------------------------------------------------------------- compile

_WITH_CONTENT: Context = LOCATION | LOCATION_IF | LIMIT_EXCEPT


@MODULE.location
def compile_location(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
    """Resolve the upstream, and put together what a location that passes requests on needs."""
    if not scope.context & _WITH_CONTENT:
        return
    content = scope.own("content")
    if isinstance(content, dict) and content["kind"] == b"proxy":
        d = content.pop("directive", None)
        parsed = content.pop("parsed", None)
        if parsed is not None:
            content["upstream"] = find_upstream(scope, parsed, d)
        loc["content"] = content
    inherit_content(scope, loc, b"proxy")
    if isinstance(loc.get("content"), dict) and loc["content"]["kind"] == b"proxy":
        _complete(scope, loc)


def _complete(scope: Scope, loc: dict[str, Any]) -> None:
    check_buffers(scope, "proxy")
    chosen = scope.get("proxy_set_header") or []
    known = {entry["name"].lower() for entry in chosen}
    for key, defaults in (("proxy_headers", _DEFAULT_HEADERS), ("proxy_cache_headers", _CACHE_HEADERS)):
        loc[key] = chosen + [{"name": name, "value": value} for name, value in defaults if name.lower() not in known]
    scope.config.variables.use_in([entry["value"] for entry in chosen])
    passed = set(scope.get("proxy_pass_header") or ())
    hidden = [name for name in _HIDDEN if name not in passed] + (scope.get("proxy_hide_header") or [])
    loc["proxy_hidden"] = dict.fromkeys(hidden, True)
    content = loc["content"]
    if scope.get("proxy_redirect") is None and "url" not in content:
        loc["proxy_redirect"] = [_redirect_of(content)]


upstream_ssl.declare(MODULE, "proxy", b"https")
