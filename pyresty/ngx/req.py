"""`ngx.req`: the request line, headers and arguments."""

from __future__ import annotations

from pyresty.ngx.phases import REQUEST, WITH_REQUEST
from pyresty.ngx.registry import Face, api_face

FACES: list[Face] = [
    api_face(
        "ngx.req.get_headers",
        phases=REQUEST,
        signature="headers, err = ngx.req.get_headers(max?, raw?)",
        doc="Request headers by lower-case name, an array where a name occurs more than once. At most 100 are taken "
        '(0: all), more give err "truncated". `raw` keeps the case of names.',
    ),
    api_face(
        "ngx.req.set_header",
        phases=REQUEST,
        signature="ngx.req.set_header(name, value)",
        doc="Replaces a request header; an array makes several, nil removes it.",
    ),
    api_face(
        "ngx.req.clear_header",
        phases=REQUEST,
        signature="ngx.req.clear_header(name)",
        doc="Removes a request header.",
    ),
    api_face(
        "ngx.req.get_method",
        phases=REQUEST,
        signature="name = ngx.req.get_method()",
        doc="The request's method.",
    ),
    api_face(
        "ngx.req.set_method",
        phases=REQUEST,
        signature="ngx.req.set_method(method)",
        doc="Changes the method to one of the ngx.HTTP_* numbers.",
    ),
    api_face(
        "ngx.req.get_uri_args",
        phases=REQUEST,
        signature="args, err = ngx.req.get_uri_args(max?, t?)",
        doc='Query arguments, unescaped: true for one without "=", an array where a name occurs more than once. At '
        'most 100 are taken (0: all), more give err "truncated". `t` is emptied and filled instead of a new table.',
    ),
    api_face(
        "ngx.req.set_uri_args",
        phases=REQUEST,
        signature="ngx.req.set_uri_args(args)",
        doc="Changes the query string, to a text or an encoded table.",
    ),
    api_face(
        "ngx.req.set_uri",
        phases=REQUEST,
        waits=True,
        signature="ngx.req.set_uri(uri, jump?, binary?)",
        doc="Changes the URI; with `jump` (rewrite phases only) the location is chosen again and the call never "
        "returns. Bytes unsafe in a log raise unless `binary`.",
    ),
    api_face(
        "ngx.req.http_version",
        phases=REQUEST,
        signature="number = ngx.req.http_version()",
        doc="0.9, 1, 1.1 or 2.",
    ),
    api_face(
        "ngx.req.raw_header",
        phases=REQUEST,
        signature="text = ngx.req.raw_header(no_request_line?)",
        doc="The head as the client sent it. Not for HTTP/2.",
    ),
    api_face(
        "ngx.req.start_time",
        phases=WITH_REQUEST,
        signature="seconds = ngx.req.start_time()",
        doc="When the request began, with milliseconds.",
    ),
    api_face(
        "ngx.req.is_internal",
        phases=REQUEST,
        signature="internal = ngx.req.is_internal()",
        doc="Whether it is a subrequest or was redirected internally.",
    ),
]
