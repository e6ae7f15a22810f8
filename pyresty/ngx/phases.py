"""The phases in which Lua code runs, under the words of `ngx.get_phase`, and the sets the API is declared with.

The sets are what ngx_lua's code enforces, which is more than its documentation promises.
"""

from __future__ import annotations

from enum import Flag, auto


class Phase(Flag):
    INIT = auto()
    INIT_WORKER = auto()
    EXIT_WORKER = auto()
    SSL_CLIENT_HELLO = auto()
    SSL_CERT = auto()
    SSL_SESSION_FETCH = auto()
    SSL_SESSION_STORE = auto()
    PROXY_SSL_CERT = auto()
    PROXY_SSL_VERIFY = auto()
    SET = auto()
    SERVER_REWRITE = auto()
    REWRITE = auto()
    ACCESS = auto()
    PRECONTENT = auto()
    CONTENT = auto()
    BALANCER = auto()
    HEADER_FILTER = auto()
    BODY_FILTER = auto()
    LOG = auto()
    TIMER = auto()

    @property
    def words(self) -> list[str]:
        """The names of the members, as `r.phase` has them."""
        return [str(member.name).lower() for member in Phase if member & self]


#: Everywhere.
ANY = ~Phase(0)
#: Handlers that may produce the response and wait.
HANDLER = Phase.SERVER_REWRITE | Phase.REWRITE | Phase.ACCESS | Phase.PRECONTENT | Phase.CONTENT
#: Phases of a client's request, as opposed to a timer's or a handshake's stand-in for one.
REQUEST = HANDLER | Phase.SET | Phase.BALANCER | Phase.HEADER_FILTER | Phase.BODY_FILTER | Phase.LOG
#: Phases that run in a light thread, where an operation may wait.
YIELDABLE = (
    HANDLER
    | Phase.TIMER
    | Phase.SSL_CLIENT_HELLO
    | Phase.SSL_CERT
    | Phase.SSL_SESSION_FETCH
    | Phase.PROXY_SSL_CERT
    | Phase.PROXY_SSL_VERIFY
)
#: Phases with an object that stands for a request, be it a client's or not: all but `init_by_lua*`.
WITH_REQUEST = ~Phase.INIT
