"""``lua_sa_restart``: what a signal does to Lua's own blocking input."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable

import pytest
from serving import Serving, wait_for

LOCATIONS = """
location = /read { content_by_lua_block {
    local file = io.open(ngx.config.prefix() .. "fifo", "r")
    local data, err = file:read("*l")
    ngx.print(data or err) } }
"""


@pytest.mark.parametrize(("value", "answer"), [("on", "written"), ("off", "Interrupted system call")])
def test_signals_while_lua_reads(make_server: Callable[..., Serving], value: str, answer: str) -> None:
    server = make_server(LOCATIONS, http=f"lua_sa_restart {value};")
    os.mkfifo(server.prefix / "fifo")
    fifo = os.open(server.prefix / "fifo", os.O_RDWR)
    with server.client() as client:
        client.send("/read")

        def answered() -> bool:
            server.send(signal.SIGUSR1)
            return bool(select.select([client.sock], [], [], 0.01)[0])

        if value == "on":
            assert not any(answered() for _ in range(10))
            os.write(fifo, b"written\n")
        else:
            wait_for(answered, "the read ends")
        assert client.read().text == answer
    os.close(fifo)
    assert server.stop() == 0
