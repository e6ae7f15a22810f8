"""The error log."""

from __future__ import annotations

from pyresty.ngx.phases import ANY
from pyresty.ngx.registry import Face, api_face

FACES: list[Face] = [
    api_face(
        "ngx.log",
        phases=ANY,
        signature="ngx.log(level, ...)",
        doc="Writes its arguments to the error log, with the caller's file, line and function.",
    ),
    api_face(
        "print",
        phases=ANY,
        signature="print(...)",
        doc="`ngx.log` at level ngx.NOTICE.",
    ),
]
