"""``ngx.run_worker_thread``: Lua functions in threads, each in a VM of its own that later calls use again.

lupa gives the interpreter's lock back while Lua runs, so such a function keeps neither the loop nor others waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyresty.vm import host
from pyresty.vm.engine import VM
from pyresty.vm.operations import operation

#: What the VMs get of the plan.
_PARTS = ("prefix", "zones", "redis_dicts", "lua", "error_log", "hostname")

Run = Callable[[bytes], Any]


class WorkerThreads:
    """The thread pools of one configuration in this process, and the VMs they share."""

    def __init__(self, engine: str, plan: dict[str, Any]) -> None:
        self._engine = engine
        self._plan = {name: plan[name] for name in _PARTS if name in plan}
        self._pools: dict[bytes, Any] = {}
        self._tasks: dict[bytes, int] = {}
        self._idle: list[Run] = []
        self._count = 0

    def run(self, name: bytes, threads: int, max_queue: int, vms: int, packed: bytes) -> Any:
        """Run one function in a thread of the pool ``name`` → (packed results) or (None, message)."""
        run = self._vm(vms)
        if run is None:
            return None, b"no available Lua vm"
        tasks = self._tasks.get(name, 0)
        try:
            if tasks >= threads + max_queue:
                return None, b"ngx_thread_task_post failed"
            self._tasks[name] = tasks + 1
            _running.add(task := object())
            try:
                return self._pool(name, threads).apply(run, (packed,))
            finally:
                _running.remove(task)
                self._tasks[name] -= 1
        finally:
            self._idle.append(run)

    def _pool(self, name: bytes, threads: int) -> Any:
        pool = self._pools.get(name)
        if pool is None:
            from gevent.threadpool import ThreadPool

            pool = self._pools[name] = ThreadPool(threads)
        return pool

    def _vm(self, most: int) -> Run | None:
        """An idle VM's entry, or that of a new one; None when there are ``most`` and none is idle."""
        if self._idle:
            return self._idle.pop()
        if self._count >= most:
            return None
        self._count += 1
        vm = VM(self._engine)
        functions = vm.lua.table_from({name.encode(): call for name, call in host.functions(vm).items()})
        run: Run = vm.require(b"pyresty.thread_vm")(functions, vm.to_lua(self._plan))
        return run


_current: WorkerThreads | None = None
_running: set[object] = set()


def busy() -> bool:
    """Whether any thread runs Lua, of this configuration or one before."""
    return bool(_running)


def use(engine: str, plan: dict[str, Any]) -> None:
    """From now on calls are of this configuration; those of the one before end in its own VMs."""
    global _current
    _current = WorkerThreads(engine, plan)


@operation("worker_thread.run")
def run(name: bytes, limits: bytes, packed: bytes) -> Any:
    """``limits``: threads and max_queue of the pool, and lua_worker_thread_vm_pool_size."""
    assert _current is not None
    threads, max_queue, vms = (int(number) for number in limits.split())
    return _current.run(name, threads, max_queue, vms, packed)
