"""ngx_http_memcached_module: responses out of memcached. Serving half: lua/modules/memcached.lua."""

from __future__ import annotations

from pyresty.conf.registry import Directive, Module
from pyresty.conf.values import bitmask, bounded
from pyresty.modules.upstream_common import EVERYWHERE, declare_connection
from pyresty.modules.upstream_params import declare_pass

MODULE = Module("ngx_http_memcached_module")

MODULE.variable("memcached_key", changeable=True)
#: nginx's words here → those of the other upstream modules
_FAILURES = {b"invalid_response": b"invalid_header", b"not_found": b"http_404"}
_words = bitmask("error", "timeout", "invalid_response", "not_found", "off")


def next_upstream(d: Directive) -> dict[bytes, bool]:
    """The words of ``memcached_next_upstream`` as those of other upstream modules."""
    return {_FAILURES.get(word, word): True for word in _words(d)}


declare_connection(MODULE, "memcached", next_upstream=next_upstream)
MODULE.value("memcached_gzip_flag", EVERYWHERE, bounded(1), default=0)
declare_pass(MODULE, "memcached")
