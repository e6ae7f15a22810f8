"""reset_timedout_connection: how a connection ends that gets no answer."""

from __future__ import annotations

import socket

import pytest

from pyresty.testing.case import Setup
from pyresty.testing.server import Server

SETUP = Setup(
    config="""
    location /reset { reset_timedout_connection on; return 444; }
    location /read-plain { client_body_timeout 100ms; content_by_lua_block { ngx.req.read_body() } }
    location /read-reset { reset_timedout_connection on; client_body_timeout 100ms; client_body_buffer_size 1k;
        content_by_lua_block { ngx.req.read_body() } }
    location /answered { reset_timedout_connection on; return 200 "ok"; }
    """
)


def exchange(server: Server, path: str) -> bytes:
    """What comes until the end; the end of a connection that was reset is ConnectionResetError."""
    port = int(server.expand("$TEST_NGINX_SERVER_PORT"))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
        sock.sendall(head.encode() + (b"" if "read" in path else b"12345"))
        data = b""
        while piece := sock.recv(4096):
            data += piece
        return data


@pytest.mark.parametrize("path", ["/reset", "/read-reset"])
def test_is_reset(server: Server, path: str) -> None:
    with pytest.raises(ConnectionResetError):
        exchange(server, path)


def test_ends_in_order(server: Server) -> None:
    assert exchange(server, "/read-plain") == b""
    assert exchange(server, "/answered").endswith(b"ok")
