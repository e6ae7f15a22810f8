"""The command as a process: texts, files and exit codes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = "error_log logs/e.log; events {} http { server { listen 127.0.0.1:PORT; } }"


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    for name in ("conf", "logs"):
        (tmp_path / name).mkdir()
    return tmp_path


def command(prefix: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    full = [sys.executable, "-m", "pyresty", "-p", str(prefix), *arguments]
    return subprocess.run(full, capture_output=True, text=True, check=False, timeout=30)


def write(prefix: Path, text: str, port: int = 0) -> str:
    file = prefix / "conf" / "nginx.conf"
    file.write_text(text.replace("PORT", str(port)))
    return str(file)


@pytest.fixture
def port() -> int:
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        number: int = sock.getsockname()[1]
        return number


def test_test_succeeds(prefix: Path, port: int) -> None:
    file = write(prefix, GOOD, port)
    run = command(prefix, "-t")
    assert run.returncode == 0
    assert run.stderr == (
        f"nginx: the configuration file {file} syntax is ok\nnginx: configuration file {file} test is successful\n"
    )
    assert (prefix / "logs" / "e.log").exists()
    assert (prefix / "client_body_temp").is_dir()
    quiet = command(prefix, "-t", "-q")
    assert (quiet.returncode, quiet.stderr) == (0, "")


def test_test_fails(prefix: Path) -> None:
    file = write(prefix, "events {}\nbogus;")
    run = command(prefix, "-t")
    assert run.returncode == 1
    assert run.stderr == (
        f'nginx: [emerg] unknown directive "bogus" in {file}:2\nnginx: configuration file {file} test failed\n'
    )
    line = (prefix / "logs" / "error.log").read_text()
    assert re.fullmatch(
        r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[emerg\] \d+#\d+: unknown directive \"bogus\" in .*:2\n", line
    )


def test_what_cannot_be_opened(prefix: Path, port: int) -> None:
    file = write(prefix, GOOD.replace("logs/e.log", "none/e.log"), port)
    run = command(prefix, "-t")
    assert run.returncode == 1
    assert run.stderr == (
        f"nginx: the configuration file {file} syntax is ok\n"
        f'nginx: [emerg] open() "{prefix}/none/e.log" failed (2: No such file or directory)\n'
        f"nginx: configuration file {file} test failed\n"
    )


def test_dump(prefix: Path, port: int) -> None:
    file = write(prefix, "include a.conf;\n" + GOOD, port)
    (prefix / "conf" / "a.conf").write_text("# nothing")
    run = command(prefix, "-T", "-q")
    assert run.returncode == 0
    text = Path(file).read_text()
    assert run.stdout == (
        f"# configuration file {file}:\n{text}\n# configuration file {prefix}/conf/a.conf:\n# nothing\n"
    )


def test_global_directives(prefix: Path, port: int) -> None:
    write(prefix, GOOD, port)
    run = command(prefix, "-t", "-g", "daemon maybe;")
    assert run.returncode == 1
    assert 'invalid value "maybe" in "daemon" directive, it must be "on" or "off" in command line' in run.stderr


def test_without_a_log(prefix: Path) -> None:
    write(prefix, "bogus;")
    run = command(prefix, "-t", "-e", "none/x.log")
    first, second, _third = run.stderr.splitlines()
    assert first == (
        f'nginx: [alert] could not open error log file: open() "{prefix}/none/x.log" failed '
        "(2: No such file or directory)"
    )
    assert "[emerg]" in second
    assert re.match(r"\d{4}/", second)


def test_versions(prefix: Path) -> None:
    run = command(prefix, "-v")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "nginx version: nginx/1.22.1\n")
    lines = command(prefix, "-V").stderr.splitlines()
    assert re.match(r"built with OpenSSL \d+\.\d+\.\d+", lines[1])
    assert lines[2] == "TLS SNI support enabled"
    assert lines[3].startswith("configure arguments: --with-pcre ")
    assert "--without-http_rewrite_module" not in lines[3]
    assert "--without-http_grpc_module" in lines[3]
    assert command(prefix, "-h").stderr.startswith("nginx version: nginx/1.22.1\nUsage: nginx [-?hvVtTq]")


def test_versions_need_no_server() -> None:
    code = (
        "import sys; from pyresty.cli.nginx import main; main(['-V']); "
        "print('gevent' in sys.modules, 'lupa' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False False\n"


def test_wrong_usage(prefix: Path) -> None:
    run = command(prefix, "-x")
    assert (run.returncode, run.stderr) == (1, 'nginx: invalid option: "x"\n')


def test_signal_without_a_process(prefix: Path, port: int) -> None:
    write(prefix, GOOD, port)
    run = command(prefix, "-s", "stop")
    assert run.returncode == 1
    assert 'nginx.pid" failed (2: No such file or directory)' in (prefix / "logs" / "error.log").read_text()
