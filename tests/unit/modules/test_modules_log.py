"""ngx_http_log_module."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from conftest import Make, Site

from pyresty.vm.engine import VM


def written(site: Site, name: str = "access.log") -> str:
    return (site.prefix / "logs" / name).read_text("latin-1")


def test_combined_is_the_default(any_site: Make) -> None:
    site = any_site("return 200 abc;")
    site.get("/x?y", 'User-Agent: me "q"\\', "Referer: r\x01\xff")
    assert re.fullmatch(
        r'127\.0\.0\.1 - - \[\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "GET /x\?y HTTP/1\.1" 200 3 '
        r'"r\\x01\\xFF" "me \\x22q\\x22\\x5C"\n',
        written(site),
    )


@pytest.mark.parametrize(
    ("escape", "line"),
    [("default", r"\x22 \x09 \xC3 -"), ("json", '\\" \\t \xc3 '), ("none", '" \t \xc3 ')],
)
def test_escaping(any_site: Make, escape: str, line: str) -> None:
    http = f"log_format f escape={escape} '$http_a $http_b ' '$http_c $http_d'; access_log logs/access.log f;"
    site = any_site("return 200 abc;", http)
    site.get("/", 'A: "', "B: \t", "C: \xc3")
    assert written(site) == line + "\n"


def test_body_bytes_sent_counts_the_framing_of_chunks(any_site: Make) -> None:
    site = any_site(
        "location / { echo hello; }", "log_format f '$body_bytes_sent $bytes_sent'; access_log logs/a.log f;"
    )
    raw = site.get("/").raw
    assert written(site, "a.log") == f"{len('6__hello___0____')} {len(raw)}\n"


def test_condition_off_and_several_logs(site: Make) -> None:
    served = site(
        "location /off { access_log off; return 200 x; } location / { return 200 x; }",
        "log_format p $uri; access_log logs/a.log p if=$arg_log; access_log logs/b.log p;",
    )
    for target in ("/1?log=1", "/2?log=0", "/3", "/off"):
        served.get(target)
    assert (written(served, "a.log"), written(served, "b.log")) == ("/1\n", "/1\n/2\n/3\n")


def test_buffer_holds_lines_back(site: Make) -> None:
    served = site("return 200 x;", "log_format p $uri; access_log logs/a.log p buffer=10;")
    served.get("/123")
    assert written(served, "a.log") == ""
    served.get("/4567")
    assert written(served, "a.log") == "/123\n"
    served.get("/0123456789")
    assert written(served, "a.log") == "/123\n/4567\n/0123456789\n"


def test_a_file_that_is_buffered_in_one_place_is_so_in_all(site: Make) -> None:
    served = site(
        "location /a { access_log logs/a.log p; return 200 x; } location / { return 200 x; }",
        "log_format p $uri; access_log logs/a.log p buffer=10;",
    )
    for target in ("/1", "/a", "/0123456789"):
        served.get(target)
    assert written(served, "a.log") == "/1\n/a\n/0123456789\n"


COUNTS_WRITES = b"""
local io = require "pyresty.native".io
local write = io.write
writes = 0
io.write = function(fd, data)
    writes = writes + 1
    return write(fd, data)
end
"""


def test_lines_of_one_turn_are_written_together(site: Make, luajit: VM) -> None:
    luajit.eval(COUNTS_WRITES, b"=test")
    served = site("return 200 x;", "log_format p $uri; access_log logs/a.log p;")
    served.raw(b"".join(b"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n" % i for i in range(9)))
    assert written(served, "a.log") == "".join(f"/{i}\n" for i in range(9))
    assert luajit.eval(b"return writes", b"=test") == 2  # the first line and the others
    served.raw(b"GET /late HTTP/1.1\r\nHost: h\r\n\r\n")
    assert written(served, "a.log").endswith("/late\n")


TAKES_THREE_BYTES = b"""
local io = require "pyresty.native".io
local write = io.write
io.write = function(fd, data)
    io.write = write
    return nil, "No space left on device", 28, write(fd, data:sub(1, 3))
end
"""


def test_a_line_of_which_the_disk_takes_a_part(site: Make, luajit: VM) -> None:
    served = site("return 200 x;", "log_format p $uri; access_log logs/a.log p;")
    served.get("/12")
    luajit.eval(TAKES_THREE_BYTES, b"=test")
    served.get("/34")
    served.get("/56")
    assert written(served, "a.log") == "/12\n/34/56\n"
    assert f'write() to "{served.prefix}/logs/a.log" was incomplete: 3 of 4' in served.log()


def test_gzip_makes_a_member_of_each_buffer(site: Make) -> None:
    served = site("return 200 x;", "log_format p $uri; access_log logs/a.gz P gzip=9 buffer=10;")
    for target in ("/123", "/4567", "/0123456789"):
        served.get(target)
    data = (served.prefix / "logs" / "a.gz").read_bytes()
    assert gzip.decompress(data) == b"/123\n/4567\n/0123456789\n"
    assert data.count(b"\x1f\x8b\x08") == 3


def test_open_log_file_cache_keeps_files_open(site: Make) -> None:
    served = site(
        "return 200 x;",
        "root .; log_format p $uri; access_log logs/$arg_f.log p; open_log_file_cache max=2 min_uses=1 valid=1d;",
    )
    served.get("/1?f=a")
    (served.prefix / "logs" / "a.log").rename(served.prefix / "logs" / "moved.log")
    for target in ("/2?f=a", "/3?f=b", "/4?f=c", "/5?f=a"):  # a is the least recently used when c comes
        served.get(target)
    assert written(served, "moved.log") == "/1\n/2\n"
    assert [written(served, f"{name}.log") for name in "abc"] == ["/5\n", "/3\n", "/4\n"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("access_log logs/x nosuch;", 'unknown log format "nosuch"'),
        ("access_log off x;", 'invalid parameter "x"'),
        ("access_log logs/x combined buffer=0;", 'invalid buffer size "0"'),
        ("access_log logs/x combined flush=1s;", 'no buffer is defined for access_log "logs/x"'),
        ("access_log logs/x combined gzip=10;", 'invalid compression level "10"'),
        ("open_log_file_cache inactive=1s;", '"open_log_file_cache" must have "max" parameter'),
        ("open_log_file_cache max=0;", 'invalid "open_log_file_cache" parameter "max=0"'),
        (
            "access_log logs/x combined gzip; access_log logs/x combined gzip=9;",
            'access_log "logs/x" already defined with conflicting parameters',
        ),
        ("access_log logs/x combined what;", 'invalid parameter "what"'),
        ("log_format combined $uri;", 'duplicate "log_format" name "combined"'),
        ("log_format a escape=x $uri;", 'unknown log format escaping "x"'),
        ("log_format a $nosuch;", 'unknown "nosuch" variable'),
    ],
)
def test_errors(refused: Callable[..., str], text: str, message: str) -> None:
    assert refused(text, "http") == message
