"""Location blocks: how one is written, and the trees a request is matched against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyresty.conf.contexts import LOCATION, SERVER
from pyresty.conf.directive import ConfError, Directive

if TYPE_CHECKING:
    from pyresty.conf.configuration import Configuration
    from pyresty.conf.scope import Scope

_MODIFIERS = {b"=": "exact", b"^~": "noregex", b"~": "regex", b"~*": "caseless"}


def read_location(d: Directive) -> tuple[str, bytes]:
    """The kind (exact, noregex, regex, caseless, named, prefix) and name of a ``location`` directive."""
    if len(d.args) == 2:
        kind = _MODIFIERS.get(d.args[0])
        if kind is None:
            raise ConfError(f'invalid location modifier "{d.arg(0)}"', d)
        return kind, d.args[1]
    text = d.args[0]
    for modifier in (b"=", b"^~", b"~*", b"~"):
        if text.startswith(modifier):
            return _MODIFIERS[modifier], text[len(modifier) :]
    return ("named" if text.startswith(b"@") else "prefix"), text


def check_nesting(scope: Scope, kind: str, name: bytes, d: Directive) -> None:
    """Whether a location may stand in this one."""
    outer = scope.loc
    if outer is None or not scope.context & LOCATION:
        return
    inner_name = name.decode("utf-8", "surrogateescape")
    outer_name = outer["name"].decode("utf-8", "surrogateescape")
    if outer["kind"] == "exact":
        raise ConfError(f'location "{inner_name}" cannot be inside the exact location "{outer_name}"', d)
    if outer["kind"] == "named":
        raise ConfError(f'location "{inner_name}" cannot be inside the named location "{outer_name}"', d)
    if kind == "named":
        raise ConfError(f'named location "{inner_name}" can be on the server level only', d)
    if kind not in ("regex", "caseless") and not name.startswith(outer["name"]):
        raise ConfError(f'location "{inner_name}" is outside location "{outer_name}"', d)


def compile_trees(configuration: Configuration) -> None:
    """Give every server and location table the locations directly within it; raises for duplicates.

    ``exact`` {uri → index}, ``prefixes`` [{name, loc, noregex, autoredirect}] with the longest name first,
    ``regexes`` [{pattern, caseless, loc}] in order; a server has ``named`` {name → index} too.
    """
    children: dict[int, list[Scope]] = {}
    for scope in configuration.locations:
        if scope.context & LOCATION and scope.parent is not None:
            children.setdefault(id(scope.parent), []).append(scope)
    for scope in configuration.locations:
        if not scope.context & (SERVER | LOCATION):
            continue
        table = scope.server if scope.context & SERVER else scope.loc
        assert table is not None
        table.update(_tree(children.get(id(scope), [])))


def _tree(scopes: list[Scope]) -> dict[str, Any]:
    exact: dict[bytes, int] = {}
    prefixes: dict[bytes, dict[str, Any]] = {}
    regexes: list[dict[str, Any]] = []
    named: dict[bytes, int] = {}
    for scope in scopes:
        loc, d = scope.loc, scope.directive
        assert loc is not None and d is not None
        kind, name, index = loc["kind"], loc["name"], loc["index"]
        if kind == "regex":
            regexes.append({"pattern": name, "caseless": loc["caseless"], "loc": index})
        elif kind == "named":
            named.setdefault(name, index)
        elif name in (exact if kind == "exact" else prefixes):
            raise ConfError(b'duplicate location "%s"' % name, d)
        elif kind == "exact":
            exact[name] = index
        else:
            prefixes[name] = {
                "name": name,
                "loc": index,
                "noregex": loc["noregex"],
                "autoredirect": bool(loc.get("autoredirect")),
            }
    ordered = sorted(prefixes.values(), key=lambda entry: -len(entry["name"]))
    return {"exact": exact, "prefixes": ordered, "regexes": regexes, "named": named}
