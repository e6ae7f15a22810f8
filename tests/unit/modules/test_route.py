"""The choice of server and location (lua/http/route.lua)."""

from __future__ import annotations

import pytest
from conftest import Make

LOCATIONS = """
location = /exact { return 200 "exact"; }
location / { return 200 "root"; }
location /pre { return 200 "pre"; location /pre/deep { return 200 "deep"; }
  location ~ ^/pre/.*\\.x$ { return 200 "inner-x"; } }
location ^~ /static { return 200 "static"; }
location ~ \\.php$ { return 200 "php"; }
location ~* \\.(gif|jpg)$ { return 200 "image $1"; }
location ~ ^/n/(?<part>[^/]+) { return 200 "named $part"; }
"""


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/exact", "exact"),
        ("/exact/", "root"),
        ("/pre", "pre"),
        ("/prefix", "pre"),
        ("/pre/deep/a", "deep"),
        ("/pre/deep/a.x", "inner-x"),
        ("/pre/a.php", "php"),
        ("/static/a.php", "static"),
        ("/a.PHP", "root"),
        ("/a.GIF", "image GIF"),
        ("/n/abc/d", "named abc"),
    ],
)
def test_location(any_site: Make, path: str, body: str) -> None:
    assert any_site(LOCATIONS).get(path).body == body


NAMES = """
server { listen 127.0.0.1:8080; server_name exact.com; return 200 "exact"; }
server { listen 127.0.0.1:8080; server_name *.wild.com .dot.com; return 200 "head"; }
server { listen 127.0.0.1:8080; server_name www.tail.*; return 200 "tail"; }
server { listen 127.0.0.1:8080; server_name ~^re(?<num>\\d+)\\.com$; return 200 "regex $num"; }
"""


@pytest.mark.parametrize(
    ("host", "body"),
    [
        ("exact.com", "exact"),
        ("EXACT.com:80", "exact"),
        ("a.wild.com", "head"),
        ("a.b.wild.com", "head"),
        ("wild.com", "default"),
        ("dot.com", "head"),
        ("x.dot.com", "head"),
        ("www.tail.org", "tail"),
        ("tail.org", "default"),
        ("re12.com", "regex 12"),
        ("other", "default"),
    ],
)
def test_server(any_site: Make, host: str, body: str) -> None:
    default = 'server { listen 127.0.0.1:8080 default_server; return 200 "default"; }'
    site = any_site('return 200 "unused";', default + NAMES)
    assert site.get("/", host=host).body == body


def test_internal_location_is_hidden(site: Make) -> None:
    served = site('location /i { internal; return 200 "in"; } error_page 404 /i; location / { return 404; }')
    assert served.get("/i").status == 404
    assert served.get("/other").body == "in"


def test_limit_except(any_site: Make) -> None:
    site = any_site('location / { limit_except GET { deny all; } return 200 "ok"; }')
    assert [site.get("/", method=method).status for method in ("GET", "HEAD", "POST")] == [200, 200, 403]
