"""Tables of the `ngx` table whose fields are computed: variables, context, arguments, response headers, status."""

from __future__ import annotations

from pyresty.ngx.phases import REQUEST, WITH_REQUEST, Phase
from pyresty.ngx.registry import Face, api_face

FACES: list[Face] = [
    api_face(
        "ngx.var",
        kind="table",
        phases=REQUEST,
        signature="value = ngx.var.NAME; ngx.var.NAME = value; value = ngx.var[capture]",
        doc="nginx variables of the request. Reading one that does not exist gives nil; writing one that no directive "
        "defined raises.",
    ),
    api_face(
        "ngx.ctx",
        kind="table",
        phases=WITH_REQUEST,
        signature="t = ngx.ctx; ngx.ctx = t",
        doc="A table of the request's own, shared by its phases and threads, empty again after an internal redirect.",
    ),
    api_face(
        "ngx.arg",
        kind="table",
        phases=Phase.SET | Phase.BODY_FILTER,
        signature="value = ngx.arg[i]; ngx.arg[i] = value",
        doc="The arguments of `set_by_lua`, or a body filter's chunk [1] and end flag [2].",
    ),
    api_face(
        "ngx.status",
        kind="table",
        phases=REQUEST,
        signature="code = ngx.status; ngx.status = code",
        doc="The response's status. Setting it after the header was sent is logged and has no effect.",
    ),
    api_face(
        "ngx.header",
        kind="table",
        phases=REQUEST,
        signature="value = ngx.header.NAME; ngx.header.NAME = value",
        doc="Response headers. `_` stands for `-`; an array makes several headers of one name, nil removes it.",
    ),
    api_face(
        "ngx.headers_sent",
        kind="table",
        phases=REQUEST,
        signature="sent = ngx.headers_sent",
        doc="Whether the response's header was sent.",
    ),
    api_face(
        "ngx.is_subrequest",
        kind="table",
        phases=REQUEST,
        signature="sub = ngx.is_subrequest",
        doc="Whether the request is a subrequest.",
    ),
]
