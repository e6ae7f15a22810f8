"""ngx_http_fastcgi_module. Serving half: lua/modules/fastcgi.lua."""

from __future__ import annotations

from pyresty.conf.regex import check_regex
from pyresty.conf.registry import ConfError, Directive, Module, Scope
from pyresty.conf.values import flag, string
from pyresty.modules import upstream_cache
from pyresty.modules.upstream_common import EVERYWHERE
from pyresty.modules.upstream_params import declare

MODULE = Module("ngx_http_fastcgi_module")
upstream_cache.declare(MODULE, "fastcgi")

declare(MODULE, "fastcgi")
MODULE.value("fastcgi_index", EVERYWHERE, string, default=b"")
MODULE.value("fastcgi_keep_conn", EVERYWHERE, flag, default=False)
MODULE.variable("fastcgi_script_name")
MODULE.variable("fastcgi_path_info")


@MODULE.directive("fastcgi_split_path_info", EVERYWHERE, args=1)
def fastcgi_split_path_info(scope: Scope, d: Directive) -> None:
    """A regular expression with two groups: the script's name and the path behind it."""
    regex = check_regex(scope, d.args[0], d, caseless=False)
    if regex.captures != 2:
        raise ConfError(f'pattern "{d.arg(0)}" must have 2 captures', d)
    scope.set("fastcgi_split_path_info", d.args[0], d)


MODULE.export("fastcgi_split_path_info", EVERYWHERE)


@MODULE.directive("fastcgi_catch_stderr", EVERYWHERE, args=1)
def fastcgi_catch_stderr(scope: Scope, d: Directive) -> None:
    """A text that makes a response with it on stderr an invalid one."""
    scope.add("fastcgi_catch_stderr", d.args[0])


MODULE.export("fastcgi_catch_stderr", EVERYWHERE)
