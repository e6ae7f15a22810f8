"""native.zlib: what it makes other people's zlib reads, piece by piece, and the other way round."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

DEFLATE = """
local level, bits, memory, pieces = ...
local handle = native.zlib.deflate(level, bits, memory)
local out = {}
for piece in (pieces .. ","):gmatch("(.-),") do out[#out + 1] = native.zlib.compress(handle, piece, "none") end
out[#out + 1] = native.zlib.compress(handle, "", "finish")
native.zlib.close(handle)
return table.concat(out)
"""


def test_pieces_make_one_stream(run: Run) -> None:
    assert gzip.decompress(run(DEFLATE, 6, 15, 8, b"one,two,three")) == b"onetwothree"


def test_smallest_window(run: Run) -> None:
    assert gzip.decompress(run(DEFLATE, 1, 8, 1, b"text")) == b"text"


def test_sync_makes_all_readable(run: Run) -> None:
    data = run(
        'local h = native.zlib.deflate(1, 15, 9) local d = native.zlib.compress(h, "abc", "sync") native.zlib.close(h) '
        "return d"
    )
    assert zlib.decompressobj(31).decompress(data) == b"abc"


def test_larger_than_the_buffer(run: Run) -> None:
    text = bytes(range(256)) * 1000
    assert gzip.decompress(run(DEFLATE, 1, 15, 9, text.replace(b",", b""))) == text.replace(b",", b"")


INFLATE = """
local size, data = ...
local handle, out, through = native.zlib.inflate(), {}, nil
for at = 1, #data, size do
    out[#out + 1], through = native.zlib.decompress(handle, data:sub(at, at + size - 1))
end
native.zlib.close(handle)
return table.concat(out), through
"""


def test_inflates_in_any_pieces(run: Run) -> None:
    for size in (1, 7, 1000):
        assert run(INFLATE, size, gzip.compress(b"some text " * 50)) == (b"some text " * 50, True)


def test_what_is_not_gzip(run: Run) -> None:
    assert run('local h = native.zlib.inflate() return native.zlib.decompress(h, "not gzip")') == (None, -3)


def test_bytes_behind_a_member_and_another_one(run: Run) -> None:
    code = """
    local first, second = ...
    local h = native.zlib.inflate()
    local a, through, left = native.zlib.decompress(h, first .. second)
    native.zlib.restart(h)
    local b = native.zlib.decompress(h, (first .. second):sub(-left))
    return a, through, b
    """
    assert run(code, gzip.compress(b"1"), gzip.compress(b"2")) == (b"1", True, b"2")


def test_a_handle_is_used_again(run: Run) -> None:
    code = "local z = native.zlib local a = z.inflate() z.close(a) local b = z.inflate() z.close(b) return a == b"
    assert run(code) is True
