"""Ways out of a handler, and what it may learn about itself."""

from __future__ import annotations

from pyresty.ngx.phases import ANY, HANDLER, REQUEST, YIELDABLE, Phase
from pyresty.ngx.registry import Face, api_face

FACES: list[Face] = [
    api_face(
        "ngx.exit",
        phases=YIELDABLE | Phase.HEADER_FILTER | Phase.BALANCER | Phase.SSL_SESSION_STORE,
        waits=True,
        signature="ngx.exit(status)",
        doc="Leaves the handler: with a status ≥ 200 the request ends with it, with ngx.OK the next phase follows, "
        "with ngx.ERROR the connection is closed. In filters and the balancer it returns.",
    ),
    api_face(
        "ngx.exec",
        phases=HANDLER,
        waits=True,
        signature="ngx.exec(uri, args?)",
        doc="Internal redirect to a URI or a named location; never returns.",
    ),
    api_face(
        "ngx.redirect",
        phases=HANDLER,
        waits=True,
        signature="ngx.redirect(uri, status?)",
        doc="Ends the request with a Location header and 301, 302 (default), 303, 307 or 308.",
    ),
    api_face(
        "ngx.on_abort",
        phases=REQUEST,
        signature="ok, err = ngx.on_abort(callback)",
        doc="Runs a function when the client closes its connection early; needs `lua_check_client_abort on`.",
    ),
    api_face(
        "ngx.get_phase",
        phases=ANY,
        signature="phase = ngx.get_phase()",
        doc='The phase that runs, as "content" or "timer".',
    ),
    api_face(
        "ngx.get_raw_phase",
        phases=ANY,
        signature="bits = ngx.get_raw_phase(r)",
        doc="The phase of a request that `resty.core.base.get_request` gave, as ngx_lua's bit.",
    ),
    api_face(
        "ngx._phase_ctx",
        phases=ANY,
        signature="bits = ngx._phase_ctx()",
        doc="The phase that runs, as ngx_lua's bit; nothing without a request.",
    ),
]
