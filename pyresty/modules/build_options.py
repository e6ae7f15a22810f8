"""The options nginx's configure would have been given for the modules there are: what ``-V`` prints."""

from __future__ import annotations

#: Modules that nginx has unless told otherwise, and that it has only when told, by their names in its build options.
_STANDARD = (
    "charset gzip ssi userid access auth_basic mirror autoindex geo map split_clients referer rewrite proxy fastcgi "
    "uwsgi scgi grpc memcached limit_conn limit_req empty_gif browser upstream_hash upstream_ip_hash "
    "upstream_least_conn upstream_random upstream_keepalive upstream_zone"
)
_OPTIONAL = (
    "ssl v2 realip addition sub dav flv mp4 gunzip gzip_static auth_request random_index secure_link slice stub_status"
)
_ADDED = {
    "ngx_http_lua_module": "ngx_lua",
    "ngx_http_echo_module": "echo-nginx-module",
    "ngx_http_headers_more_filter_module": "headers-more-nginx-module",
    "ngx_http_set_misc_module": "set-misc-nginx-module",
    "ngx_http_memc_module": "memc-nginx-module",
}


def build_options() -> list[str]:
    """Options, each a word: ``--with-http_ssl_module`` …"""
    from pyresty.modules import MODULES

    names = {module.name for module in MODULES if not module.absent}
    arguments = ["--with-pcre", "--with-debug"]
    arguments += [f"--with-http_{name}_module" for name in _OPTIONAL.split() if _present(name, names)]
    arguments += [f"--without-http_{name}_module" for name in _STANDARD.split() if not _present(name, names)]
    return arguments + [f"--add-module={_ADDED[name]}" for name in _ADDED if name in names]


def _present(name: str, names: set[str]) -> bool:
    return f"ngx_http_{name}_module" in names or f"ngx_http_{name}_filter_module" in names
