"""The tables that hold the API, and `ndk`."""

from __future__ import annotations

from pyresty.ngx.phases import ANY
from pyresty.ngx.registry import Face, api_face

_TABLES = (
    ("ngx", "All of the API; its fields ctx, status, headers_sent and is_subrequest are computed."),
    ("ngx.req", "The request."),
    ("ngx.resp", "The response."),
    ("ngx.location", "Subrequests."),
    ("ngx.socket", "Cosockets."),
    ("ngx.thread", "Light threads."),
    ("ngx.timer", "Timers."),
    ("ngx.config", "What this server is."),
    ("ngx.worker", "This process."),
    ("ndk", "Functions of other nginx modules."),
)

FACES: list[Face] = [
    *(api_face(name, kind="table", phases=ANY, signature=name, doc=doc) for name, doc in _TABLES),
    api_face(
        "ndk.set_var",
        kind="table",
        phases=ANY,
        signature="text = ndk.set_var.DIRECTIVE(value)",
        doc="Directives of set-misc that take one value, as functions; they need a request.",
    ),
]
