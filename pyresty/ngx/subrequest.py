"""Subrequests."""

from __future__ import annotations

from pyresty.ngx.phases import Phase
from pyresty.ngx.registry import Face, api_face

_PHASES = Phase.REWRITE | Phase.ACCESS | Phase.CONTENT

FACES: list[Face] = [
    api_face(
        "ngx.location.capture",
        phases=_PHASES,
        waits=True,
        signature="res = ngx.location.capture(uri, options?)",
        doc="Serves a URI of the same server internally; → {status, header, body, truncated}. Options: method, body, "
        "args, vars, share_all_vars, copy_all_vars, ctx, always_forward_body.",
    ),
    api_face(
        "ngx.location.capture_multi",
        phases=_PHASES,
        waits=True,
        signature="res1, res2, ... = ngx.location.capture_multi({{uri, options?}, ...})",
        doc="Several captures at once; returns when all are complete.",
    ),
]
