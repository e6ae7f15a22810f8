"""``-t`` behind the syntax: whether the files and addresses of a configuration can be had."""

from __future__ import annotations

from pyresty.conf.configuration import Config
from pyresty.process import cycle, listen, pidfile, privileges
from pyresty.process.errors import LoggedError, ProcessError
from pyresty.process.files import Files
from pyresty.process.logs import ErrorLog
from pyresty.process.settings import settings_of


def check(config: Config, log: ErrorLog) -> bool:
    """Open what the start would open, in nginx's order, and close it again; False after a logged failure."""
    files = Files()
    listeners = listen.listeners_of(config.plan.get("sockets", ()), 1)
    try:
        settings = settings_of(config)
        pidfile.check(config.pid_path)
        cycle.create_paths(config.temp_paths, privileges.worker_user(settings))
        for path in cycle.log_paths(config):
            files.open(path)
        listen.open_all(listeners, log, testing=True)
        cycle.check_connections(settings, len(listeners), log)
    except LoggedError:
        return False
    except ProcessError as error:
        log.log(error.level, error.message)
        return False
    finally:
        listen.close_all(listeners, log, unlink=False)
        files.close()
    return True
