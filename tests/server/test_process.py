"""Whole processes: start, stop, reload, respawn, reopen, upgrade. The workers are stubs."""

from __future__ import annotations

import os
import pwd
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from process_running import Running, wait_for

Start = Callable[..., Running]
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes its user")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Start]:
    """``server(main=…, listen=…, mode=…)`` configures a server in a directory of its own."""
    tmp_path.chmod(0o755)
    made: list[Running] = []

    def make(
        main: str = "", listen: str = "", http: str = "", *, mode: str = "plain", env: dict[str, str] | None = None
    ) -> Running:
        running = Running(tmp_path, mode=mode, env=env)
        running.configure(main, listen, http)
        made.append(running)
        return running

    yield make
    for running in made:
        running.clean_up()


def test_starts_serves_and_leaves_nothing_behind(server: Start, tmp_path: Path) -> None:
    path = tmp_path / "u.sock"
    running = server("worker_processes 2;")
    running.configure("worker_processes 2;", f"listen 127.0.0.1:{running.port}; listen unix:{path};")
    running.start(count=2)
    answer = running.ask()
    assert answer["workers"] == 2 and answer["worker"] in (0, 1) and answer["pid"] != running.pid
    assert running.ask_unix(path)["generation"] == 1
    assert path.stat().st_mode & 0o777 == 0o666
    assert running.stop() == 0
    text = running.text
    assert re.search(r"\[notice\] (\d+)#\1: signal 15 \(SIGTERM\) received from \d+, exiting", text)
    assert len(re.findall(r"worker process \d+ exited with code 0", text)) == 2
    assert text.endswith(": exit\n")
    assert not running.pid_file.exists() and not path.exists()


def test_start_lines_are_those_of_nginx(server: Start) -> None:
    running = server().start()
    running.stop()
    messages = [re.sub(r"^\S+ \S+ \[(\w+)\] \d+#\d+: ", r"\1 ", line) for line in running.text.splitlines()]
    wanted = [
        r'notice using the "epoll" event method', r"notice nginx/1\.22\.1", r"notice OS: Linux .*",
        r"notice getrlimit\(RLIMIT_NOFILE\): \d+:\d+", r"notice start worker processes",
        r"notice start worker process \d+",
    ]  # fmt: skip
    kept = [line for line in messages if "cannot read" not in line]
    for line, pattern in zip(kept, wanted, strict=False):
        assert re.fullmatch(pattern, line)


def test_quit_lets_workers_finish(server: Start) -> None:
    running = server().start()
    worker = running.ask()["pid"]
    running.stop(signal.SIGQUIT)
    lines = [line for line in running.text.splitlines() if f" {worker}#" in line and "cannot read" not in line]
    assert [line.split(": ", 1)[1] for line in lines] == ["gracefully shutting down", "exiting", "exit"]


def test_titles(server: Start) -> None:
    running = server().start()
    assert running.ask()["title"] == "nginx: worker process"
    title = Path(f"/proc/{running.pid}/cmdline").read_bytes().rstrip(b"\0")
    assert title.startswith(b"nginx: master process ") and str(running.conf).encode() in title


def test_reload_starts_new_workers_and_keeps_the_socket(server: Start) -> None:
    running = server().start()
    old = running.ask()
    running.send(signal.SIGHUP)
    running.expect(r"signal 1 \(SIGHUP\) received from \d+, reconfiguring\n")
    running.expect(r"\d: reconfiguring\n")
    running.expect(r"start worker process \d+")
    running.expect(rf"worker process {old['pid']} exited with code 0")
    new = running.ask()
    assert new["generation"] == 2 and new["pid"] != old["pid"]
    assert running.stop() == 0


def test_reload_changes_sockets(server: Start, tmp_path: Path) -> None:
    path = tmp_path / "u.sock"
    running = server()
    first = running.port
    running.configure("", f"listen 127.0.0.1:{first}; listen unix:{path};")
    running.start()
    second = Running(tmp_path).port
    running.configure("", f"listen 127.0.0.1:{second};")
    running.send(signal.SIGHUP)
    running.expect(rf"\[warn\] \S+ deleting socket {path}")
    running.expect(r"worker process \d+ exited with code 0")
    assert not path.exists()
    assert running.ask(second)["generation"] == 2
    with pytest.raises(ConnectionRefusedError):
        running.ask(first)


def test_bad_configuration_changes_nothing(server: Start) -> None:
    running = server().start()
    good = running.conf.read_text()
    running.conf.write_text("nonsense on;\n" + good)
    running.send(signal.SIGHUP)
    running.expect(rf'\[emerg\] \d+#\d+: unknown directive "nonsense" in {running.conf}:1')
    assert running.ask()["generation"] == 1
    running.conf.write_text(good)
    running.send(signal.SIGHUP)
    running.expect(r"exited with code 0")
    assert running.ask()["generation"] == 2


def test_reload_that_cannot_bind_or_init_changes_nothing(server: Start, tmp_path: Path) -> None:
    running = server(mode="refuse").start()
    running.configure("", f"listen 127.0.0.1:{running.port}; listen 127.0.0.1:{Running(tmp_path).port};")
    running.send(signal.SIGHUP)
    running.expect(r"\[error\] \d+#\d+: init_by_lua error: refused\n")
    assert running.ask()["generation"] == 1
    running.configure("error_log /nonexistent/error.log;")
    running.send(signal.SIGHUP)
    running.expect(r'\[emerg\] .* open\(\) "/nonexistent/error.log" failed \(2: No such file or directory\)\n')
    assert running.ask()["generation"] == 1


def test_killed_worker_is_replaced(server: Start) -> None:
    running = server().start()
    worker = running.ask()["pid"]
    running.send(signal.SIGKILL, worker)
    running.expect(rf"signal 17 \(SIGCHLD\) received from {worker}\n")
    running.expect(rf"\[alert\] \d+#\d+: worker process {worker} exited on signal 9\n")
    running.expect(r"start worker process \d+")
    assert running.ask()["pid"] != worker


def test_worker_that_cannot_begin_is_not_replaced(server: Start) -> None:
    running = server(mode="fatal").start()
    running.expect(r"\[alert\] .* worker process \d+ exited with fatal code 2 and cannot be respawned")
    running.stop()
    assert running.text.count("start worker process ") == 1


def test_worker_that_dies_young_is_not_replaced_in_a_tight_loop(server: Start) -> None:
    running = server(mode="young").start()
    for _ in range(5):
        running.expect(r"exited with code 3")
    running.stop()
    assert 5 <= running.text.count("start worker process ") < 12


def test_a_worker_ignores_signals_for_the_master(server: Start) -> None:
    running = server().start()
    worker = running.ask()["pid"]
    for number, name in ((1, "SIGHUP"), (12, "SIGUSR2"), (29, "SIGIO")):
        running.send(number, worker)
        running.expect(
            rf"\[notice\] {worker}#\d+: signal {number} \({name}\) received from {os.getpid()}, ignoring\n"
        )
    assert running.ask()["pid"] == worker


@pytest.mark.parametrize(("main", "until"), [("", r"start worker process \d+"), ("master_process off;", "getrlimit")])
def test_who_has_sent_a_signal_is_logged(main: str, until: str, server: Start) -> None:
    running = server(main).start(until)
    serving = running.ask()["pid"]
    running.send(signal.SIGUSR1, serving)
    running.expect(rf"{serving}#\d+: signal 10 \(SIGUSR1\) received from {os.getpid()}, reopening logs\n")
    running.send(signal.SIGTERM, serving)
    running.expect(rf"{serving}#\d+: signal 15 \(SIGTERM\) received from {os.getpid()}, exiting\n")


def test_winch_ends_a_worker_of_a_daemon(server: Start) -> None:
    running = server("daemon on;").start()
    worker = running.ask()["pid"]
    running.send(signal.SIGWINCH, worker)
    running.expect(rf"{worker}#\d+: signal 28 \(SIGWINCH\) received from {os.getpid()}, shutting down\n")
    running.expect(rf"{worker}#\d+: exiting\n.* \[alert\] {worker}#\d+: aborting\n")


def test_logs_are_reopened_under_the_same_numbers(server: Start, tmp_path: Path) -> None:
    log, aside = tmp_path / "e.log", tmp_path / "e.old"
    running = server(http=f"error_log {log} info;").start()
    worker = running.ask()["pid"]
    assert wait_for(log.read_text, "a line") == "answered by 0\n"
    log.rename(aside)
    running.send(signal.SIGUSR1)
    running.expect(rf"\[notice\] {worker}#\d+: reopening logs\n")
    assert running.ask()["pid"] == worker
    assert wait_for(log.read_text, "a line in the new file") == "answered by 0\n"
    assert aside.read_text() == "answered by 0\n"


def test_daemon(server: Start) -> None:
    running = server("daemon on;").start(until=None)
    assert running.process is not None and running.process.wait(20) == 0
    assert running.ask()["generation"] == 1  # the sockets were open when the parent ended
    pid = wait_for(lambda: running.pid_file.exists() and running.pid_file.read_text(), "the pid file")
    assert os.getsid(int(pid)) == int(pid)
    running.send(signal.SIGTERM)
    running.ended()
    assert not running.pid_file.exists()


def test_binary_upgrade(server: Start) -> None:
    running = server("daemon on;").start()
    old, worker = running.pid, running.ask()["pid"]
    running.send(signal.SIGUSR2)
    running.expect(r"signal 12 \(SIGUSR2\) received from \d+, changing binary\n")
    new = int(running.expect(r"start new binary process (\d+)")[1])
    running.expect(r'using inherited sockets from "\d+;"')
    running.expect(r"start worker process \d+")
    assert running.pid == new and int((running.prefix / "nginx.pid.oldbin").read_text()) == old
    running.send(signal.SIGUSR2, old)
    running.expect(r"\[crit\] .* the changing binary signal is ignored")
    running.send(signal.SIGWINCH, old)
    running.expect(rf"worker process {worker} exited with code 0")
    assert running.ask()["pid"] != worker
    running.send(signal.SIGQUIT, old)
    running.expect(rf"{old}#\d+: exit\n")
    assert not (running.prefix / "nginx.pid.oldbin").exists()
    running.ask()
    running.send(signal.SIGTERM)
    running.ended()
    assert not running.pid_file.exists()


def test_upgrade_can_be_taken_back(server: Start) -> None:
    running = server("daemon on;").start()
    old = running.pid
    running.send(signal.SIGUSR2)
    new = int(running.expect(r"start new binary process (\d+)")[1])
    running.expect(rf"{new}#\d+: start worker process \d+")
    running.send(signal.SIGWINCH, old)
    running.expect(rf"{old}#\d+: worker process \d+ exited with code 0")
    running.send(signal.SIGQUIT, new)
    running.expect(rf"new binary process {new} exited with code 0")
    running.expect(rf"{old}#\d+: start worker process \d+")
    assert running.pid == old
    running.ask()


def test_stuck_worker_is_killed(server: Start) -> None:
    running = server(mode="deaf").start()
    running.stop()
    assert re.search(r"\[alert\] \d+#\d+: worker process \d+ exited on signal 9\n", running.text)


def test_shutdown_timeout(server: Start) -> None:
    running = server("worker_shutdown_timeout 100ms;", mode="hold").start()
    running.ask()
    running.stop(signal.SIGQUIT)
    assert re.search(r"worker process \d+ exited with code 0", running.text)
    assert "exited on signal" not in running.text


def test_environment_and_directory(server: Start, tmp_path: Path) -> None:
    env = {"KEPT": "yes", "DROPPED": "yes", "TZ": "UTC"}
    running = server(f"env KEPT; env SET=value; working_directory {tmp_path};", env=env).start()
    answer = running.ask()
    assert {k: answer["environment"].get(k) for k in ("KEPT", "SET", "TZ", "DROPPED", "PATH")} == {
        "KEPT": "yes", "SET": "value", "TZ": "UTC", "DROPPED": None, "PATH": None,
    }  # fmt: skip
    assert answer["directory"] == str(tmp_path)


@root_only
def test_workers_of_root_are_nobody(server: Start) -> None:
    running = server()
    running.configure(user=False)
    running.start()
    assert running.ask()["uid"] == pwd.getpwnam("nobody").pw_uid
    running.configure()
    running.send(signal.SIGHUP)
    running.expect("exited with code 0")
    assert running.ask()["uid"] == 0


def test_single_process(server: Start, tmp_path: Path) -> None:
    running = server("master_process off; env A=1;").start(until=r"getrlimit")
    answer = running.ask()
    assert answer["pid"] == running.pid and answer["environment"]["A"] == "1"
    running.configure("master_process off; env A=2;")
    running.send(signal.SIGHUP)
    running.expect(r"signal 1 \(SIGHUP\) received.*, reconfiguring\n")
    running.expect(r"\d: reconfiguring\n")
    answer = wait_for(lambda: (a := running.ask())["generation"] == 2 and a, "the new generation")
    assert answer["environment"]["A"] == "2"
    running.conf.write_text("nonsense;")
    running.send(signal.SIGHUP)
    running.expect(r'\[emerg\] .* unknown directive "nonsense"')
    assert running.ask()["generation"] == 2
    assert running.stop(signal.SIGQUIT) == 0
    assert running.text.endswith(": exit\n") and "exiting" not in running.text
    assert not running.pid_file.exists()


def test_fewer_connections_than_listening_sockets(server: Start, tmp_path: Path) -> None:
    running = server()
    running.conf.write_text(running.conf.read_text().replace("events {}", "events { worker_connections 1; }"))
    running.start(until=None)
    assert running.process is not None and running.process.wait(20) == 1
    assert re.search(r"\[emerg\] \S+ 1 worker_connections are not enough for 1 listening sockets\n", running.ended())
    assert not running.pid_file.exists()


def test_more_connections_than_can_be_open(server: Start) -> None:
    running = server("worker_rlimit_nofile 1000;")
    text = running.conf.read_text().replace("events {}", "events { worker_connections 1000000; }")
    running.conf.write_text(text)
    running.start()
    assert re.search(r"\[warn\] \S+ 1000000 worker_connections exceed open file resource limit: 1000\n", running.text)


@pytest.mark.skipif(0 not in os.sched_getaffinity(0), reason="the first CPU is not ours")
def test_the_cpu_of_a_worker_is_logged(server: Start) -> None:
    running = server("worker_cpu_affinity 1;").start()
    worker = running.ask()["pid"]
    running.expect(rf"\[notice\] {worker}#\d+: sched_setaffinity\(\): using cpu #0\n")
    assert os.sched_getaffinity(worker) == {0}


def test_debug_points_leave_a_core_dump(server: Start) -> None:
    running = server("daemon on; debug_points abort;").start()
    worker = running.ask()["pid"]
    running.send(signal.SIGWINCH, worker)
    running.expect(rf"\[alert\] {worker}#\d+: aborting\n")
    running.expect(rf"worker process {worker} exited on signal 6")


def test_address_in_use(server: Start, tmp_path: Path) -> None:
    first = server().start()
    second = Running(tmp_path / "second")
    second.prefix.mkdir()
    second.port = first.port
    second.configure()
    second.start(until=None)
    text = second.ended()
    assert second.process is not None and second.process.wait(20) == 1
    second.clean_up()
    assert text.count(f"bind() to 127.0.0.1:{first.port} failed (98: Address already in use)") == 5
    assert text.count("try again to bind() after 500ms") == 5
    assert re.search(r"\[emerg\] \d+#\d+: still could not bind\(\)", text)
    assert not second.pid_file.exists()
