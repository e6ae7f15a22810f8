"""The error log: sinks with a minimum level each, and lines in nginx's format.

``2026/11/24 15:00:00 [notice] PID#TID: message``; until a start has succeeded, messages of level warn and above also
go to the terminal as ``nginx: [emerg] message``.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from pyresty.process import levels
from pyresty.process.errors import errno_text, text
from pyresty.process.files import open_append
from pyresty.process.levels import LEVELS, MAX_LINE, log_time
from pyresty.process.syslog import Channel, peer_of

STDERR_FD = 2


class Sink:
    """Where lines go: an fd that stays the same number, and the highest level number it takes."""

    def __init__(self, fd: int, level: int, *, regular: bool = True) -> None:
        self.fd = fd
        self.level = level
        self.regular = regular
        self._full_at = 0

    def write(self, level: int, line: bytes) -> OSError | None:
        """Write one line. Returns the error when this line was lost to a full disk for the first time in a second.

        After that the sink rests until the next second, as in nginx; other errors are dropped, as nginx drops them.
        """
        now = int(time.time())
        if self._full_at == now:
            return None
        try:
            os.write(self.fd, line)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                first, self._full_at = self._full_at == 0, now
                return error if first else None
            return None
        self._full_at = 0
        return None


class SyslogSink(Sink):
    """An error log that is a syslog peer."""

    def __init__(self, channel: Channel, level: int) -> None:
        super().__init__(channel.fd, level, regular=False)
        self.channel = channel
        self._lost = False

    def write(self, level: int, line: bytes) -> OSError | None:
        """Send a line with its level as severity. Returns the error of the first line that was lost in a row."""
        if self.channel.send(level - 1, line):
            self._lost = False
            return None
        first, self._lost = not self._lost, True
        return self.channel.failed if first else None


class ErrorLog:
    """What the process logs to (nginx: cycle->log). ``console`` is on until the start has succeeded.

    ``keeps_stderr``: some log of the configuration is stderr, which has to stay what it was.
    """

    keeps_stderr = False

    def __init__(self, sinks: Iterable[Sink] = (), *, console: bool = False) -> None:
        self.sinks = list(sinks)
        self.console = console

    @property
    def level(self) -> int:
        """The highest level number that any sink takes."""
        return max((sink.level for sink in self.sinks), default=-1)

    @property
    def file(self) -> Sink | None:
        """The first sink that is a file or stderr: the one that stderr is led to."""
        return next((sink for sink in self.sinks if sink.regular), None)

    def log(self, level: int | str, message: str | bytes, error: OSError | None = None) -> None:
        """Write one line to every sink that takes the level; ``error`` adds `` (N: description)``. Never raises."""
        number = levels.number(level)
        if number > self.level and not self.console:
            return
        body = os.fsencode(message) + errno_text(error).encode()
        line = self.line(number, body)
        stderr_written = False
        for sink in self.sinks:
            if number <= sink.level:
                stderr_written |= sink.fd == STDERR_FD
                lost = sink.write(number, line)
                if lost:
                    self._report_loss(sink, lost)
        if self.console and number <= levels.WARN and not stderr_written:
            _to_stderr(b"nginx: [%s] %s\n" % (LEVELS[number].encode(), body))

    __call__ = log

    @staticmethod
    def line(level: int, message: bytes, pid: int | None = None) -> bytes:
        """The bytes of a line, line feed included, cut at MAX_LINE."""
        pid = pid or os.getpid()
        head = f"{log_time()} [{LEVELS[level]}] {pid}#{threading.get_native_id()}: ".encode()
        return (head + message)[: MAX_LINE - 1] + b"\n"

    def _report_loss(self, failed: Sink, error: OSError) -> None:
        call = f"write() to error log #{failed.fd}" if failed.regular else "send() to syslog"
        line = self.line(levels.ALERT, f"{call} failed{errno_text(error)}".encode())
        for sink in self.sinks:
            if sink is not failed and sink.level >= levels.ALERT:
                sink.write(levels.ALERT, line)

    def redirect_stderr(self) -> None:
        """Lead fd 2 to the first file, unless a sink is stderr itself (nginx: ngx_log_redirect_stderr)."""
        sink = self.file
        if sink is None or self.keeps_stderr or any(other.fd == STDERR_FD for other in self.sinks):
            return
        sys.stderr.flush()
        os.dup2(sink.fd, STDERR_FD)

    def release(self) -> None:
        """Close the file of a built-in log, which no ``Files`` has (nginx: ``built-in log``)."""
        for sink in self.sinks:
            if sink.fd > STDERR_FD:
                os.close(sink.fd)
        self.sinks.clear()


def _to_stderr(line: bytes) -> None:
    try:
        os.write(STDERR_FD, line)
    except OSError:  # a closed terminal must not stop the server
        return


def builtin(path: str) -> ErrorLog:
    """The log that takes what happens before the configuration's own logs are open (``-e``; ``""``: stderr).

    Level notice. A file that cannot be opened is told on stderr, which then takes its place.
    """
    fd = STDERR_FD
    if path:
        try:
            fd = open_append(os.fsencode(path))
        except OSError as error:
            failed = f'open() "{text(path)}" failed{errno_text(error)}'
            _to_stderr(f"nginx: [alert] could not open error log file: {failed}\n".encode())
    return ErrorLog([Sink(fd, levels.NOTICE)], console=True)


Opener = Callable[[bytes], int]


class SinkTable:
    """Turns the plan's error-log tables into sinks, one sink per target; keeps syslog sockets over a reload."""

    def __init__(self, open_path: Opener, previous: SinkTable | None = None) -> None:
        self._open = open_path
        self._channels: dict[Any, Channel] = {}
        self._previous = previous._channels if previous else {}

    def bind(self, entry: dict[str, Any]) -> Sink:
        """The sink of one table ``{file | stderr | syslog, level}``; the table gets ``fd`` and a numeric ``level``.

        Raises ProcessError when a file cannot be opened.
        """
        level = entry["level"] = levels.number(entry.get("level") or levels.ERROR)
        if entry.get("syslog"):
            channel = self._channel(entry["syslog"])
            entry["fd"] = channel.fd
            return SyslogSink(channel, level)
        path = entry.get("file")
        entry["fd"] = STDERR_FD if entry.get("stderr") or not path else self._open(os.fsencode(path))
        return Sink(entry["fd"], level)

    def syslog_fd(self, settings: dict[str, Any]) -> int:
        """The fd of a syslog peer for an access log."""
        return self._channel(settings).fd

    def _channel(self, settings: dict[str, Any]) -> Channel:
        peer = peer_of(settings)
        channel = self._channels.get(peer)
        if channel is None:
            channel = self._previous.get(peer) or Channel(peer)
            self._channels[peer] = channel
        return channel

    def discard(self, kept: SinkTable | None) -> None:
        """Close the sockets that the other table does not use."""
        used = set(map(id, kept._channels.values())) if kept else set()
        for channel in self._channels.values():
            if id(channel) not in used:
                channel.close()
        self._channels = {}
