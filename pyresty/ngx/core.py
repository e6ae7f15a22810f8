"""`resty.core` and its parts: what libraries take from them."""

from __future__ import annotations

from pyresty.ngx.phases import ANY
from pyresty.ngx.registry import Face, api_face, api_module

_PARTS = (
    ("base", "Helpers: sizes of buffers, tables, the request."),
    ("base64", "ngx.encode_base64 and ngx.decode_base64."),
    ("coroutine", "The coroutine library."),
    ("ctx", "ngx.ctx."),
    ("exit", "ngx.exit."),
    ("hash", "Digests."),
    ("misc", "Computed fields of the ngx table."),
    ("ndk", "ndk.set_var."),
    ("param", "ngx.arg."),
    ("phase", "ngx.get_phase."),
    ("regex", "ngx.re."),
    ("request", "ngx.req."),
    ("response", "ngx.header and ngx.resp."),
    ("shdict", "ngx.shared."),
    ("socket", "Cosockets' options."),
    ("time", "Clocks."),
    ("uri", "ngx.escape_uri and ngx.unescape_uri."),
    ("utils", "Texts."),
    ("var", "ngx.var."),
    ("worker", "ngx.worker."),
)

_BASE = (
    ("new_tab", "t = base.new_tab(array, hash)", "A table with room for so many items and fields."),
    ("clear_tab", "base.clear_tab(t)", "Empties a table."),
    ("get_request", "r = base.get_request()", "The request that runs, opaque; nil without one."),
    ("allows_subsystem", "base.allows_subsystem(...)", 'Raises unless "http" is among its arguments.'),
    ("ref_in_table", "ref = base.ref_in_table(t, value)", "Stores a value in an array, in a free place."),
    ("get_string_buf", "buffer = base.get_string_buf(size, own?)", "A char[] of at least `size` bytes. LuaJIT only."),
    ("get_string_buf_size", "size = base.get_string_buf_size()", "The size of the common buffer. LuaJIT only."),
    ("set_string_buf_size", "base.set_string_buf_size(size)", "Sets the size of the common buffer. LuaJIT only."),
    ("get_size_ptr", "box = base.get_size_ptr()", "A size_t[1]. LuaJIT only."),
    ("get_errmsg_ptr", "box = base.get_errmsg_ptr()", "A char *[1]. LuaJIT only."),
)

_FUNCTIONS = (
    ("ctx.get_ctx_table", "t = ctx.get_ctx_table(t?)", "ngx.ctx; `t` becomes it when there is none yet."),
    ("misc.register_ngx_magic_key_getter", "misc.register_ngx_magic_key_getter(key, fn)", "ngx[key] becomes fn()."),
    ("misc.register_ngx_magic_key_setter", "misc.register_ngx_magic_key_setter(key, fn)", "ngx[key] = v calls fn(v)."),
    ("regex.is_regex_cache_empty", "empty = regex.is_regex_cache_empty()", 'Whether no expression was kept ("o") yet.'),
    ("request.set_req_header", "request.set_req_header(name, value, override)", "Sets or adds a request header."),
    (
        "response.set_resp_header",
        "response.set_resp_header(nil, name, value, no_override?)",
        "Sets or adds a response header.",
    ),
    ("response.bypass_if_checks", "response.bypass_if_checks()", "As the function of ngx.resp."),
    ("time.monotonic_msec", "n = time.monotonic_msec()", "A clock that never goes back, in milliseconds."),
    ("time.monotonic_time", "seconds = time.monotonic_time()", "The same in seconds."),
    ("utils.str_replace_char", "text = utils.str_replace_char(text, old, new)", "Replaces a character by another."),
)

FACES: list[Face] = [
    api_module("resty.core", ANY, "Loads all parts, which are there anyway."),
    *(api_module(f"resty.core.{name}", ANY, doc) for name, doc in _PARTS),
    *(
        api_face(f"resty.core.base.{name}", phases=ANY, signature=signature, doc=doc)
        for name, signature, doc in _BASE
    ),
    *(api_face(f"resty.core.{name}", phases=ANY, signature=signature, doc=doc) for name, signature, doc in _FUNCTIONS),
]
