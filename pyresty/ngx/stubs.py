"""Stubs for LuaLS and EmmyLua from the catalogue: a file for the globals and one for each module."""

from __future__ import annotations

import re
from collections import defaultdict

from pyresty.ngx.registry import Catalogue, Face

_KEYWORDS = frozenset(("end", "function", "goto", "in", "local", "nil", "not", "or", "repeat", "return", "then"))

#: Types by the names that signatures give to arguments and results.
_TYPES = {
    "string": "args body chunk code data digest err file format hex host key kind message method name option options "
    "path pattern phase prefix regex s secret subject text uri value1",
    "number": "delay now number seconds timeout timestamp ttl",
    "integer": "array backlog bits bytes code1 connections count flags from group hash id level max milliseconds ms n "
    "nth pid port ref size status to",
    "boolean": "binary empty exiting forcible internal jump keep no_override no_padding no_request_line ok override "
    "own raw sent sub wait auto_clean",
    "function": "callback fn iterator",
    "table": "captures ctx headers logs opts parts pids res t tab table",
    "thread": "co thread",
}  # fmt: skip
_TYPE_OF = {name: kind for kind, names in _TYPES.items() for name in names.split()}
#: Names that mean different things in different signatures.
_SPECIAL = {
    "ngx.req.set_uri_args": {"args": "string|number|table<string, any>"},
    "ngx.req.get_uri_args": {"args": "table<string, string|true|(string|true)[]>"},
    "ngx.req.get_post_args": {"args": "table<string, string|true|(string|true)[]>"},
    "ngx.exec": {"args": "string|number|table<string, any>"},
    "ngx.re.match": {"captures": "table<integer|string, string|false>"},
    "ngx.re.sub": {"replace": "string|fun(captures: table): string"},
    "ngx.re.gsub": {"replace": "string|fun(captures: table): string"},
    "ngx.req.set_method": {"method": "integer"},
}


def stubs(rows: Catalogue) -> dict[str, str]:
    """Texts of all stub files by their names below ``lua/types/``."""
    files: dict[str, list[Face]] = defaultdict(list)
    for face in rows:
        files[rows.module_of(face)].append(face)
    named = {f"{name or 'ngx'}.lua" if name else "_globals.lua": faces for name, faces in files.items()}
    return {name: _file(rows.module_of(faces[0]), faces) for name, faces in named.items()}


def _file(module: str, faces: list[Face]) -> str:
    functions = [face for face in faces if face.kind != "module"]
    head = f"---@meta {module}" if module else "---@meta"
    parts = [head + "\n-- Written by scripts/api: don't edit.\n"]
    if not module:
        return "\n".join([*parts, *_globals(functions)])
    if len(functions) == 1 and functions[0].name == module:  # the module is the function
        return "\n".join([*parts, _function(functions[0], "local function call"), "return call\n"])
    parts.append("local module = {}\n")
    parts += [_member(face, f"module.{face.key}") for face in functions]
    return "\n".join([*parts, "return module\n"])


def _globals(faces: list[Face]) -> list[str]:
    """Tables first, each declared before what is in it; classes of objects where their first method is."""
    tables = {face.name for face in faces if face.kind == "table"}
    for face in faces:
        parent = face.name.rpartition(".")[0]
        while parent and parent not in ("coroutine", "table", "os", "io"):
            tables.add(parent)
            parent = parent.rpartition(".")[0]
    docs = {face.name: face for face in faces if face.kind == "table"}
    parts = [_table(name, docs.get(name)) for name in sorted(tables, key=lambda name: (name.count("."), name))]
    classes: set[str] = set()
    for face in faces:
        if face.kind == "method":
            name = face.name.partition(":")[0]
            if name not in classes:
                classes.add(name)
                parts.append(f"---@class {name}\nlocal {name} = {{}}\n")
        if face.kind != "table":
            parts.append(_member(face, face.name))
    return parts


def _table(name: str, face: Face | None) -> str:
    doc = f"---{face.doc}\n" if face else ""
    if name == "ngx.null":
        return f"{doc}---@type userdata\n{name} = nil\n"
    kind = {"ngx.status": "integer", "ngx.headers_sent": "boolean", "ngx.is_subrequest": "boolean"}.get(name)
    if kind:
        return f"{doc}---@type {kind}\n{name} = nil\n"
    if face and "=" in face.signature and face.signature.startswith(("value", "t =")):
        return f"{doc}---@type table<string|integer, any>\n{name} = {{}}\n"
    return f"{doc}{name} = {{}}\n"


def _member(face: Face, path: str) -> str:
    if face.kind == "constant":
        doc = f"---{face.doc}\n" if face.doc else ""
        return f"{doc}---@type integer\n{path} = {face.value}\n"
    if face.kind == "table":
        return _table(path, face)
    return _function(face, f"function {path}")


def _function(face: Face, head: str) -> str:
    params, results = parse_signature(face.signature)
    special = _SPECIAL.get(face.name, {})
    lines = [f"---{face.doc}"]
    if face.waits:
        lines.append("---@async")
    for name, optional in params:
        kind = special.get(name) or _TYPE_OF.get(name, "any")
        lines.append(f"---@param {name}{'?' if optional else ''} {kind}")
    fails = "err" in results or "nil" in face.doc
    for name in results:
        if name == "...":
            lines.append("---@return any ...")
        else:
            kind = special.get(name) or _TYPE_OF.get(name, "any")
            lines.append(f"---@return {kind}{'?' if fails and kind != 'any' else ''} {name}")
    return "\n".join([*lines, f"{head}({', '.join(name for name, _ in params)}) end\n"])


def parse_signature(signature: str) -> tuple[list[tuple[str, bool]], list[str]]:
    """``a, err = f(x, y?, ...)`` → ([(argument, optional)], [results]); the first of several ways of a call."""
    text = signature.split(" || ")[0]
    start = text.rfind("(")
    if start < 0:
        return [("...", False)], []
    inner = text[start + 1 : text.rfind(")")]
    if "{" in inner or '"' in inner:
        return [("...", False)], _results(text)
    params: list[tuple[str, bool]] = []
    for word in filter(None, (word.strip() for word in inner.split(","))):
        name = "..." if word.endswith("...") else re.sub(r"\W", "", word)
        name = f"{name}_" if name in _KEYWORDS else name
        if name and name not in (known for known, _ in params):
            params.append((name, word.endswith("?")))
    return params, _results(text)


def _results(text: str) -> list[str]:
    left, equals, _ = text.partition(" = ")
    if not equals or "(" in left:
        return []
    return ["..." if word.strip().endswith("...") else word.strip() for word in left.split(",")]
