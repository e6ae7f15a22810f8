"""Blocks of the http core and directives with handlers of their own (nginx: ngx_http_core_module)."""

from __future__ import annotations

import os
import socket
from typing import Any

from pyresty.conf.address import AddressError, parse_server
from pyresty.conf.compile import finish_http
from pyresty.conf.contexts import HTTP, LIMIT_EXCEPT, LOCATION, LOCATION_IF, MAIN, SERVER
from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.listens import add_default_listen, add_listen
from pyresty.conf.locations import check_nesting, read_location
from pyresty.conf.logs import error_log
from pyresty.conf.regex import check_regex
from pyresty.conf.registry import ANY, Module, Plan, Scope
from pyresty.conf.values import parse_msec, parse_number

MODULE = Module("ngx_http_module")

_ALL = HTTP | SERVER | LOCATION

#: Parameters of ``listen`` by the module that implements them.
_PROTOCOLS = {"ngx_http_ssl_module": "ssl", "ngx_http_v2_module": "http2"}


@MODULE.directive("http", MAIN, args=0, block=True)
def http(scope: Scope, d: Directive) -> None:
    """The http block; everything in it is compiled when it ends."""
    if scope.has("http"):
        raise d.error("is duplicate")
    child = Scope(HTTP, scope, d)
    scope.set("http", child)
    scope.config.http = child
    child.apply(d.block)
    finish_http(scope.config, child)


@MODULE.directive("server", HTTP, args=0, block=True)
def server(scope: Scope, d: Directive) -> None:
    """A virtual server."""
    child = Scope(SERVER, scope, d)
    child.server = scope.config.add_server(child)
    child.loc = scope.config.add_location(child, "server", b"")
    child.server["root"] = child.loc["index"]
    child.apply(d.block)
    if not child.has("listening"):
        add_default_listen(child, 80 if os.getuid() == 0 else 8000, d)
    names: list[dict[str, Any]] = child.own("server_name") or [{"name": b""}]
    first = names[0]["name"]
    child.server["name"] = first[1:] if first.startswith(b".") else first
    child.server["names"] = [name["name"] for name in names]


@MODULE.directive("listen", SERVER, args=ANY)
def listen(scope: Scope, d: Directive) -> None:
    """An address and port that the server listens on."""
    scope.values["listening"] = True
    modules = {module.name for module in scope.config.registry.modules}
    supported = frozenset(word for module, word in _PROTOCOLS.items() if module in modules)
    add_listen(scope, d, supported | {"proxy_protocol"})


@MODULE.directive("server_name", SERVER, args=ANY)
def server_name(scope: Scope, d: Directive) -> None:
    """Names of a server: exact, ``*.suffix``, ``.suffix``, ``prefix.*``, ``~regex``."""
    for index, name in enumerate(d.args):
        if (name[:1] == b"*" and (len(name) < 3 or name[1:2] != b".")) or name == b".":
            raise ConfError(f'server name "{d.arg(index)}" is invalid', d)
        if b"/" in name:
            scope.warn(f'server name "{d.arg(index)}" has suspicious symbols', d)
        if name.startswith(b"~"):
            _regex_name(scope, name, d)
        elif name.lower() == b"$hostname":
            scope.add("server_name", {"name": socket.gethostname().lower().encode()})
        else:
            scope.add("server_name", {"name": name.lower()})


def _regex_name(scope: Scope, name: bytes, d: Directive) -> None:
    pattern = name[1:]
    if not pattern:
        raise ConfError(b'empty regex in server name "%s"' % name, d)
    caseless = any(65 <= char <= 90 for char in pattern)
    regex = check_regex(scope, pattern, d, caseless=caseless)
    captures = regex.captures > 0
    scope.add("server_name", {"name": name, "pattern": pattern, "caseless": caseless, "captures": captures})


@MODULE.directive("location", SERVER | LOCATION, args=(1, 2), block=True)
def location(scope: Scope, d: Directive) -> None:
    """A location, possibly within another one."""
    kind, name = read_location(d)
    if kind in ("regex", "caseless"):
        check_regex(scope, name, d, caseless=kind == "caseless")
    check_nesting(scope, kind, name, d)
    plain = {"noregex": "prefix", "caseless": "regex"}.get(kind, kind)
    child = scope.new_location(LOCATION, plain, name, d)
    assert child.loc is not None
    child.loc["noregex"] = kind == "noregex"
    child.loc["caseless"] = kind == "caseless"
    child.apply(d.block)


_METHODS = frozenset(b"GET HEAD POST PUT DELETE MKCOL COPY MOVE OPTIONS PROPFIND PROPPATCH LOCK UNLOCK PATCH".split())


@MODULE.directive("limit_except", LOCATION, args=ANY, block=True)
def limit_except(scope: Scope, d: Directive) -> None:
    """Rules for all methods but the named ones."""
    assert scope.loc is not None
    if "limit_except" in scope.loc:
        raise d.error("is duplicate")
    methods = [method.upper() for method in d.args]
    for index, method in enumerate(methods):
        if method not in _METHODS:
            raise ConfError(f'invalid method "{d.arg(index)}"', d)
    if b"GET" in methods:
        methods.append(b"HEAD")
    child = scope.new_location(LIMIT_EXCEPT, "limit_except", scope.loc["name"], d)
    assert child.loc is not None
    scope.loc["limit_except"] = {"methods": dict.fromkeys(methods, True), "loc": child.loc["index"]}
    child.apply(d.block)


MODULE.directive("error_log", _ALL, args=ANY)(error_log)
MODULE.export("error_log", _ALL | MAIN)

_DEFAULT_TYPES = {b"html": b"text/html", b"gif": b"image/gif", b"jpg": b"image/jpeg"}


@MODULE.directive("types", _ALL, args=0, block=True)
def types(scope: Scope, d: Directive) -> None:
    """Media types by file extension; several blocks add up."""
    table: dict[bytes, bytes] = scope.values.setdefault("types", {})
    assert d.block is not None
    for entry in d.block.pairs():
        for extension in (arg.lower() for arg in entry.args):
            old = table.get(extension)
            if old is not None:
                shown = [text.decode("utf-8", "replace") for text in (extension, entry.name, old)]
                scope.warn(
                    f'duplicate extension "{shown[0]}", content type: "{shown[1]}", '
                    f'previous content type: "{shown[2]}"',
                    entry,
                )
            table[extension] = entry.name


MODULE.export("types", _ALL, default=_DEFAULT_TYPES)


def _root(scope: Scope, d: Directive) -> None:
    if scope.has("root"):
        earlier = "root" if scope.own("alias") is False else "alias"
        if earlier == d.text:
            raise d.error("is duplicate")
        raise ConfError(f'"{d.text}" directive is duplicate, "{earlier}" directive was specified earlier', d)
    path, alias = d.args[0], d.name == b"alias"
    loc = scope.loc or {"kind": "http", "name": b""}
    if alias and loc["kind"] == "named":
        raise ConfError('the "alias" directive cannot be used inside the named location', d)
    for name in ("document_root", "realpath_root"):
        if f"${name}".encode() in path or f"${{{name}}}".encode() in path:
            raise ConfError(f'the ${name} variable cannot be used in the "{d.text}" directive', d)
    if not alias and path.endswith(b"/"):
        path = path[:-1]
    if not path.startswith(b"$"):
        path = scope.config.full_name(path)
    scope.set("root", scope.complex_value(path, d))
    scope.set("alias", False if not alias else -1 if loc["kind"] == "regex" else len(loc["name"]))


MODULE.directive("root", _ALL | LOCATION_IF, args=1)(_root)
MODULE.directive("alias", LOCATION, args=1)(_root)
MODULE.export("root", _ALL)
MODULE.export("alias", _ALL, default=False)


@MODULE.directive("error_page", _ALL | LOCATION_IF, args=(2, None))
def error_page(scope: Scope, d: Directive) -> None:
    """Adds {status, overwrite, value, args} for each code."""
    codes, uri = d.args[:-1], d.args[-1]
    overwrite: int | None = None
    if codes[-1].startswith(b"="):
        overwrite = parse_number(codes[-1][1:] or b"0")
        if len(codes) == 1 or overwrite is None:
            raise ConfError(f'invalid value "{d.arg(len(codes) - 1)}"', d)
        codes = codes[:-1]
    value = scope.complex_value(uri, d)
    args = None
    if isinstance(value, bytes) and value.startswith(b"/") and b"?" in value:
        value, _, args = value.partition(b"?")
    for index, code in enumerate(codes):
        status = _error_status(code, index, d)
        kept = 400 if overwrite is None and status in (494, 495, 496, 497) else overwrite
        scope.add("error_page", {"status": status, "overwrite": kept, "value": value, "args": args})


def _error_status(code: bytes, index: int, d: Directive) -> int:
    status = parse_number(code)
    if status is None or status == 499:
        raise ConfError(f'invalid value "{d.arg(index)}"', d)
    if not 300 <= status <= 599:
        raise ConfError(f'value "{d.arg(index)}" must be between 300 and 599', d)
    return status


MODULE.export("error_page", _ALL)


@MODULE.directive("resolver", _ALL, args=ANY)
def resolver(scope: Scope, d: Directive) -> None:
    """Sets {servers = {{family, address, port}…}, valid (seconds or nil), ipv6, local}."""
    if scope.has("resolver"):
        raise d.error("is duplicate")
    value: dict[str, Any] = {"servers": [], "valid": None, "ipv6": True, "local": False}
    for index, word in enumerate(d.args):
        name, equals, text = word.partition(b"=")
        if equals and name in (b"valid", b"ipv6", b"local"):
            value[name.decode()] = _resolver_parameter(name, text, f"invalid parameter: {d.arg(index)}", d)
            continue
        try:
            addresses = parse_server(word, 53)
        except AddressError as error:
            raise ConfError(f'{error} in resolver "{d.arg(index)}"', d) from None
        for address in addresses:
            value["servers"].append(
                {"family": address.family.encode(), "address": address.host.encode(), "port": address.port}
            )
    if not value["servers"] and not value["local"]:
        raise ConfError("no name servers defined", d)
    scope.set("resolver", value)


def _resolver_parameter(name: bytes, text: bytes, message: str, d: Directive) -> float | bool:
    if name == b"valid":
        milliseconds = parse_msec(text, whole_seconds=True)
        if milliseconds is None:
            raise ConfError(message, d)
        return milliseconds / 1000
    if text not in (b"on", b"off"):
        raise ConfError(message, d)
    return text == b"on"


MODULE.export("resolver", _ALL)


@MODULE.directive("try_files", SERVER | LOCATION, args=(2, None))
def try_files(scope: Scope, d: Directive) -> None:
    """Sets {files = {{name, directory}…}, fallback or code}; a block does not inherit it."""
    if scope.has("try_files"):
        raise d.error("is duplicate")
    files: list[dict[str, Any]] = []
    for name in d.args[:-1]:
        directory = name.endswith(b"/")
        files.append({"name": scope.complex_value(name[:-1] if directory else name, d), "directory": directory})
    last = d.args[-1]
    value: dict[str, Any] = {"files": files}
    if last.startswith(b"="):
        code = parse_number(last[1:])
        if code is None or code > 999:
            raise ConfError(f'invalid code "{d.arg(len(d.args) - 1)}"', d)
        value["code"] = code
    else:
        value["fallback"] = scope.complex_value(last, d)
    scope.set("try_files", value)


@MODULE.location
def export_try_files(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
    """``try_files`` belongs to the very block it stands in."""
    loc["try_files"] = scope.own("try_files")


def _temp_path(scope: Scope, d: Directive) -> None:
    """A directory with up to three levels of subdirectories: {path, levels = {digits…}}."""
    if scope.has(d.text):
        raise d.error("is duplicate")
    path = d.args[0].removesuffix(b"/")
    levels = [parse_number(level) for level in d.args[1:]]
    if any(not level for level in levels) or sum(level + 1 for level in levels if level) > 10 + len(levels):
        raise d.error("invalid value")
    value = {"path": scope.config.full_name(path), "levels": levels}
    scope.set(d.text, value)
    scope.config.plan.setdefault("temp_paths", []).append(value["path"])


MODULE.directive("client_body_temp_path", _ALL, args=(1, 4))(_temp_path)
MODULE.export("client_body_temp_path", _ALL)
for _name in ("proxy_temp_path", "fastcgi_temp_path", "uwsgi_temp_path", "scgi_temp_path"):
    MODULE.directive(_name, _ALL, args=(1, 4))(_temp_path)


@MODULE.http
def default_paths(scope: Scope, plan: Plan) -> None:
    """Paths that are relative to the prefix and given nowhere (nginx: the compiled-in ones)."""
    config = scope.config
    body = {"path": config.full_name(b"client_body_temp"), "levels": []}
    root = config.full_name(b"html")
    for table in (plan["http"], *plan["servers"], *plan["locations"]):
        if table.get("client_body_temp_path") is None:
            table["client_body_temp_path"] = body
            if body["path"] not in plan.setdefault("temp_paths", []):
                plan["temp_paths"].append(body["path"])
    for table in (plan["http"], *plan["locations"]):
        if table.get("root") is None:
            table["root"] = root
