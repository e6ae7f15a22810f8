"""Constants of the `ngx` table."""

from __future__ import annotations

from pyresty.ngx.phases import ANY
from pyresty.ngx.registry import Face, api_constant, api_face

_CORE = {"OK": 0, "ERROR": -1, "AGAIN": -2, "DONE": -4, "DECLINED": -5}

_METHODS = [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "MKCOL",
    "COPY",
    "MOVE",
    "OPTIONS",
    "PROPFIND",
    "PROPPATCH",
    "LOCK",
    "UNLOCK",
    "PATCH",
    "TRACE",
]

_STATUS = {
    "CONTINUE": 100,
    "SWITCHING_PROTOCOLS": 101,
    "OK": 200,
    "CREATED": 201,
    "ACCEPTED": 202,
    "NO_CONTENT": 204,
    "PARTIAL_CONTENT": 206,
    "SPECIAL_RESPONSE": 300,
    "MOVED_PERMANENTLY": 301,
    "MOVED_TEMPORARILY": 302,
    "SEE_OTHER": 303,
    "NOT_MODIFIED": 304,
    "TEMPORARY_REDIRECT": 307,
    "PERMANENT_REDIRECT": 308,
    "BAD_REQUEST": 400,
    "UNAUTHORIZED": 401,
    "PAYMENT_REQUIRED": 402,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "NOT_ALLOWED": 405,
    "NOT_ACCEPTABLE": 406,
    "REQUEST_TIMEOUT": 408,
    "CONFLICT": 409,
    "GONE": 410,
    "UPGRADE_REQUIRED": 426,
    "TOO_MANY_REQUESTS": 429,
    "CLOSE": 444,
    "ILLEGAL": 451,
    "INTERNAL_SERVER_ERROR": 500,
    "METHOD_NOT_IMPLEMENTED": 501,
    "NOT_IMPLEMENTED": 501,
    "BAD_GATEWAY": 502,
    "SERVICE_UNAVAILABLE": 503,
    "GATEWAY_TIMEOUT": 504,
    "VERSION_NOT_SUPPORTED": 505,
    "INSUFFICIENT_STORAGE": 507,
}

_LEVELS = ("STDERR", "EMERG", "ALERT", "CRIT", "ERR", "WARN", "NOTICE", "INFO", "DEBUG")

FACES: list[Face] = [
    *(api_constant(f"ngx.{name}", value, ANY) for name, value in _CORE.items()),
    *(api_constant(f"ngx.HTTP_{name}", 2 << bit, ANY) for bit, name in enumerate(_METHODS)),
    *(api_constant(f"ngx.HTTP_{name}", value, ANY) for name, value in _STATUS.items()),
    *(api_constant(f"ngx.{name}", value, ANY, "A log level.") for value, name in enumerate(_LEVELS)),
    api_face(
        "ngx.null",
        kind="table",
        phases=ANY,
        signature="ngx.null",
        doc="The NULL light userdata, which stands for a missing value in JSON, SQL and the like.",
    ),
]
