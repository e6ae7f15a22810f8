"""add_header, expires, more_set_headers, and the order of the response header."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Make


def test_add_header_keeps_to_good_statuses_unless_always(any_site: Make) -> None:
    site = any_site(
        'add_header X-A "v$arg_a"; add_header X-B b always; add_header X-Empty "$arg_none";'
        "location /ok { return 200 x; } location /no { return 404; }"
    )
    good = site.get("/ok?a=1")
    assert (good["X-A"], good["X-B"], good["X-Empty"]) == ("v1", "b", None)
    bad = site.get("/no?a=1")
    assert (bad["X-A"], bad["X-B"]) == (None, "b")


def test_add_header_is_replaced_by_inner_ones(site: Make) -> None:
    served = site("add_header X-A 1; location / { add_header X-B 2; return 200 x; } location /in { return 200 x; }")
    assert (served.get("/")["X-A"], served.get("/")["X-B"]) == (None, "2")
    assert served.get("/in")["X-A"] == "1"


@pytest.mark.parametrize(
    ("value", "expires", "cache_control"),
    [
        ("max", "Thu, 31 Dec 2037 23:55:55 GMT", "max-age=315360000"),
        ("epoch", "Thu, 01 Jan 1970 00:00:01 GMT", "no-cache"),
        ("off", None, None),
        ("1h", ..., "max-age=3600"),
        ("-1", ..., "no-cache"),
        ("$arg_e", ..., "max-age=90"),
    ],
)
def test_expires(site: Make, value: str, expires: object, cache_control: str | None) -> None:
    answer = site(f"expires {value}; return 200 x;").get("/?e=1m30s")
    assert answer["Cache-Control"] == cache_control
    if expires is not ...:
        assert answer["Expires"] == expires
    else:
        assert answer["Expires"] is not None


def test_more_set_headers(any_site: Make) -> None:
    site = any_site(
        'more_set_headers "X-Top: t"; location /a { more_set_headers "X-A: $arg_a" "X-B:b" "Content-Type: text/x"'
        ' "Server: me"; return 200 x; } location /c { more_clear_headers X-Top Server Content-Type; return 200 x; }'
        'location /s { more_set_headers -s "404 500" "X-S: s"; more_set_headers -t text/plain "X-T: t"; return 404; }'
        'location /w { more_set_headers "X-Hid-1: 1" "X-Keep: 2"; more_clear_headers "X-H*"; return 200 x; }'
    )
    first = site.get("/a?a=1")
    assert (first["X-Top"], first["X-A"], first["X-B"]) == ("t", "1", "b")
    assert (first["Content-Type"], first.all("Server")) == ("text/x", ["me"])
    cleared = site.get("/c")
    assert (cleared["X-Top"], cleared["Server"], cleared["Content-Type"]) == (None, None, None)
    status = site.get("/s")
    assert (status["X-S"], status["X-T"]) == ("s", None)
    wild = site.get("/w")
    assert (wild["X-Hid-1"], wild["X-Keep"]) == (None, "2")


def test_more_set_input_headers(any_site: Make) -> None:
    site = any_site(
        'location / { more_set_input_headers "X-Foo: new" "X-New: $host"; more_clear_input_headers User-Agent "X-B*";'
        ' more_set_input_headers -r "X-None: 1"; '
        'echo "$http_x_foo $http_x_new [$http_user_agent$http_x_bar$http_x_none]"; }'
    )
    answer = site.get("/", "X-Foo: 1", "X-Bar: 2", "User-Agent: u")
    assert answer.body == "new localhost []\n"


def test_order_of_the_header(site: Make) -> None:
    served = site("root html; add_header X-Last 1; expires 1m;", "types { text/plain txt; }")
    (served.prefix / "html" / "f.txt").write_text("x")
    assert [name for name, _ in served.get("/f.txt").headers] == [
        "Server",
        "Date",
        "Content-Type",
        "Content-Length",
        "Last-Modified",
        "Connection",
        "ETag",
        "Expires",
        "Cache-Control",
        "X-Last",
        "Accept-Ranges",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("add_header A b sometimes;", 'invalid parameter "sometimes"'),
        ("expires 1x;", '"expires" directive invalid value'),
        ("expires modified @1h;", '"expires" directive daily time cannot be used with "modified" parameter'),
        ("expires 1h; expires 2h;", '"expires" directive is duplicate'),
        ("more_set_headers -q x;", 'more_set_headers: invalid option name: "-q"'),
        ("more_set_headers -t;", "more_set_headers: option -t takes an argument."),
    ],
)
def test_errors(refused: Callable[..., str], text: str, message: str) -> None:
    assert refused(text) == message
