"""pyresty.http.calendar against Python's own calendar."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Lua = Callable[..., Any]

MOMENTS = (
    0,
    951782399,
    951782400,
    1078012800,
    1456704000,
    1709251199,
    2145916799,
    2145916800,
    4102444799,
    253402300799,
)
ZONES = ("UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "Pacific/Honolulu", "Australia/Lord_Howe")


@pytest.fixture
def zone(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.parametrize("moment", MOMENTS)
def test_utc(lua: Lua, moment: int) -> None:
    """Leap days, ends of years, years of four digits."""
    calendar = lua("return require 'pyresty.http.calendar'")
    moment_of_day = time.gmtime(moment)
    assert calendar.utc(moment).decode() == time.strftime("%Y-%m-%d %H:%M:%S", moment_of_day)
    assert calendar.http(moment).decode() == time.strftime("%a, %d %b %Y %H:%M:%S GMT", moment_of_day)
    year = "%y" if moment < 2145916800 else "%Y"
    assert calendar.cookie(moment).decode() == time.strftime(f"%a, %d-%b-{year} %H:%M:%S GMT", moment_of_day)


@pytest.mark.parametrize("zone", ZONES, indirect=True)
def test_local_time(lua: Lua, zone: None) -> None:
    """Every hour around changes of the clocks, and the ends of months."""
    calendar = lua("return require 'pyresty.http.calendar'")
    for day in (1709164800, 1711843200, 1730419200, 1767139200, 1772323200):
        for hour in range(-30, 60):
            moment = day + hour * 3600 + 59
            wanted = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))
            assert calendar.here(moment).decode() == wanted
