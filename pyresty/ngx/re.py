"""`ngx.re`: regular expressions (PCRE2), and the module of that name."""

from __future__ import annotations

from pyresty.ngx.phases import ANY
from pyresty.ngx.registry import Face, api_face, api_module

FACES: list[Face] = [
    api_face(
        "ngx.re",
        kind="table",
        phases=ANY,
        signature="ngx.re",
        doc="Regular expressions. Options: a anchored, d DFA, D duplicate names, i caseless, j JIT, J JavaScript, "
        "m multi-line, o compile once, s dot is any, u UTF-8, U UTF-8 unchecked, x extended.",
    ),
    api_face(
        "ngx.re.match",
        phases=ANY,
        signature="captures, err = ngx.re.match(subject, regex, options?, ctx?, captures?)",
        doc="The first match: [0] all of it, [1] … the groups (false: took no part), by name too; nil when there is "
        "none. `ctx.pos` is where to begin, and is moved behind the match.",
    ),
    api_face(
        "ngx.re.find",
        phases=ANY,
        signature="from, to, err = ngx.re.find(subject, regex, options?, ctx?, nth?)",
        doc="Where the first match, or its group `nth`, begins and ends.",
    ),
    api_face(
        "ngx.re.gmatch",
        phases=ANY,
        signature="iterator, err = ngx.re.gmatch(subject, regex, options?)",
        doc="An iterator of the captures of all matches.",
    ),
    api_face(
        "ngx.re.sub",
        phases=ANY,
        signature="text, n, err = ngx.re.sub(subject, regex, replace, options?)",
        doc="Replaces the first match by a text with $0, $1, ${1}, $$, or by what a function of the captures returns.",
    ),
    api_face(
        "ngx.re.gsub",
        phases=ANY,
        signature="text, n, err = ngx.re.gsub(subject, regex, replace, options?)",
        doc="Replaces all matches, as `ngx.re.sub` does the first.",
    ),
    api_module("ngx.re", ANY, "Further functions on regular expressions."),
    api_face(
        "ngx.re.split",
        module="ngx.re",
        phases=ANY,
        signature='parts, err = require("ngx.re").split(subject, regex, options?, ctx?, max?, t?)',
        doc="Cuts a text at the matches; groups of the expression are put between the parts.",
    ),
    api_face(
        "ngx.re.opt",
        module="ngx.re",
        phases=ANY,
        signature='require("ngx.re").opt(option, value)',
        doc='Sets "jit_stack_size", before the first expression is compiled.',
    ),
]
