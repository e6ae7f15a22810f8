"""Where a log goes: the arguments of ``error_log``, and ``syslog:`` targets, which access logs have too."""

from __future__ import annotations

import re
from typing import Any

from pyresty.conf.address import AddressError, parse_server
from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.scope import Scope

LEVELS = (b"emerg", b"alert", b"crit", b"error", b"warn", b"notice", b"info", b"debug")
#: Subsystems whose debugging output nginx can select; here each of them stands for "debug".
_SUBSYSTEMS = (b"core", b"alloc", b"mutex", b"event", b"http", b"mail", b"stream")
_DEBUG_LEVELS = frozenset(b"debug_" + name for name in _SUBSYSTEMS)
_FACILITIES = (
    "kern", "user", "mail", "daemon", "auth", "intern", "lpr", "news", "uucp", "clock", "authpriv", "ftp", "ntp",
    "audit", "alert", "cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
)  # fmt: skip
_SEVERITIES = ("emerg", "alert", "crit", "error", "warn", "notice", "info", "debug")
_TAG = re.compile(r"[0-9A-Za-z_]*\Z")


def error_log(scope: Scope, d: Directive) -> None:
    """The ``error_log`` directive: adds {file | stderr | syslog, level} to the scope's list."""
    target = d.args[0]
    log: dict[str, Any]
    if target == b"stderr":
        log = {"stderr": True}
    elif target.startswith(b"memory:"):
        raise ConfError("nginx was built without debug support", d)
    elif target.startswith(b"syslog:"):
        log = {"syslog": parse_syslog(target, d)}
    else:
        log = {"file": scope.config.full_name(target)}
    log["level"] = _level(d)
    scope.add("error_log", log)


def _level(d: Directive) -> bytes:
    level, selected = b"", False
    for index, word in enumerate(d.args[1:], 1):
        if word in LEVELS:
            if level or selected:
                raise ConfError(f'duplicate log level "{d.arg(index)}"', d)
            level = word
        elif word in _DEBUG_LEVELS and not level:
            selected = True
        else:
            raise ConfError(f'invalid log level "{d.arg(index)}"', d)
    return b"debug" if selected else level or b"error"


def parse_syslog(target: bytes, d: Directive) -> dict[str, Any]:
    """``syslog:server=…,facility=…,severity=…,tag=…,nohostname`` → {server (address or path), port, family …}.

    ``facility`` and ``severity`` are RFC 3164's numbers.
    """
    found: dict[str, Any] = {}
    for item in target.decode("utf-8", "surrogateescape")[len("syslog:") :].split(","):
        name, equals, value = item.partition("=")
        if equals and name in ("server", "facility", "severity", "tag"):
            if name in found:
                raise ConfError(f'duplicate syslog "{name}"', d)
            found.update(_syslog_server(value, d) if name == "server" else {name: _syslog_value(name, value, d)})
        elif item == "nohostname":
            found["nohostname"] = True
        else:
            raise ConfError(f'unknown syslog parameter "{item}"', d)
    if "server" not in found:
        raise ConfError("no syslog server specified", d)
    return {"facility": 23, "severity": 6, "tag": b"nginx", "nohostname": False, **found}


def _syslog_server(value: str, d: Directive) -> dict[str, Any]:
    try:
        address = parse_server(value.encode("utf-8", "surrogateescape"), 514)[0]
    except AddressError as error:
        raise ConfError(f'{error} in syslog server "{value}"', d) from None
    return {"family": address.family.encode(), "server": address.host.encode(), "port": address.port}


def _syslog_value(name: str, value: str, d: Directive) -> Any:
    if name == "tag":
        if len(value) > 32:
            raise ConfError("syslog tag length exceeds 32", d)
        if not _TAG.match(value):
            raise ConfError('syslog "tag" only allows alphanumeric characters and underscore', d)
        return value.encode()
    words = _FACILITIES if name == "facility" else _SEVERITIES
    if value not in words:
        raise ConfError(f'unknown syslog {name} "{value}"', d)
    return words.index(value)
