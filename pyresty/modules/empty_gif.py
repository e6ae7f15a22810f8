"""ngx_http_empty_gif_module: a transparent pixel. Serving half: lua/modules/empty_gif.lua."""

from __future__ import annotations

from pyresty.conf.registry import LOCATION, Directive, Module, Scope

MODULE = Module("ngx_http_empty_gif_module")


@MODULE.directive("empty_gif", LOCATION, args=0)
def empty_gif(scope: Scope, d: Directive) -> None:
    """Answer with the image."""
    scope.set("content", {"kind": b"empty_gif", "direct": True})
