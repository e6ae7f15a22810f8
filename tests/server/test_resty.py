"""The resty command, run as a process."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-m", "pyresty.cli.resty")
ROOT = Path(__file__).resolve().parent.parent.parent


def resty(*arguments: str, cwd: Path = ROOT) -> tuple[int, str, str]:
    """→ exit code, stdout, stderr"""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "HOME": "/", "COLOUR": "red"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_phase_and_output() -> None:
    code = 'print(ngx.get_phase(), " ", nil, true, {1, {"x"}}, ngx.null, 2) ngx.say("a", 1.5) ngx.print("b")'
    assert resty("-e", code) == (0, "timer niltrue1xnull2\na1.5\nb", "")


def test_is_console_and_environment() -> None:
    assert resty("-e", 'print(ngx.config.is_console, " ", os.getenv("COLOUR"))') == (0, "true red\n", "")


def test_several_pieces_share_their_locals_and_come_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "lib.lua").write_text('print("lib")')
    (tmp_path / "main.lua").write_text('#!/usr/bin/env resty\nprint("file ", arg[0], " ", arg[1], " ", #arg)')
    answer = resty("-e", "local x = 7", "-I", ".", "-l", "lib", "-e", "print(x)", "main.lua", "one", "-e", cwd=tmp_path)
    assert answer == (0, "lib\n7\nfile main.lua one 2\n", "")


def test_light_threads_sleep_beside_each_other() -> None:
    code = """
        local begun = ngx.now()
        local function nap() ngx.sleep(0.2) return "slept" end
        local a, b = ngx.thread.spawn(nap), ngx.thread.spawn(nap)
        local _, first = ngx.thread.wait(a)
        local _, second = ngx.thread.wait(b)
        ngx.update_time()
        local took = ngx.now() - begun
        print(first, " ", second, " ", took >= 0.19 and took < 0.39)
    """
    assert resty("-e", code) == (0, "slept slept true\n", "")


def test_cosockets_reach_a_server_of_the_configuration() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        unused_port = probe.getsockname()[1]
    server = (
        f"server {{ listen 127.0.0.1:{unused_port}; location / {{ content_by_lua_block"
        ' { ngx.header["X-Phase"] = ngx.get_phase() ngx.send_headers() } } }'
    )
    code = f"""
        local sock = ngx.socket.tcp()
        assert(sock:connect("127.0.0.1", {unused_port}))
        assert(sock:send("GET / HTTP/1.0\\r\\n\\r\\n"))
        print(sock:receive())
        print(sock:receive("*a"):match("X%-Phase: %a+"))
    """
    assert resty("--http-conf", server, "-e", code) == (0, "HTTP/1.1 200 OK\nX-Phase: content\n", "")


def test_shared_dictionaries() -> None:
    code = "ngx.shared.dogs:set('Tom', 32) print(ngx.shared.dogs:get('Tom'))"
    assert resty("--shdict", "dogs 1m", "--shdict=cats 12k", "-e", code) == (0, "32\n", "")


def test_due_timers_run_before_the_end_later_ones_do_not() -> None:
    code = 'local function f(p, t) print(p, t) end ngx.timer.at(0, f, " now") ngx.timer.at(5, f, " later") print("end")'
    assert resty("-e", code) == (0, "end\nfalse now\n", "")


def test_error_with_traceback() -> None:
    code, out, err = resty("-e", "print(1)\nlocal function f()\nerror('boom') end f()")
    assert (code, out) == (1, "1\n")
    assert err.startswith("ERROR: (command line -e):3: boom\nstack traceback:\n\t[C]: in function 'error'\n")
    assert "(command line -e):3: in main chunk\n" in err
    assert "console.lua" not in err


def test_error_in_a_file_names_it(tmp_path: Path) -> None:
    (tmp_path / "main.lua").write_text("#!resty\nerror('boom')")
    code, _, err = resty("main.lua", cwd=tmp_path)
    assert (code, err.splitlines()[0]) == (1, "ERROR: main.lua:2: boom")


def test_error_after_a_yield() -> None:
    code, _, err = resty("-e", "ngx.sleep(0.001) error('late')")
    assert (code, err.splitlines()[0]) == (1, "ERROR: (command line -e):1: late")


def test_syntax_error() -> None:
    assert resty("-e", "x x") == (1, "", "ERROR: (command line -e):1: '=' expected near 'x'\n")


@pytest.mark.parametrize("call", ["os.exit(7)", "ngx.exit(7)", "ngx.sleep(0.001) os.exit(7)", "pcall(os.exit, 7)"])
def test_exit_codes_are_kept_and_output_is_written(call: str) -> None:
    assert resty("-e", f"io.write('out') {call}") == (7, "out", "")


def test_error_log_level() -> None:
    code = "ngx.log(ngx.WARN, 'w') ngx.log(ngx.NOTICE, 'n')"
    _, _, err = resty("-e", code)
    assert "[lua] (command line -e):1: w, context: ngx.timer\n" in err
    assert "-e):1: n" not in err
    _, _, err = resty("--errlog-level", "notice", "-e", code)
    assert "[lua] (command line -e):1: n, context: ngx.timer\n" in err


@pytest.mark.parametrize("engine", ["lua51", "lua52"])
def test_engines(engine: str) -> None:
    code = "ngx.sleep(0.001) print(_VERSION, ' ', pcall(ngx.sleep, 0.001)) error('x')"
    status, out, err = resty("--main-conf", f"pyresty_lua {engine};", "-e", code)
    assert (status, out) == (1, f"Lua 5.{engine[-1]} true\n")
    assert err.startswith("ERROR: (command line -e):1: x\n")


def test_a_wrong_configuration_is_refused() -> None:
    answer = resty("--main-conf", "nonsense;", "-e", "print(1)")
    assert answer == (1, "", 'nginx: [emerg] unknown directive "nonsense" in nginx.conf:4\n')


def test_usage_and_version() -> None:
    assert resty("-h")[1].startswith("resty [options] [lua-file [args]]\n")
    code, out, err = resty("-V")
    assert (code, out) == (0, "")
    assert err.startswith("resty ")
    assert "\nnginx version: nginx/" in err
    assert resty() == (255, "", 'Neither Lua input file nor -e "" option specified.\n')
    assert resty("absent.lua") == (2, "", "Lua input file absent.lua not found.\n")


def test_nothing_is_left_in_the_working_directory(tmp_path: Path) -> None:
    assert resty("-e", "print(ngx.config.prefix())", cwd=tmp_path) == (0, f"{tmp_path}/\n", "")
    assert list(tmp_path.iterdir()) == []


def test_signals() -> None:
    quit_code, _, _ = resty("-e", "require('ngx.process').signal_graceful_exit() ngx.sleep(20)")
    assert quit_code == 0
    code = "print('up') ngx.flush() ngx.sleep(20)"
    process = subprocess.Popen([*COMMAND, "-e", code], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == -signal.SIGINT
    process.stdout.close()
