"""ngx_http_upstream_module: ``upstream`` blocks, and those that a ``*_pass`` makes for a single host.

``plan.upstreams`` = [{name, servers = [{peers = [{name, address, port}…], weight, max_fails, fail_timeout (seconds),
max_conns, backup, down}…], explicit, method = {kind, …} or None, keepalive = {…} or None}…]. Serving half:
lua/http/upstream/.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.address import Address, AddressError, parse_server
from pyresty.conf.registry import ANY, HTTP, UPSTREAM, ConfError, Directive, Module, Plan, Scope
from pyresty.conf.upstream_url import UpstreamUrl
from pyresty.conf.values import parse_msec, parse_number

MODULE = Module("ngx_http_upstream_module")

#: parameters of ``server``; a balancing method may do without some
PARAMETERS = frozenset({"weight", "max_conns", "max_fails", "fail_timeout", "backup", "down"})
WITHOUT_BACKUP = PARAMETERS - {"backup"}

for _name in (
    "upstream_addr", "upstream_status", "upstream_connect_time", "upstream_header_time", "upstream_response_time",
    "upstream_response_length", "upstream_bytes_received", "upstream_bytes_sent", "upstream_cache_status",
    "upstream_cache_last_modified", "upstream_cache_etag",
):  # fmt: skip
    MODULE.variable(_name)
for _name in ("upstream_http_", "upstream_trailer_", "upstream_cookie_"):
    MODULE.variable(_name, prefix=True)


def _upstreams(scope: Scope) -> list[dict[str, Any]]:
    plan = scope.config.plan
    upstreams: list[dict[str, Any]] = plan.setdefault("upstreams", [])
    return upstreams


@MODULE.directive("upstream", HTTP, args=1, block=True)
def upstream(scope: Scope, d: Directive) -> None:
    """A named group of servers."""
    name = d.args[0]
    upstreams = _upstreams(scope)
    if any(table["name"].lower() == name.lower() for table in upstreams):
        raise ConfError(f'duplicate upstream "{d.arg(0)}"', d)
    table: dict[str, Any] = {"index": len(upstreams) + 1, "name": name, "servers": [], "explicit": True, "method": None}
    upstreams.append(table)
    child = Scope(UPSTREAM, scope, d)
    child.values["table"] = table
    child.values["parameters"] = PARAMETERS
    child.apply(d.block)
    if not table["servers"]:
        raise ConfError("no servers are inside upstream", d, end=True)


def use_method(scope: Scope, d: Directive, method: dict[str, Any], parameters: frozenset[str]) -> None:
    """Let a balancing method choose the peers; ``parameters`` are those of ``server`` that it understands."""
    table = scope.values["table"]
    if table["method"] is not None or table.get("keepalive"):
        scope.warn("load balancing method redefined", d)
    table["method"] = method
    scope.values["parameters"] = parameters


@MODULE.directive("server", UPSTREAM, args=ANY)
def server(scope: Scope, d: Directive) -> None:
    """ADDRESS and parameters; a name stands for all its addresses."""
    try:
        addresses = parse_server(d.args[0], 80)
    except AddressError as error:
        raise ConfError(f'{error} in upstream "{d.arg(0)}"', d) from None
    entry = _entry(addresses)
    for index in range(1, len(d.args)):
        _parameter(scope, d, index, entry)
    entry["server"] = d.args[0]
    scope.values["table"]["servers"].append(entry)


def _entry(addresses: list[Address]) -> dict[str, Any]:
    return {
        "weight": 1, "max_fails": 1, "fail_timeout": 10.0, "max_conns": 0, "backup": False, "down": False,
        "peers": [peer_of(address.text, address.family, address.host, address.port) for address in addresses],
    }  # fmt: skip


def add_placeholder(scope: Scope) -> None:
    """A server for an upstream that names none because Lua does; nothing is ever sent to it."""
    entry = {**_entry(parse_server(b"0.0.0.1", 80)), "server": b"0.0.0.1", "placeholder": True}
    scope.values["table"]["servers"].append(entry)


def peer_of(text: str, family: str, host: str, port: int) -> dict[str, Any]:
    """A peer's table: ``name`` as nginx prints it, and what the serving half connects to."""
    address = f"unix:{host}" if family == "unix" else host
    return {
        "name": text.encode("utf-8", "surrogateescape"),
        "address": address.encode("utf-8", "surrogateescape"),
        "port": port,
    }


def _parameter(scope: Scope, d: Directive, index: int, entry: dict[str, Any]) -> None:
    word, equals, text = d.args[index].partition(b"=")
    name = word.decode("latin-1")
    value: Any = None
    if name in ("backup", "down") and not equals:
        value = True
    elif name in ("weight", "max_conns", "max_fails") and equals:
        value = parse_number(text)
        if name == "weight" and value == 0:
            value = None
    elif name == "fail_timeout" and equals:
        milliseconds = parse_msec(text, whole_seconds=True)
        value = None if milliseconds is None else milliseconds / 1000
    if value is None:
        raise ConfError(f'invalid parameter "{d.arg(index)}"', d)
    if name not in scope.values["parameters"]:
        raise ConfError(f'balancing method does not support parameter "{d.arg(index)}"', d)
    entry[name] = value


def find_upstream(scope: Scope, url: UpstreamUrl, d: Directive) -> int:
    """The index of the upstream that a URL without variables means; made when there is none of that name.

    Call it when the whole ``http`` block was read. (ngx_http_upstream_add, ngx_http_upstream_init_round_robin)
    """
    upstreams = _upstreams(scope)
    for table in upstreams:
        if not table["explicit"] and table["name"] == url.host and table["port"] == url.port:
            return int(table["index"])
        if table["explicit"] and table["name"].lower() == url.host.lower():
            if not url.no_port:
                name = url.host.decode("utf-8", "surrogateescape")
                raise ConfError(f'upstream "{name}" may not have port {url.port}', d)
            return int(table["index"])
    if not url.port and not url.local:
        name = url.host.decode("utf-8", "surrogateescape")
        raise ConfError(f'no port in upstream "{name}"', d)
    text = url.host if url.local else b"%s:%d" % (url.host, url.port)
    try:
        addresses = parse_server(text, url.port or 80)
    except AddressError as error:
        name = url.host.decode("utf-8", "surrogateescape")
        raise ConfError(f'{error} in upstream "{name}"', d) from None
    table = {
        "index": len(upstreams) + 1, "name": url.host, "port": url.port, "servers": [_entry(addresses)],
        "explicit": False, "method": None,
    }  # fmt: skip
    upstreams.append(table)
    return int(table["index"])


@MODULE.http
def compile_http(scope: Scope, plan: Plan) -> None:
    """There is always a list."""
    _upstreams(scope)
