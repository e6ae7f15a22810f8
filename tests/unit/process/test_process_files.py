"""Log files keep their numbers through reopening and reloading."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyresty.process.errors import ProcessError
from pyresty.process.files import Files


def no_report(level: str, message: str) -> None:
    raise AssertionError(f"{level}: {message}")


@pytest.fixture
def names(tmp_path: Path) -> list[bytes]:
    return [os.fsencode(tmp_path / name) for name in ("a", "b", "c")]


def is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def test_one_number_a_path_closed_on_exec(names: list[bytes]) -> None:
    files = Files()
    fd = files.open(names[0])
    assert files.open(names[0]) == fd and files.open(names[1]) != fd
    assert not os.get_inheritable(fd)
    files.close()
    assert not is_open(fd)


def test_reopen_keeps_the_number(names: list[bytes]) -> None:
    files = Files()
    fd = files.open(names[0])
    os.write(fd, b"old")
    os.rename(names[0], names[1])
    files.reopen(no_report)
    os.write(fd, b"new")
    assert Path(os.fsdecode(names[0])).read_bytes() == b"new"
    assert Path(os.fsdecode(names[1])).read_bytes() == b"old"
    assert not os.get_inheritable(fd)


def test_reopen_that_fails_keeps_the_file(tmp_path: Path) -> None:
    directory = tmp_path / "d"
    directory.mkdir()
    files = Files()
    fd = files.open(os.fsencode(directory / "log"))
    directory.rename(tmp_path / "moved")
    reports: list[tuple[str, str]] = []
    files.reopen(lambda level, message: reports.append((level, message)))
    assert reports == [("emerg", f'open() "{directory}/log" failed (2: No such file or directory)')]
    os.write(fd, b"x")
    assert (tmp_path / "moved" / "log").read_bytes() == b"x"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_reopen_gives_the_files_to_the_workers(names: list[bytes]) -> None:
    files = Files()
    files.open(names[0])
    os.chmod(names[0], 0o044)
    files.reopen(no_report, owner=65534)
    status = os.stat(names[0])
    assert status.st_uid == 65534 and status.st_mode & 0o777 == 0o644


def test_commit_keeps_numbers_and_retires_the_rest(names: list[bytes]) -> None:
    a, b, c = names
    files = Files()
    kept, dropped = files.open(a), files.open(b)
    renewal = files.renew([a, c, a])
    assert renewal.fd(a) == kept and renewal.fd(c) not in (kept, dropped)
    renewal.commit()
    assert files.paths == [a, c] and files.fd(a) == kept
    assert is_open(dropped)  # requests of the old configuration may still write to it
    files.retire()
    assert not is_open(dropped) and is_open(kept)


def test_commit_follows_a_renamed_file(names: list[bytes]) -> None:
    files = Files()
    fd = files.open(names[0])
    os.rename(names[0], names[1])
    files.renew([names[0]]).commit()
    os.write(fd, b"new")
    assert Path(os.fsdecode(names[0])).read_bytes() == b"new"


def test_rollback_changes_nothing(names: list[bytes]) -> None:
    files = Files()
    fd = files.open(names[0])
    renewal = files.renew(names)
    new = renewal.fd(names[1])
    renewal.rollback()
    assert files.paths == [names[0]] and is_open(fd) and not is_open(new)


def test_a_file_that_cannot_be_opened_closes_the_others(names: list[bytes]) -> None:
    before = set(os.listdir("/proc/self/fd"))
    with pytest.raises(ProcessError, match=r'^open\(\) "/nonexistent/x" failed \(2: No such file or directory\)$'):
        Files().renew([names[0], b"/nonexistent/x"])
    assert set(os.listdir("/proc/self/fd")) == before
