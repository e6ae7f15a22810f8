"""Zones over reloads: data stays, a zone that the configuration has no more is unmapped."""

from __future__ import annotations

from pathlib import Path

import pytest
from process_running import wait_for
from workers import Client, Workers

from pyresty.shm import zone

SIZE = 3 << 20
LOCATION = """location = /incr { content_by_lua_block {
    ngx.print(ngx.shared.kept:incr("n", 1, 0), " ", ngx.shared.dropped and "there" or "gone")
} }"""


def mapped(pid: int) -> bool:
    """Whether a process has a shared mapping of the dropped zone's size."""
    size = zone.memory(SIZE)
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        start, _, end = line.split()[0].partition("-")
        if " rw-s " in line and int(end, 16) - int(start, 16) == size:
            return True
    return False


def asked(workers: Workers) -> str:
    client = Client(workers.port)
    try:
        return client.ask("/incr").text
    finally:
        client.close()


@pytest.mark.parametrize("main", ["", "master_process off;"])
def test_a_dropped_zone_is_unmapped_and_a_kept_one_kept(main: str, tmp_path: Path) -> None:
    single = bool(main)
    workers = Workers(tmp_path, 1)
    try:
        workers.write(main=main, http=f"lua_shared_dict kept 100k; lua_shared_dict dropped {SIZE};", locations=LOCATION)
        workers.start(until="getrlimit" if single else r"start worker process \d+")
        wait_for(workers.pid_file.exists, "the pid file")
        assert asked(workers) == "1 there"
        assert mapped(workers.pid) and mapped(workers.who())
        workers.write(main=main, http="lua_shared_dict kept 100k;", locations=LOCATION)
        if single:
            workers.send(1)
            wait_for(lambda: asked(workers).endswith(" gone"), "the new configuration")
        else:
            workers.reload()
        count, state = asked(workers).split()
        assert int(count) >= 2 and state == "gone"
        wait_for(lambda: not mapped(workers.pid) and not mapped(workers.who()), "the zone is unmapped")
        workers.send(15)
        assert "[alert]" not in workers.ended()
    finally:
        workers.clean_up()
