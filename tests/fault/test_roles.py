"""Who the processes are: the privileged agent, and workers of a user who cannot read where Python and pyresty are."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from process_running import ROOT, wait_for
from workers import Client, Workers

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes its user")

Make = Callable[..., Workers]
AGENT = """
init_by_lua_block { assert(require "ngx.process".enable_privileged_agent()) }
init_worker_by_lua_block {
    local process = require "ngx.process"
    ngx.log(ngx.NOTICE, "begins: ", process.type(), " ", ngx.worker.id(), " ", ngx.worker.count())
    if process.type() == "privileged agent" then
        ngx.timer.every(0.01, function() ngx.shared.d:incr("ticks", 1, 0) end)
    end
}
exit_worker_by_lua_block { ngx.log(ngx.NOTICE, "ends: ", require "ngx.process".type()) }
lua_shared_dict d 100k;
"""
LOCATIONS = """
location = /ticks { content_by_lua_block { ngx.print(ngx.shared.d:get("ticks") or 0) } }
location = /pids { content_by_lua_block { ngx.print(table.concat(ngx.worker.pids(), " ")) } }
location = /late { content_by_lua_block {
    local re = require "ngx.re"
    ngx.print(#re.split("a,b", ","), " ", require "cjson.safe".encode({1}), " ", require "resty.core.shdict" and "core")
    ngx.timer.at(0, function() error("told") end)
} }
"""
NOBODY = pwd.getpwnam("nobody").pw_uid


def owner(pid: int) -> int:
    """The effective user of a process."""
    return int(re.search(r"Uid:\s+\d+\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])  # type: ignore[index]


def ask(workers: Workers, path: str) -> str:
    client = Client(workers.port)
    try:
        return client.ask(path).text
    finally:
        client.close()


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A directory that everybody may search; pytest's own are for root alone."""
    place = Path(tempfile.mkdtemp(prefix="pyresty-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


def agent(workers: Workers) -> int:
    """The process id of the privileged agent that was started last."""
    return int(re.findall(r"start privileged agent process (\d+)", workers.text)[-1])


def test_the_privileged_agent(make_workers: Make) -> None:
    workers = make_workers(2, http=AGENT, locations=LOCATIONS)
    workers.conf.write_text(workers.conf.read_text().replace("user root;", ""))
    workers.reload()
    pid = agent(workers)
    begins = rf"\[notice\] {pid}#\d+: \*\d+ \[lua\] .*begins: privileged agent nil 2, context: init_worker_by_lua\*"
    assert re.search(begins, workers.text)
    assert owner(pid) == 0 and {owner(worker) for worker in workers.pids} == {NOBODY}
    assert Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0") == b"nginx: privileged agent process"
    wait_for(lambda: int(ask(workers, "/ticks")) > 1, "the agent's timers run")
    assert ask(workers, "/pids").split() == [str(worker) for worker in sorted(workers.pids)]

    os.kill(pid, signal.SIGKILL)
    workers.expect(rf"\[alert\] \d+#\d+: privileged agent process {pid} exited on signal 9")
    again = int(workers.expect(r"start privileged agent process (\d+)")[1])
    workers.expect(rf"{again}#\d+: \*\d+ \[lua\] .*begins: privileged agent")

    workers.send(signal.SIGQUIT)
    text = workers.ended()
    assert re.search(rf"{again}#\d+: gracefully shutting down", text)
    assert re.search(rf"{again}#\d+: exiting\n(.*\n)*?.*{again}#\d+: \[lua\] .*ends: privileged agent", text)
    assert f"privileged agent process {again} exited with code 0" in text


def test_a_reload_without_agent_ends_it(make_workers: Make) -> None:
    workers = make_workers(1, http=AGENT, locations=LOCATIONS)
    workers.expect(r"start privileged agent process \d+")
    pid = agent(workers)
    workers.write(locations=LOCATIONS)
    workers.send(signal.SIGHUP)
    workers.expect(rf"privileged agent process {pid} exited with code 0")
    assert workers.text.count("start privileged agent process") == 1


class Hidden(Workers):
    """Workers whose pyresty is not that of the current directory."""

    def command(self) -> list[str]:
        program, *arguments = super().command()
        return [program, "-P", *arguments]


@pytest.fixture
def hidden(tmp_path: Path) -> Iterator[Path]:
    """pyresty in a directory that only root may search."""
    place = tmp_path / "hidden"
    for name in ("pyresty", "lua"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    place.chmod(0o700)
    yield place


def test_workers_that_cannot_read_pyresty(hidden: Path, tmp_path: Path) -> None:
    (tmp_path / "served").mkdir()
    workers = Hidden(tmp_path / "served", 2)
    workers.env["PYTHONPATH"] = str(hidden)
    for place in (tmp_path, tmp_path / "served"):
        place.chmod(0o755)
    try:
        workers.write(http="lua_shared_dict d 100k;", locations=LOCATIONS)
        workers.conf.write_text(workers.conf.read_text().replace("user root;", ""))
        workers.begin()
        assert {owner(worker) for worker in workers.pids} == {NOBODY}
        for _ in range(8):
            assert ask(workers, "/late") == "2 [1] core"
        workers.expect(r"lua entry thread aborted: runtime error: .*told")
        workers.reload()
        assert ask(workers, "/late") == "2 [1] core"
        workers.send(signal.SIGQUIT)
        assert not re.search(r"\[(alert|emerg|crit)\]|Permission denied", workers.ended())
    finally:
        workers.clean_up()


def test_reopened_logs_belong_to_the_workers(make_workers: Make, open_place: Path) -> None:
    log = open_place / "a.log"
    workers = make_workers(2)
    text = workers.conf.read_text().replace("user root;", "")
    workers.conf.write_text(text.replace("access_log off;", f"log_format p $uri; access_log {log} p;"))
    workers.reload()
    open_place.chmod(0o777)
    log.rename(open_place / "a.old")
    workers.send(signal.SIGUSR1)
    for _ in range(3):  # the master and both workers
        workers.expect(r"\d: reopening logs\n")
    assert log.stat().st_uid == NOBODY
    workers.who()
    wait_for(lambda: log.read_text().startswith("/\n"), "a line in the new file")
    assert "Permission denied" not in workers.text
