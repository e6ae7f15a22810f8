"""`ngx.config`: what this server is."""

from __future__ import annotations

from pyresty.ngx.phases import ANY
from pyresty.ngx.registry import Face, api_face

_FIELDS = (
    ("ngx.config.subsystem", 'The kind of server: "http".'),
    ("ngx.config.debug", "Whether debug logging is compiled in."),
    ("ngx.config.nginx_version", "The version of nginx as number: 1022001 is 1.22.1."),
    ("ngx.config.ngx_lua_version", "The version of ngx_lua as number: 10030 is 0.10.30."),
)

FACES: list[Face] = [
    *(api_face(name, kind="table", phases=ANY, signature=name, doc=doc) for name, doc in _FIELDS),
    api_face("ngx.config.prefix", phases=ANY, signature="path = ngx.config.prefix()", doc="The server's prefix path."),
    api_face(
        "ngx.config.nginx_configure",
        phases=ANY,
        signature="text = ngx.config.nginx_configure()",
        doc="The options nginx's configure was given.",
    ),
]
