"""Becoming a daemon."""

from __future__ import annotations

import os
import sys

from pyresty.process.errors import ProcessError


def daemonize() -> bool:
    """Go on in a child that leads a session of its own; True in the child, False in the parent, which has to end.

    Standard input and output become /dev/null, the umask 0 (nginx: ngx_daemon). Raises ProcessError.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        if os.fork():
            return False
    except OSError as error:
        raise ProcessError("fork() failed", error) from error
    try:
        os.setsid()
        os.umask(0)
        null = os.open("/dev/null", os.O_RDWR)
        for fd in (0, 1):
            os.dup2(null, fd)
        if null > 2:
            os.close(null)
    except OSError as error:
        raise ProcessError("setsid() or /dev/null failed", error) from error
    return True
