"""native.text: bytes looked through and written without a loop in Lua."""

from __future__ import annotations

import random
from collections.abc import Callable
from urllib.parse import quote

import pytest

from pyresty.vm.engine import VM

CODE = b"""
local members = {}
for b = 0, 255 do members[b] = not string.char(b):find "[%w%-%._~]" end
return require("pyresty.native").text.percent(members)
"""


@pytest.fixture(scope="module")
def percent() -> Callable[[bytes], bytes]:
    escape: Callable[[bytes], bytes] = VM("luajit21").eval(CODE)
    return escape


@pytest.mark.parametrize("size", [*range(70), 4096, 70_000, 300_000])
def test_percent(percent: Callable[[bytes], bytes], size: int) -> None:
    text = bytes(random.Random(size).choices(b"abcXYZ09-._~ /?&=%+\xc3\xa9\x00\xff", k=size))
    assert percent(text) == quote(text, safe="").encode()
