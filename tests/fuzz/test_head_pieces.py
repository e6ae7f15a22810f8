"""However a head is cut into pieces, what is read of it is the same."""

from __future__ import annotations

import random
from typing import Any

import pytest
import raw_corpus as corpus
from head_reader import Reader, rounds

from pyresty.vm.engine import ENGINES, VM

SENT = sorted({case.sent for case in corpus.load() if case.sent})
SMALL = {"first": 128, "count": 2, "size": 256}
ODD = {"underscores": True, "ignore_invalid": False, "merge_slashes": False}
SERVERS: dict[str, dict[str, Any]] = {"main": {}, "small": SMALL, "odd": ODD}


def comparable(outcome: dict[str, Any], pieces: bool) -> dict[str, Any]:
    """A refused line is shown as far as it had come, which depends on the pieces."""
    if outcome["after"] is False and pieces:
        outcome = outcome | {"request_line": None}
    return outcome


def assert_same(reader: Reader, data: bytes, ends: list[int], limits: dict[str, Any]) -> None:
    whole = reader.read(data, **limits)
    cut = reader.read(data, ends=ends, **limits)
    if whole["after"] is False:
        whole, cut = comparable(whole, True), comparable(cut, True)
    assert cut == whole, (data, ends)


@pytest.mark.parametrize("server", SERVERS)
def test_corpus_byte_by_byte(reader: Reader, server: str) -> None:
    for data in SENT:
        if len(data) < 1500:
            assert_same(reader, data, list(range(1, len(data) + 1)), SERVERS[server])


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "luajit21"])
def test_corpus_on_other_engines(reader: Reader, engine: str) -> None:
    other = Reader(VM(engine))
    for data in SENT:
        for limits in SERVERS.values():
            assert other.read(data, **limits) == reader.read(data, **limits), data


@pytest.mark.parametrize("server", SERVERS)
def test_corpus_in_random_pieces(reader: Reader, rng: random.Random, server: str) -> None:
    for _ in range(rounds(2)):
        for data in SENT:
            if len(data) > 1:
                cuts = sorted(rng.sample(range(1, len(data)), min(len(data) - 1, rng.randint(1, 5))))
                assert_same(reader, data, [*cuts, len(data)], SERVERS[server])


INTERESTING = b"\r\n \t\0:;/.%?#_-AZaz09\x7f\xff"


def mutate(rng: random.Random, data: bytes) -> bytes:
    """A few bytes changed, doubled, removed or cut out."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(out) + 1)
        kind = rng.randrange(4)
        if kind == 0:
            out[at : at + 1] = bytes([rng.choice(INTERESTING)])
        elif kind == 1:
            out[at:at] = bytes([rng.choice(INTERESTING)]) * rng.choice((1, 1, 2, 40))
        elif kind == 2:
            del out[at : at + rng.randint(1, 8)]
        else:
            other = rng.randrange(len(out) + 1)
            out[at:at] = out[other : other + rng.randint(1, 20)]
    return bytes(out)


@pytest.mark.parametrize("server", SERVERS)
def test_mutants_in_pieces(reader: Reader, rng: random.Random, server: str) -> None:
    seeds = [data for data in SENT if len(data) < 300]
    for _ in range(rounds(400)):
        data = mutate(rng, rng.choice(seeds))
        if data:
            assert_same(reader, data, list(range(1, len(data) + 1)), SERVERS[server])


def test_read_further_on(reader: Reader) -> None:
    """The position in the data does not matter, but for the word "pipelined"."""
    for data in SENT:
        if len(data) > 1500:
            continue
        first, later = reader.read(data), reader.read(b"x" * 7 + data, pos=8, ends=range(8, len(data) + 8))
        if later["after"]:
            later["after"] -= 7
        for outcome in (first, later):
            outcome.pop("pipelined", None)
            for key in ("message", "action"):
                outcome[key] = (outcome.get(key) or b"").replace(b"pipelined ", b"")
        if first["after"] is False:
            first, later = comparable(first, True), comparable(later, True)
        assert later == first, data


def test_long_head_in_bytes_is_not_quadratic(luajit_clock: Any) -> None:
    """Eight times the head takes about eight times the time, not sixty-four times."""
    short, long = luajit_clock(3000), luajit_clock(24000)
    assert long < short * 30


@pytest.fixture
def luajit_clock() -> Any:
    """seconds(n): to read a head of n bytes that arrives byte by byte; strings are cut beforehand."""
    vm = VM("luajit21")
    return vm.eval(
        b"""
        package.loaded["pyresty.http.log"] = {error = function() end}
        local head = require "pyresty.http.head"
        local limits = {first = 65536, count = 4, size = 8192}
        local clock, sub, rep = os.clock, string.sub, string.rep
        return function(n)
            local data = "GET / HTTP/1.1\\r\\nHost: h\\r\\n" .. rep("Name: " .. rep("v", 92) .. "\\r\\n", n / 100)
            local best = math.huge
            for _ = 1, 3 do
                local pieces, r = {}, {}
                for i = 1, #data do pieces[i] = sub(data, 1, i) end
                local began = clock()
                for i = 1, #data do assert(head.read(r, pieces[i], 1, limits) == nil) end
                best = math.min(best, clock() - began)
                pieces = nil
                collectgarbage()
            end
            return best
        end
        """,
        b"=clock",
    )
