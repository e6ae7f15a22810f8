"""Directives that ``proxy_*``, ``fastcgi_*``, ``uwsgi_*`` and ``scgi_*`` have in common, declared for each of them."""

from __future__ import annotations

from typing import Any

from pyresty.conf.address import AddressError, parse_server
from pyresty.conf.registry import HTTP, LIMIT_EXCEPT, LOCATION, LOCATION_IF, SERVER, ConfError, Directive, Module, Scope
from pyresty.conf.values import ValueType, bitmask, buffers, flag, msec, number, size

EVERYWHERE = HTTP | SERVER | LOCATION
PASS = LOCATION | LOCATION_IF
PAGE = 4096

_IGNORED = (
    "X-Accel-Redirect", "X-Accel-Expires", "X-Accel-Limit-Rate", "X-Accel-Buffering", "X-Accel-Charset", "Expires",
    "Cache-Control", "Set-Cookie", "Vary",
)  # fmt: skip
#: hidden from clients unless ``*_pass_header`` says otherwise
ACCEL_HEADERS = (
    b"x-accel-expires", b"x-accel-redirect", b"x-accel-limit-rate", b"x-accel-buffering", b"x-accel-charset",
)  # fmt: skip


def declare_connection(
    module: Module, prefix: str, *, failures: tuple[str, ...] = (), next_upstream: ValueType | None = None
) -> None:
    """Timeouts, local address, buffer of the header, next upstream: what every upstream protocol has."""
    value = module.value
    for action in ("connect", "send", "read"):
        value(f"{prefix}_{action}_timeout", EVERYWHERE, msec, default=60.0)
    value(f"{prefix}_buffer_size", EVERYWHERE, size, default=PAGE)
    value(f"{prefix}_socket_keepalive", EVERYWHERE, flag, default=False)
    words = next_upstream or bitmask(*failures, "off")
    declare_set(module, f"{prefix}_next_upstream", words, {b"error": True, b"timeout": True})
    value(f"{prefix}_next_upstream_tries", EVERYWHERE, number, default=0)
    value(f"{prefix}_next_upstream_timeout", EVERYWHERE, msec, default=0.0)
    value(f"{prefix}_bind", EVERYWHERE, _bind, args=(1, 2))


def _bind(d: Directive) -> Any:
    """ADDRESS[:PORT] or text with variables; False for ``off``."""
    from pyresty.conf.values import compile_text, has_variables

    if len(d.args) == 2:
        if d.args[1] == b"transparent":
            raise ConfError(f'"{d.text}" with "transparent" is not supported', d)
        raise ConfError(f'invalid parameter "{d.arg(1)}"', d)
    if d.args[0] == b"off":
        return False
    value = compile_text(d.args[0], d)
    if not has_variables(value):
        try:
            addresses = parse_server(d.args[0], 0)
        except AddressError:
            raise ConfError(f'invalid address "{d.arg(0)}"', d) from None
        address = addresses[0]
        return address.text.encode() if address.port else address.host.encode()
    return value


def declare_response(module: Module, prefix: str) -> None:
    """Buffers, temporary files, headers: what protocols with an HTTP-like response have."""
    value = module.value
    value(f"{prefix}_buffering", EVERYWHERE, flag, default=True)
    value(f"{prefix}_request_buffering", EVERYWHERE, flag, default=True)
    value(f"{prefix}_ignore_client_abort", EVERYWHERE, flag, default=False)
    value(f"{prefix}_intercept_errors", EVERYWHERE, flag, default=False)
    value(f"{prefix}_pass_request_headers", EVERYWHERE, flag, default=True)
    value(f"{prefix}_pass_request_body", EVERYWHERE, flag, default=True)
    value(f"{prefix}_buffers", EVERYWHERE, buffers, args=2, default={"count": 8, "size": PAGE})
    value(f"{prefix}_busy_buffers_size", EVERYWHERE, size)
    value(f"{prefix}_temp_file_write_size", EVERYWHERE, size)
    value(f"{prefix}_max_temp_file_size", EVERYWHERE, size)
    value(f"{prefix}_limit_rate", EVERYWHERE, size, default=0)
    value(f"{prefix}_force_ranges", EVERYWHERE, flag, default=False)
    declare_set(module, f"{prefix}_ignore_headers", _ignored, {})
    value(f"{prefix}_store", EVERYWHERE, _store, default=False)
    value(f"{prefix}_store_access", EVERYWHERE, _access, args=(1, 3), default=0o600)
    for name in ("hide_header", "pass_header"):
        _declare_list(module, f"{prefix}_{name}")


def _store(d: Directive) -> Any:
    """``on``, ``off``, or the path of the file, with variables."""
    from pyresty.conf.values import compile_text

    if d.args[0] in (b"on", b"off"):
        return d.args[0] == b"on"
    return compile_text(d.args[0], d)


_SHIFTS = {b"user": 6, b"group": 3, b"all": 0}
_RIGHTS = {b"r": 4, b"w": 2, b"rw": 6}


def _access(d: Directive) -> int:
    """``user:rw group:r all:r`` → a file's mode (ngx_conf_set_access_slot); the user may always read and write."""
    mode = 0o600
    for index, arg in enumerate(d.args):
        who, _, rights = arg.partition(b":")
        if who not in _SHIFTS or rights not in _RIGHTS:
            raise ConfError(f'invalid value "{d.arg(index)}"', d)
        mode |= _RIGHTS[rights] << _SHIFTS[who]
    return mode


def _ignored(d: Directive) -> dict[bytes, bool]:
    known = {word.lower().encode() for word in _IGNORED}
    chosen: dict[bytes, bool] = {}
    for index, arg in enumerate(d.args):
        if arg.lower() not in known:
            raise ConfError(f'invalid value "{d.arg(index)}"', d)
        chosen[arg.lower()] = True
    return chosen


def declare_set(module: Module, name: str, kind: ValueType, default: dict[bytes, bool]) -> None:
    """A directive that names members of a set; several on one level add up."""

    @module.directive(name, EVERYWHERE, args=(1, None))
    def add(scope: Scope, d: Directive) -> None:
        chosen = kind(d)
        known = scope.own(name)
        scope.values[name] = chosen if known is None else {**known, **chosen}

    module.export(name, EVERYWHERE, default=default)


def _declare_list(module: Module, name: str) -> None:
    """A directive with one name each time; a level with some of its own inherits none."""

    @module.directive(name, EVERYWHERE, args=1)
    def add(scope: Scope, d: Directive) -> None:
        scope.add(name, d.args[0].lower())

    module.export(name, EVERYWHERE)


def check_buffers(scope: Scope, prefix: str) -> None:
    """nginx's rules for the sizes of buffers; the configuration must obey them."""
    get = scope.get
    count, length = get(f"{prefix}_buffers")["count"], get(f"{prefix}_buffers")["size"]
    largest = max(length, get(f"{prefix}_buffer_size"))
    if count < 2:
        raise ConfError(f'there must be at least 2 "{prefix}_buffers"', None)
    busy = get(f"{prefix}_busy_buffers_size")
    if busy is not None and busy < largest:
        raise ConfError(
            f'"{prefix}_busy_buffers_size" must be equal to or greater than the maximum of the value of '
            f'"{prefix}_buffer_size" and one of the "{prefix}_buffers"',
            None,
        )
    if busy is not None and busy > (count - 1) * length:
        raise ConfError(
            f'"{prefix}_busy_buffers_size" must be less than the size of all "{prefix}_buffers" minus one buffer', None
        )
    for name in ("temp_file_write_size", "max_temp_file_size"):
        limit = get(f"{prefix}_{name}")
        if limit is not None and limit < largest and (limit or name == "temp_file_write_size"):
            zero = " equal to zero to disable temporary files usage or must be" if name.startswith("max") else ""
            raise ConfError(
                f'"{prefix}_{name}" must be{zero} equal to or greater than the maximum of the value of '
                f'"{prefix}_buffer_size" and one of the "{prefix}_buffers"',
                None,
            )


def set_content(scope: Scope, d: Directive, content: dict[str, Any]) -> None:
    """Make ``*_pass`` the content handler of its block, and let ``location /x/`` redirect ``/x`` to itself."""
    if isinstance(scope.own("content"), dict) and scope.own("content")["kind"] == content["kind"]:
        raise d.error("is duplicate")
    scope.values["content"] = content
    loc = scope.loc
    assert loc is not None
    if scope.context & LOCATION and loc["name"].endswith(b"/") and loc["kind"] in ("prefix", "exact"):
        loc["autoredirect"] = True


def inherit_content(scope: Scope, loc: dict[str, Any], kind: bytes) -> None:
    """A ``limit_except`` block passes requests on as the location around it does, unless it says otherwise."""
    if not scope.context & LIMIT_EXCEPT or scope.has("content") or scope.parent is None:
        return
    around = scope.parent.loc
    if around is not None and isinstance(around.get("content"), dict) and around["content"]["kind"] == kind:
        loc["content"] = around["content"]
