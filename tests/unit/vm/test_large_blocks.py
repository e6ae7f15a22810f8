"""Large values: their memory is used again instead of being mapped anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

CODE = """
import resource
from pathlib import Path
from pyresty.vm.engine import VM

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

vm = VM()
before = resident()
{tune}
grown = resident() - before
large = b'''for _ = 1, 200 do
    local t = {}
    for i = 1, 20000 do t[i] = i end
end'''
vm.eval(large)
faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
vm.eval(large)
print(grown, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - faults)
"""


def measure(tune: str) -> tuple[int, int]:
    """Resident bytes that tuning took, page faults of 200 tables of 256 KB, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", CODE.replace("{tune}", tune)],
        capture_output=True, text=True, check=True, cwd=ROOT, timeout=60, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    grown, faults = done.stdout.split()
    return int(grown), int(faults)


def test_half_of_the_large_tables_fault_once() -> None:
    grown, faults = measure("vm.require(b'pyresty.memory').tune()")
    assert grown < 2 << 20  # of the 6 or 12 MB that are reserved
    _, without = measure("")
    assert faults < 0.7 * without
