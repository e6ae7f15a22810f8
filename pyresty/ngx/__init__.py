"""The catalogue of the `ngx.*` API: which names there are, where they may be used, and what they do.

`catalogue()` has every entry; `phase_table()` is what boot hands to Lua as `state.api_phases`.
"""

from __future__ import annotations

from functools import cache

from pyresty.ngx import (
    balancer,
    config,
    constants,
    control,
    core,
    encoding,
    log,
    lua,
    modules,
    namespaces,
    output,
    pipe,
    re,
    req,
    req_body,
    resp,
    semaphore,
    socket_tcp,
    socket_udp,
    ssl,
    subrequest,
    tables,
    thread,
    time,
    timer,
    upstream,
    worker,
)
from pyresty.ngx.registry import Catalogue, Face, api_constant, api_face

#: The namespaces, in the order of the documentation.
NAMESPACES = (
    namespaces,
    constants,
    tables,
    output,
    control,
    log,
    subrequest,
    req,
    req_body,
    resp,
    socket_tcp,
    ssl,
    socket_udp,
    encoding,
    re,
    time,
    thread,
    semaphore,
    pipe,
    timer,
    balancer,
    upstream,
    worker,
    config,
    modules,
    core,
    lua,
)

__all__ = ["Catalogue", "Face", "api_constant", "api_face", "catalogue", "phase_table"]


@cache
def catalogue() -> Catalogue:
    """All entries of all namespaces."""
    return Catalogue(face for namespace in NAMESPACES for face in namespace.FACES)


def phase_table() -> dict[str, list[str]]:
    """`{name: [phase words]}` for Lua."""
    return catalogue().phase_table()
