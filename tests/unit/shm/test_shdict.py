"""ngx.shared.DICT: results and errors of every method, on every engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

CHECK = (Path(__file__).parent / "check.lua").read_text()


@pytest.mark.parametrize("value", [b"text", b"", b"\0" * 5000, 1.5, -7, True, False])
def test_values(run: Run, value: Any) -> None:
    code = "local v = ... local ok, err, forcible = dogs:set('k', v) return ok, err, forcible, dogs:get('k')"
    assert run(code, value) == (True, None, False, value)


def test_flags(run: Run) -> None:
    assert run("dogs:set('k', 'v', 0, 32) return dogs:get('k')") == (b"v", 32)
    assert run("dogs:set('k', 'v', 0, -1) return dogs:get('k')") == (b"v", -1)
    assert run("dogs:set('k', 'v', 0, 0) return dogs:get('k')") == b"v"
    assert run("dogs:set('k', 'v', 0, 5) return dogs:get_stale('k')") == (b"v", 5, False)


@pytest.mark.parametrize("method", ["get", "get_stale", "set", "delete", "incr", "ttl", "lpush", "rpop", "llen"])
def test_bad_keys(run: Run, method: str) -> None:
    more = {"set": ", 1", "incr": ", 1", "lpush": ", 1"}.get(method, "")
    assert run(f"return dogs:{method}(nil{more})") == (None, b"nil key")
    assert run(f"return dogs:{method}(''{more})") == (None, b"empty key")
    assert run(f"return dogs:{method}(('k'):rep(65536){more})") == (None, b"key too long")


def test_keys_are_made_strings(run: Run) -> None:
    assert run("dogs:set(12, 'a') dogs:set(true, 'b') return dogs:get('12'), dogs:get('true')") == (b"a", b"b")
    assert run("local k = ('k'):rep(65535) return dogs:set(k, 1), dogs:get(k)") == (True, 1)
    ok, message = run("return pcall(function() dogs:lpush(true, 1) end)")
    assert not ok
    assert message.endswith(b"bad argument #1 to 'lpush' (string expected, got boolean)")


def test_add_and_replace(run: Run) -> None:
    assert run("return dogs:replace('k', 1)") == (False, b"not found", False)
    assert run("return dogs:add('k', 1)") == (True, None, False)
    assert run("return dogs:add('k', 2)") == (False, b"exists", False)
    assert run("return dogs:replace('k', 'three')") == (True, None, False)
    assert run("return dogs:get('k')") == b"three"
    assert run("return dogs:safe_add('k', 2)") == (False, b"exists", False)
    assert run("return dogs:add('n', nil)") == (False, b"attempt to add or replace nil values", False)
    assert run("return dogs:set('k', {})") == (None, b"bad value type")


def test_delete(run: Run) -> None:
    assert run("dogs:set('k', 1) return dogs:delete('k')") == (True, None, False)
    assert run("return dogs:get('k')") is None
    assert run("return dogs:delete('k')") == (True, None, False)
    assert run("dogs:set('k', 1) dogs:set('k', nil) return dogs:get('k')") is None


def test_expiry(run: Run) -> None:
    code = """
        dogs:set('k', 'v', 0.5, 9)
        dogs:set('newer', 1) dogs:set('newest', 1)
        local ttl = dogs:ttl('k')
        at(1000.499)
        local live = dogs:get('k')
        dogs:get('newer') dogs:get('newest') dogs:get('k')
        at(1000.5)
        local value, flags, stale = dogs:get_stale('k')
        return ttl, live, value, flags, stale, dogs:ttl('k'), dogs:get('k')
    """
    assert run(code) == (0.5, b"v", b"v", 9, True, 0, None)
    assert run("at(1001) return dogs:ttl('k')") == -0.5
    assert run("return dogs:ttl('absent')") == (None, b"not found")
    assert run("dogs:set('k', 1) return dogs:ttl('k')") == 0


def test_get_deletes_expired_ones_at_the_end_of_the_lru_list(run: Run) -> None:
    code = """
        for i = 1, 4 do dogs:set('k' .. i, i, 0.1) end
        dogs:set('live', 1)
        at(1001)
        dogs:get('live')
        return (dogs:get_stale('k1')), (dogs:get_stale('k2')), (dogs:get_stale('k3'))
    """
    assert run(code) == (None, None, 3)


def test_expire(run: Run) -> None:
    assert run("dogs:set('k', 1, 5) return dogs:expire('k', 100), dogs:ttl('k')") == (True, 100)
    assert run("return dogs:expire('k', 0), dogs:ttl('k')") == (True, 0)
    assert run("return dogs:expire('absent', 1)") == (None, b"not found")
    assert b'bad "exptime" argument' in run("return pcall(dogs.expire, dogs, 'k')")[1]
    assert b'bad "exptime" argument' in run("return pcall(dogs.set, dogs, 'k', 1, -1)")[1]


def test_incr(run: Run) -> None:
    assert run("return dogs:incr('n', 1)") == (None, b"not found")
    assert run("return dogs:incr('n', 1, 10)") == (11, None, False)
    assert run("return dogs:incr('n', 2.5)") == 13.5
    assert run("dogs:set('s', 'x') return dogs:incr('s', 1)") == (None, b"not a number")
    assert run("dogs:rpush('l', 'x') return dogs:incr('l', 1, 0)") == (None, b"not a number")
    assert run("return dogs:incr('t', 1, 0, 3)") == (1, None, False)
    assert run("return dogs:incr('t', '1', '0', '9')") == (2, None, False)
    assert run("return dogs:ttl('t')") == 3
    assert run("at(1004) return dogs:incr('t', 1, 5), dogs:ttl('t')") == (6, 0)
    assert b'bad "init_ttl" argument' in run("return pcall(dogs.incr, dogs, 't', 1, 0, -1)")[1]
    assert b'must provide "init"' in run("return pcall(dogs.incr, dogs, 't', 1, nil, 1)")[1]
    assert b"bad init arg: number expected, got string" in run("return pcall(dogs.incr, dogs, 't', 1, 'x')")[1]


def test_lists(run: Run) -> None:
    assert run("return dogs:lpush('l', 'b'), dogs:lpush('l', 1.5), dogs:rpush('l', 'c')") == (1, 2, 3)
    assert run("return dogs:llen('l'), dogs:get('l')") == (3, None, b"value is a list")
    assert run("return dogs:rpop('l'), dogs:lpop('l'), dogs:lpop('l'), dogs:lpop('l')") == (b"c", 1.5, b"b", None)
    assert run("return dogs:llen('l'), dogs:get('l')") == (0, None)
    assert run("dogs:set('s', 1) return dogs:lpush('s', 'x')") == (None, b"value not a list")
    assert run("return dogs:lpop('s')") == (None, b"value not a list")
    assert run("return dogs:llen('s')") == (None, b"value not a list")
    assert run("return dogs:lpush('l', true)") == (None, b"bad value type")
    assert run("dogs:rpush('x', ('y'):rep(20000)) return #dogs:lpop('x')") == 20000


def test_an_expired_list_starts_anew(run: Run) -> None:
    code = """
        dogs:rpush('l', 1) dogs:rpush('l', 2) dogs:expire('l', 1)
        at(1002)
        return dogs:llen('l'), dogs:rpush('l', 3), dogs:lpop('l'), dogs:ttl('l')
    """
    assert run(code) == (0, 1, 3, None, b"not found")
    assert run("dogs:rpush('l', 1) dogs:set('l', 'now a string') return dogs:get('l')") == b"now a string"


def test_keys_are_least_recently_used_first(run: Run) -> None:
    fill = "for i = 1, 5 do dogs:set('k' .. i, i, i == 3 and 0.5 or 0) end dogs:get('k1') at(1001) "
    keys = "return table.concat(dogs:get_keys(...), ' ')"
    assert run(fill + keys) == b"k2 k4 k5 k1"
    assert run(keys, 2) == b"k2 k4"


def test_get_keys_has_a_default_limit(run: Run) -> None:
    code = """
        for i = 1, 1100 do cats:set('k' .. i, 1) end
        return #cats:get_keys(), #cats:get_keys(0), #cats:get_keys(10), #cats:get_keys(2000)
    """
    assert run(code) == (1024, 1100, 10, 1100)


def test_flush(run: Run) -> None:
    assert run("for i = 1, 5 do dogs:set('k' .. i, i) end dogs:flush_all() return dogs:get('k5')") is None
    # Of the five, flush_all itself deletes three and get the other two.
    assert run("for i = 1, 5 do dogs:set('k' .. i, i, 1) end at(1002) return dogs:flush_expired(2)") == 2
    assert run("return dogs:flush_expired(), dogs:flush_expired()") == (3, 0)


def test_eviction(run: Run) -> None:
    code = """
        local forced
        for i = 1, 1000 do
            local ok, err, forcible = dogs:set('k' .. i, ('x'):rep(400))
            if forcible then forced = i break end
        end
        local keys = #dogs:get_keys(0)
        local ok, err, forcible = dogs:safe_set('new', ('x'):rep(400))
        return forced, keys, dogs:get('k1'), ok, err, forcible, dogs:get('k2') ~= nil
    """
    # 22 pages of eight slots of 512 bytes
    assert run(code) == (177, 176, None, False, b"no memory", False, True)
    assert run("return dogs:set('huge', ('x'):rep(200000))") == (False, b"no memory", True)
    assert run("return dogs:free_space() > 0, dogs:capacity()") == (True, 100 * 1024)


@pytest.mark.parametrize(
    ("length", "count"),
    # How many values of a length nginx takes into a zone of 100 KB, the keys having eight bytes.
    [(1, 735), (50, 735), (60, 352), (188, 176), (400, 176), (1000, 44), (2000, 22), (3000, 22), (5000, 11), (9000, 7)],
)
def test_capacity_is_nginx_s(run: Run, length: int, count: int) -> None:
    code = """
        local length, n = (...), 0
        while dogs:safe_set(("%08d"):format(n), ("v"):rep(length)) do n = n + 1 end
        return n
    """
    assert run(code, length) == count


def test_lists_are_not_forced_in(run: Run) -> None:
    code = """
        for i = 1, 176 do dogs:set('k' .. i, ('x'):rep(400)) end
        return dogs:lpush('l', ('x'):rep(400))
    """
    assert run(code) == (None, b"no memory")
    assert run("return dogs:llen('l')") == 0


def test_wrong_dictionary(run: Run) -> None:
    for call in ("pcall(dogs.get, nil, 'k')", "pcall(dogs.get, {}, 'k')", "pcall(dogs.set, 'x', 'k', 1)"):
        assert b'bad "zone" argument' in run(f"return {call}")[1]
    assert b"expecting 3 arguments, but only seen 2" in run("return pcall(dogs.lpush, dogs, 'k')")[1]
    assert b"expecting 1 or 2 argument(s), but saw 3" in run("return pcall(dogs.get_keys, dogs, 1, 2)")[1]


def test_many_random_operations_keep_a_zone_in_order(luajit: Any, new_zone: Any) -> None:
    zone = new_zone(64 * 1024)
    luajit.eval((CHECK + RANDOM).encode(), b"=test", zone.address, zone.size)


RANDOM = """
local shdict = require "pyresty.native.shdict"
local address, size = ...
local handle = shdict.open(address, size, "random")
for round = 1, 4000 do
    local key = "k" .. math.random(60)
    local what = math.random(8)
    if what <= 2 then
        shdict.store(handle, round, "set", key, ("v"):rep(math.random(0, 3) ^ 7), math.random(0, 1) * 50, 0)
    elseif what == 3 then
        shdict.store(handle, round, "set", key, nil, 0, 0)
    elseif what == 4 then
        shdict.push(handle, round, "l" .. key, ("i"):rep(math.random(200)), math.random(2) == 1)
    elseif what == 5 then
        shdict.pop(handle, round, "l" .. key, math.random(2) == 1)
    elseif what == 6 then
        shdict.incr(handle, round, "n" .. key, 1, 0, 0)
    elseif what == 7 then
        shdict.get(handle, round, key)
    elseif math.random(50) == 1 then
        shdict.flush_all(handle, round)
    end
    if round % 50 == 0 then check(handle) end
end
"""
