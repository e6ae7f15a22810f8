"""`require "ngx.pipe"`: child processes; and `require "resty.signal"`."""

from __future__ import annotations

from pyresty.ngx.phases import ANY, WITH_REQUEST, YIELDABLE, Phase
from pyresty.ngx.registry import Face, api_face, api_module

_HOLDER = "require 'ngx.pipe' and require 'pyresty.process.child'.Process"


def _method(name: str, signature: str, doc: str, *, phases: Phase = YIELDABLE, waits: bool = True) -> Face:
    return api_face(
        f"proc:{name}", kind="method", holder=_HOLDER, phases=phases, signature=signature, doc=doc, waits=waits
    )


def _readers(name: str) -> list[Face]:
    end = f"the program's {name}; err is 'closed' at its end, 'timeout', 'aborted', 'pipe busy reading'."

    def reader(kind: str, argument: str, doc: str) -> Face:
        return _method(f"{name}_{kind}", f"data, err, partial = proc:{name}_{kind}({argument})", f"{doc} of {end}")

    return [
        reader("read_all", "", "Reads all until the end"),
        reader("read_line", "", "Reads a line, without its end,"),
        reader("read_bytes", "n", "Reads n bytes"),
        reader("read_any", "max", "Reads what there is, at most max bytes,"),
    ]


FACES: list[Face] = [
    api_module("ngx.pipe", ANY, "Child processes that a request reads from, writes to and waits for."),
    api_face(
        "ngx.pipe.spawn",
        phases=WITH_REQUEST,
        signature='proc, err = require("ngx.pipe").spawn(args, options?)',
        doc="Starts a program: an array of its name and arguments, or a string for /bin/sh. Options: merge_stderr, "
        "environ (array of 'name=value'), buffer_size, and in milliseconds write_timeout, stdout_read_timeout, "
        "stderr_read_timeout, wait_timeout (10000 each). The process is killed when its request ends.",
    ),
    _method("pid", "pid = proc:pid()", "The process's id.", phases=WITH_REQUEST, waits=False),
    _method(
        "set_timeouts",
        "proc:set_timeouts(write_ms?, stdout_read_ms?, stderr_read_ms?, wait_ms?)",
        "The time limits; 0 for none.",
        phases=WITH_REQUEST,
        waits=False,
    ),
    _method(
        "wait",
        "ok, reason, status = proc:wait()",
        "Waits for the program's end: ok is whether its status is 0, reason 'exit' or 'signal'; nil and 'timeout' or "
        "'exited' (it was waited for before).",
    ),
    _method("write", "bytes, err = proc:write(data)", "Writes all of a string, number or array to the program."),
    *_readers("stdout"),
    *_readers("stderr"),
    _method(
        "shutdown",
        "ok, err = proc:shutdown(direction)",
        "Closes 'stdin', 'stdout' or 'stderr'.",
        phases=WITH_REQUEST,
        waits=False,
    ),
    _method(
        "kill",
        "ok, err = proc:kill(signal_number)",
        "Sends a signal; err is 'exited' or 'invalid signal'.",
        phases=WITH_REQUEST,
        waits=False,
    ),
    api_module("resty.signal", ANY, "Signals by name, without lua-resty-signal's C library."),
    api_face(
        "resty.signal.kill",
        phases=ANY,
        signature='ok, err = require("resty.signal").kill(pid, signal)',
        doc="Sends a signal, given by number or as 'TERM', 'HUP' …; 'NONE' only asks whether the process is there.",
    ),
    api_face(
        "resty.signal.signum",
        phases=ANY,
        signature='number, err = require("resty.signal").signum(name)',
        doc="The number of a signal on this system.",
    ),
]
