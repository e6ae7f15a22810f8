"""Shared-memory zones of `lua_shared_dict`.

A zone is one anonymous shared mapping, made by the master before it forks; what is in it is the business of
`lua/native/shdict.lua`. A zone is kept over reloads when its name and its size stay the same (nginx's rule); only the
mutex at its start is made here, so that whichever process formats the rest first is alone.
"""

from __future__ import annotations

import ctypes
import mmap
from typing import Any

MIN_SIZE = 8191
"""nginx refuses zones of fewer bytes."""

_PAGE = 4096
_HEADER = 4096
_PAGE_DESCRIPTOR = 32
_BUCKET = 4
_BUCKETS_PER_PAGE = 16
_MIN_BUCKETS = 64
_NGINX_HEADER = 704
_NGINX_PAGE_DESCRIPTOR = 24

_PTHREAD_PROCESS_SHARED = 1
_PTHREAD_MUTEX_ERRORCHECK = 2
_PTHREAD_MUTEX_ROBUST = 1


class ZoneError(RuntimeError):
    """A zone could not be made; the text names it."""


class Zone:
    """One mapping. `address` is where it is in this process and in every process forked from it.

    The mapping stays until `close`, also when nobody refers to the object: a VM knows no more than the address.
    """

    def __init__(self, name: bytes, size: int) -> None:
        self.name = name
        self.size = size
        text = name.decode(errors="replace")
        try:
            self._mapping = mmap.mmap(-1, memory(size))
        except (OSError, OverflowError) as error:
            raise ZoneError(f'mmap(MAP_ANON|MAP_SHARED, {size}) of zone "{text}" failed: {error}') from error
        self._start: ctypes.c_char | None = ctypes.c_char.from_buffer(self._mapping)
        self.address: int = ctypes.addressof(self._start)
        _init_mutex(self.address, text)
        _mapped.add(self)

    def close(self) -> None:
        """Unmaps the zone in this process. No VM of the process may use it any more."""
        _mapped.discard(self)
        self._start = None
        self._mapping.close()


_mapped: set[Zone] = set()
_zones: dict[tuple[bytes, int], Zone] = {}


def create(name: bytes, size: int, known: dict[tuple[bytes, int], Zone] = _zones) -> Zone:
    """The zone `name` of `size` bytes, the one from before a reload if there is one. Raises ZoneError."""
    zone = known.get((name, size))
    if zone is None:
        zone = known[name, size] = Zone(name, size)
    return zone


def place(plan: dict[str, Any], known: dict[tuple[bytes, int], Zone] = _zones) -> None:
    """Makes the zones of a plan and says where they are.

    Reads ``plan["shared_dicts"]`` (name → size in bytes), writes ``plan["zones"]`` (name → {size, address}), from
    which ``ngx.shared`` is built; adds ``address`` to the zones of modules in ``plan["module_zones"]``. To be called in
    the master, before a VM gets the plan. `known`: the zones that there are, by name and size. Raises ZoneError.
    """
    zones: dict[bytes, dict[str, int]] = {}
    for name, size in plan.get("shared_dicts", {}).items():
        zone = create(name, size, known)
        zones[name] = {"size": size, "address": zone.address}
    plan["zones"] = zones
    for name, table in plan.get("module_zones", {}).items():
        table["address"] = create(_full_name(name, table), table["size"], known).address


def _full_name(name: bytes, table: dict[str, Any]) -> bytes:
    """A zone with a ``serial`` is another one after each reload (nginx: noreuse)."""
    return b"%s#%d" % (name, table["serial"]) if "serial" in table else name


def wanted(plan: dict[str, Any]) -> set[tuple[bytes, int]]:
    """Names and sizes of all zones of a plan."""
    modules = plan.get("module_zones", {})
    own = ((_full_name(name, table), table["size"]) for name, table in modules.items())
    return {*plan.get("shared_dicts", {}).items(), *own}


def keep(wanted: set[tuple[bytes, int]]) -> list[Zone]:
    """Forgets the zones that a new configuration lacks and returns them, to be closed when their last VM is gone.

    `wanted`: names and sizes of those that stay.
    """
    return [_zones.pop(key) for key in list(_zones) if key not in wanted]


def drop(wanted: set[tuple[bytes, int]]) -> None:
    """As `keep`, and unmaps the zones that it forgets. No VM of the process may use those any more."""
    for zone in keep(wanted):
        zone.close()


def pages(size: int) -> int:
    """Number of 4 KB data pages that nginx's slab pool has in a zone of `size` bytes on a 64 bit machine."""
    count = (size - _NGINX_HEADER) // (_PAGE + _NGINX_PAGE_DESCRIPTOR)
    start = -(-(_NGINX_HEADER + count * _NGINX_PAGE_DESCRIPTOR) // _PAGE)
    return min(count, size // _PAGE - start)


def memory(size: int) -> int:
    """Bytes of memory that a zone of `size` bytes takes, as `layout.memory` of lua/native/shm_layout.lua has it."""
    count = pages(size)
    buckets = _MIN_BUCKETS
    while buckets < count * _BUCKETS_PER_PAGE:
        buckets *= 2
    meta = _HEADER + count * _PAGE_DESCRIPTOR + buckets * _BUCKET
    return -(-meta // _PAGE) * _PAGE + count * _PAGE


def _init_mutex(address: int, text: str) -> None:
    """A robust process-shared mutex, which also refuses to be locked twice by one thread."""
    libc = ctypes.CDLL(None)
    attributes = ctypes.create_string_buffer(64)
    calls = (
        (libc.pthread_mutexattr_init, (attributes,)),
        (libc.pthread_mutexattr_setpshared, (attributes, _PTHREAD_PROCESS_SHARED)),
        (libc.pthread_mutexattr_settype, (attributes, _PTHREAD_MUTEX_ERRORCHECK)),
        (libc.pthread_mutexattr_setrobust, (attributes, _PTHREAD_MUTEX_ROBUST)),
        (libc.pthread_mutex_init, (ctypes.c_void_p(address), attributes)),
    )
    for function, arguments in calls:
        code = function(*arguments)
        if code != 0:
            raise ZoneError(f'{function.__name__}() of zone "{text}" failed ({code})')
