"""ngx_http_rewrite_module: ``set if return rewrite break``. Serving half: lua/modules/rewrite.lua.

The directives of a block become codes in ``loc.rewrite``, in textual order, together with those of other modules that
assign variables (``set_by_lua``, ``set_md5`` …). A code is a dict with ``op``; ``value`` is a complex value.
"""

from __future__ import annotations

from typing import Any

from pyresty.conf.regex import check_regex
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
from pyresty.conf.values import flag, parse_number

MODULE = Module("ngx_http_rewrite_module")

_ANYWHERE = SERVER | SERVER_IF | LOCATION | LOCATION_IF
_SETTINGS = HTTP | _ANYWHERE
_URLS = (b"http://", b"https://", b"$scheme")

MODULE.value("rewrite_log", _SETTINGS, flag, default=False)
MODULE.value("uninitialized_variable_warn", _SETTINGS, flag, default=True)


def add_code(scope: Scope, code: dict[str, Any]) -> None:
    """Append a code to the block's script; other modules' directives come in by this too."""
    scope.add("rewrite", code)


def define_set_variable(scope: Scope, d: Directive, index: int = 0) -> bytes:
    """The name of the variable that a directive's argument ``$name`` assigns, declared; lower case."""
    text = d.args[index]
    if not text.startswith(b"$"):
        raise ConfError(f'invalid variable name "{d.arg(index)}"', d)
    name = text[1:]
    scope.define_variable(name, d)
    scope.use_variable(name)
    return name.lower()


@MODULE.directive("set", _ANYWHERE, args=2)
def set_(scope: Scope, d: Directive) -> None:
    """Assigns a variable."""
    name = define_set_variable(scope, d)
    add_code(scope, {"op": b"set", "name": name, "value": scope.complex_value(d.args[1], d)})


@MODULE.directive("break", _ANYWHERE, args=0)
def break_(scope: Scope, d: Directive) -> None:
    """Ends the script."""
    add_code(scope, {"op": b"break"})


@MODULE.directive("return", _ANYWHERE, args=(1, 2))
def return_(scope: Scope, d: Directive) -> None:
    """Ends the request: CODE [TEXT | URL], or a URL alone for a 302."""
    status = parse_number(d.args[0])
    value: Any = None
    if status is None:
        if len(d.args) != 1 or not d.args[0].startswith(_URLS):
            raise ConfError(f'invalid return code "{d.arg(0)}"', d)
        status, value = 302, scope.complex_value(d.args[0], d)
    elif status > 999:
        raise ConfError(f'invalid return code "{d.arg(0)}"', d)
    elif len(d.args) == 2:
        value = scope.complex_value(d.args[1], d)
    add_code(scope, {"op": b"return", "status": status, "value": value})


_FLAGS: dict[bytes, dict[str, Any]] = {
    b"last": {},
    b"break": {"break_cycle": True},
    b"redirect": {"status": 302},
    b"permanent": {"status": 301},
}


@MODULE.directive("rewrite", _ANYWHERE, args=(2, 3))
def rewrite(scope: Scope, d: Directive) -> None:
    """REGEX REPLACEMENT [last | break | redirect | permanent]."""
    pattern, replacement = d.args[0], d.args[1]
    if not replacement:
        raise ConfError("empty replacement", d)
    check_regex(scope, pattern, d)
    code: dict[str, Any] = {"op": b"rewrite", "pattern": pattern, "add_args": not replacement.endswith(b"?")}
    if replacement.startswith(_URLS):
        code.update(status=302, final=True)
    if len(d.args) == 3:
        options = _FLAGS.get(d.args[2])
        if options is None:
            raise ConfError(f'invalid parameter "{d.arg(2)}"', d)
        code.update(options, final=True)
    if not code["add_args"]:
        replacement = replacement[:-1]
    code["value"] = scope.complex_value(replacement, d)
    if "status" in code:
        code["has_args"] = b"?" in replacement
    add_code(scope, code)


@MODULE.directive("if", SERVER | LOCATION, args=(1, None), block=True)
def if_(scope: Scope, d: Directive) -> None:
    """Runs the rewrite directives in its block when a condition holds; in a location its settings hold from there."""
    condition = _condition(scope, d)
    code: dict[str, Any] = {"op": b"if", "condition": condition}
    if scope.context & SERVER:
        child = Scope(SERVER_IF, scope, d)
    else:
        assert scope.loc is not None
        child = scope.new_location(LOCATION_IF, "if", scope.loc["name"], d)
        assert child.loc is not None
        code["loc"] = child.loc["index"]
    child.apply(d.block)
    code["codes"] = child.own("rewrite", [])
    add_code(scope, code)


def _invalid(word: bytes, d: Directive) -> ConfError:
    return ConfError(b'invalid condition "%s"' % word, d)


def _condition_words(d: Directive) -> list[bytes]:
    words = list(d.args)
    if not words[0].startswith(b"("):
        raise _invalid(words[0], d)
    words[0] = words[0][1:]
    if not words[0]:
        del words[0]
    if not words or not words[-1].endswith(b")"):
        raise _invalid(words[-1] if words else d.args[-1], d)
    words[-1] = words[-1][:-1]
    if not words[-1]:
        del words[-1]
    if not words:
        raise _invalid(b")", d)
    return words


def _condition(scope: Scope, d: Directive) -> dict[str, Any]:
    words = _condition_words(d)
    first = words[0]
    if len(first) > 1 and first.startswith(b"$"):
        return _variable_condition(scope, d, words)
    if (len(first) == 2 and first[:1] == b"-") or (len(first) == 3 and first[:2] == b"!-"):
        if len(words) != 2:
            raise _invalid(first, d)
        if first[-1:] not in b"fdex":
            raise _invalid(first, d)
        value = scope.complex_value(words[1], d)
        return {"test": b"file", "kind": first[-1:], "negative": first.startswith(b"!"), "value": value}
    raise _invalid(first, d)


def _variable_condition(scope: Scope, d: Directive, words: list[bytes]) -> dict[str, Any]:
    if len(words) not in (1, 3):
        raise _invalid(words[0], d)
    name = words[0][1:]
    scope.use_variable(name)
    condition: dict[str, Any] = {"test": b"set", "var": name.lower()}
    if len(words) == 1:
        return condition
    operator, operand = words[1:]
    if operator in (b"=", b"!="):
        return {**condition, "test": b"equal", "negative": operator == b"!=", "value": scope.complex_value(operand, d)}
    if operator in (b"~", b"~*", b"!~", b"!~*"):
        caseless = operator.endswith(b"*")
        check_regex(scope, operand, d, caseless=caseless)
        negative = operator.startswith(b"!")
        return {**condition, "test": b"match", "pattern": operand, "caseless": caseless, "negative": negative}
    raise ConfError(b'unexpected "%s" in condition' % operator, d)


@MODULE.location
def compile_location(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
    """The block's own script, which is not inherited.

    An ``if`` block's script is part of the one around it; the content handler around it answers in it too, unless it
    has one of its own, which other modules' hooks then put here.
    """
    codes = scope.own("rewrite")
    if scope.context & LOCATION_IF:
        assert scope.parent is not None and scope.parent.loc is not None
        if "content" in scope.parent.loc:
            loc["content"] = scope.parent.loc["content"]
    elif codes:
        loc["rewrite"] = codes


@MODULE.http
def compile_variables(scope: Scope, plan: Plan) -> None:
    """``plan.variables``: {defined = {name → directive}, used = {name → true}} (nginx: the indexed ones)."""
    variables = scope.config.variables
    plan["variables"] = {
        "defined": {name: d.name for name, d in variables.defined.items()},
        "used": dict.fromkeys(variables.used, True),
    }
