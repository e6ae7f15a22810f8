"""map, geo, split_clients and the murmur hash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Make

MAPS = """
map $arg_a $m { default "d:$arg_a"; 1 one; hello "hi $host"; ~^re(?<n>\\d+)(.) "rx $n $2"; ~*ABC caseless; \\~x tilde; }
map $arg_h $mh { hostnames; default none; .example.com ex; *.net net; www.* www; x.org xorg; }
"""


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("a=1", "one|none"),
        ("a=HELLO", "hi localhost|none"),
        ("a=re12x", "rx 12 x|none"),
        ("a=zabcz", "caseless|none"),
        ("a=~x", "tilde|none"),
        ("a=q", "d:q|none"),
        ("", "d:|none"),
        ("h=example.com", "d:|ex"),
        ("h=a.b.EXAMPLE.com.", "d:|ex"),
        ("h=a.b.net", "d:|net"),
        ("h=net", "d:|none"),
        ("h=www.a.b", "d:|www"),
        ("h=x.org", "d:|xorg"),
    ],
)
def test_map(any_site: Make, query: str, body: str) -> None:
    assert any_site('return 200 "$m|$mh";', MAPS).get(f"/?{query}").body == body


def test_map_is_worked_out_once_unless_volatile(site: Make) -> None:
    lines = 'location / { set $a 1; set $x "$once$each"; set $a 2; return 200 "$x$once$each"; }'
    maps = "map $a $once { default $a; } map $a $each { volatile; default $a; }"
    assert site(lines, maps).get("/").body == "1112"


GEO = """
geo $g { default none; 127.0.0.0/8 lo; 127.0.0.1/32 one; 10.0.0.0/9 ten; 2001:db8::/33 doc; delete 10.0.0.0/9; }
geo $arg_ip $r { ranges; default x; 10.0.0.0-10.0.0.255 r1; 10.0.0.7-10.0.0.9 inner; 1.2.3.4-1.2.3.5 r2; }
"""


@pytest.mark.parametrize(
    ("address", "query", "body"),
    [
        ("127.0.0.1", "ip=10.0.0.0", "one r1"),
        ("127.9.9.9", "ip=10.0.0.8", "lo inner"),
        ("10.1.1.1", "ip=10.0.0.10", "none r1"),
        ("2001:db8:1::5", "ip=1.2.3.5", "doc r2"),
        ("2001:db8:8000::", "ip=1.2.3.6", "none x"),
        ("::ffff:127.0.0.1", "ip=zzz", "one x"),
        ("unix:", "", "none x"),
    ],
)
def test_geo(any_site: Make, address: str, query: str, body: str) -> None:
    assert any_site('return 200 "$g $r";', GEO).get(f"/?{query}", address=address).body == body


@pytest.mark.parametrize(
    ("forwarded", "body"),
    [
        (["10.0.0.1"], "ten ten"),
        (["10.0.0.1, 192.168.0.9"], "net net"),
        (["10.0.0.1 127.0.0.5"], "lo ten"),
        (["10.0.0.1", "127.0.0.5"], "lo ten"),
        (["junk"], "lo lo"),
        ([], "lo lo"),
    ],
)
def test_geo_behind_proxies(site: Make, forwarded: list[str], body: str) -> None:
    table = "default none; proxy 127.0.0.0/8; 127.0.0.0/8 lo; 10.0.0.0/8 ten; 192.168.0.0/16 net;"
    served = site('return 200 "$a $b";', f"geo $a {{ {table} }} geo $b {{ proxy_recursive; {table} }}")
    assert served.get("/", *(f"X-Forwarded-For: {value}" for value in forwarded)).body == body
    assert served.get("/", "X-Forwarded-For: 127.0.0.1", address="10.1.1.1").body == "ten ten"


def murmur(data: bytes) -> int:
    """MurmurHash2 with integers, as its author describes it."""
    prime, hash_ = 0x5BD1E995, len(data)
    while len(data) >= 4:
        word = int.from_bytes(data[:4], "little") * prime & 0xFFFFFFFF
        word = (word ^ word >> 24) * prime & 0xFFFFFFFF
        hash_ = (hash_ * prime & 0xFFFFFFFF) ^ word
        data = data[4:]
    if data:
        hash_ = (hash_ ^ int.from_bytes(data, "little")) * prime & 0xFFFFFFFF
    hash_ = (hash_ ^ hash_ >> 13) * prime & 0xFFFFFFFF
    return hash_ ^ hash_ >> 15


@pytest.mark.parametrize("text", ["", "a", "ab", "abc", "abcd", "hello world", "\xff\xfe\xfd\xfc\xfb", "x" * 100])
def test_murmur(lua: Callable[..., Any], text: str) -> None:
    data = text.encode("latin-1")
    assert int(lua('return require "pyresty.modules.murmur"(...)', data)) == murmur(data)


def test_split_clients(site: Make) -> None:
    served = site('return 200 "$s";', 'split_clients "$arg_a" $s { 10% a; 30.5% b; * c; }')
    limits = [(0xFFFFFFFF * 1000 // 10000, "a"), (0xFFFFFFFF * 1000 // 10000 + 0xFFFFFFFF * 3050 // 10000, "b")]
    seen = set()
    for number in range(40):
        expected = next((name for limit, name in limits if murmur(str(number).encode()) < limit), "c")
        seen.add(expected)
        assert served.get(f"/?a={number}").body == expected
    assert seen == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("rule", "address", "status"),
    [
        ("allow 127.0.0.0/8; deny all;", "127.1.2.3", 200),
        ("allow 127.0.0.0/8; deny all;", "128.0.0.1", 403),
        ("deny 10.128.0.0/9;", "10.200.0.1", 403),
        ("deny 10.128.0.0/9;", "10.100.0.1", 200),
        ("deny 2001:db8::/31;", "2001:db9::1", 403),
        ("deny 2001:db8::/31;", "2001:dba::1", 200),
        ("deny 127.0.0.1;", "::ffff:127.0.0.1", 403),
        ("allow unix:; deny all;", "unix:", 200),
        ("deny unix:;", "127.0.0.1", 200),
    ],
)
def test_allow_and_deny(any_site: Make, rule: str, address: str, status: int) -> None:
    site = any_site(f"root html; location / {{ {rule} try_files /f =404; }}")
    (site.prefix / "html" / "f").write_text("")
    assert site.get("/", address=address).status == status
    assert site.log() == ("" if status == 200 else "4 access forbidden by rule")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("map $host x { }", 'invalid variable name "x"'),
        ("map $host $uri { }", 'the duplicate "uri" variable'),
        ("map $host $x { a b c; }", "invalid number of the map parameters"),
        ("map $host $x { default a; default b; }", "duplicate default map parameter"),
        ("map $host $x { a 1; A 2; }", 'conflicting parameter "a"'),
        ("map $host $x { hostnames; a..b 2; }", 'invalid hostname or wildcard "a..b"'),
        ("geo $x { bad 1; }", 'invalid network "bad"'),
        ("geo $x { default 1; ranges; }", 'the "ranges" directive must be the first directive inside "geo" block'),
        ("geo $x { ranges; 1.2.3.4 a; }", 'invalid range "1.2.3.4"'),
        ("split_clients $host $x { 60% a; 50% b; }", "percent total is greater than 100%"),
        ("split_clients $host $x { x% a; }", 'invalid percent value "x%"'),
        ("server { allow bad; }", 'invalid parameter "bad"'),
    ],
)
def test_errors(refused: Callable[..., str], text: str, message: str) -> None:
    assert refused(text, "http") == message


def test_low_address_bits_warn(site: Make) -> None:
    served = site("deny 127.0.0.1/8; return 200 x;")
    assert any("low address bits of 127.0.0.1/8 are meaningless" in warning for warning in served.warnings)
