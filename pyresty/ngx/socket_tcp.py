"""`ngx.socket`: TCP cosockets."""

from __future__ import annotations

from pyresty.ngx.phases import HANDLER, YIELDABLE, Phase
from pyresty.ngx.registry import Face, api_face

_HOLDER = "require 'pyresty.socket.tcp'.Socket"
_BIND = Phase.REWRITE | Phase.ACCESS | Phase.CONTENT | Phase.TIMER | Phase.SSL_CERT


def _method(name: str, signature: str, doc: str, *, phases: Phase = YIELDABLE, waits: bool = False) -> Face:
    return api_face(
        f"tcpsock:{name}", kind="method", holder=_HOLDER, phases=phases, signature=signature, doc=doc, waits=waits
    )


METHODS: list[Face] = [
    _method(
        "connect",
        "ok, err = tcpsock:connect(host, port, options?) or tcpsock:connect('unix:PATH', options?)",
        "Takes a connection from its pool, or makes one; options: pool (its name), pool_size, backlog (how "
        "many connects may wait when pool_size connections exist).",
        waits=True,
    ),
    _method(
        "bind",
        "ok, err = tcpsock:bind(address)",
        "The numeric address that the socket's connections come from.",
        phases=_BIND,
    ),
    _method(
        "send",
        "bytes, err = tcpsock:send(data)",
        "Sends a string, number, boolean, nil, or a nested array of strings and numbers, all of it.",
        waits=True,
    ),
    _method(
        "receive",
        "data, err, partial = tcpsock:receive(what?)",
        "Receives so many bytes, a line ('*l', without its end; the default) or all until the peer closes ('*a').",
        waits=True,
    ),
    _method(
        "receiveany",
        "data, err = tcpsock:receiveany(max)",
        "Receives what there is, at least one and at most max bytes.",
        waits=True,
    ),
    _method(
        "receiveuntil",
        "iterator, err = tcpsock:receiveuntil(pattern, options?)",
        "An iterator(size?) over what comes before the plain text pattern, which options.inclusive keeps at its end.",
    ),
    _method("settimeout", "tcpsock:settimeout(ms)", "The time limit of connecting, sending and receiving."),
    _method("settimeouts", "tcpsock:settimeouts(connect_ms, send_ms, read_ms)", "The three time limits."),
    _method(
        "setoption",
        "ok, err = tcpsock:setoption(option, value)",
        "Sets keepalive, reuseaddr, tcp-nodelay, sndbuf or rcvbuf.",
    ),
    _method("getoption", "value, err = tcpsock:getoption(option)", "One of the options of setoption."),
    _method(
        "setkeepalive",
        "ok, err = tcpsock:setkeepalive(timeout_ms?, pool_size?)",
        "Gives the connection to its pool, where it may idle so long.",
    ),
    _method(
        "getreusedtimes", "times, err = tcpsock:getreusedtimes()", "How often the connection came out of its pool."
    ),
    _method(
        "sslhandshake",
        "session, err = tcpsock:sslhandshake(reused_session?, server_name?, verify?, send_status_req?)",
        "Goes on over TLS. With `false` as session it gives `true`; server_name is asked for (SNI) and, with verify, "
        "has to be the certificate's; `lua_ssl_trusted_certificate` has the authorities.",
        waits=True,
    ),
    _method(
        "setclientcert",
        "ok, err = tcpsock:setclientcert(chain, key)",
        "The certificate for the next handshake, from `ngx.ssl`'s parse_pem_cert and parse_pem_priv_key.",
    ),
    _method(
        "settrustedstore",
        "ok, err = tcpsock:settrustedstore(store)",
        "The authorities for the next handshake (X509_STORE) in place of `lua_ssl_trusted_certificate`'s.",
    ),
    _method("getsslpointer", "pointer, err = tcpsock:getsslpointer()", "OpenSSL's object of the connection (SSL)."),
    _method("getsslctx", "pointer, err = tcpsock:getsslctx()", "OpenSSL's object of its settings (SSL_CTX)."),
    _method(
        "getsslsession", "session, err = tcpsock:getsslsession()", "The session as it is by now, for later handshakes."
    ),
    _method("getfd", "fd, err = tcpsock:getfd()", "The descriptor of the connection."),
    _method("close", "ok, err = tcpsock:close()", "Closes the connection."),
]

FACES: list[Face] = [
    *METHODS,
    api_face(
        "ngx.socket.tcp",
        phases=YIELDABLE,
        signature="tcpsock = ngx.socket.tcp()",
        doc="A TCP cosocket, which belongs to the request and is closed with it.",
    ),
    api_face(
        "ngx.socket.stream",
        phases=YIELDABLE,
        signature="tcpsock = ngx.socket.stream()",
        doc="The same as ngx.socket.tcp.",
    ),
    api_face(
        "ngx.socket.connect",
        phases=YIELDABLE,
        waits=True,
        signature="tcpsock, err = ngx.socket.connect(host, port, options?)",
        doc="ngx.socket.tcp and its connect in one call.",
    ),
    api_face(
        "ngx.req.socket",
        phases=HANDLER,
        signature="reqsock, err = ngx.req.socket(raw?)",
        doc="The request's body as a cosocket to receive from; with `raw` the client's connection, to receive from and "
        "send to, after which nothing else is sent. Not with chunked bodies (unless `raw`), not in subrequests.",
    ),
]
