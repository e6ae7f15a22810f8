"""A scope: the values that the directives of one block set, and what it inherits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pyresty.conf.contexts import HTTP, MAIN, SERVER, Context
from pyresty.conf.directive import Block, ConfError, Directive

if TYPE_CHECKING:
    from pyresty.conf.configuration import Configuration


class Scope:
    """One block of the configuration while it is read, and the node of the merge tree afterwards.

    ``Scope(context, parent)`` makes a child; ``scope.apply(d.block)`` then runs the block's directives in it.
    ``scope.loc`` is the location table of the plan that belongs to the scope (for a server: its root location),
    ``scope.server`` the server table; both are None where there is none. Both are filled when everything was read;
    their ``index`` is there at once. ``scope.config`` has what belongs to the whole configuration.
    """

    __slots__ = ("config", "context", "directive", "loc", "parent", "server", "values")

    config: Configuration
    loc: dict[str, Any] | None
    server: dict[str, Any] | None

    def __init__(self, context: Context, parent: Scope | None, directive: Directive | None = None) -> None:
        self.context = context
        self.parent = parent
        self.directive = directive
        self.values: dict[str, Any] = {}
        self.loc = None
        self.server = None
        if parent is not None:
            self.config = parent.config
            self.loc = parent.loc
            self.server = parent.server

    def has(self, name: str) -> bool:
        """Whether this very block set the value."""
        return name in self.values

    def own(self, name: str, default: Any = None) -> Any:
        """The value this very block set, or ``default``."""
        return self.values.get(name, default)

    def get(self, name: str) -> Any:
        """The merged value: own, else of the nearest parent that has one, else the declared default."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.values:
                return scope.values[name]
            scope = scope.parent
        return self.config.registry.default(name)

    def set(self, name: str, value: Any, d: Directive | None = None) -> None:
        """Set a value; with a directive a second one in the same block raises ``"name" directive is duplicate``."""
        if d is not None and name in self.values:
            raise d.error("is duplicate")
        self.values[name] = value

    def add(self, name: str, value: Any) -> None:
        """Append to a list of this block. A block with a list of its own does not inherit the parent's."""
        self.values.setdefault(name, []).append(value)

    def apply(self, block: Block | Iterable[Directive] | None) -> Scope:
        """Run directives in this scope; returns the scope."""
        dispatch = self.config.registry.dispatch
        for d in () if block is None else block:
            dispatch(self, d)
        return self

    def enclosing(self, context: Context) -> Scope:
        """The nearest scope of one of these contexts, this one included."""
        scope: Scope | None = self
        while scope is not None:
            if scope.context & context:
                return scope
            scope = scope.parent
        raise ConfError(f"no enclosing {context} block", self.directive)

    @property
    def root(self) -> Scope:
        """The main scope."""
        return self.enclosing(MAIN)

    @property
    def http(self) -> Scope:
        """The ``http`` block's scope."""
        return self.enclosing(HTTP)

    @property
    def server_scope(self) -> Scope:
        """The ``server`` block's scope."""
        return self.enclosing(SERVER)

    def new_location(self, context: Context, kind: str, name: bytes, d: Directive) -> Scope:
        """A child scope with a location table of its own: a location, an ``if`` or a ``limit_except`` block.

        The table is in the plan at once (``child.loc["index"]``); the caller links it where it is reached from and
        runs ``child.apply(d.block)``.
        """
        child = Scope(context, self, d)
        child.loc = self.config.add_location(child, kind, name)
        return child

    def use_variable(self, name: bytes) -> None:
        """Note that ``$name`` is read; an unknown one stops the start with ``unknown "name" variable``."""
        self.config.variables.use(name)

    def define_variable(self, name: bytes, d: Directive) -> None:
        """Declare a variable by configuration (``set``, ``map``, a named capture …); raises ``the duplicate "x"
        variable`` when it is a built-in one that may not be changed."""
        self.config.variables.define(name, d)

    def complex_value(self, text: bytes, d: Directive) -> bytes | dict[Any, Any]:
        """Compile text with ``$variables`` (nginx: ngx_http_compile_complex_value); see ``values.compile_text``."""
        from pyresty.conf.values import compile_text

        value = compile_text(text, d)
        self.config.variables.use_in(value)
        return value

    def warn(self, message: str, d: Directive | None = None) -> None:
        """``nginx: [warn] message in FILE:LINE``; goes on."""
        self.config.log("warn", ConfError(message, d).text)
