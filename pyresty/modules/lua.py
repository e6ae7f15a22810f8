"""ngx_http_lua_module: the ``*_by_lua*`` handlers and the ``lua_*`` settings. Serving half: lua/modules/lua.lua."""

from __future__ import annotations

import os
from typing import Any

from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.redis_url import parse_redis_url
from pyresty.conf.registry import HTTP, LOCATION, LOCATION_IF, SERVER, SERVER_IF, UPSTREAM, Context, Module, Plan
from pyresty.conf.scope import Scope
from pyresty.conf.values import compile_text, enum, flag, msec, number, parse_number, parse_size, size
from pyresty.conf.zones import claim
from pyresty.modules.upstream import PARAMETERS, add_placeholder, use_method

MODULE = Module("ngx_http_lua_module")

EVERYWHERE = HTTP | SERVER | LOCATION | LOCATION_IF
BALANCER_PARAMETERS = PARAMETERS - {"backup", "max_conns"}
CHUNK_NAME_MAX = 56  # handler, file and line together: longer file names are shortened from the left

#: handler → (contexts, key in the plan): all inherit but content
HANDLERS: dict[str, Context] = {
    "server_rewrite": HTTP | SERVER,
    "rewrite": EVERYWHERE,
    "access": EVERYWHERE,
    "precontent": EVERYWHERE,
    "content": LOCATION | LOCATION_IF,
    "header_filter": EVERYWHERE,
    "body_filter": EVERYWHERE,
    "log": EVERYWHERE,
}
PROCESS_HANDLERS = ("init", "init_worker", "exit_worker")


def chunk_name(kind: str, scope: Scope, d: Directive) -> bytes:
    """The chunk name ngx_lua gives inline code: ``=content_by_lua(nginx.conf:12)``, relative to the conf prefix."""
    if not d.file:
        place = f"command line:{d.line}"
    else:
        name, room = d.file.removeprefix(os.fsdecode(scope.config.conf_prefix)), CHUNK_NAME_MAX - len(f"{kind}{d.line}")
        if name.endswith("/nginx.conf"):
            name = "nginx.conf"
        elif len(name) > room:
            name = "..." + name[3 - room :]
        place = f"{name}:{d.line}"
    return f"={kind}({place})".encode("utf-8", "surrogateescape")


#: Where ngx_lua takes no empty code; in the other places it does nothing.
_NEVER_EMPTY = frozenset(f"{phase}_by_lua" for phase in (*HANDLERS, "init"))


def _check_code(kind: str, d: Directive, code: bytes) -> None:
    if not code and kind in _NEVER_EMPTY:
        raise ConfError("invalid location config: no runnable Lua code", d, level="error")


def inline(kind: str, scope: Scope, d: Directive, code: bytes) -> dict[str, Any]:
    """A chunk of the plan from code that stands in the configuration."""
    _check_code(kind, d, code)
    return {"code": code, "name": chunk_name(kind, scope, d), "kind": kind.encode()}


def from_file(kind: str, scope: Scope, d: Directive, path: bytes) -> dict[str, Any]:
    """A chunk of the plan from a file; its name may have variables and is relative to the prefix."""
    _check_code(kind, d, path)
    name = compile_text(path, d)
    scope.config.variables.use_in(name)
    return {"file": name, "kind": kind.encode()}


def _declare(phase: str, contexts: Context) -> None:
    kind = f"{phase}_by_lua"

    def assign(scope: Scope, d: Directive, chunk: dict[str, Any]) -> None:
        if scope.has(kind):
            raise d.error("is duplicate")
        scope.values[kind] = chunk
        if phase == "content":
            scope.values["content"] = {"kind": b"lua", "chunk": chunk, "direct": True}

    @MODULE.directive(kind, contexts, args=1)
    def by_string(scope: Scope, d: Directive) -> None:
        assign(scope, d, inline(kind, scope, d, d.args[0]))

    @MODULE.directive(f"{kind}_block", contexts, args=0)
    def by_block(scope: Scope, d: Directive) -> None:
        assign(scope, d, inline(kind, scope, d, d.args[-1]))

    @MODULE.directive(f"{kind}_file", contexts, args=1)
    def by_file(scope: Scope, d: Directive) -> None:
        assign(scope, d, from_file(kind, scope, d, d.args[0]))


for _phase, _contexts in HANDLERS.items():
    _declare(_phase, _contexts)
for _phase in PROCESS_HANDLERS:
    _declare(_phase, HTTP)


# -------------------------------------------------------------------------------------------------------------- set_by


def _set_by(scope: Scope, d: Directive, chunk: dict[str, Any], args: list[bytes]) -> None:
    target = d.args[0]
    if not target.startswith(b"$"):
        raise ConfError(f'invalid variable name "{d.arg(0)}"', d)
    scope.define_variable(target[1:], d)
    values = [scope.complex_value(arg, d) for arg in args]
    scope.add("rewrite", {"op": b"set_by_lua", "var": target[1:], "chunk": chunk, "args": values})


SET_CONTEXTS = SERVER | SERVER_IF | LOCATION | LOCATION_IF


@MODULE.directive("set_by_lua", SET_CONTEXTS, args=(2, None))
def set_by_lua(scope: Scope, d: Directive) -> None:
    _set_by(scope, d, inline("set_by_lua", scope, d, d.args[1]), d.args[2:])


@MODULE.directive("set_by_lua_block", SET_CONTEXTS, args=1)
def set_by_lua_block(scope: Scope, d: Directive) -> None:
    _set_by(scope, d, inline("set_by_lua", scope, d, d.args[1]), [])


@MODULE.directive("set_by_lua_file", SET_CONTEXTS, args=(2, None))
def set_by_lua_file(scope: Scope, d: Directive) -> None:
    _set_by(scope, d, from_file("set_by_lua", scope, d, d.args[1]), d.args[2:])


# ------------------------------------------------------------------------------------------------------------ balancer


def _balance(scope: Scope, d: Directive, chunk: dict[str, Any]) -> None:
    method = scope.values["table"]["method"]
    if method is not None and method["kind"] == b"balancer":
        raise d.error("is duplicate")
    if not scope.values["table"]["servers"]:
        add_placeholder(scope)
    use_method(scope, d, {"kind": b"balancer", "chunk": chunk}, BALANCER_PARAMETERS)


@MODULE.directive("balancer_by_lua_block", UPSTREAM, args=0)
def balancer_by_lua_block(scope: Scope, d: Directive) -> None:
    """Lua code chooses the peer."""
    _balance(scope, d, inline("balancer_by_lua", scope, d, d.args[-1]))


@MODULE.directive("balancer_by_lua_file", UPSTREAM, args=1)
def balancer_by_lua_file(scope: Scope, d: Directive) -> None:
    """As the block, from a file."""
    _balance(scope, d, from_file("balancer_by_lua", scope, d, d.args[0]))


@MODULE.directive("balancer_keepalive", UPSTREAM, args=1)
def balancer_keepalive(scope: Scope, d: Directive) -> None:
    """How many idle connections of ``ngx.balancer``'s enable_keepalive a worker keeps."""
    table = scope.values["table"]
    if "balancer_keepalive" in table:
        raise d.error("is duplicate")
    count = parse_number(d.args[0])
    if not count:
        raise ConfError(f'invalid value "{d.arg(0)}" in "balancer_keepalive" directive', d)
    table["balancer_keepalive"] = count


# ------------------------------------------------------------------------------------------------------------ settings



@MODULE.directive("lua_code_cache", EVERYWHERE, default=True)
def lua_code_cache(scope: Scope, d: Directive) -> None:
    """Off: each request gets a new VM."""
    scope.set("lua_code_cache", flag(d), d)
    if not scope.own("lua_code_cache"):
        scope.config.log("alert", ConfError("lua_code_cache is off; this will hurt performance", d).text)


MODULE.export("lua_code_cache", EVERYWHERE, default=True)
MODULE.value("lua_need_request_body", EVERYWHERE, flag, default=False)
MODULE.value("lua_http10_buffering", EVERYWHERE, flag, default=True)
MODULE.value("lua_use_default_type", EVERYWHERE, flag, default=True)
MODULE.value("lua_transform_underscores_in_response_headers", EVERYWHERE, flag, default=True)
MODULE.value("lua_check_client_abort", EVERYWHERE, flag, default=False)
MODULE.value("lua_socket_log_errors", EVERYWHERE, flag, default=True)
MODULE.value("lua_socket_connect_timeout", EVERYWHERE, msec, default=60.0)
MODULE.value("lua_socket_send_timeout", EVERYWHERE, msec, default=60.0)
MODULE.value("lua_socket_read_timeout", EVERYWHERE, msec, default=60.0)
MODULE.value("lua_socket_keepalive_timeout", EVERYWHERE, msec, default=60.0)
MODULE.value("lua_socket_pool_size", EVERYWHERE, number, default=30)
MODULE.value("lua_socket_buffer_size", EVERYWHERE, size, default=4096)
MODULE.value("lua_socket_send_lowat", EVERYWHERE, size, default=0)
MODULE.value("lua_max_pending_timers", HTTP, number, default=1024)
MODULE.value("lua_max_running_timers", HTTP, number, default=256)
MODULE.value("lua_regex_cache_max_entries", HTTP, number, default=1024)
MODULE.value("lua_regex_match_limit", HTTP, number, default=0)
MODULE.value("lua_thread_cache_max_entries", HTTP, number, default=1024)
MODULE.value("lua_worker_thread_vm_pool_size", HTTP, number, default=100)
MODULE.value("lua_sa_restart", HTTP, flag, default=True)
MODULE.value("rewrite_by_lua_no_postpone", HTTP, flag, default=False)
MODULE.value("access_by_lua_no_postpone", HTTP, flag, default=False)
MODULE.value("precontent_by_lua_no_postpone", HTTP, flag, default=False)
#: ours: ``shared`` is today's OpenResty, ``request`` the sandbox of older ones
MODULE.value("lua_globals", HTTP | SERVER | LOCATION, enum("shared", "request"), default=b"shared")


@MODULE.directive("lua_malloc_trim", HTTP)
def lua_malloc_trim(scope: Scope, d: Directive) -> None:
    """After how many logged requests the C library gives free memory back; 0: never."""
    if not d.args[0].isdigit():
        raise d.error("invalid number in the 1st argument")
    scope.values["lua_malloc_trim"] = int(d.args[0])


TRIM_CYCLE = 1000


def _trim_cycle(scope: Scope, plan: Plan) -> int | None:
    """None where ngx_lua would have no handler in the log phase."""
    cycle: int | None = scope.own("lua_malloc_trim")
    if cycle:
        return cycle
    logs = any("log_by_lua" in loc for loc in plan["locations"])
    return (TRIM_CYCLE if cycle is None else 0) if logs else None


@MODULE.directive("lua_load_resty_core", HTTP, args=1)
def lua_load_resty_core(scope: Scope, d: Directive) -> None:
    """Deprecated in ngx_lua, where it has no effect either."""
    flag(d)
    scope.warn("lua_load_resty_core is deprecated (the lua-resty-core library is required since ngx_lua v0.10.16)", d)


def _search_path(d: Directive, prefix: bytes) -> bytes:
    return d.args[0].replace(b"${prefix}", prefix).replace(b"$prefix", prefix)


@MODULE.directive("lua_package_path", HTTP)
def lua_package_path(scope: Scope, d: Directive) -> None:
    scope.set("lua_package_path", _search_path(d, scope.config.prefix), d)


@MODULE.directive("lua_package_cpath", HTTP)
def lua_package_cpath(scope: Scope, d: Directive) -> None:
    scope.set("lua_package_cpath", _search_path(d, scope.config.prefix), d)


MIN_CAPTURE = 4096  # the longest line of the error log


@MODULE.directive("lua_capture_error_log", HTTP)
def lua_capture_error_log(scope: Scope, d: Directive) -> None:
    """Bytes of the error log that ``require "ngx.errlog".get_logs`` can look back at."""
    length = parse_size(d.args[0])
    if length is None or length < MIN_CAPTURE:
        least = f", minimum size is {MIN_CAPTURE}" if d.args[0] else ""
        raise ConfError(f'invalid capture error log size "{d.arg(0)}"{least}', d)
    scope.set("lua_capture_error_log", length, d)


MIN_ZONE = 8191


@MODULE.directive("lua_shared_dict", HTTP, args=(2, 3))
def lua_shared_dict(scope: Scope, d: Directive) -> None:
    """NAME SIZE [backend=redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]]; a zone in Redis goes to ``plan.redis_dicts``."""
    name, length = d.args[0], parse_size(d.args[1])
    if not name:
        raise ConfError('invalid lua shared dict name ""', d)
    if length is None or length <= MIN_ZONE:
        raise ConfError(f'invalid lua shared dict size "{d.arg(1)}"', d)
    zones = scope.root.values.setdefault("shared_dicts", {})
    remote = scope.config.plan.setdefault("redis_dicts", {})
    if name in zones or name in remote:
        raise ConfError(f'lua_shared_dict "{d.arg(0)}" is already defined as "{d.arg(0)}"', d)
    claim(scope, name, "lua_shared_dict", d)
    if len(d.args) == 2:
        zones[name] = length
        return
    key, _, url = d.arg(2).partition("=")
    if key != "backend":
        raise ConfError(f'invalid parameter "{d.arg(2)}"', d)
    remote[name] = {**parse_redis_url(url, d), "size": length}


# -------------------------------------------------------------------------------------------------------------- compile


@MODULE.location
def compile_location(scope: Scope, loc: dict[str, Any], plan: Plan) -> None:
    """Put the handlers that hold here, own or inherited, into the location."""
    for phase in HANDLERS:
        kind = f"{phase}_by_lua"
        if phase == "content":
            continue
        chunk = scope.get(kind)
        if chunk is not None:
            loc[kind] = chunk
    if scope.has("content"):
        loc["content"] = scope.own("content")
    if not scope.get("lua_code_cache"):
        loc["fresh_vm"] = True


@MODULE.http
def compile_http(scope: Scope, plan: Plan) -> None:
    """The VM's settings: paths, process-wide handlers."""
    lua = plan.setdefault("lua", {})
    for phase in PROCESS_HANDLERS:
        chunk = scope.own(f"{phase}_by_lua")
        if chunk is not None:
            lua[phase] = chunk
    lua["malloc_trim"] = _trim_cycle(scope, plan)
    lua["path"] = scope.own("lua_package_path")
    lua["cpath"] = scope.own("lua_package_cpath")
    for name in (
        "lua_max_pending_timers", "lua_max_running_timers", "lua_regex_cache_max_entries", "lua_regex_match_limit",
        "rewrite_by_lua_no_postpone", "access_by_lua_no_postpone", "precontent_by_lua_no_postpone",
        "lua_worker_thread_vm_pool_size", "lua_thread_cache_max_entries", "lua_sa_restart",
    ):
        lua[name] = scope.get(name)
    lua["lua_capture_error_log"] = scope.own("lua_capture_error_log")


@MODULE.main
def compile_main(scope: Scope, plan: Plan) -> None:
    """The shared dictionaries, name → bytes."""
    plan["shared_dicts"] = scope.own("shared_dicts", {})


