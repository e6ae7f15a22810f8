"""Server programs beside the server under test, on ports of 127.0.0.1; each ends by its own pid."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

_START_SECONDS = 10.0
_STOP_SECONDS = 10.0


class ProgramError(Exception):
    """A program is not installed or does not come up."""


class Program:
    """A running program; its files are in a directory of its own, which ``close`` removes."""

    def __init__(self, port: int, command: list[str], files: dict[str, str] | None = None) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="pyresty-"))
        for name, text in (files or {}).items():
            (self._directory / name).write_text(text)
        try:
            with (self._directory / "output").open("wb") as out:
                self._process = subprocess.Popen(
                    command, cwd=self._directory, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
                )
            self._wait_listening(port)
        except OSError as error:
            shutil.rmtree(self._directory)
            raise ProgramError(str(error)) from error
        except ProgramError:
            self.close()
            raise

    def _wait_listening(self, port: int) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.005)
        words = (self._directory / "output").read_text(errors="replace")[-2000:]
        raise ProgramError(f"{self._process.args!r} does not listen on port {port}:\n{words}")

    def close(self) -> None:
        """Stop the program and remove its directory."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._directory)


def redis(words: list[str]) -> Program:
    """``redis PORT [unix:PATH] [PASSWORD]``: an empty Redis that keeps nothing."""
    command = ["redis-server", "--port", words[0], "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    for word in words[1:]:
        command += ["--unixsocket", word[5:]] if word.startswith("unix:") else ["--requirepass", word]
    return Program(int(words[0]), command)


def sentinel(words: list[str]) -> Program:
    """``sentinel PORT MASTER_PORT``: a Redis Sentinel that watches ``mymaster``."""
    conf = f"port {words[0]}\nbind 127.0.0.1\nsentinel monitor mymaster 127.0.0.1 {words[1]} 1\n"
    return Program(int(words[0]), ["redis-server", "sentinel.conf", "--sentinel"], {"sentinel.conf": conf})


def memcached(words: list[str]) -> Program:
    """``memcached PORT``: an empty memcached."""
    user = ["-u", "root"] if os.geteuid() == 0 else []
    return Program(int(words[0]), ["memcached", "-l", "127.0.0.1", "-p", words[0], "-U", "0", "-m", "16", *user])
