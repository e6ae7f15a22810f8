"""Declaring modules: directives, simple values, variables and compile hooks.

One ``Module`` per nginx module, listed in ``pyresty.modules``::

    MODULE = Module("ngx_http_rewrite_module")

    MODULE.value("client_max_body_size", HTTP | SERVER | LOCATION, size, default=1 << 20)

    @MODULE.directive("rewrite", SERVER | LOCATION | SERVER_IF | LOCATION_IF, args=(2, 3))
    def rewrite(scope: Scope, d: Directive) -> None: ...

    MODULE.variable("uri")                       # built in, read-only
    MODULE.variable("arg_", prefix=True)

    @MODULE.location                             # also .server, .http, .main: run when everything was read
    def compile_location(scope: Scope, loc: dict[str, Any], plan: Plan) -> None: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from pyresty.conf.contexts import (
    EVENTS,
    HTTP,
    LIMIT_EXCEPT,
    LOCATION,
    LOCATION_IF,
    LOCATIONS,
    MAIN,
    SERVER,
    SERVER_IF,
    UPSTREAM,
    Context,
)
from pyresty.conf.directive import Block, ConfError, Directive
from pyresty.conf.scope import Scope

__all__ = [
    "ANY",
    "EVENTS",
    "HTTP",
    "LIMIT_EXCEPT",
    "LOCATION",
    "LOCATIONS",
    "LOCATION_IF",
    "MAIN",
    "SERVER",
    "SERVER_IF",
    "UPSTREAM",
    "Block",
    "ConfError",
    "Context",
    "Directive",
    "Module",
    "Plan",
    "Registry",
    "Scope",
]

#: Argument count: n, (min, max), (min, None) for no upper limit, or a set of counts.
Arity = int | tuple[int, int | None] | frozenset[int]
ANY: Arity = (1, None)

Handler = Callable[[Scope, Directive], None]
ValueType = Callable[[Directive], Any]


class Plan(dict[str, Any]):
    """The compiled configuration: plain dicts, lists and scalars, handed to Lua once (docs/internals.md).

    ``resources`` are objects of Python that live as long as the configuration (TLS contexts).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resources: list[Any] = []


Hook = Callable[[Scope, dict[str, Any], Plan], None]
MainHook = Callable[[Scope, Plan], None]


@dataclass(frozen=True, slots=True)
class Command:
    """One declared directive (nginx: ngx_command_t). ``block``: it needs ``{``; ``lua``: it is a ``*_by_lua_block``."""

    name: str
    contexts: Context
    args: Arity
    block: bool
    lua: bool
    handler: Handler
    module: str

    def takes(self, count: int) -> bool:
        """Whether the directive may have so many arguments."""
        if isinstance(self.args, int):
            return count == self.args
        if isinstance(self.args, frozenset):
            return count in self.args
        low, high = self.args
        return count >= low and (high is None or count <= high)


@dataclass(frozen=True, slots=True)
class Variable:
    """One declared built-in variable. ``changeable``: ``set`` and ``map`` may redefine it; ``prefix``: a family."""

    name: str
    changeable: bool
    prefix: bool
    module: str


@dataclass(slots=True)
class Module:
    """What one nginx module contributes to the configuration. ``absent``: no more than refusals of its directives."""

    name: str
    absent: bool = False
    commands: list[Command] = field(default_factory=list)
    exports: dict[str, Context] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    variables: list[Variable] = field(default_factory=list)
    location_hooks: list[Hook] = field(default_factory=list)
    server_hooks: list[Hook] = field(default_factory=list)
    http_hooks: list[MainHook] = field(default_factory=list)
    main_hooks: list[MainHook] = field(default_factory=list)

    def directive(
        self, name: str, contexts: Context, *, args: Arity = 1, block: bool = False, default: Any = None
    ) -> Callable[[Handler], Handler]:
        """Declare a directive. ``args`` counts what stands before ``;`` or ``{`` (the code of a Lua block not).

        ``default`` is what ``scope.get(name)`` yields where no block set it. The same name may be declared again for
        other contexts. A name that ends in ``_by_lua_block`` is a Lua block.
        """

        def register(handler: Handler) -> Handler:
            lua = name.endswith("_by_lua_block")
            self.commands.append(Command(name, contexts, args, block or lua, lua, handler, self.name))
            if default is not None:
                self.defaults[name] = default
            return handler

        return register

    def value(
        self,
        name: str,
        contexts: Context,
        kind: ValueType,
        *,
        default: Any = None,
        args: Arity = 1,
        export: bool = True,
    ) -> None:
        """Declare a simple directive: parsed by ``kind``, inherited, exported merged under its name.

        Exported into ``plan.http`` and every server and location table when it may stand in HTTP, SERVER or a
        location; into ``plan.main`` when it may stand in MAIN or EVENTS.
        """

        def assign(scope: Scope, d: Directive) -> None:
            if scope.has(name):
                raise d.error("is duplicate")
            value = kind(d)
            scope.config.variables.use_in(value)
            scope.values[name] = value

        self.commands.append(Command(name, contexts, args, False, False, assign, self.name))
        self.defaults[name] = default
        if export:
            self.exports[name] = contexts

    def export(self, name: str, contexts: Context, *, default: Any = None) -> None:
        """Export the merged ``scope.get(name)`` of a directive that has a handler of its own."""
        self.defaults[name] = default
        self.exports[name] = contexts

    def variable(self, name: str, *, changeable: bool = False, prefix: bool = False) -> None:
        """Declare a built-in variable, or with ``prefix`` a family such as ``arg_``."""
        self.variables.append(Variable(name, changeable, prefix, self.name))

    def location(self, hook: Hook) -> Hook:
        """Run for every location table (server roots, ``if`` and ``limit_except`` blocks included), parents first."""
        self.location_hooks.append(hook)
        return hook

    def server(self, hook: Hook) -> Hook:
        """Run for every server table, after all location hooks."""
        self.server_hooks.append(hook)
        return hook

    def http(self, hook: MainHook) -> MainHook:
        """Run once with the ``http`` scope, after all server hooks; not run when there is no ``http`` block."""
        self.http_hooks.append(hook)
        return hook

    def main(self, hook: MainHook) -> MainHook:
        """Run once with the main scope, last of all."""
        self.main_hooks.append(hook)
        return hook


class Registry:
    """The modules of one configuration, indexed."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self.modules = list(modules)
        self.commands: dict[bytes, list[Command]] = {}
        self.defaults: dict[str, Any] = {}
        self.variables: dict[str, Variable] = {}
        self.prefixes: list[Variable] = []
        for module in self.modules:
            self._index(module)

    def _index(self, module: Module) -> None:
        for command in module.commands:
            self.commands.setdefault(command.name.encode(), []).append(command)
        self.defaults.update(module.defaults)
        for variable in module.variables:
            if variable.prefix:
                self.prefixes.append(variable)
            else:
                self.variables[variable.name] = variable

    def default(self, name: str) -> Any:
        """The declared default of a value; None when none was declared."""
        return self.defaults.get(name)

    def dispatch(self, scope: Scope, d: Directive) -> None:
        """Check a directive against its declaration and run it (nginx: ngx_conf_handler)."""
        commands = self.commands.get(d.name)
        if commands is None:
            raise ConfError(f'unknown directive "{d.text}"', d)
        for command in commands:
            if command.contexts & scope.context:
                break
        else:
            raise d.error("is not allowed here")
        has_block = d.block is not None or d.lua
        if has_block and not command.block:
            raise ConfError(f'directive "{d.text}" is not terminated by ";"', d)
        if command.block and not has_block:
            raise ConfError(f'directive "{d.text}" has no opening "{{"', d)
        if not command.takes(len(d.args) - 1 if d.lua else len(d.args)):
            raise ConfError(f'invalid number of arguments in "{d.text}" directive', d)
        if d.fault is not None:
            raise d.fault
        command.handler(scope, d)
        for message in d.warnings or ():
            scope.warn(message, d)
