"""`ngx.resp`: the response's headers."""

from __future__ import annotations

from pyresty.ngx.phases import REQUEST
from pyresty.ngx.registry import Face, api_face

FACES: list[Face] = [
    api_face(
        "ngx.resp.get_headers",
        phases=REQUEST,
        signature="headers, err = ngx.resp.get_headers(max?, raw?)",
        doc="Response headers, as `ngx.req.get_headers` gives the request's.",
    ),
]
