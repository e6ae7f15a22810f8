"""Which variables a configuration declares and which it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyresty.conf.directive import ConfError, Directive

if TYPE_CHECKING:
    from pyresty.conf.registry import Registry


class Variables:
    """The variables of one configuration: built-in ones, defined ones, used ones (names in lower case)."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.defined: dict[bytes, Directive] = {}
        self.used: dict[bytes, None] = {}

    def use(self, name: bytes) -> None:
        """Note that a variable is read (nginx: ngx_http_get_variable_index)."""
        self.used[name.lower()] = None

    def use_in(self, value: Any) -> None:
        """Note all variables that a compiled value reads, however deeply it holds them."""
        if isinstance(value, dict):
            name = value.get("var")
            if isinstance(name, bytes) and len(value) == 1:
                self.use(name)
                return
            value = value.values()
        elif not isinstance(value, (list, tuple)):
            return
        for item in value:
            self.use_in(item)

    def define(self, name: bytes, d: Directive | None) -> None:
        """Declare a changeable variable (nginx: ngx_http_add_variable)."""
        if not name:
            raise ConfError('invalid variable name "$"', d)
        builtin = self.registry.variables.get(name.lower().decode("latin-1"))
        if builtin is not None and not builtin.changeable:
            raise ConfError(b'the duplicate "%s" variable' % name, d)
        if d is not None:
            self.defined.setdefault(name.lower(), d)

    def known(self, name: bytes) -> bool:
        """Whether a variable exists: defined, built in, or one of a family such as ``arg_``."""
        if name in self.defined:
            return True
        text = name.decode("latin-1")
        if text in self.registry.variables:
            return True
        return any(text.startswith(family.name) for family in self.registry.prefixes)

    def check(self) -> None:
        """Raise for the first variable that is read but does not exist (nginx: ngx_http_variables_init_vars)."""
        for name in self.used:
            if not self.known(name):
                raise ConfError(b'unknown "%s" variable' % name)
