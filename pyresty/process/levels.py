"""Error-log levels: nginx's names and numbers (1 emerg … 8 debug)."""

from __future__ import annotations

import time

LEVELS = ("stderr", "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug")
NUMBERS = {name: number for number, name in enumerate(LEVELS)}
STDERR, EMERG, ALERT, CRIT, ERROR, WARN, NOTICE, INFO, DEBUG = range(9)

#: An error-log line is cut at this many bytes, line feed included (NGX_MAX_ERROR_STR as OpenResty has it).
MAX_LINE = 4096


def number(level: int | str | bytes) -> int:
    """The number of a level given as a number or a name; ``debug_http`` and its like are ``debug``."""
    if isinstance(level, int):
        return level
    name = level.decode() if isinstance(level, bytes) else level
    return DEBUG if name.startswith("debug") else NUMBERS[name]


def log_time(now: float | None = None) -> str:
    """Local time as error logs have it: ``2026/11/24 15:00:00``."""
    return time.strftime("%Y/%m/%d %H:%M:%S", time.localtime(now))


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def syslog_time(now: float | None = None) -> str:
    """Local time as syslog messages have it: ``Nov 24 15:00:00``, the day padded with a space."""
    t = time.localtime(now)
    return f"{_MONTHS[t.tm_mon - 1]} {t.tm_mday:2d} {t.tm_hour:02d}:{t.tm_min:02d}:{t.tm_sec:02d}"
