"""What ``fastcgi_*``, ``uwsgi_*`` and ``scgi_*`` have in common: a server's address and named parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyresty.conf.address import AddressError
from pyresty.conf.contexts import LIMIT_EXCEPT, LOCATION, LOCATION_IF
from pyresty.conf.registry import ConfError, Directive, Module, Plan, Scope
from pyresty.conf.upstream_url import UpstreamUrl, parse_url
from pyresty.conf.values import has_variables
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

_FAILURES = (
    "error", "timeout", "invalid_header", "non_idempotent", "http_500", "http_503", "http_403", "http_404", "http_429",
)  # fmt: skip


def declare(module: Module, name: str, *, schemes: tuple[bytes, ...] = ()) -> None:
    """Declare ``NAME_pass``, ``NAME_param`` and the directives of every upstream.

    ``loc.content`` = {kind = NAME, upstream or url}; ``loc.NAME_params`` = [{name, value, if_not_empty}…] of a
    location that passes requests on. ``schemes`` may stand before the address.
    """
    declare_connection(module, name, failures=_FAILURES)
    declare_response(module, name)
    module.export(f"{name}_temp_path", EVERYWHERE)

    declare_pass(module, name, schemes=schemes, complete=lambda scope, loc: _complete(scope, loc, name))

    @module.directive(f"{name}_param", EVERYWHERE, args=(2, 3))
    def param(scope: Scope, d: Directive) -> None:
        if len(d.args) == 3 and d.args[2] != b"if_not_empty":
            raise ConfError(f'invalid parameter "{d.arg(2)}"', d)
        value = scope.complex_value(d.args[1], d)
        scope.add(f"{name}_param", {"name": d.args[0], "value": value, "if_not_empty": len(d.args) == 3})


def declare_pass(
    module: Module, name: str, *, schemes: tuple[bytes, ...] = (),
    complete: Callable[[Scope, dict[str, Any]], None] | None = None,
) -> None:  # fmt: skip
    """Declare ``NAME_pass``: ``loc.content`` = {kind = NAME, upstream or url}.

    ``complete`` is called for each location that passes requests on; with it a ``limit_except`` block does as the
    location around it.
    """
    kind = name.encode()

    @module.directive(f"{name}_pass", LOCATION | LOCATION_IF, args=1)
    def pass_on(scope: Scope, d: Directive) -> None:
        content: dict[str, Any] = {"kind": kind, "directive": d}
        value = scope.complex_value(d.args[0], d)
        if has_variables(value):
            content["url"] = value
        else:
            content["schema"], content["parsed"] = read_address(d, schemes)
        set_content(scope, d, content)

    @module.location
    def compile_location(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
        if not scope.context & (LOCATION | LOCATION_IF | LIMIT_EXCEPT):
            return
        content = scope.own("content")
        if isinstance(content, dict) and content["kind"] == kind:
            _resolve(scope, content)
            loc["content"] = content
        if complete is None:
            return
        inherit_content(scope, loc, kind)
        if isinstance(loc.get("content"), dict) and loc["content"]["kind"] == kind:
            complete(scope, loc)


def read_address(d: Directive, schemes: tuple[bytes, ...] = ()) -> tuple[bytes | None, UpstreamUrl]:
    """HOST:PORT, the name of an upstream, or ``unix:PATH``, perhaps behind a scheme → that scheme, the address."""
    text = d.args[0]
    found = next((scheme for scheme in schemes if text.lower().startswith(scheme)), None)
    text = text[len(found or b"") :]
    if b"://" in text:
        raise ConfError(f'"{d.text}" with another scheme is not supported', d)
    try:
        return found, parse_url(text, 0, uri_part=False)
    except AddressError as error:
        raise ConfError(f'{error} in upstream "{text.decode("utf-8", "surrogateescape")}"', d) from None


def _resolve(scope: Scope, content: dict[str, Any]) -> None:
    d = content.pop("directive", None)
    parsed = content.pop("parsed", None)
    if parsed is not None:
        content["upstream"] = find_upstream(scope, parsed, d)


def _complete(scope: Scope, loc: dict[str, Any], name: str) -> None:
    check_buffers(scope, name)
    params = scope.get(f"{name}_param") or []
    loc[f"{name}_params"] = params
    scope.config.variables.use_in([entry["value"] for entry in params])
    passed = set(scope.get(f"{name}_pass_header") or ())
    default = (b"status", *ACCEL_HEADERS)
    hidden = [header for header in default if header not in passed] + (scope.get(f"{name}_hide_header") or [])
    loc[f"{name}_hidden"] = dict.fromkeys(hidden, True)
