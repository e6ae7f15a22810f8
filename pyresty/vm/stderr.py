"""Lines for the error log from where there is no log: a worker's error output leads to it."""

from __future__ import annotations

import os
import sys
import time


def tell(level: str, message: str) -> None:
    """Write a line as nginx does."""
    stamp, pid = time.strftime("%Y/%m/%d %H:%M:%S"), os.getpid()
    print(f"{stamp} [{level}] {pid}#{pid}: {message}", file=sys.stderr, flush=True)
