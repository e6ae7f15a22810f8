"""Main-context directives as the processes see them; environment, CPUs, who may read what."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pyresty.process import environment, preload
from pyresty.process.settings import Settings, User, settings_of


def config(**values: Any) -> Any:
    defaults = {"daemon": True, "master_process": True, "worker_processes": 1}
    plan = {"main": {"worker_connections": values.pop("worker_connections", 512)}}
    return SimpleNamespace(pid_path="/run/x.pid", main=SimpleNamespace(get=(defaults | values).get), plan=plan)


def test_defaults() -> None:
    assert settings_of(config()) == Settings(pid_path="/run/x.pid")


def test_values() -> None:
    found = settings_of(
        config(
            worker_processes=3,
            user={"name": b"www", "uid": 33, "gid": 34},
            worker_shutdown_timeout=1.5,
            worker_rlimit_nofile=99,
            env=[{"name": b"A", "value": None}, {"name": b"B", "value": b"1"}],
            worker_cpu_affinity={"auto": False, "masks": [[0], [1, 2]]},
        )
    )
    assert found.workers == 3 and found.user == User("www", 33, 34)
    assert found.shutdown_timeout == 1.5 and found.rlimit_nofile == 99
    assert found.env == ((b"A", None), (b"B", b"1"))
    assert found.old_pid_path == "/run/x.pid.oldbin"
    assert [found.cpus_of(worker, 4) for worker in range(3)] == [{0}, {1, 2}, {1, 2}]


def test_automatic_affinity() -> None:
    every = settings_of(config(worker_cpu_affinity={"auto": True, "masks": []}))
    assert [every.cpus_of(worker, 2) for worker in range(3)] == [{0}, {1}, {0}]
    some = settings_of(config(worker_cpu_affinity={"auto": True, "masks": [[1, 3]]}))
    assert [some.cpus_of(worker, 4) for worker in range(3)] == [{1}, {3}, {1}]
    assert Settings().cpus_of(0, 4) is None


@pytest.fixture
def started_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_original", {b"TZ": b"UTC", b"HOME": b"/h", b"A": b"1"})


@pytest.mark.usefixtures("started_with")
def test_environment_is_cleared_but_for_tz_and_env() -> None:
    assert environment.selected([]) == {b"TZ": b"UTC"}
    assert environment.selected([(b"A", None), (b"B", b"2"), (b"MISSING", None)]) == {
        b"TZ": b"UTC", b"A": b"1", b"B": b"2",
    }  # fmt: skip
    assert environment.selected([(b"TZ", b"Asia/Tokyo")]) == {b"TZ": b"Asia/Tokyo"}


def test_apply_changes_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(os.environb)
    monkeypatch.setattr(environment, "_original", {b"TZ": b"UTC", b"A": b"1"})
    try:
        environment.apply([(b"A", None), (b"B", b"2")])
        assert dict(os.environb) == {b"TZ": b"UTC", b"A": b"1", b"B": b"2"}
        environment.restore()
        assert dict(os.environb) == {b"TZ": b"UTC", b"A": b"1"}
    finally:
        os.environb.clear()
        os.environb.update(before)


def test_readable_looks_at_every_directory(tmp_path: Path) -> None:
    user = User("nobody", 65534, 65534)
    base = tmp_path
    while base != base.parent:  # how far the test directory itself is open
        if not base.stat().st_mode & stat.S_IXOTH:
            assert not preload.readable(str(tmp_path / "x"), user)
            break
        base = base.parent
    assert preload.readable("/etc/passwd", user)
    assert preload.readable(str(tmp_path / "absent"), User("root", 0, 0))
