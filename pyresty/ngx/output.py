"""`ngx.say` and its kin: the response's body."""

from __future__ import annotations

from pyresty.ngx.phases import HANDLER
from pyresty.ngx.registry import Face, api_face

FACES: list[Face] = [
    api_face(
        "ngx.say",
        phases=HANDLER,
        signature="ok, err = ngx.say(...)",
        doc="Sends its arguments and a line feed. Arrays are flattened; nil, booleans and ngx.null are spelled out.",
    ),
    api_face(
        "ngx.print",
        phases=HANDLER,
        signature="ok, err = ngx.print(...)",
        doc="Sends its arguments as `ngx.say` does, without the line feed.",
    ),
    api_face(
        "ngx.flush",
        phases=HANDLER,
        waits=True,
        signature="ok, err = ngx.flush(wait?)",
        doc="Hands what was said to the client's socket; `ngx.flush(true)` returns when the system took it.",
    ),
    api_face(
        "ngx.eof",
        phases=HANDLER,
        signature="ok, err = ngx.eof()",
        doc="Ends the response. The handler goes on.",
    ),
    api_face(
        "ngx.send_headers",
        phases=HANDLER,
        signature="ok, err = ngx.send_headers()",
        doc="Sends the response's header if it was not sent.",
    ),
]
