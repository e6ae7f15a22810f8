"""A server whose workers only say who they are: the processes without VM and HTTP.

``python process_stub.py MODE CONF PREFIX``; what a worker answers is one line of JSON per connection.
MODE: ``plain``; ``hold`` (a worker that ignores QUIT), ``deaf`` (one that hears nothing), ``fatal`` (one that cannot
begin), ``young`` (one that dies at once), ``refuse`` (init_by_lua fails from the second configuration on).
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from typing import Any

from pyresty.conf.configuration import load
from pyresty.process.errors import ProcessError
from pyresty.process.logs import builtin
from pyresty.process.master import run

mode, path, prefix = sys.argv[1:4]
prepared = 0


class Generation:
    """What prepare hands to serve: which configuration it was, and the numbers of its log files."""

    def __init__(self, number: int, config: Any) -> None:
        self.number = number
        logs = config.plan.get("http", {}).get("error_log") or []
        self.log_fds = [entry["fd"] for entry in logs if entry.get("file")]


def prepare(config: Any) -> Generation:
    global prepared
    prepared += 1
    if mode == "refuse" and prepared > 1:
        raise ProcessError("init_by_lua error: refused", level="error")
    return Generation(prepared, config)


def serve(generation: Generation, listeners: list[Any], control: Any) -> int:
    from gevent import get_hub
    from gevent.event import Event

    if mode == "fatal":
        raise RuntimeError("cannot begin")
    if mode == "young":
        return 3
    loop, done = get_hub().loop, Event()
    state = {"generation": generation}
    watchers: list[tuple[Any, socket.socket]] = []

    def answer(sock: socket.socket) -> None:
        try:
            connection, _ = sock.accept()
        except BlockingIOError:
            return
        now = state["generation"]
        for fd in now.log_fds:
            os.write(fd, b"answered by %d\n" % control.worker_id)
        facts = {
            "worker": control.worker_id,
            "workers": control.worker_count,
            "pid": os.getpid(),
            "uid": os.getuid(),
            "generation": now.number,
            "environment": dict(os.environ),
            "directory": os.getcwd(),
            "title": open("/proc/self/cmdline", "rb").read().rstrip(b"\0").decode(),
        }
        connection.sendall(json.dumps(facts).encode() + b"\n")
        connection.close()

    def listen(wanted: list[Any]) -> None:
        while watchers:
            watcher, sock = watchers.pop()
            watcher.stop()
            sock.detach()
        for listener in wanted:
            sock = socket.socket(fileno=listener.fd)
            watcher = loop.io(listener.fd, 1)
            watcher.start(answer, sock)
            watchers.append((watcher, sock))

    def reload(new: Generation, wanted: list[Any]) -> None:
        state["generation"] = new
        listen(wanted)

    def quit() -> None:
        listen([])
        if mode != "hold":
            done.set()

    listen(listeners)
    control.on_quit(quit)
    control.on_terminate(done.set)
    control.on_reload(reload)
    control.install(loop)
    while mode == "deaf":
        time.sleep(60)
    done.wait()
    listen([])
    return 0


def reload(log: Any) -> Any:
    return load(path, prefix, log=log)


log = builtin("")
try:
    config = reload(log.log)
except Exception as error:
    log.log("emerg", str(error))
    sys.exit(1)
sys.exit(run(config, reload=reload, prepare=prepare, serve=serve, log=log))
