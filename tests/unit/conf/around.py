"""The blocks that cases of the configuration's tests stand in."""

from __future__ import annotations

LISTEN = "listen 127.0.0.1:18999;"
#: What stands before and behind the lines of a case, by the block they are in.
AROUND = {
    "raw": ("", ""),
    "main": ("", "events {}"),
    "events": ("events {", "}"),
    "http": ("events {} http {", "}"),
    "server": ("events {} http { server { " + LISTEN, "}}"),
    "loc": ("events {} http { server { " + LISTEN + " location / {", "}}}"),
}
