"""Static files, index, try_files, ranges and conditional requests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import Make, Site

TYPES = "types { text/html html; text/plain txt; }"
MTIME = 1_000_000_000
DATE = "Sun, 09 Sep 2001 01:46:40 GMT"


@pytest.fixture
def files(site: Make) -> Site:
    served = site(
        "root html; location /a/ { alias html/dir/; } location /t { try_files $uri /f.txt =404; }"
        "location /u { try_files $uri @n; } location @n { return 200 named; } location /v { try_files $uri /f.txt?x; }"
        "location /w { try_files $uri =418; } location /d { try_files $uri $uri/ =404; }",
        TYPES,
    )
    _fill(served.prefix / "html")
    return served


def _fill(html: Path) -> None:
    (html / "dir").mkdir()
    for name, text in (("index.html", "top"), ("f.txt", "0123456789"), ("dir/index.html", "deep"), ("empty", "")):
        (html / name).write_text(text)
        os.utime(html / name, (MTIME, MTIME))


def test_file(files: Site) -> None:
    answer = files.get("/f.txt")
    assert (answer.status, answer.body) == (200, "0123456789")
    assert [name for name, _ in answer.headers] == [
        "Server",
        "Date",
        "Content-Type",
        "Content-Length",
        "Last-Modified",
        "Connection",
        "ETag",
        "Accept-Ranges",
    ]
    assert (answer["Last-Modified"], answer["ETag"]) == (DATE, '"3b9aca00-a"')
    assert answer["Content-Type"] == "text/plain"


def test_large_file_goes_out_by_sendfile(files: Site) -> None:
    (files.prefix / "html" / "big").write_bytes(b"x" * 100_000 + b"y")
    assert files.get("/big").body == "x" * 100_000 + "y"


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/", 200, "top"),
        ("/dir/", 200, "deep"),
        ("/a/", 200, "deep"),
        ("/a/index.html", 200, "deep"),
        ("/empty", 200, ""),
        ("/t", 200, "0123456789"),
        ("/u", 200, "named"),
        ("/v", 200, "0123456789"),
        ("/w", 418, ""),
        ("/d", 404, None),
        ("/none", 404, None),
    ],
)
def test_paths(files: Site, path: str, status: int, body: str | None) -> None:
    answer = files.get(path)
    assert answer.status == status
    if body is not None:
        assert answer.body == body


def test_directory_redirects(files: Site) -> None:
    assert files.get("/dir")["Location"] == "http://localhost:8080/dir/"
    assert files.get("/dir?a=1")["Location"] == "http://localhost:8080/dir/?a=1"


def test_missing_file_is_logged(files: Site) -> None:
    files.get("/none")
    assert files.log() == f'4 open() "{files.prefix}/html/none" failed (2: No such file or directory)'


def test_directory_without_index(files: Site) -> None:
    (files.prefix / "html" / "bare").mkdir()
    assert files.get("/bare/").status == 403
    assert files.log() == f'4 directory index of "{files.prefix}/html/bare/" is forbidden'
    assert files.get("/absent/").status == 404
    assert files.log() == f'4 "{files.prefix}/html/absent/index.html" is not found (2: No such file or directory)'


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("POST", 405), ("PUT", 405), ("DELETE", 405)])
def test_methods(files: Site, method: str, status: int) -> None:
    answer = files.get("/f.txt", method=method)
    assert answer.status == status
    if method == "HEAD":
        assert (answer["Content-Length"], answer.body) == ("10", "")


@pytest.mark.parametrize(
    ("value", "status", "body", "content_range"),
    [
        ("bytes=0-3", 206, "0123", "bytes 0-3/10"),
        ("bytes=-3", 206, "789", "bytes 7-9/10"),
        ("bytes=4-", 206, "456789", "bytes 4-9/10"),
        ("bytes=4-400", 206, "456789", "bytes 4-9/10"),
        ("bytes=20-30", 416, None, "bytes */10"),
        ("bytes=5-2", 416, None, "bytes */10"),
        ("bytes=x", 416, None, "bytes */10"),
        ("bytes=x-1", 416, None, "bytes */10"),
        ("bytes=0-8,0-8", 200, "0123456789", None),
        ("lines=0-3", 200, "0123456789", None),
    ],
)
def test_range(files: Site, value: str, status: int, body: str | None, content_range: str | None) -> None:
    answer = files.get("/f.txt", f"Range: {value}")
    assert (answer.status, answer["Content-Range"]) == (status, content_range)
    if body is not None:
        assert answer.body == body


def test_several_ranges(files: Site) -> None:
    answer = files.get("/f.txt", "Range: bytes=0-1,4-5")
    kind = answer["Content-Type"]
    assert kind is not None and kind.startswith("multipart/byteranges; boundary=")
    mark = kind.partition("=")[2]
    parts = "".join(
        f"\r\n--{mark}\r\nContent-Type: text/plain\r\nContent-Range: bytes {place}/10\r\n\r\n{text}"
        for place, text in (("0-1", "01"), ("4-5", "45"))
    )
    assert answer.body == f"{parts}\r\n--{mark}--\r\n"
    assert answer["Content-Length"] == str(len(answer.body))


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([f"If-Modified-Since: {DATE}"], 304),
        (["If-Modified-Since: Sunday, 09-Sep-01 01:46:40 GMT"], 304),
        (["If-Modified-Since: Sun Sep  9 01:46:40 2001"], 304),
        (["If-Modified-Since: Sun, 09 Sep 2001 01:46:41 GMT"], 200),
        (['If-None-Match: "3b9aca00-a"'], 304),
        (['If-None-Match: "a", W/"3b9aca00-a"'], 304),
        (['If-None-Match: "other"'], 200),
        (["if-none-match: *"], 304),
        ([f"If-Modified-Since: {DATE}", 'If-None-Match: "other"'], 200),
        (['If-Match: "other"'], 412),
        (['If-Match: "3b9aca00-a"'], 200),
        ([f"If-Unmodified-Since: {DATE}"], 200),
        (["If-Unmodified-Since: Sun, 09 Sep 2001 01:46:39 GMT"], 412),
        (["Range: bytes=0-1", 'If-Range: "3b9aca00-a"'], 206),
        (["Range: bytes=0-1", 'If-Range: "other"'], 200),
        (["Range: bytes=0-1", f"If-Range: {DATE}"], 206),
    ],
)
def test_conditions(files: Site, lines: list[str], status: int) -> None:
    answer = files.get("/f.txt", *lines)
    assert answer.status == status
    if status == 304:
        assert (answer.body, answer["Content-Length"], answer["ETag"]) == ("", None, '"3b9aca00-a"')


def test_index_directive(site: Make) -> None:
    served = site("root html; index nope.html $arg_i /last; location = /last { return 200 last; }", TYPES)
    (served.prefix / "html" / "x.txt").write_text("x")
    assert served.get("/?i=x.txt").body == "x"
    assert served.get("/?i=y").body == "last"
