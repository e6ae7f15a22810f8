"""ngx_http_set_misc_module: ``set_*`` directives that compute a variable. Serving half: lua/modules/set_misc.lua.

Each is a code of the rewrite script: {op = directive, name, args = [complex value…]}. Most take ``$target [value]``;
the value defaults to the target's own.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.registry import (
    HTTP,
    LOCATION,
    LOCATION_IF,
    SERVER,
    SERVER_IF,
    ConfError,
    Directive,
    Module,
    Plan,
    Scope,
)
from pyresty.conf.values import flag
from pyresty.modules.rewrite import add_code, define_set_variable

MODULE = Module("ngx_http_set_misc_module")

_ANYWHERE = SERVER | SERVER_IF | LOCATION | LOCATION_IF

#: directives with an optional value
_ONE = (
    "set_unescape_uri",
    "set_escape_uri",
    "set_quote_sql_str",
    "set_quote_pgsql_str",
    "set_quote_json_str",
    "set_encode_base64",
    "set_decode_base64",
    "set_encode_base64url",
    "set_decode_base64url",
    "set_encode_hex",
    "set_decode_hex",
    "set_encode_base32",
    "set_decode_base32",
    "set_misc_encode_base32",
    "set_misc_decode_base32",
    "set_md5",
    "set_sha1",
)
#: directives with a fixed number of values behind the target
_FIXED = {
    "set_if_empty": 1,
    "set_hmac_sha1": 2,
    "set_hmac_sha256": 2,
    "set_random": 2,
    "set_rotate": 2,
    "set_secure_random_alphanum": 1,
    "set_secure_random_lcalpha": 1,
    "set_formatted_gmt_time": 1,
    "set_formatted_local_time": 1,
    "set_local_today": 0,
}
_ALIASES = {"set_misc_encode_base32": "set_encode_base32", "set_misc_decode_base32": "set_decode_base32"}


def _assign(scope: Scope, d: Directive) -> None:
    name = define_set_variable(scope, d)
    values: list[Any] = [scope.complex_value(arg, d) for arg in d.args[1:]]
    if not values and d.text in _ONE:
        values = [{"script": True, 1: {"var": name}}]
    code: dict[str, Any] = {"op": _ALIASES.get(d.text, d.text).encode(), "name": name, "args": values}
    if d.text == "set_rotate":
        code["current"] = {"script": True, 1: {"var": name}}
    if "base32" in d.text:
        code["padding"] = scope.get("set_base32_padding")
        code["alphabet"] = scope.get("set_base32_alphabet")
    add_code(scope, code)


for _name in _ONE:
    MODULE.directive(_name, _ANYWHERE, args=(1, 2))(_assign)
for _name, _count in _FIXED.items():
    MODULE.directive(_name, _ANYWHERE, args=_count + 1)(_assign)


@MODULE.directive("upstream_list", HTTP | SERVER | LOCATION, args=(2, None))
def upstream_list(scope: Scope, d: Directive) -> None:
    """NAME MEMBER… of ``set_hashed_upstream`` (ngx_devel_kit)."""
    lists = scope.root.values.setdefault("upstream_lists", {})
    if d.args[0] in lists:
        raise ConfError(f'duplicate upstream list name "{d.arg(0)}"', d)
    lists[d.args[0]] = list(d.args[1:])


@MODULE.directive("set_hashed_upstream", _ANYWHERE, args=3)
def set_hashed_upstream(scope: Scope, d: Directive) -> None:
    """$TARGET LIST KEY."""
    name = define_set_variable(scope, d)
    values = [scope.complex_value(arg, d) for arg in d.args[1:]]
    if isinstance(values[0], bytes) and values[0] not in scope.root.own("upstream_lists", {}):
        raise ConfError(f'set_hashed_upstream: upstream list "{d.arg(1)}" not defined yet', d, level="error")
    add_code(scope, {"op": b"set_hashed_upstream", "name": name, "args": values})


@MODULE.http
def export_lists(scope: Scope, plan: Plan) -> None:
    """The lists, by name."""
    plan["upstream_lists"] = scope.root.own("upstream_lists", {})


def _alphabet(d: Directive) -> bytes:
    if len(d.args[0]) != 32:
        raise ConfError(
            f'"set_base32_alphabet" directive takes an alphabet of {len(d.args[0])} bytes but 32 expected', d
        )
    return d.args[0]


_SETTINGS = HTTP | SERVER | SERVER_IF | LOCATION | LOCATION_IF
MODULE.value("set_base32_padding", _SETTINGS, flag, default=True)


@MODULE.directive("set_misc_base32_padding", _SETTINGS, args=1)
def set_misc_base32_padding(scope: Scope, d: Directive) -> None:
    """``set_base32_padding`` under its old name."""
    if scope.has("set_base32_padding"):
        raise d.error("is duplicate")
    scope.set("set_base32_padding", flag(d))
    scope.warn(f'the "{d.text}" directive is deprecated, use the "set_base32_padding" directive instead', d)


MODULE.value("set_base32_alphabet", _SETTINGS, _alphabet, default=b"0123456789abcdefghijklmnopqrstuv")
