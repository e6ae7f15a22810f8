"""Loading a configuration: parse, apply, compile."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pyresty.conf.contexts import MAIN
from pyresty.conf.directive import Block, ConfError
from pyresty.conf.parser import Parser, full_name
from pyresty.conf.registry import Plan, Registry
from pyresty.conf.scope import Scope
from pyresty.conf.variables import Variables

Log = Callable[[str, str], None]


class Configuration:
    """What belongs to one configuration as a whole while it is read.

    ``prefix`` and ``conf_prefix`` end in ``/``. ``log(level, text)`` takes warnings. ``locations`` are the scopes of
    the location tables, in the plan's order; ``servers`` those of the servers.
    """

    def __init__(self, registry: Registry, prefix: bytes, conf_prefix: bytes, log: Log) -> None:
        self.registry = registry
        self.prefix = prefix
        self.conf_prefix = conf_prefix
        self.log = log
        self.variables = Variables(registry)
        self.plan = Plan(prefix=prefix, conf_prefix=conf_prefix, servers=[], locations=[], listens=[])
        self.root = Scope(MAIN, None)
        self.root.config = self
        self.http: Scope | None = None
        #: what the main context logs to when it says nothing
        self.default_error_log: dict[str, Any] = {"file": full_name(prefix, b"logs/error.log"), "level": b"error"}
        self.locations: list[Scope] = []
        self.servers: list[Scope] = []

    def full_name(self, path: bytes, *, conf: bool = False) -> bytes:
        """A path made absolute with the prefix, or with the directory of nginx.conf (ngx_conf_full_name)."""
        return full_name(self.conf_prefix if conf else self.prefix, path)

    def add_location(self, scope: Scope, kind: str, name: bytes) -> dict[str, Any]:
        """A new location table of the plan, for a scope that lies within a server."""
        self.locations.append(scope)
        loc: dict[str, Any] = {"index": len(self.locations), "name": name, "kind": kind}
        if scope.server is not None:
            loc["server"] = scope.server["index"]
        self.plan["locations"].append(loc)
        return loc

    def add_server(self, scope: Scope) -> dict[str, Any]:
        """A new server table of the plan."""
        self.servers.append(scope)
        server: dict[str, Any] = {"index": len(self.servers)}
        self.plan["servers"].append(server)
        return server

    def apply(self, block: Block) -> None:
        """Run the directives of the main context."""
        self.root.apply(block)


@dataclass(slots=True)
class Config:
    """A loaded configuration, as handed to the processes.

    ``main`` is the main scope (``main.get("worker_processes")``), ``events`` that of the events block,
    ``error_log`` the main error logs as in the plan: {file, level, …}, first one first. ``files`` maps the path of
    each file read to its text, ``temp_paths`` are directories that have to be there.
    """

    plan: Plan
    main: Scope
    events: Scope
    prefix: bytes
    conf_prefix: bytes
    conf_path: str
    pid_path: str
    error_log: list[dict[str, Any]]
    files: dict[str, bytes] = field(default_factory=dict)
    temp_paths: list[bytes] = field(default_factory=list)


def load(
    path: str,
    prefix: str,
    parameters: str = "",
    error_log: str | None = None,
    log: Log | None = None,
    *,
    text: bytes | None = None,
    syntax_ok: Callable[[], None] | None = None,
) -> Config:
    """Read a configuration.

    ``path`` is absolute, ``prefix`` ends in ``/``, ``parameters`` is the text of ``-g``, ``error_log`` the file that
    takes the errors where the configuration names none (``""`` for stderr; None for logs/error.log), ``log`` takes
    warnings as (level, text). ``text`` is the configuration itself, when it is in no file and ``path`` only names it.
    ``syntax_ok`` is called when all directives are found right, before what remains to be checked of the whole. Raises
    ConfError.
    """
    from pyresty.conf.compile import finish
    from pyresty.modules import MODULES

    quiet: Log = lambda level, text: None  # noqa: E731
    conf_prefix = os.fsencode(path[: path.rfind("/") + 1] or prefix)
    configuration = Configuration(Registry(MODULES), os.fsencode(prefix), conf_prefix, log or quiet)
    if error_log is not None:
        target = {"file": configuration.full_name(os.fsencode(error_log))} if error_log else {"stderr": True}
        configuration.default_error_log = {**target, "level": b"error"}
    parser = Parser(conf_prefix)
    if parameters:
        configuration.apply(parser.parse_parameter(os.fsencode(parameters)))
    configuration.apply(parser.parse_file(path) if text is None else parser.parse_text(text, path))
    if syntax_ok is not None:
        syntax_ok()
    events = configuration.root.own("events")
    if not isinstance(events, Scope):
        raise ConfError('no "events" section in configuration')
    finish(configuration, events)
    return _config(configuration, events, path, parser.files)


def _config(configuration: Configuration, events: Scope, path: str, files: dict[str, bytes]) -> Config:
    root = configuration.root
    return Config(
        plan=configuration.plan,
        main=root,
        events=events,
        prefix=configuration.prefix,
        conf_prefix=configuration.conf_prefix,
        conf_path=path,
        pid_path=os.fsdecode(configuration.full_name(root.get("pid"))),
        error_log=configuration.plan["main"]["error_log"],
        files=files,
        temp_paths=configuration.plan.get("temp_paths", []),
    )
