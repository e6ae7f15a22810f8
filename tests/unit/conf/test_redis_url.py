"""``backend=redis://…`` of ``lua_shared_dict``."""

from __future__ import annotations

import pytest

from pyresty.conf.directive import ConfError, Directive
from pyresty.conf.redis_url import parse_redis_url

D = Directive(b"lua_shared_dict", [], "nginx.conf", 1, None, False)


def test_parts() -> None:
    assert parse_redis_url("redis://127.0.0.1", D) == {
        "family": b"inet", "server": b"127.0.0.1", "port": 6379, "db": 0, "user": None, "password": None,
    }  # fmt: skip
    assert parse_redis_url("redis://me:p%40ss@[::1]:7000/3", D) == {
        "family": b"inet6", "server": b"::1", "port": 7000, "db": 3, "user": b"me", "password": b"p@ss",
    }  # fmt: skip
    found = parse_redis_url("redis://:x@unix:/run/redis.sock?db=2", D)
    assert (found["family"], found["server"], found["db"], found["user"]) == (b"unix", b"/run/redis.sock", 2, None)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://127.0.0.1", 'invalid backend "http://127.0.0.1", it must be a "redis://" address'),
        ("redis://127.0.0.1/x", 'invalid database "x" in backend "redis://127.0.0.1/x"'),
        ("redis://127.0.0.1:0", 'invalid port in backend "redis://127.0.0.1:0"'),
        ("redis://me@127.0.0.1", 'no password in backend "redis://me@127.0.0.1"'),
    ],
)
def test_errors(url: str, message: str) -> None:
    with pytest.raises(ConfError, match="^" + message.replace("?", r"\?")):
        parse_redis_url(url, D)
