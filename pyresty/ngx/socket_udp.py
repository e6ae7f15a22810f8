"""`ngx.socket.udp`: UDP cosockets."""

from __future__ import annotations

from pyresty.ngx.phases import YIELDABLE
from pyresty.ngx.registry import Face, api_face

_HOLDER = "require 'pyresty.socket.udp'.Socket"


def _method(name: str, signature: str, doc: str, *, waits: bool = False) -> Face:
    return api_face(
        f"udpsock:{name}", kind="method", holder=_HOLDER, phases=YIELDABLE, signature=signature, doc=doc, waits=waits
    )


FACES: list[Face] = [
    api_face(
        "ngx.socket.udp",
        phases=YIELDABLE,
        signature="udpsock = ngx.socket.udp()",
        doc="A UDP (or Unix datagram) cosocket, which belongs to the request and is closed with it.",
    ),
    _method(
        "setpeername",
        "ok, err = udpsock:setpeername(host, port) or udpsock:setpeername('unix:PATH')",
        "The one peer it sends to and receives from.",
        waits=True,
    ),
    _method("bind", "ok, err = udpsock:bind(address)", "The numeric address that it sends from; before setpeername."),
    _method("send", "ok, err = udpsock:send(data)", "Sends a datagram of what tcpsock:send takes."),
    _method(
        "receive",
        "data, err = udpsock:receive(size?)",
        "Receives a datagram; of a larger one than size (default 65536) the rest is lost.",
        waits=True,
    ),
    _method("settimeout", "udpsock:settimeout(ms)", "The time limit of receiving."),
    _method("close", "ok, err = udpsock:close()", "Closes it."),
]
