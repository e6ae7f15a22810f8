"""Sockets as Python makes them for the VM."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from pyresty.vm import sockets


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize("nodelay", [True, False])
def test_nodelay_is_set_when_it_is_asked_for(port: int, nodelay: bool) -> None:
    fd, _, call = sockets.connect(b"127.0.0.1", port, None, nodelay)
    assert fd is not None and call is None
    try:
        assert sockets.get_option(fd, b"tcp-nodelay") == (int(nodelay), None)
    finally:
        sockets.CONNECTED.discard(fd)
        os.close(fd)
