"""`ngx.thread`: light threads of a request."""

from __future__ import annotations

from pyresty.ngx.phases import YIELDABLE
from pyresty.ngx.registry import Face, api_face

FACES: list[Face] = [
    api_face(
        "ngx.thread.spawn",
        phases=YIELDABLE,
        signature="co = ngx.thread.spawn(fn, ...)",
        doc="Runs fn(...) in a light thread, at once until it first waits.",
    ),
    api_face(
        "ngx.thread.wait",
        phases=YIELDABLE,
        waits=True,
        signature="ok, ... = ngx.thread.wait(co, ...)",
        doc="Waits until one of the threads ends; → true and its results, or false and its error.",
    ),
    api_face(
        "ngx.thread.kill",
        phases=YIELDABLE,
        signature="ok, err = ngx.thread.kill(co)",
        doc="Ends a thread that waits.",
    ),
    api_face(
        "ngx.run_worker_thread",
        phases=YIELDABLE,
        waits=True,
        signature="ok, ... = ngx.run_worker_thread(threadpool, module_name, func_name, ...)",
        doc="Runs a module's function in a thread of a thread_pool, in a VM of its own; → true and its results.",
    ),
]
