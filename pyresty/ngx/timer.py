"""`ngx.timer`: functions that run later, apart from any request."""

from __future__ import annotations

from pyresty.ngx.phases import ANY, WITH_REQUEST, Phase
from pyresty.ngx.registry import Face, api_face

_PHASES = WITH_REQUEST & ~Phase.EXIT_WORKER

FACES: list[Face] = [
    api_face(
        "ngx.timer.at",
        phases=_PHASES,
        signature="ok, err = ngx.timer.at(delay, fn, ...)",
        doc="Runs fn(premature, ...) after `delay` seconds; premature is true when the worker ends before.",
    ),
    api_face(
        "ngx.timer.every",
        phases=_PHASES,
        signature="ok, err = ngx.timer.every(delay, fn, ...)",
        doc="Runs fn(premature, ...) every `delay` seconds until the worker ends.",
    ),
    api_face(
        "ngx.timer.running_count",
        phases=ANY,
        signature="n = ngx.timer.running_count()",
        doc="How many timers' functions are running.",
    ),
    api_face(
        "ngx.timer.pending_count",
        phases=ANY,
        signature="n = ngx.timer.pending_count()",
        doc="How many timers have not expired.",
    ),
]
