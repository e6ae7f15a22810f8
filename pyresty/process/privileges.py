"""What a worker gives up and takes on before it serves: priority, limits, user and group, CPUs, directory."""

from __future__ import annotations

import ctypes
import grp
import os
import pwd
import resource

from pyresty.process.errors import ProcessError
from pyresty.process.logs import ErrorLog
from pyresty.process.settings import Settings, User

DEFAULT_USER = "nobody"
_DEFAULT_GROUPS = ("nogroup", "nobody")
_PR_SET_DUMPABLE = 4


def worker_user(settings: Settings) -> User | None:
    """The user of the workers: the configured one, for root ``nobody``, otherwise None (nothing changes).

    Raises ProcessError ``getpwnam("nobody") failed`` when root has no such user.
    """
    if settings.user is not None or os.geteuid() != 0:
        return settings.user
    try:
        uid = pwd.getpwnam(DEFAULT_USER).pw_uid
    except KeyError:
        raise ProcessError(f'getpwnam("{DEFAULT_USER}") failed') from None
    for group in _DEFAULT_GROUPS:
        try:
            return User(DEFAULT_USER, uid, grp.getgrnam(group).gr_gid)
        except KeyError:
            continue
    raise ProcessError(f'getgrnam("{_DEFAULT_GROUPS[0]}") failed')


def assume(settings: Settings, user: User | None, worker: int | None, log: ErrorLog) -> None:
    """Become a worker (nginx: ngx_worker_process_init). Raises ProcessError for what is fatal; the rest is logged.

    ``user`` None: the user stays; ``worker`` None: it has no CPU of its own.
    """
    _limits(settings, log)
    if os.geteuid() == 0 and user is not None:
        _drop(user, log)
    if worker is not None:
        _affinity(settings, worker, log)
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)
    if settings.working_directory:
        try:
            os.chdir(settings.working_directory)
        except OSError as error:
            directory = os.fsdecode(settings.working_directory)
            raise ProcessError(f'chdir("{directory}") failed', error, "alert") from error


def _limits(settings: Settings, log: ErrorLog) -> None:
    if settings.priority:
        try:
            os.setpriority(os.PRIO_PROCESS, 0, settings.priority)
        except OSError as error:
            log.log("alert", f"setpriority({settings.priority}) failed", error)
    for name, which, value in (
        ("RLIMIT_NOFILE", resource.RLIMIT_NOFILE, settings.rlimit_nofile),
        ("RLIMIT_CORE", resource.RLIMIT_CORE, settings.rlimit_core),
    ):
        if value is None:
            continue
        try:
            resource.setrlimit(which, (value, value))
        except (OSError, ValueError) as error:
            reason = error if isinstance(error, OSError) else PermissionError(1, "")
            log.log("alert", f"setrlimit({name}, {value}) failed", reason)


def _drop(user: User, log: ErrorLog) -> None:
    try:
        os.setgid(user.gid)
    except OSError as error:
        raise ProcessError(f"setgid({user.gid}) failed", error) from error
    try:
        os.initgroups(user.name, user.gid)
    except OSError as error:
        log.log("emerg", f"initgroups({user.name}, {user.gid}) failed", error)
    try:
        os.setuid(user.uid)
    except OSError as error:
        raise ProcessError(f"setuid({user.uid}) failed", error) from error


def _affinity(settings: Settings, worker: int, log: ErrorLog) -> None:
    cpus = settings.cpus_of(worker, os.cpu_count() or 1)
    if cpus is None:
        return
    for cpu in sorted(cpus):
        log.log("notice", f"sched_setaffinity(): using cpu #{cpu}")
    try:
        os.sched_setaffinity(0, cpus)
    except OSError as error:
        log.log("alert", "sched_setaffinity() failed", error)
