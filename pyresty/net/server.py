"""A worker's server: accepts on the listening sockets and serves with the newest generation until told to stop."""

from __future__ import annotations

import errno
import os
import socket
import time
import traceback
from collections.abc import Callable, Iterable
from typing import Any

from pyresty.net import balance, resolver, worker_threads
from pyresty.net.connections import Connections
from pyresty.net.generation import Generation, InitError
from pyresty.ngx import process_info
from pyresty.process.control import SingleControl
from pyresty.vm import sockets

READ = 1
ALERT, CRIT, ERROR, WARN = 2, 3, 4, 5
_NO_DESCRIPTORS = (errno.EMFILE, errno.ENFILE)
THREADS_CHECKED = 0.2  # seconds between two looks whether the threads of an old configuration have ended

Log = Callable[[int, str], None]

__all__ = ["InitError", "Server", "prepare", "resolver", "serve"]


def prepare(config: Any) -> Generation:
    """Before the fork: build the VM, load the plan and run init_by_lua. Raises InitError with its message."""
    generation = Generation(config)
    message = generation.run("init")
    if message is not None:
        raise InitError(f"{generation.kind('init')} error: {message}")
    return generation


class Acceptor:
    """One listening socket's read watcher (ngx_event_accept)."""

    def __init__(self, server: Server, listener: Any) -> None:
        self.listener = listener
        self._server = server
        self._sock = socket.socket(fileno=listener.fd)
        self._sock.setblocking(False)
        self._unix = self._sock.family == socket.AF_UNIX
        self._shared = listener.worker is None  # the others accept on it too
        self._left_to_others = False
        self._pause = server.loop.timer(balance.PAUSE)
        self._watcher = server.loop.io(listener.fd, READ)
        self._watcher.start(self._readable)

    def _readable(self) -> None:
        server = self._server
        if self._shared and not self._left_to_others and server.is_ahead():
            self._left_to_others = True
            self._watcher.stop()
            self._pause.start(self.resume)
            return
        self._left_to_others = False
        try:
            sock, peer = self._sock.accept()
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            server.accept_failed(error)
            return
        try:
            if not server.has_room():
                sock.close()
                return
            sock.setblocking(False)
            address, port = (b"unix:", 0) if self._unix else (peer[0].encode(), peer[1])
            if not self._unix:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server.connections.add(sock, server.generation, self._listen_of(sock), address, port)
        except Exception:
            server.log(ALERT, f"accept: {traceback.format_exc().strip()}")

    def _listen_of(self, sock: socket.socket) -> int:
        """Which of the addresses that share the socket was connected to."""
        listens = self.listener.listens
        if len(listens) == 1:
            return int(listens[0])
        address = sock.getsockname()[0].encode()
        table = self._server.generation.plan["listens"]
        for index in listens:
            if table[index - 1]["address"] == address:
                return int(index)
        return int(listens[-1])

    def pause(self) -> None:
        """Accept nothing for now."""
        self._pause.stop()
        self._watcher.stop()

    def resume(self) -> None:
        """Accept again."""
        self._watcher.start(self._readable)

    def close(self) -> None:
        """Stop accepting; the descriptor itself belongs to the listener."""
        self._pause.stop()
        self._pause.close()
        self._watcher.stop()
        self._watcher.close()
        self._sock.detach()


class Server:
    """All that a worker process serves with."""

    def __init__(self, generation: Generation, listeners: Iterable[Any], log: Log) -> None:
        from gevent import get_hub

        self.log = log
        hub = get_hub()
        hub.print_exception = self._callback_failed
        self.loop = hub.loop
        self.generation = generation
        self.connections = Connections(self.loop, self._fresh_generation)
        self.balance: balance.Balance | None = None
        self.exit_code = 0
        self._acceptors: list[Acceptor] = []
        self._live: set[Generation] = set()
        self._reuse_warned = 0
        self._quitting = False
        self._done: Any = None
        self._retry: Any = None
        self._ending: Any = None
        self.on_configuration_end: Callable[[Any], None] | None = None
        sockets.Room.has = self._has_room_for_socket
        self._adopt(generation)
        self._begin(generation)
        self.listen(listeners)

    def _callback_failed(self, context: Any, kind: Any, value: Any, trace: Any) -> None:
        """A watcher's callback or a greenlet raised: gevent's own report would go to stderr alone."""
        text = "".join(traceback.format_exception(kind, value, trace)).strip()
        self.log(ALERT, f"driver: {context!r}: {text}")

    # ------------------------------------------------------------------------------------------------------- accepting

    def listen(self, listeners: Iterable[Any]) -> None:
        """Accept on these sockets, and no longer on others."""
        for acceptor in self._acceptors:
            acceptor.close()
        self._acceptors = [Acceptor(self, listener) for listener in listeners]

    def accept_failed(self, error: OSError) -> None:
        """Log it and rest for half a second, as nginx does when it is out of descriptors."""
        code = error.errno or 0
        level = CRIT if code in _NO_DESCRIPTORS else ERROR if code == errno.ECONNABORTED else ALERT
        self.log(level, f"accept4() failed ({code}: {os.strerror(code)})")
        if code == errno.ECONNABORTED:
            return
        self._pause_accepting()
        self._retry = self.loop.timer(0.5)
        self._retry.start(self._resume_accepting)

    def _begin(self, generation: Generation) -> None:
        worker_threads.use(generation.vm.engine, generation.plan)
        asked = process_info.CURRENT.agent_connections if process_info.CURRENT.kind == process_info.AGENT else None
        self._limit = asked or int(generation.plan["main"].get("worker_connections") or 512)

    def is_ahead(self) -> bool:
        """Whether other workers should accept the next connection."""
        return self.balance is not None and self.balance.is_ahead(len(self.connections))

    def _free(self) -> int:
        """How many connections may come to those there are, of clients and to upstreams."""
        return self._limit - len(self._acceptors) - len(self.connections) - len(sockets.CONNECTED)

    def has_room(self) -> bool:
        """Whether ``worker_connections`` admit one more; idle ones make room first (ngx_get_connection)."""
        if self._free() > self._limit // 16:
            return True
        self._reuse()
        if self._free() > 0:
            return True
        self.log(ALERT, f"{self._limit} worker_connections are not enough")
        return False

    def _has_room_for_socket(self) -> bool:
        """The same for a connection that Lua makes; what makes room for the next ones is done when Lua has returned."""
        free = self._free()
        if free <= self._limit // 16:
            self.loop.run_callback(self._reuse)
        return free > 0

    def _reuse(self) -> None:
        before = len(self.connections)
        for generation in tuple(self._live):
            generation.drive(b"reuse")
        now = int(time.time())
        if len(self.connections) < before and self._reuse_warned != now:
            self._reuse_warned = now
            self.log(WARN, f"{self._limit} worker_connections are not enough, reusing connections")

    def _pause_accepting(self) -> None:
        for acceptor in self._acceptors:
            acceptor.pause()

    def _resume_accepting(self) -> None:
        for acceptor in self._acceptors:
            acceptor.resume()

    # ----------------------------------------------------------------------------------------------------- generations

    def _fresh_generation(self, home: Generation) -> Generation:
        """``lua_code_cache off``: a VM for one request, with init_by_lua run again."""
        fresh = Generation(home.config, fresh=True)
        self._adopt(fresh)
        message = fresh.run("init")
        if message is not None:
            self.log(ERROR, f"{fresh.kind('init')} error: {message}")
            fresh.entries[b"init_failed"]()
        return fresh

    def _adopt(self, generation: Generation) -> None:
        generation.attach(self.loop, self.connections, self.log, self._released)
        self._live.add(generation)

    def _released(self, generation: Generation) -> None:
        """A generation has ended. The newest one is still there for exit_worker_by_lua."""
        if generation not in self._live:
            return
        self._live.discard(generation)
        if generation is not self.generation:
            generation.free()
            self._end_configuration(generation.config)
        if self._quitting and not self._live:
            self._finish()

    def _end_configuration(self, config: Any) -> None:
        """Tell that nobody uses a configuration any more, when that is so: threads may still run Lua of it."""
        if any(other.config is config for other in {*self._live, self.generation}):
            return
        if worker_threads.busy():
            self._ending = self.loop.timer(THREADS_CHECKED)
            self._ending.start(self._end_configuration, config)
        elif self.on_configuration_end is not None:
            self.on_configuration_end(config)

    def reload(self, generation: Generation, listeners: Iterable[Any]) -> None:
        """``master_process off``: new connections go to a new VM, the old one finishes its requests."""
        old = self.generation
        self._adopt(generation)
        self._begin(generation)
        self.generation = generation
        self.listen(listeners)
        self.start_worker(generation)
        old.drive(b"drain")

    def start_worker(self, generation: Generation) -> None:
        """Run init_worker_by_lua; an error is only logged."""
        message = generation.run("init_worker")
        if message is not None:
            self.log(ERROR, f"{generation.kind('init_worker')} error: {message}")
        generation.drive(b"finish")

    # ------------------------------------------------------------------------------------------------------------ life

    def run(self) -> int:
        """Serve until stopped; returns the exit code."""
        from gevent.event import Event

        self._done = Event()
        self.start_worker(self.generation)
        self._done.wait()
        return self.exit_code

    def exit_worker(self) -> None:
        """Run exit_worker_by_lua; an error is only logged."""
        message = self.generation.run("exit_worker")
        if message is not None:
            self.log(ERROR, f"{self.generation.kind('exit_worker')} error: {message}")

    def quit(self) -> None:
        """Graceful: accept no more, finish what is there."""
        if self._quitting:
            return
        self._quitting = True
        self.listen(())
        for generation in tuple(self._live):
            generation.drive(b"drain")

    def shutdown_timeout(self) -> None:
        """The graceful end took too long: what still runs is cut off."""
        for generation in tuple(self._live):
            generation.drive(b"abort")
        self._finish()

    def flush_logs(self) -> None:
        """Write out the access log lines that are buffered."""
        for generation in {*self._live, self.generation}:
            generation.drive(b"flush_logs")

    def terminate(self) -> None:
        """At once."""
        self.listen(())
        self._finish()

    def _finish(self) -> None:
        if self._done is not None:
            self._done.set()


def serve(generation: Generation, listeners: Iterable[Any], control: Any) -> int:
    """A worker's life, after the fork → exit code. ``control`` brings the signals (pyresty.process.worker)."""
    single = isinstance(control, SingleControl)
    process_info.CURRENT.become_worker(control.worker_id, control.worker_count, single=single)
    server = Server(generation, listeners, lambda level, message: control.log.log(level, message))
    server.on_configuration_end = control.configuration_end
    if control.balance is not None:
        server.balance = server.connections.balance = balance.Balance(control.balance, control.worker_id)
    control.on_quit(server.quit)
    control.on_terminate(server.terminate)
    control.on_shutdown_timeout(server.shutdown_timeout)
    control.on_reload(server.reload)
    control.on_flush(server.flush_logs)
    control.install(server.loop)
    code = server.run()
    control.exiting()
    server.exit_worker()
    server.flush_logs()
    return code
