"""The main and the events context (nginx: ngx_core_module, ngx_events_module, ngx_conf_module and their kin)."""

from __future__ import annotations

import grp
import ipaddress
import os
import pwd
import socket
from typing import Any

from pyresty.conf.contexts import EVENTS, HTTP, LOCATIONS, MAIN, UPSTREAM
from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.logs import error_log
from pyresty.conf.registry import ANY, Module, Scope
from pyresty.conf.values import enum, flag, msec, number, offset, parse_number, string

MODULE = Module("ngx_core_module")

MODULE.value("daemon", MAIN, flag, default=True)
MODULE.value("master_process", MAIN, flag, default=True)
MODULE.value("timer_resolution", MAIN, msec, default=0.0)
MODULE.value("worker_shutdown_timeout", MAIN, msec, default=0.0)
MODULE.value("worker_rlimit_core", MAIN, offset)
MODULE.value("pcre_jit", MAIN, flag, default=False)
MODULE.value("pyresty_lua", MAIN, enum("luajit21", "lua51", "lua52"), default=b"luajit21")
MODULE.value("pid", MAIN, string, default=b"logs/nginx.pid")
MODULE.value("lock_file", MAIN, string, default=b"logs/nginx.lock")
MODULE.value("working_directory", MAIN, string)
MODULE.value("debug_points", MAIN, enum("stop", "abort"))

MODULE.value("multi_accept", EVENTS, flag, default=False)
MODULE.value("accept_mutex", EVENTS, flag, default=False)
MODULE.value("accept_mutex_delay", EVENTS, msec, default=0.5)
MODULE.value("worker_aio_requests", EVENTS, number, default=32)

#: A library that other modules need; it has no directives of its own.
_LIBRARIES = frozenset({"ndk_http_module"})
#: Event methods that nginx knows on Linux; the loop's own is used whichever is named.
_EVENT_METHODS = (b"epoll", b"poll", b"select")

MODULE.export("error_log", MAIN)
MODULE.directive("error_log", MAIN, args=ANY)(error_log)


@MODULE.directive("include", MAIN | EVENTS | HTTP | UPSTREAM | LOCATIONS, args=1)
def include(scope: Scope, d: Directive) -> None:
    """Includes are expanded by the parser, wherever they stand; only one with a wrong form comes this far."""
    raise ConfError(f'unexpected include of "{d.arg(0)}"', d)


def _worker_processes(d: Directive) -> int:
    if d.args[0] == b"auto":
        return len(os.sched_getaffinity(0))
    value = parse_number(d.args[0])
    if value is None:
        raise d.error("invalid value")
    return value


def _rlimit(d: Directive) -> int:
    value = parse_number(d.args[0])
    if value is None:
        raise d.error("invalid number")
    return value


def _priority(d: Directive) -> int:
    digits = d.args[0][1:] if d.args[0][:1] in (b"-", b"+") else d.args[0]
    value = parse_number(digits)
    if value is None:
        raise d.error("invalid number")
    return -value if d.args[0].startswith(b"-") else value


MODULE.value("worker_processes", MAIN, _worker_processes, default=1)
MODULE.value("worker_rlimit_nofile", MAIN, _rlimit)
MODULE.value("worker_priority", MAIN, _priority, default=0)


def _cpu_affinity(d: Directive) -> dict[str, Any]:
    """Masks → {auto, masks = {{cpu…}…}}, CPUs from 0."""
    automatic = d.args[0] == b"auto"
    if automatic and len(d.args) > 2:
        raise ConfError('invalid number of arguments in "worker_cpu_affinity" directive', d)
    return {"auto": automatic, "masks": [_cpu_mask(mask, d) for mask in d.args[automatic:]]}


def _cpu_mask(mask: bytes, d: Directive) -> list[int]:
    if len(mask) > 1024:
        raise ConfError('"worker_cpu_affinity" supports up to 1024 CPUs only', d)
    digits = mask.replace(b" ", b"")[::-1]
    for char in digits:
        if char not in b"01":
            raise ConfError(f'invalid character "{chr(char)}" in "worker_cpu_affinity"', d)
    return [cpu for cpu, char in enumerate(digits) if char == ord("1")]


MODULE.value("worker_cpu_affinity", MAIN, _cpu_affinity, args=ANY)


@MODULE.directive("user", MAIN, args=(1, 2))
def user(scope: Scope, d: Directive) -> None:
    """Sets {name, uid, gid}; without root's rights it is ignored with a warning."""
    if scope.has("user"):
        raise d.error("is duplicate")
    if os.geteuid() != 0:
        scope.warn(
            'the "user" directive makes sense only if the master process runs with super-user privileges, ignored', d
        )
        return
    name, group = d.arg(0), d.arg(len(d.args) - 1)
    try:
        uid = pwd.getpwnam(name).pw_uid
    except KeyError:
        raise ConfError(f'getpwnam("{name}") failed', d) from None
    try:
        gid = grp.getgrnam(group).gr_gid
    except KeyError:
        raise ConfError(f'getgrnam("{group}") failed', d) from None
    scope.set("user", {"name": d.args[0], "uid": uid, "gid": gid})


MODULE.export("user", MAIN)


@MODULE.directive("env", MAIN, args=1)
def env(scope: Scope, d: Directive) -> None:
    """``env NAME`` keeps a variable of the environment for the workers, ``env NAME=VALUE`` sets it."""
    name, equals, value = d.args[0].partition(b"=")
    scope.add("env", {"name": name, "value": value if equals else None})


MODULE.export("env", MAIN)


@MODULE.directive("load_module", MAIN, args=1)
def load_module(scope: Scope, d: Directive) -> None:
    """Accepts the file name of a module that is built in here; there is nothing to load."""
    if scope.has("events") or scope.has("http"):
        raise d.error("is specified too late")
    path = os.fsdecode(scope.config.full_name(d.args[0]))
    name = os.path.basename(path).removesuffix(".so")
    if name not in _LIBRARIES and all(module.name != name for module in scope.config.registry.modules):
        if not os.path.exists(path):
            reason = "cannot open shared object file: No such file or directory"
            raise ConfError(f'dlopen() "{path}" failed ({path}: {reason})', d)
        raise ConfError(f'dlopen() "{path}" failed (the module "{name}" is not supported by pyresty)', d)
    if name in scope.own("load_module", []):
        raise ConfError(f'module "{name}" is already loaded', d)
    scope.add("load_module", name)


@MODULE.directive("thread_pool", MAIN, args=(2, 3))
def thread_pool(scope: Scope, d: Directive) -> None:
    """Adds {name, threads, max_queue}."""
    pools = scope.own("thread_pool", [])
    if any(pool["name"] == d.args[0] for pool in pools):
        raise ConfError(f'duplicate thread pool "{d.arg(0)}"', d)
    pool: dict[str, Any] = {"name": d.args[0], "threads": 0, "max_queue": 65536}
    for index in range(1, len(d.args)):
        name, _, value = d.arg(index).partition("=")
        number = parse_number(value.encode("utf-8", "surrogateescape"))
        if name not in ("threads", "max_queue"):
            continue
        if number is None or (name == "threads" and number == 0):
            raise ConfError(f'invalid {name} value "{d.arg(index)}"', d)
        pool[name] = number
    if not pool["threads"]:
        raise ConfError('"thread_pool" must have "threads" parameter', d)
    scope.add("thread_pool", pool)


MODULE.export("thread_pool", MAIN)


@MODULE.directive("events", MAIN, args=0, block=True)
def events(scope: Scope, d: Directive) -> None:
    """The events block."""
    if scope.has("events"):
        raise d.error("is duplicate")
    child = Scope(EVENTS, scope, d)
    scope.set("events", child)
    child.apply(d.block)


def _connections(d: Directive) -> int:
    value = parse_number(d.args[0])
    if value is None:
        raise ConfError(f'invalid number "{d.arg(0)}"', d)
    return value


def _event_method(d: Directive) -> bytes:
    if d.args[0] not in _EVENT_METHODS:
        raise ConfError(f'invalid event type "{d.arg(0)}"', d)
    return d.args[0]


MODULE.value("worker_connections", EVENTS, _connections, default=512)
MODULE.value("use", EVENTS, _event_method)


@MODULE.directive("debug_connection", EVENTS, args=1)
def debug_connection(scope: Scope, d: Directive) -> None:
    """Checked, then without effect, as in an nginx without debugging code."""
    text = d.arg(0)
    if text != "unix:":
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            try:
                socket.getaddrinfo(text, None)
            except OSError:
                raise ConfError(f'host not found in debug_connection "{text}"', d) from None
    scope.warn('"debug_connection" is ignored, you need to rebuild nginx using --with-debug option to enable it', d)


@MODULE.main
def check_affinity(scope: Scope, plan: dict[str, Any]) -> None:
    """Warns of more CPU masks than fit (nginx: ngx_core_module_init_conf)."""
    affinity = scope.own("worker_cpu_affinity")
    if affinity and not affinity["auto"] and len(affinity["masks"]) not in (1, scope.get("worker_processes")):
        scope.warn(
            'the number of "worker_processes" is not equal to the number of "worker_cpu_affinity" masks, '
            "using last mask for remaining worker processes"
        )
