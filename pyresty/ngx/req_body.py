"""`ngx.req`: the request's body."""

from __future__ import annotations

from pyresty.ngx.phases import HANDLER, REQUEST
from pyresty.ngx.registry import Face, api_face

FACES: list[Face] = [
    api_face(
        "ngx.req.read_body",
        phases=HANDLER,
        waits=True,
        signature="ngx.req.read_body()",
        doc="Reads the body, into memory up to `client_body_buffer_size`, else into a file.",
    ),
    api_face(
        "ngx.req.discard_body",
        phases=REQUEST,
        signature="ngx.req.discard_body()",
        doc="Has the body thrown away as it arrives.",
    ),
    api_face(
        "ngx.req.get_body_data",
        phases=REQUEST,
        signature="data = ngx.req.get_body_data(max?)",
        doc="The body in memory, or its first `max` bytes; nil when unread, empty or in a file.",
    ),
    api_face(
        "ngx.req.get_body_file",
        phases=REQUEST,
        signature="path = ngx.req.get_body_file()",
        doc="The path of the file the body is in, or nil.",
    ),
    api_face(
        "ngx.req.get_post_args",
        phases=REQUEST,
        signature="args, err = ngx.req.get_post_args(max?)",
        doc="The body's arguments, as `ngx.req.get_uri_args` gives the query's.",
    ),
    api_face(
        "ngx.req.set_body_data",
        phases=REQUEST,
        signature="ngx.req.set_body_data(data)",
        doc="Replaces a body that was read.",
    ),
    api_face(
        "ngx.req.set_body_file",
        phases=REQUEST,
        signature="ngx.req.set_body_file(path, auto_clean?)",
        doc="Replaces a body that was read by a file, which `auto_clean` deletes at the request's end.",
    ),
    api_face(
        "ngx.req.init_body",
        phases=REQUEST,
        signature="ngx.req.init_body(buffer_size?)",
        doc="Begins a new body.",
    ),
    api_face(
        "ngx.req.append_body",
        phases=REQUEST,
        signature="ngx.req.append_body(data)",
        doc="Adds to the body that `ngx.req.init_body` began.",
    ),
    api_face(
        "ngx.req.finish_body",
        phases=REQUEST,
        signature="ngx.req.finish_body()",
        doc="Ends the body that `ngx.req.init_body` began and sets Content-Length.",
    ),
]
