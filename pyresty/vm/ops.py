"""The operations that Lua yields to Python; numbers as in lua/ops.lua.

An entry returns a flat tuple, ``STRIDE`` values each: op, id, a, b, c, d; at most ``LIMIT`` values at once.
"""

from __future__ import annotations

STRIDE = 6
LIMIT = 600

WAIT_READ = 1  # id, fd: step(id, True) when readable
WAIT_WRITE = 2  # id, fd
CANCEL = 3  # id, fd: the wait is void
CLOSE = 4  # -, fd: stop its watchers and close it
ARM = 5  # -, seconds: call tick() then, instead of when said before
PAUSE = 6  # connection: stop its read watcher
RESUME = 7  # connection
DROP = 8  # connection: close it
CALL = 9  # id, name, a, b, c: run an operation in a greenlet, step(id, *results)
FRESH = 10  # connection, bytes, requests: serve them in a new VM
RETURN = 11  # connection, bytes, requests: a fresh VM is through with it
TURN = 12  # call end_turn when the descriptors that are ready in this turn of the loop have been served
RELEASE = 13  # the VM was told to retire, and nothing needs it any more
