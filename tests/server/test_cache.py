"""proxy_cache_path's limits in running servers: eviction, files of an earlier run, several workers."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from process_running import wait_for
from serving import Serving

MakeServer = Callable[..., Serving]

ORIGIN = """location / { proxy_pass http://unix:PREFIX/origin:; proxy_cache zone; proxy_cache_key $uri;
    add_header X-Cache $upstream_cache_status; }"""
HTTP = """proxy_temp_path PREFIX/temp; proxy_cache_path PREFIX/cache levels=1 keys_zone=zone:1m PARAMETERS;
server { listen unix:PREFIX/origin; location / { add_header Cache-Control max-age=60; return 200 $uri; } }"""


def start(make_server: MakeServer, prefix: Path, parameters: str, **options: str) -> Serving:
    http = HTTP.replace("PREFIX", str(prefix)).replace("PARAMETERS", parameters)
    return make_server(ORIGIN.replace("PREFIX", str(prefix)), http=http, **options)


def files(prefix: Path) -> list[Path]:
    return [path for path in (prefix / "cache").rglob("*") if path.is_file()]


def status(server: Serving, path: str) -> str:
    answer = server.get(path)
    assert answer.text == path
    found = re.search(r"X-Cache: (\w+)", answer.head)
    assert found is not None, answer.head
    return found[1]


def test_max_size(make_server: MakeServer, tmp_path: Path) -> None:
    size = os.statvfs(tmp_path).f_bsize * 3
    server = start(make_server, tmp_path, f"inactive=1s max_size={size}")
    names = [f"/{index}" for index in range(8)]
    assert [status(server, name) for name in names] == ["MISS"] * 8
    wait_for(lambda: len(files(tmp_path)) <= 2, "files are removed")
    assert [status(server, name) for name in names].count("MISS") >= 6  # what was removed is fetched again
    assert server.stop() == 0


@pytest.mark.parametrize("main", ["master_process off;", "worker_processes 2;"])
def test_files_of_an_earlier_run(make_server: MakeServer, tmp_path: Path, main: str) -> None:
    server = start(make_server, tmp_path, "", main=main)
    assert (status(server, "/a"), status(server, "/a")) == ("MISS", "HIT")
    assert server.stop() == 0 and len(files(tmp_path)) == 1
    server = start(make_server, tmp_path, "inactive=1s", main=main)
    assert status(server, "/a") == "HIT"
    wait_for(lambda: not files(tmp_path), "the inactive file is removed")
    assert status(server, "/a") == "MISS"
    assert server.stop() == 0


@pytest.mark.parametrize("lua", ["", "lua_code_cache off; header_filter_by_lua_block { ngx.header.X_Lua = 1 }"])
def test_uses_are_written_down(make_server: MakeServer, tmp_path: Path, lua: str) -> None:
    http = HTTP.replace("PREFIX", str(tmp_path)).replace("PARAMETERS", "inactive=2s")
    server = make_server(ORIGIN.replace("PREFIX", str(tmp_path)).replace("{ proxy", f"{{ {lua} proxy"), http=http)
    assert status(server, "/a") == "MISS"
    (file,) = files(tmp_path)
    while file.stat().st_atime <= file.stat().st_ctime:
        file.read_bytes()  # from then on the system itself (relatime) has no reason to note that it is read
    before = file.stat()
    assert status(server, "/a") == "HIT"
    wait_for(lambda: file.stat().st_atime > before.st_atime, "its access time is that of the use")
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert server.stop() == 0
