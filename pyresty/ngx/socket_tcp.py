"""`ngx.socket`: TCP cosockets."""

from __future__ import annotations

from pyresty.ngx.phases import HANDLER, YIELDABLE, Phase
from pyresty.ngx.registry import Face, api_face

FACES: list[Face] = [
    api_face(
        "ngx.socket.tcp",
        phases=YIELDABLE,
        signature="tcpsock = ngx.socket.tcp()",
        doc="A TCP cosocket, which belongs to the request and is closed with it.",
    ),
    api_face(
        "ngx.socket.stream",
        phases=YIELDABLE,
        signature="tcpsock = ngx.socket.stream()",
        doc="The same as ngx.socket.tcp.",
    ),
    api_face(
        "ngx.socket.connect",
        phases=YIELDABLE,
        waits=True,
        signature="tcpsock, err = ngx.socket.connect(host, port, options?)",
        doc="ngx.socket.tcp and its connect in one call.",
    ),
    api_face(
        "ngx.socket.tcp.bind",
        phases=Phase.REWRITE | Phase.ACCESS | Phase.CONTENT | Phase.TIMER | Phase.SSL_CERT,
        signature="ok, err = tcpsock:bind(address)",
        doc="The numeric address that the socket's connections come from.",
    ),
    api_face(
        "ngx.req.socket",
        phases=HANDLER,
        signature="reqsock, err = ngx.req.socket(raw?)",
        doc="The request's body as a cosocket to receive from; with `raw` the client's connection, to receive from and "
        "send to, after which nothing else is sent. Not with chunked bodies (unless `raw`), not in subrequests.",
    ),
]
