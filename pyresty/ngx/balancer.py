"""`require "ngx.balancer"`: balancer_by_lua* chooses the peer of a request."""

from __future__ import annotations

from pyresty.ngx.phases import ANY, Phase
from pyresty.ngx.registry import Face, api_face, api_module

_HOLDER = 'require("ngx.balancer")'


def _face(name: str, signature: str, doc: str) -> Face:
    return api_face(
        f"ngx.balancer.{name}", phases=Phase.BALANCER, signature=signature.replace("balancer.", f"{_HOLDER}."), doc=doc
    )


FACES: list[Face] = [
    api_module("ngx.balancer", ANY, "Load balancers written in Lua."),
    _face(
        "set_current_peer",
        "ok, err = balancer.set_current_peer(address, port?, host?)",
        "The peer of this attempt: a numeric address and a port, or `unix:PATH`; names are not resolved. Connections "
        "kept by `enable_keepalive` are shared by requests of the same `host`.",
    ),
    _face(
        "set_more_tries",
        "ok, err = balancer.set_more_tries(count)",
        "So many further attempts when this one fails; `proxy_next_upstream_tries` limits them, which `err` tells.",
    ),
    _face(
        "get_last_failure",
        "state, status = balancer.get_last_failure()",
        'How the attempt before failed: "next" or "failed", and its status; nil in the first one.',
    ),
    _face(
        "set_timeouts",
        "ok, err = balancer.set_timeouts(connect?, send?, read?)",
        "Timeouts of this request's upstream, in seconds; nil keeps one.",
    ),
    _face(
        "recreate_request",
        "ok, err = balancer.recreate_request()",
        "Makes the upstream request anew, so that changed headers and variables count.",
    ),
    _face(
        "enable_keepalive",
        "ok, err = balancer.enable_keepalive(idle_timeout?, max_requests?)",
        "Keeps the connection for further requests: seconds it may idle (60), how often it is used (100); 0 is no "
        "limit. `balancer_keepalive` says how many there may be.",
    ),
    _face(
        "bind_to_local_addr",
        "ok, err = balancer.bind_to_local_addr(address)",
        "Connects from this address, perhaps with a port.",
    ),
    _face("set_upstream_tls", "ok, err = balancer.set_upstream_tls(on)", "Whether the upstream is spoken to over TLS."),
]
