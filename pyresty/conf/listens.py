"""``listen``: one entry per address:port, with the servers and names behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyresty.conf.address import Address, AddressError, parse_listen
from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.values import parse_msec, parse_number, parse_size

if TYPE_CHECKING:
    from pyresty.conf.configuration import Configuration
    from pyresty.conf.scope import Scope

BACKLOG = 511

#: Parameters that belong to the socket; they may be given once per address:port.
_SOCKET_DEFAULTS: dict[str, Any] = {
    "backlog": BACKLOG,
    "rcvbuf": None,
    "sndbuf": None,
    "fastopen": None,
    "deferred": False,
    "ipv6only": True,
    "reuseport": False,
    "so_keepalive": None,
    "keepidle": 0,
    "keepintvl": 0,
    "keepcnt": 0,
    "bind": False,
}


@dataclass(slots=True)
class Listen:
    """One address:port and the servers on it (nginx: ngx_http_conf_addr_t)."""

    address: Address
    servers: list[Scope] = field(default_factory=list)
    default: Scope | None = None
    default_given: bool = False
    options: dict[str, Any] = field(default_factory=lambda: dict(_SOCKET_DEFAULTS))
    options_given: bool = False
    protocols: dict[str, bool] = field(default_factory=lambda: {"ssl": False, "http2": False, "proxy_protocol": False})


@dataclass(slots=True)
class _Parameters:
    default: bool = False
    protocols: set[str] = field(default_factory=set)
    options: dict[str, Any] = field(default_factory=dict)


def add_listen(scope: Scope, d: Directive, supported: frozenset[str]) -> None:
    """The ``listen`` directive; ``supported`` names the protocols (ssl, http2 …) there are modules for."""
    try:
        addresses = parse_listen(d.args[0], 80)
    except AddressError as error:
        raise ConfError(f'{error} in "{d.arg(0)}" of the "listen" directive', d) from None
    parameters = _parameters(scope, d, supported)
    for address in addresses:
        _add(scope, address, parameters, d)


def add_default_listen(scope: Scope, port: int, d: Directive) -> None:
    """What a server without ``listen`` listens on."""
    _add(scope, Address("inet", "0.0.0.0", port), _Parameters(), d)


def _add(scope: Scope, address: Address, parameters: _Parameters, d: Directive) -> None:
    listens: dict[Address, Listen] = scope.http.values.setdefault("listens", {})
    listen = listens.get(address)
    if listen is None:
        listen = listens[address] = Listen(address, default=scope)
    if scope in listen.servers:
        raise ConfError(f"a duplicate listen {address.text}", d)
    listen.servers.append(scope)
    if parameters.options:
        if listen.options_given:
            raise ConfError(f"duplicate listen options for {address.text}", d)
        listen.options_given = True
        listen.options.update(parameters.options, bind=True)
    if parameters.default:
        if listen.default_given:
            raise ConfError(f"a duplicate default server for {address.text}", d)
        listen.default_given = True
        listen.default = scope
    for protocol in parameters.protocols:
        listen.protocols[protocol] = True


def _parameters(scope: Scope, d: Directive, supported: frozenset[str]) -> _Parameters:
    parameters = _Parameters()
    for index in range(1, len(d.args)):
        text = d.arg(index)
        if text in ("default_server", "default"):
            parameters.default = True
        elif text in ("ssl", "http2", "proxy_protocol"):
            if text not in supported:
                module = {"ssl": "ngx_http_ssl_module", "http2": "ngx_http_v2_module"}.get(text)
                what = f"requires {module}" if module else "is not supported"
                raise ConfError(f'the "{text}" parameter {what}', d)
            parameters.protocols.add(text)
        elif text in ("bind", "deferred", "reuseport"):
            parameters.options[text] = True
        elif text.startswith("accept_filter="):
            what = f'accept filters "{text}" are not supported on this platform, ignored'
            scope.config.log("emerg", ConfError(what, d).text)
        elif not _option(parameters.options, text, d):
            raise ConfError(f'invalid parameter "{text}"', d)
    return parameters


def _option(options: dict[str, Any], text: str, d: Directive) -> bool:
    """A ``name=value`` parameter; False when there is none of that name."""
    name, equals, value = text.partition("=")
    if not equals:
        return False
    raw = value.encode("utf-8", "surrogateescape")
    if name in ("fastopen", "backlog", "rcvbuf", "sndbuf"):
        number = parse_size(raw) if name.endswith("buf") else parse_number(raw)
        if number is None or (name == "backlog" and number == 0):
            raise ConfError(f'invalid {name} "{text}"', d)
        options[name] = number
    elif name == "ipv6only" and value.startswith("o"):
        if value not in ("on", "off"):
            raise ConfError(f'invalid ipv6only flags "{value}"', d)
        options[name] = value == "on"
    elif name == "so_keepalive":
        options.update(_keepalive(value, d))
    else:
        return False
    return True


def _keepalive(value: str, d: Directive) -> dict[str, Any]:
    if value in ("on", "off"):
        return {"so_keepalive": value == "on"}
    idle, interval, count = ([*value.split(":", 2), "", ""])[:3]
    found = {"keepidle": 0, "keepintvl": 0, "keepcnt": 0}
    for name, text in (("keepidle", idle), ("keepintvl", interval)):
        milliseconds = parse_msec(text.encode(), whole_seconds=True) if text else 0
        if milliseconds is None:
            raise ConfError(f'invalid so_keepalive value: "{value}"', d)
        found[name] = milliseconds // 1000
    number = parse_number(count.encode()) if count else 0
    if number is None or not (number or found["keepidle"] or found["keepintvl"]):
        raise ConfError(f'invalid so_keepalive value: "{value}"', d)
    return {"so_keepalive": True, **found, "keepcnt": number}


def compile_listens(configuration: Configuration, http: Scope) -> None:
    """Fill ``plan.listens`` and ``plan.sockets``.

    An address without options of its own needs no socket where the wildcard of its port is bound too; its ``fd_key``
    is then the wildcard's (nginx: ngx_http_init_listening).
    """
    listens: list[Listen] = _binding_order(list(http.own("listens", {}).values()))
    wildcards = {(item.address.family, item.address.port): item for item in listens if item.address.wildcard}
    for item in listens:
        wildcard = wildcards.get((item.address.family, item.address.port))
        bound = item if wildcard is None or item.options["bind"] else wildcard
        configuration.plan["listens"].append(_compile(configuration, item, bound))
    configuration.plan["sockets"] = [
        _socket(item, configuration.plan["listens"])
        for item, listen in zip(listens, configuration.plan["listens"], strict=True)
        if listen["fd_key"] == item.address.text.encode()
    ]


def _binding_order(listens: list[Listen]) -> list[Listen]:
    """By port as first seen; explicitly bound addresses before the others, wildcards last."""
    ports: dict[tuple[str, int], int] = {}
    for item in listens:
        ports.setdefault((item.address.family, item.address.port), len(ports))

    def key(item: Listen) -> tuple[int, int]:
        order = 2 if item.address.wildcard else 0 if item.options["bind"] else 1
        return ports[item.address.family, item.address.port], order

    return sorted(listens, key=key)


def _compile(configuration: Configuration, item: Listen, bound: Listen) -> dict[str, Any]:
    address = item.address
    assert item.default is not None and item.default.server is not None
    listen: dict[str, Any] = {
        "fd_key": bound.address.text.encode(),
        "text": address.text.encode(),
        "address": address.host.encode("utf-8", "surrogateescape"),
        "port": address.port,
        "family": address.family.encode(),
        "wildcard": address.wildcard,
        "default_server": item.default.server["index"],
        "servers": [scope.server["index"] for scope in item.servers if scope.server],
        **item.protocols,
        "http2": item.protocols["http2"] or any(scope.get("http2") for scope in item.servers),
        "http2_alone": item.protocols["http2"],
        **_names(configuration, item),
    }
    return listen


def _socket(item: Listen, listens: list[dict[str, Any]]) -> dict[str, Any]:
    """What to bind, and the listens that are told apart by a connection's local address."""
    key = item.address.text.encode()
    return {
        "fd_key": key,
        "address": item.address.host.encode("utf-8", "surrogateescape"),
        "port": item.address.port,
        "family": item.address.family.encode(),
        "listens": [index for index, listen in enumerate(listens, 1) if listen["fd_key"] == key],
        **item.options,
    }


_TAIL = re.compile(rb"[^*]+\.\*\Z")
_HEAD = re.compile(rb"\*\.[^*]+\Z")


def _names(configuration: Configuration, item: Listen) -> dict[str, Any]:
    """The names of all servers of an address: exact ones, ``*.suffix``, ``prefix.*``, regular expressions.

    A single server needs none, unless captures of its names are wanted.
    """
    tables: dict[str, dict[bytes, int]] = {"names": {}, "wildcard_head": {}, "wildcard_tail": {}}
    regexes: list[dict[str, Any]] = []
    if len(item.servers) == 1 and not any(name.get("captures") for name in item.servers[0].own("server_name", ())):
        return {**tables, "regexes": regexes}
    for scope in item.servers:
        assert scope.server is not None
        index = scope.server["index"]
        for name in scope.own("server_name") or [{"name": b""}]:
            if "pattern" in name:
                regexes.append({"pattern": name["pattern"], "caseless": name["caseless"], "server": index})
                continue
            _add_name(configuration, tables, name["name"], index, item.address.text)
    return {**tables, "regexes": regexes}


def _add_name(
    configuration: Configuration, tables: dict[str, dict[bytes, int]], name: bytes, index: int, address: str
) -> None:
    shown = name.decode("utf-8", "surrogateescape")
    keys = [("names", name)]
    if name.startswith(b"."):
        keys = [("names", name[1:]), ("wildcard_head", name)]
    elif _HEAD.match(name):
        keys = [("wildcard_head", name[1:])]
    elif _TAIL.match(name):
        keys = [("wildcard_tail", name[:-1])]
    elif b"*" in name or b".." in name:
        raise ConfError(f'invalid server name or wildcard "{shown}" on {address}')
    if any(key in tables[table] for table, key in keys):
        configuration.log("warn", f'conflicting server name "{shown}" on {address}, ignored')
        return
    for table, key in keys:
        tables[table][key] = index
