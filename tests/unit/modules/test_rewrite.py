"""ngx_http_rewrite_module."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Make


def test_set_if_return_in_textual_order(any_site: Make) -> None:
    site = any_site(
        'location /t { set $a "x$arg_a"; if ($arg_b = 1) { set $a "${a}b"; return 201 "in $a"; } return 200 "$a"; }'
    )
    assert site.get("/t?a=1").body == "x1"
    answer = site.get("/t?a=1&b=1")
    assert (answer.status, answer.body) == (201, "in x1b")


def test_captures_are_encoded_again_in_set_only(any_site: Make) -> None:
    site = any_site('location ~ ^/cap/(.*)$ { set $c $1; return 200 "[$1][$c]"; }')
    assert site.get("/cap/a%20b").body == "[a b][a%20b]"
    assert site.get("/cap/ab?x").body == "[ab][ab]"


@pytest.mark.parametrize(
    ("target", "status", "body"),
    [
        ("/old/xx?z=1", 200, "/ret x=xx&z=1"),
        ("/drop/abc?z=2", 200, "/ret y=abc"),
        ("/keep/abc", 200, "/ret "),
        ("/stay/q", 404, None),
    ],
)
def test_rewrite(site: Make, target: str, status: int, body: str | None) -> None:
    served = site(
        'location = /ret { return 200 "$uri $args"; } rewrite ^/old/(.*)$ /ret?x=$1 last;'
        "rewrite ^/drop/(.*)$ /ret?y=$1? last; rewrite ^/keep/ /ret;"
        "location /stay { rewrite ^ /nothing break; rewrite ^ /ret last; }"
    )
    answer = served.get(target)
    assert answer.status == status
    if body is not None:
        assert answer.body == body


@pytest.mark.parametrize(
    ("target", "status", "location"),
    [
        ("/red/a%20b?q=1", 301, "http://localhost:8080/new/a%20b?q=1"),
        ("/abs?x=1", 302, "http://example.com/x?q=1&x=1"),
        ("/ret301", 301, "http://localhost:8080/foo?bar"),
        ("/ret302?a", 302, "http://abc/ret302?a"),
    ],
)
def test_redirects(site: Make, target: str, status: int, location: str) -> None:
    served = site(
        "location /red { rewrite ^/red/(.*)$ /new/$1 permanent; } location /ret301 { return 301 /foo?bar; }"
        "location /abs { rewrite ^ http://example.com/x?q=1 redirect; }"
        "location /ret302 { return http://abc$request_uri; }"
    )
    answer = served.get(target)
    assert (answer.status, answer["Location"]) == (status, location)
    assert answer["Content-Type"] == "text/html"


def test_if_takes_over_the_settings_of_its_block(site: Make) -> None:
    served = site("location /i { add_header X-Out yes; if ($arg_z) { add_header X-If yes; } } root html;")
    (served.prefix / "html" / "i").write_text("file")
    assert served.get("/i")["X-Out"] == "yes"
    inside = served.get("/i?z=1")
    assert (inside["X-Out"], inside["X-If"]) == (None, "yes")
    assert served.get("/i?z=0")["X-If"] is None


def test_file_conditions(site: Make) -> None:
    served = site(
        "root html; location / { if (-f $document_root$uri) { return 200 f; } if (-d $document_root$uri) "
        "{ return 200 d; } if (!-e $document_root$uri) { return 200 none; } }"
    )
    (served.prefix / "html" / "a").write_text("")
    (served.prefix / "html" / "dir").mkdir()
    assert [served.get(path).body for path in ("/a", "/dir", "/b")] == ["f", "d", "none"]


def test_match_conditions(any_site: Make) -> None:
    site = any_site(
        'location / { if ($http_x ~* "(A)b") { return 200 "ci $1"; } if ($http_x !~ ^y) { return 200 "not y"; }'
        ' return 200 "y"; }'
    )
    assert [site.get("/", f"X: {value}").body for value in ("cab", "zzz", "yes")] == ["ci a", "not y", "y"]


def test_uninitialized_variable_warns_and_is_empty(site: Make) -> None:
    served = site('location / { if ($arg_x) { set $v 1; } return 200 "[$v]"; }')
    assert served.get("/").body == "[]"
    assert served.log() == '5 using uninitialized "v" variable'
    assert served.get("/?x=1").body == "[1]"


def test_rewrite_cycle_ends(site: Make) -> None:
    served = site("location / { rewrite ^ /x last; }")
    assert served.get("/").status == 500
    assert 'rewrite or internal redirection cycle while processing "/x"' in served.log()


def test_rewrite_log(site: Make) -> None:
    served = site("rewrite_log on; location /a { rewrite ^/a(.) /b$1?k=v break; return 204; }")
    served.get("/ax")
    assert served.log().split("\n")[:2] == ['6 "^/a(.)" matches "/ax"', '6 rewritten data: "/bx", args: "k=v"']


def test_set_args_changes_arg(any_site: Make) -> None:
    assert any_site('location / { set $args "q=2"; return 200 "$arg_q $query_string"; }').get("/?q=1").body == "2 q=2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("set a b;", 'invalid variable name "a"'),
        ("set $uri b;", 'the duplicate "uri" variable'),
        ('rewrite ^ "";', "empty replacement"),
        ("rewrite ^ / bad;", 'invalid parameter "bad"'),
        ("return abc;", 'invalid return code "abc"'),
        ("return 1000;", 'invalid return code "1000"'),
        ("if $a { }", 'invalid condition "$a"'),
        ("if ($host == x) { }", 'unexpected "==" in condition'),
        ("if ($host = x y) { }", 'invalid condition "$host"'),
        ("if (-q /x) { }", 'invalid condition "-q"'),
        ("return 200 $nosuch;", 'unknown "nosuch" variable'),
        ("if ($host) { if ($host) { } }", '"if" directive is not allowed here'),
    ],
)
def test_errors(refused: Callable[..., str], text: str, message: str) -> None:
    assert refused(text) == message
