"""`ngx.worker`: the process."""

from __future__ import annotations

from pyresty.ngx.phases import ANY, Phase
from pyresty.ngx.registry import Face, api_face

FACES: list[Face] = [
    api_face("ngx.worker.pid", phases=ANY, signature="pid = ngx.worker.pid()", doc="This process's id."),
    api_face(
        "ngx.worker.pids",
        phases=ANY & ~(Phase.INIT | Phase.INIT_WORKER),
        signature="pids, err = ngx.worker.pids()",
        doc="The ids of all workers.",
    ),
    api_face(
        "ngx.worker.count", phases=ANY, signature="n = ngx.worker.count()", doc="How many workers are configured."
    ),
    api_face(
        "ngx.worker.id",
        phases=ANY,
        signature="id = ngx.worker.id()",
        doc="The worker's number from 0; nil in other processes.",
    ),
    api_face(
        "ngx.worker.exiting",
        phases=ANY,
        signature="exiting = ngx.worker.exiting()",
        doc="Whether the worker is going to end.",
    ),
]
