"""ngx_http_memc_module: memcached's commands over HTTP. Serving half: lua/modules/memc.lua."""

from __future__ import annotations

from pyresty.conf.registry import ConfError, Directive, Module
from pyresty.conf.values import flag
from pyresty.modules.memcached import next_upstream
from pyresty.modules.upstream_common import EVERYWHERE, declare_connection
from pyresty.modules.upstream_params import declare_pass

MODULE = Module("ngx_http_memc_module")

for _name in ("memc_cmd", "memc_key", "memc_value", "memc_flags", "memc_exptime"):
    MODULE.variable(_name, changeable=True)

COMMANDS = (
    b"set", b"add", b"replace", b"append", b"prepend", b"get", b"delete", b"incr", b"decr", b"flush_all", b"stats",
    b"version",
)  # fmt: skip


def _commands(d: Directive) -> dict[bytes, bool]:
    for index, word in enumerate(d.args):
        if word not in COMMANDS:
            raise ConfError(f'Unknown memcached command "{d.arg(index)}" used in "memc_cmds_allowed"', d)
    return dict.fromkeys(d.args, True)


declare_connection(MODULE, "memc", next_upstream=next_upstream)
MODULE.value("memc_ignore_client_abort", EVERYWHERE, flag, default=False)
MODULE.value("memc_flags_to_last_modified", EVERYWHERE, flag, default=False)
MODULE.value("memc_cmds_allowed", EVERYWHERE, _commands, args=(1, None))
declare_pass(MODULE, "memc")
