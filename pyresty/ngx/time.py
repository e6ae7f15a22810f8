"""Clocks and dates, and `ngx.sleep`."""

from __future__ import annotations

from pyresty.ngx.phases import ANY, YIELDABLE
from pyresty.ngx.registry import Face, api_face

_FUNCTIONS = (
    ("ngx.now", "seconds = ngx.now()", "Seconds since the epoch with milliseconds, as of this turn of the event loop."),
    ("ngx.time", "seconds = ngx.time()", "Whole seconds since the epoch, as of this turn of the event loop."),
    ("ngx.update_time", "ngx.update_time()", "Reads the clock anew."),
    ("ngx.today", "text = ngx.today()", "The local date as YYYY-MM-DD."),
    ("ngx.localtime", "text = ngx.localtime()", "The local time as YYYY-MM-DD hh:mm:ss."),
    ("ngx.utctime", "text = ngx.utctime()", "UTC as YYYY-MM-DD hh:mm:ss."),
    ("ngx.cookie_time", "text = ngx.cookie_time(seconds)", "A time as cookies have it: Thu, 18-Nov-10 11:27:35 GMT."),
    ("ngx.http_time", "text = ngx.http_time(seconds)", "A time as headers have it: Thu, 18 Nov 2010 11:27:35 GMT."),
    ("ngx.parse_http_time", "seconds = ngx.parse_http_time(text)", "Reads a header's time; nil when malformed."),
)

FACES: list[Face] = [
    *(api_face(name, phases=ANY, signature=signature, doc=doc) for name, signature, doc in _FUNCTIONS),
    api_face(
        "ngx.sleep",
        phases=YIELDABLE,
        waits=True,
        signature="ngx.sleep(seconds)",
        doc="Lets others run for a while, to the millisecond.",
    ),
]
