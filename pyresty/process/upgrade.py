"""Replacing the running program without losing a connection (USR2): the new one inherits the listening sockets."""

from __future__ import annotations

import os
import signal
import sys

from pyresty.process import environment, listen
from pyresty.process.cycle import Cycle
from pyresty.process.worker import exit_now

#: What Python itself needs to find its modules again; nginx's binary has no such needs.
_KEPT = (b"PYTHONPATH", b"PYTHONHOME")


def command_line() -> list[str]:
    """The command that started this process, with the interpreter's full path."""
    return [sys.executable, *sys.orig_argv[1:]]


def start(cycle: Cycle) -> int | None:
    """Start the new program; returns its process id, None after a logged failure (nginx: ngx_exec_new_binary)."""
    log, settings = cycle.log, cycle.settings
    arguments = command_line()
    program = arguments[0]
    moved = f"{settings.pid_path} to {settings.old_pid_path}"
    try:
        os.rename(settings.pid_path, settings.old_pid_path)
    except OSError as error:
        log.log("alert", f'rename() {moved} failed before executing new binary process "{program}"', error)
        return None
    try:
        pid = os.fork()
    except OSError as error:
        log.log("alert", 'fork() failed while spawning "new binary process"', error)
        restore_pid_file(cycle, f'an attempt to execute new binary process "{program}"', "after")
        return None
    if pid == 0:
        exit_now(_execute(cycle, arguments))
    log.log("notice", f"start new binary process {pid}")
    return pid


def _execute(cycle: Cycle, arguments: list[str]) -> int:
    for listener in cycle.listeners:
        os.set_inheritable(listener.fd, True)
    variables = environment.selected(cycle.settings.env)
    source = environment.original()
    variables.update({name: source[name] for name in _KEPT if name in source})
    variables[listen.VARIABLE.encode()] = listen.variable(cycle.listeners).encode()
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    try:
        os.execve(arguments[0], arguments, variables)
    except OSError as error:
        cycle.log.log("alert", f'execve() failed while executing new binary process "{arguments[0]}"', error)
    return 1


def restore_pid_file(cycle: Cycle, what: str, when: str = "after the new binary process") -> None:
    """Move the pid file back when the new program is gone."""
    settings = cycle.settings
    try:
        os.rename(settings.old_pid_path, settings.pid_path)
    except OSError as error:
        moved = f"{settings.old_pid_path} back to {settings.pid_path}"
        cycle.log.log("alert", f"rename() {moved} failed {when} {what}", error)
