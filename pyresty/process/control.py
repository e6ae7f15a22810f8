"""What a serving process knows of the outside: who it is, and what it is told to do.

``serve(generation, listeners, control)`` registers callbacks, calls ``control.install(loop)`` and returns when it is
done; its result is the exit code (None: 0).
"""

from __future__ import annotations

import signal
import socket
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from pyresty.ngx import process_info
from pyresty.process import channel, listen, signals
from pyresty.process.cycle import Cycle, discard, retire
from pyresty.process.errors import LoggedError
from pyresty.process.listen import Listener
from pyresty.process.logs import ErrorLog
from pyresty.process.title import set_title

Callback = Callable[[], Any]
ReloadCallback = Callable[[Any, list[Listener]], Any]
_READ = 1

_COMMANDS = {channel.QUIT: "quit", channel.TERMINATE: "terminate", channel.REOPEN: "reopen"}
_SIGNALS = {
    signals.SHUTDOWN: "quit",
    signals.TERMINATE: "terminate",
    signals.INTERRUPT: "terminate",
    signals.REOPEN: "reopen",
    signals.RECONFIGURE: "reload",
}


class Control(ABC):
    """The base of both kinds of serving process: signals and callbacks.

    ``worker_id`` counts from 0 and is None in the privileged agent, ``worker_count`` is ``worker_processes``.
    ``terminating`` and ``quitting`` tell what was asked for so far.
    """

    def __init__(self, cycle: Cycle, worker_id: int | None, worker_count: int, *, daemonized: bool = False) -> None:
        self.cycle = cycle
        self.worker_id = worker_id
        self.worker_count = worker_count
        self.daemonized = daemonized
        self.terminating = False
        self.quitting = False
        self.installed = False
        self._callbacks: dict[str, list[Callable[..., Any]]] = {}
        self._receiver: signals.Receiver | None = None
        self._watchers: list[Any] = []
        self._timer: Any = None
        self._loop: Any = None
        self._exiting_logged = False

    @property
    def log(self) -> ErrorLog:
        """The error log of the current configuration."""
        return self.cycle.log

    @property
    def generation(self) -> Any:
        """The generation of the current configuration."""
        return self.cycle.generation

    @property
    def balance(self) -> Any:
        """The memory in which workers tell how many connections they have; None where nobody shares a socket."""
        return self.cycle.balance if self.worker_id is not None else None

    @property
    def listeners(self) -> list[Listener]:
        """The sockets to accept on with the current configuration."""
        return self.cycle.listeners_of(self.worker_id) if self.worker_id is not None else []

    def on_quit(self, callback: Callback) -> None:
        """Graceful shutdown: accept no more, finish what runs, then let ``serve`` return."""
        self._callbacks.setdefault("quit", []).append(callback)

    def on_terminate(self, callback: Callback) -> None:
        """Fast shutdown: let ``serve`` return now."""
        self._callbacks.setdefault("terminate", []).append(callback)

    def on_shutdown_timeout(self, callback: Callback) -> None:
        """``worker_shutdown_timeout`` is over: close what is still open. Without one, on_terminate's are called."""
        self._callbacks.setdefault("shutdown_timeout", []).append(callback)

    def on_reload(self, callback: ReloadCallback) -> None:
        """``master_process off`` only: callback(generation, listeners) of a new configuration that holds from now on.

        Old listening sockets that it does not have are closed when the callbacks have returned.
        """
        self._callbacks.setdefault("reload", []).append(callback)

    def on_reopen(self, callback: Callback) -> None:
        """Log files have been reopened, under the same fd numbers."""
        self._callbacks.setdefault("reopen", []).append(callback)

    def on_flush(self, callback: Callback) -> None:
        """Log files are about to be reopened: write out what is buffered, as it belongs into the old ones."""
        self._callbacks.setdefault("flush", []).append(callback)

    def install(self, loop: Any) -> None:
        """Receive signals and the master's commands through a gevent loop from now on."""
        self._loop = loop
        restart = self.cycle.config.plan.get("lua", {}).get("lua_sa_restart", True)
        self._receiver = signals.Receiver(loop, self._on_signal, interrupt=not restart)
        process_info.graceful_exit = lambda: loop.run_callback(self._perform, "quit")
        self.installed = True

    def close(self) -> None:
        """Stop receiving."""
        if self._receiver is not None:
            self._receiver.close()
            self._receiver = None
        for watcher in self._watchers:
            watcher.stop()
            watcher.close()
        self._watchers.clear()
        if self._timer is not None:
            self._timer.stop()
            self._timer.close()
            self._timer = None

    @abstractmethod
    def exiting(self) -> None:
        """Log ``exiting``, once; exit_worker_by_lua runs after that."""

    def configuration_end(self, config: Any) -> None:  # noqa: B027
        """No VM serves this configuration any more. A worker has one for its life."""

    def _on_signal(self, number: int, sender: int) -> None:
        self.log.log("notice", signals.line(number, sender, self._action(number)))
        name = self._command(number)
        if name is not None:
            self._perform(name)

    def _command(self, number: int) -> str | None:
        """What a signal commands, if anything."""
        return _SIGNALS.get(signal.Signals(number))

    @abstractmethod
    def _action(self, number: int) -> str:
        """What the log says that is done on a signal."""

    @abstractmethod
    def _perform(self, name: str) -> None:
        """Obey a command: quit, terminate, reopen or reload."""

    def _call(self, name: str, *args: Any) -> None:
        """Run callbacks; one that fails is logged and keeps none of the others back."""
        for callback in self._callbacks.get(name, ()):
            try:
                callback(*args)
            except Exception:
                self.log.log("alert", f"{name} callback failed: {traceback.format_exc().rstrip()}")

    def _reopen(self) -> None:
        self.log.log("notice", "reopening logs")
        self._call("flush")
        self.cycle.reopen_logs(give=False)
        self._call("reopen")


class WorkerControl(Control):
    """The control of a worker, or privileged agent, that a master has started. ``name`` is its process title."""

    def __init__(
        self, cycle: Cycle, worker_id: int | None, worker_count: int, end: socket.socket, *,
        name: str = "worker process", daemonized: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(cycle, worker_id, worker_count, daemonized=daemonized)
        self.name = name
        self.debugging = False  # told to quit by WINCH
        self._end = end

    def install(self, loop: Any) -> None:
        """See Control; also tells the master that this worker serves."""
        watcher = loop.io(self._end.fileno(), _READ)
        watcher.start(self._on_command, watcher)
        self._watchers.append(watcher)
        super().install(loop)
        channel.send(self._end, channel.READY)

    def exiting(self) -> None:
        """Log ``exiting``, once."""
        if not self._exiting_logged:
            self._exiting_logged = True
            self.log.log("notice", "exiting")

    def _action(self, number: int) -> str:
        return signals.worker_action(number, daemonized=self.daemonized)

    def _command(self, number: int) -> str | None:
        if number == signals.NOACCEPT and self.daemonized:
            self.debugging = True
            return "quit"
        return super()._command(number)

    def _on_command(self, watcher: Any) -> None:
        data = channel.receive(self._end.fileno())
        if data is None:  # the master is gone; as in nginx, its workers go on
            watcher.stop()
            return
        for index in range(len(data)):
            name = _COMMANDS.get(data[index : index + 1])
            if name is not None:
                self._perform(name)

    def _perform(self, name: str) -> None:
        if name == "terminate":
            self.terminating = True
            self.exiting()
            self._call("terminate")
        elif name == "quit":
            self._quit()
        elif name == "reopen":
            self._reopen()

    def _quit(self) -> None:
        self.log.log("notice", "gracefully shutting down")
        set_title(f"{self.name} is shutting down")
        if self.quitting or self.terminating:
            return
        self.quitting = True
        timeout = self.cycle.settings.shutdown_timeout
        if timeout > 0:
            self._timer = self._loop.timer(timeout, ref=False)
            self._timer.start(self._shutdown_timeout)
        self._call("quit")
        listen.close_all(self.cycle.listeners, self.log, unlink=False)

    def _shutdown_timeout(self) -> None:
        self._call("shutdown_timeout" if self._callbacks.get("shutdown_timeout") else "terminate")


#: Makes the cycle of a new configuration out of the present one, or raises LoggedError.
Renew = Callable[[Cycle], Cycle]


class SingleControl(Control):
    """The control with ``master_process off``: one process is both. QUIT ends it at once, as it does nginx."""

    def __init__(self, cycle: Cycle, renew: Renew, *, daemonized: bool = False) -> None:
        super().__init__(cycle, 0, 1, daemonized=daemonized)
        self._renew = renew
        self._old: list[Cycle] = []  # that still may be needed
        self._ended: list[Cycle] = []

    def exiting(self) -> None:
        """A single process logs only ``exit``."""

    def _action(self, number: int) -> str:
        return signals.master_action(number, daemonized=self.daemonized)

    def _perform(self, name: str) -> None:
        if name == "reload":
            self._reload()
        elif name == "reopen":
            self._reopen()
        else:
            self.terminating = True
            self._call("terminate")

    def _reload(self) -> None:
        self.log.log("notice", "reconfiguring")
        old = self.cycle
        try:
            self.cycle = self._renew(old)
        except LoggedError:
            return
        self._old.append(old)
        self._call("reload", self.generation, self.listeners)
        retire(old, self.cycle, logs=False)

    def configuration_end(self, config: Any) -> None:
        """Close what only old configurations needed, when the last of them has ended: they share files."""
        self._ended += [cycle for cycle in self._old if cycle.config is config]
        self._old = [cycle for cycle in self._old if cycle.config is not config]
        if self._old:
            return
        for cycle in self._ended:
            discard(cycle, self.cycle)
        self._ended.clear()
