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

    from pyresty.modules.build_options import build_options

    return (
        f"built with {OPENSSL_VERSION}\n"
        "TLS SNI support enabled\n"
        f"configure arguments: {' '.join(build_options())}\n"
    )
