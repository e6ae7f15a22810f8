"""Error-log lines, levels, sinks and what happens on a full disk."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest

from pyresty.process import levels
from pyresty.process.files import open_append
from pyresty.process.logs import ErrorLog, Sink, SinkTable, builtin


def sink(path: Path, level: int = levels.INFO) -> Sink:
    return Sink(open_append(os.fsencode(path)), level)


def test_line_format(tmp_path: Path) -> None:
    path = tmp_path / "e.log"
    ErrorLog([sink(path)]).log("notice", "exit", FileNotFoundError(2, ""))
    pid = os.getpid()
    assert re.fullmatch(
        rf"\d{{4}}/\d\d/\d\d \d\d:\d\d:\d\d \[notice\] {pid}#{pid}: exit \(2: No such file or directory\)\n",
        path.read_text(),
    )


def test_levels_choose_the_sinks(tmp_path: Path) -> None:
    crit, info = tmp_path / "crit", tmp_path / "info"
    log = ErrorLog([sink(crit, levels.CRIT), sink(info)])
    for level in ("emerg", "crit", "error", "info", "debug"):
        log.log(level, f"<{level}>")
    assert re.findall("<(.*)>", crit.read_text()) == ["emerg", "crit"]
    assert re.findall("<(.*)>", info.read_text()) == ["emerg", "crit", "error", "info"]
    log(levels.DEBUG, "called with a number")
    log(levels.WARN, "called with a number")
    assert info.read_text().count("called") == 1


def test_long_lines_are_cut(tmp_path: Path) -> None:
    path = tmp_path / "e.log"
    ErrorLog([sink(path)]).log("error", "x" * 10000)
    text = path.read_text()
    assert len(text) == levels.MAX_LINE and text.endswith("x\n")


def test_bytes_that_are_no_text_pass_through(tmp_path: Path) -> None:
    path = tmp_path / "e.log"
    log = ErrorLog([sink(path)])
    log.log("error", b"raw \xff\x00")
    log.log("error", os.fsdecode(b"name \xfe"))
    assert b"raw \xff\x00\n" in path.read_bytes() and b"name \xfe\n" in path.read_bytes()


def test_console_repeats_what_matters(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = ErrorLog([sink(tmp_path / "e.log", levels.ERROR)], console=True)
    log.log("emerg", "bad")
    log.log("warn", "doubtful")
    log.log("notice", "chatter")
    assert capfd.readouterr().err == "nginx: [emerg] bad\nnginx: [warn] doubtful\n"
    log.console = False
    log.log("emerg", "bad")
    assert capfd.readouterr().err == ""


def test_a_log_on_stderr_is_not_repeated(capfd: pytest.CaptureFixture[str]) -> None:
    builtin("").log("emerg", "bad")
    text = capfd.readouterr().err
    assert text.count("bad") == 1 and "[emerg] " in text and not text.startswith("nginx:")


def test_builtin_log_falls_back_to_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    log = builtin("/nonexistent/e.log")
    assert capfd.readouterr().err == (
        'nginx: [alert] could not open error log file: open() "/nonexistent/e.log" failed '
        "(2: No such file or directory)\n"
    )
    assert log.sinks[0].fd == 2


def test_full_disk_is_told_once_and_rests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full, other = sink(tmp_path / "full"), sink(tmp_path / "other")
    write, attempts = os.write, []

    def failing(fd: int, data: bytes) -> int:
        if fd == full.fd:
            attempts.append(data)
            raise OSError(errno.ENOSPC, "")
        return write(fd, data)

    clock = [1000.0]
    monkeypatch.setattr("pyresty.process.logs.os.write", failing)
    monkeypatch.setattr("pyresty.process.logs.time.time", lambda: clock[0])
    log = ErrorLog([full, other])
    for _ in range(3):
        log.log("error", "line")
    clock[0] += 1
    log.log("error", "line")
    assert len(attempts) == 2
    text = (tmp_path / "other").read_text()
    assert text.count(": line\n") == 4
    assert len(re.findall(r"\[alert\] .* failed \(28: No space left on device\)\n", text)) == 1


def test_sinks_of_the_plan(tmp_path: Path) -> None:
    opened: list[bytes] = []

    def open_path(path: bytes) -> int:
        opened.append(path)
        return 17

    table = SinkTable(open_path)
    entries = [{"file": b"/e.log", "level": b"warn"}, {"stderr": True, "level": b"debug"}, {"file": b"/f"}]
    sinks = [table.bind(entry) for entry in entries]
    assert [(item.fd, item.level) for item in sinks] == [(17, 5), (2, 8), (17, 4)]
    assert [(entry["fd"], entry["level"]) for entry in entries] == [(17, 5), (2, 8), (17, 4)]
    assert opened == [b"/e.log", b"/f"]


def test_a_lost_syslog_peer_is_told_once(tmp_path: Path) -> None:
    peer = {"family": b"unix", "server": os.fsencode(tmp_path / "absent"), "port": None}
    table = SinkTable(lambda path: -1)
    log = ErrorLog([table.bind({"syslog": peer, "level": b"info"}), sink(tmp_path / "other")])
    for _ in range(3):
        log.log("error", "line")
    text = (tmp_path / "other").read_text()
    assert text.count(": line\n") == 3
    assert len(re.findall(r"\[alert\] .*: send\(\) to syslog failed \(2: No such file or directory\)\n", text)) == 1
    table.discard(None)
