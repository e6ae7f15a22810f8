"""`require "ngx.semaphore"`: light threads that wait for one another, also across requests."""

from __future__ import annotations

from pyresty.ngx.phases import ANY, YIELDABLE
from pyresty.ngx.registry import Face, api_face, api_module

_HOLDER = "require 'ngx.semaphore'"

FACES: list[Face] = [
    api_module("ngx.semaphore", ANY, "Semaphores that light threads wait for."),
    api_face(
        "ngx.semaphore.new",
        phases=ANY,
        signature='sem, err = require("ngx.semaphore").new(n?)',
        doc="A semaphore of this worker with n (default 0) resources.",
    ),
    api_face(
        "sem:wait",
        kind="method",
        holder=_HOLDER,
        phases=YIELDABLE,
        waits=True,
        signature="ok, err = sem:wait(seconds)",
        doc='Takes a resource, in the order of arrival; waits for one at most so many seconds, then err is "timeout".',
    ),
    api_face(
        "sem:post",
        kind="method",
        holder=_HOLDER,
        phases=ANY,
        signature="sem:post(n?)",
        doc="Adds n (default 1) resources; those who wait are woken when the running light threads wait or end.",
    ),
    api_face(
        "sem:count",
        kind="method",
        holder=_HOLDER,
        phases=ANY,
        signature="n = sem:count()",
        doc="How many resources there are; negative: how many light threads wait.",
    ),
]
