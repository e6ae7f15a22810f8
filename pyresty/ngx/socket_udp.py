"""`ngx.socket.udp`: UDP cosockets."""

from __future__ import annotations

from pyresty.ngx.phases import YIELDABLE
from pyresty.ngx.registry import Face, api_face

FACES: list[Face] = [
    api_face(
        "ngx.socket.udp",
        phases=YIELDABLE,
        signature="udpsock = ngx.socket.udp()",
        doc="A UDP (or Unix datagram) cosocket, which belongs to the request and is closed with it. Methods: "
        "setpeername(host, port) or setpeername('unix:PATH'), bind(address), send(data), receive(size?), "
        "settimeout(ms), close().",
    ),
]
