"""What ``-v``, ``-V`` and ``-h`` print."""

from __future__ import annotations

from pyresty.cli.options import CONF_PATH, ERROR_LOG_PATH, PREFIX_HELP
from pyresty.version import NGINX_VERSION

VERSION = f"nginx version: nginx/{NGINX_VERSION}\n"

_OPTIONS = (
    ("-?,-h", "this help"),
    ("-v", "show version and exit"),
    ("-V", "show version and configure options then exit"),
    ("-t", "test configuration and exit"),
    ("-T", "test configuration, dump it and exit"),
    ("-q", "suppress non-error messages during configuration testing"),
    ("-s signal", "send signal to a master process: stop, quit, reopen, reload"),
    ("-p prefix", f"set prefix path (default: {PREFIX_HELP})"),
    ("-e filename", f"set error log file (default: {ERROR_LOG_PATH})"),
    ("-c filename", f"set configuration file (default: {CONF_PATH})"),
    ("-g directives", "set global directives out of configuration file"),
)

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
}


def usage() -> str:
    """The text of ``-h`` behind the version."""
    head = (
        "Usage: nginx [-?hvVtTq] [-s signal] [-p prefix]\n"
        "             [-e filename] [-c filename] [-g directives]\n\n"
        "Options:\n"
    )
    return head + "".join(f"  {option:<14}: {what}\n" for option, what in _OPTIONS) + "\n"


def configure() -> str:
    """The text of ``-V`` behind the version: OpenSSL, and build options that name the modules there are."""
    from ssl import OPENSSL_VERSION

    return (
        f"built with {OPENSSL_VERSION}\n"
        "TLS SNI support enabled\n"
        f"configure arguments: {' '.join(_configure_arguments())}\n"
    )


def _configure_arguments() -> list[str]:
    from pyresty.modules import MODULES

    names = {module.name for module in MODULES}
    arguments = ["--with-pcre"]
    arguments += [f"--with-http_{name}_module" for name in _OPTIONAL.split() if _present(name, names)]
    arguments += [f"--without-http_{name}_module" for name in _STANDARD.split() if not _present(name, names)]
    return arguments + [f"--add-module={_ADDED[name]}" for name in _ADDED if name in names]


def _present(name: str, names: set[str]) -> bool:
    return f"ngx_http_{name}_module" in names or f"ngx_http_{name}_filter_module" in names
