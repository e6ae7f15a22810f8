"""Directives that take MIME types (nginx: ngx_http_types_slot): ``charset_types``, ``gzip_types`` …

Exported as {type in lower case → True}; ``*`` stands for all.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyresty.conf.contexts import Context
from pyresty.conf.directive import Directive
from pyresty.conf.registry import Module
from pyresty.conf.scope import Scope

#: a type that every list has
HTML = b"text/html"


def declare_types(module: Module, name: str, contexts: Context, default: Iterable[bytes] = (HTML,)) -> None:
    """Declare a directive ``name MIME-TYPE…``; several of one block add up, ``text/html`` is always among them."""

    def types(scope: Scope, d: Directive) -> None:
        known = scope.own(name)
        if known is None:
            known = {HTML: True}
            scope.set(name, known)
        for position, word in enumerate(d.args):
            lowered = word.lower()
            if lowered in known and lowered != b"*":
                scope.warn(f'duplicate MIME type "{d.arg(position)}"', d)
            known[lowered] = True

    module.directive(name, contexts, args=(1, None))(types)
    module.export(name, contexts, default=dict.fromkeys(default, True))
