"""Where a directive may stand (nginx: the NGX_*_CONF bits of a command)."""

from __future__ import annotations

from enum import Flag, auto


class Context(Flag):
    """Places of the configuration; combine with ``|``."""

    MAIN = auto()
    EVENTS = auto()
    HTTP = auto()
    SERVER = auto()
    LOCATION = auto()
    SERVER_IF = auto()
    LOCATION_IF = auto()
    LIMIT_EXCEPT = auto()
    UPSTREAM = auto()


MAIN = Context.MAIN
EVENTS = Context.EVENTS
HTTP = Context.HTTP
SERVER = Context.SERVER
LOCATION = Context.LOCATION
SERVER_IF = Context.SERVER_IF
LOCATION_IF = Context.LOCATION_IF
LIMIT_EXCEPT = Context.LIMIT_EXCEPT
UPSTREAM = Context.UPSTREAM

#: Contexts that have a location table of their own in the plan.
LOCATIONS = SERVER | LOCATION | SERVER_IF | LOCATION_IF | LIMIT_EXCEPT
