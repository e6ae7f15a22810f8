"""`require "ngx.upstream"`: the configured upstreams and their peers, as lua-upstream-nginx-module shows them."""

from __future__ import annotations

from pyresty.ngx.phases import ANY, REQUEST
from pyresty.ngx.registry import Face, api_face, api_module

_REQUIRE = 'require("ngx.upstream")'

FACES: list[Face] = [
    api_module("ngx.upstream", ANY, "The configured upstreams and their peers."),
    api_face(
        "ngx.upstream.get_upstreams",
        phases=ANY,
        signature=f"names = {_REQUIRE}.get_upstreams()",
        doc="Names of all upstreams, with the port of those that a pass directive made.",
    ),
    api_face(
        "ngx.upstream.get_servers",
        phases=ANY,
        signature=f"servers, err = {_REQUIRE}.get_servers(name)",
        doc="The `server` lines: {name, addr, weight, max_fails, fail_timeout, backup, down}.",
    ),
    api_face(
        "ngx.upstream.get_primary_peers",
        phases=ANY,
        signature=f"peers, err = {_REQUIRE}.get_primary_peers(name)",
        doc="Peers that are not backups, as they stand in this worker: {id, name, weight, conns, fails, down …}.",
    ),
    api_face(
        "ngx.upstream.get_backup_peers",
        phases=ANY,
        signature=f"peers, err = {_REQUIRE}.get_backup_peers(name)",
        doc="Backup peers as they stand in this worker.",
    ),
    api_face(
        "ngx.upstream.set_peer_down",
        phases=ANY,
        signature=f"ok, err = {_REQUIRE}.set_peer_down(name, is_backup, id, down)",
        doc="Takes a peer out of this worker's choice, or back in.",
    ),
    api_face(
        "ngx.upstream.current_upstream_name",
        phases=REQUEST,
        signature=f"name = {_REQUIRE}.current_upstream_name()",
        doc="The upstream this request goes to; nil when it is not proxied.",
    ),
]
