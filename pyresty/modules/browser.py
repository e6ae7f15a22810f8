"""ngx_http_browser_module: ``$modern_browser``, ``$ancient_browser``, ``$msie``. Serving half: lua/modules/browser.lua.

``loc.modern_browsers`` = [{name, skip, version}…] in nginx's order, version a.b.c.d as a × 10⁶ + b × 10⁴ + c × 10² + d.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.registry import HTTP, LOCATION, SERVER, Module, Plan, Scope

MODULE = Module("ngx_http_browser_module")

_ALL = HTTP | SERVER | LOCATION

#: word of the directive → (what stands before the version, where it is looked for, bytes from it to the version)
_BROWSERS = {
    b"opera": (b"Opera", 0, 6),
    b"msie": (b"MSIE ", 25, 5),
    b"gecko": (b"rv:", 13, 3),
    b"safari": (b"Safari/", 13, 7),
    b"konqueror": (b"Konqueror/", 25, 10),
}
_NEVER = 4001000000

for _name in ("msie", "modern_browser", "ancient_browser"):
    MODULE.variable(_name, changeable=True)


@MODULE.directive("modern_browser", _ALL, args=(1, 2))
def modern_browser(scope: Scope, d: Directive) -> None:
    """BROWSER VERSION | unlisted."""
    table: dict[str, Any] = scope.values.setdefault("modern", {"browsers": {}, "unlisted": False})
    if len(d.args) == 1:
        if d.args[0] != b"unlisted":
            raise ConfError(f'unknown browser name "{d.arg(0)}"', d)
        table["unlisted"] = True
        return
    if d.args[0] not in _BROWSERS:
        raise ConfError(f'unknown browser name "{d.arg(0)}"', d)
    table["browsers"][d.args[0]] = _version(d)


def _version(d: Directive) -> int:
    parts = d.args[1].split(b".")
    if any(part and not part.isdigit() for part in parts):
        raise ConfError(f'invalid browser version "{d.arg(1)}"', d)
    return sum(int(part or b"0") * scale for part, scale in zip(parts, (1000000, 10000, 100, 1), strict=False))


@MODULE.directive("ancient_browser", _ALL, args=(1, None))
def ancient_browser(scope: Scope, d: Directive) -> None:
    """SUBSTRING… | netscape4."""
    for word in d.args:
        if word == b"netscape4":
            scope.values["netscape4"] = True
        else:
            scope.add("ancient_browsers", word)


MODULE.value("modern_browser_value", _ALL, lambda d: d.args[0], default=b"1")
MODULE.value("ancient_browser_value", _ALL, lambda d: d.args[0], default=b"1")


@MODULE.location
def compile_location(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
    """The lists that hold here; a block's own replace the outer ones."""
    modern = scope.get("modern") or {"browsers": {}, "unlisted": False}
    browsers = dict(modern["browsers"])
    if browsers:
        browsers.setdefault(b"opera", _NEVER)  # its name may hold others'
    loc["modern_browsers"] = [
        {"name": text, "skip": skip, "add": add, "version": browsers[word]}
        for word, (text, skip, add) in _BROWSERS.items()
        if word in browsers
    ]
    loc["modern_unlisted"] = modern["unlisted"]
    loc["ancient_browsers"] = scope.get("ancient_browsers") or []
    loc["netscape4"] = bool(scope.get("netscape4"))
