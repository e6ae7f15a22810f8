"""How many connections each worker has, in memory that all share: one that has more than its part lets others accept.

All workers are woken by a new connection and the quickest takes it, which is often the same one. nginx leaves it at
that until a worker is nearly full.
"""

from __future__ import annotations

import mmap
import struct

_SLOT = struct.Struct("=q")
_ABSENT = 1 << 62  # nobody serves there
#: A worker accepts freely until it has so many more, and this part more, than the one with the fewest.
MARGIN = 4
PART = 8
#: Seconds that the others then have.
PAUSE = 0.001


def shared(workers: int) -> mmap.mmap:
    """The memory for so many workers; made by the master before it forks."""
    memory = mmap.mmap(-1, workers * _SLOT.size)
    for worker in range(workers):
        leave(memory, worker)
    return memory


def leave(memory: mmap.mmap, worker: int) -> None:
    """A worker has ended, perhaps one of a configuration with more of them: nothing can be left to it."""
    if worker * _SLOT.size >= len(memory):
        return
    _SLOT.pack_into(memory, worker * _SLOT.size, _ABSENT)


class Balance:
    """One worker's view of the memory."""

    def __init__(self, memory: mmap.mmap, worker: int) -> None:
        self._memory = memory
        self._offset = worker * _SLOT.size
        self.tell(0)

    def tell(self, count: int) -> None:
        """This worker has so many connections now."""
        _SLOT.pack_into(self._memory, self._offset, count)

    def is_ahead(self, count: int) -> bool:
        """Whether a worker with so many connections should leave the next one to others."""
        fewest: int = min(number for (number,) in _SLOT.iter_unpack(self._memory))
        return count > fewest + MARGIN + fewest // PART
