"""Zones: sizes, and how long they live."""

from __future__ import annotations

from typing import Any

import pytest

from pyresty.shm import zone
from pyresty.vm.engine import VM


@pytest.mark.parametrize("size", [8192, 12 * 1024, 12345, 100 * 1024, 900 * 1024, 1 << 20, 10 << 20])
def test_lua_and_python_agree_on_sizes(luajit: VM, size: int) -> None:
    shdict = luajit.require(b"pyresty.native.shdict")
    layout = luajit.require(b"pyresty.native.shm_layout")
    assert shdict[b"memory"](size) == zone.memory(size)
    assert layout[b"pages"](size) == zone.pages(size)


@pytest.mark.parametrize(
    ("size", "pages"),
    # free_space() of an empty dictionary in nginx, in pages; two more are in use from the start.
    [(12 * 1024, 0), (100 * 1024, 22), (1 << 20, 252)],
)
def test_page_counts_are_nginx_s(size: int, pages: int) -> None:
    assert zone.pages(size) - 2 == pages


def test_a_zone_of_the_same_name_and_size_is_kept() -> None:
    known: dict[tuple[bytes, int], zone.Zone] = {}
    first = zone.create(b"a", 8192, known)
    assert zone.create(b"a", 8192, known) is first
    assert zone.create(b"a", 12288, known) is not first
    assert zone.create(b"b", 8192, known) is not first


def test_keep_forgets_the_others() -> None:
    first = zone.create(b"kept", 8192)
    other = zone.create(b"gone", 8192)
    assert zone.keep({(b"kept", 8192)}) == [other]
    other.close()
    assert zone.create(b"kept", 8192) is first
    assert zone.create(b"gone", 8192) is not other
    for each in zone.keep(set()):
        each.close()


def test_place_writes_addresses() -> None:
    plan: dict[str, Any] = {"shared_dicts": {b"a": 8192, b"b": 12288}}
    zone.place(plan, {})
    assert plan["zones"][b"a"]["size"] == 8192
    assert plan["zones"][b"a"]["address"] != plan["zones"][b"b"]["address"]
    assert plan["zones"][b"a"]["address"] % 4096 == 0


def test_too_much_memory_is_an_error_with_a_name() -> None:
    with pytest.raises(zone.ZoneError, match='zone "huge" failed'):
        zone.Zone(b"huge", 1 << 62)
