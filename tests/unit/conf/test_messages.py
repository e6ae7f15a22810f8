"""Configurations right and wrong, and what nginx 1.22 says of each.

``messages.txt`` holds the cases: ``=== BLOCK``, lines, then ``--- level: message`` for each line of the log or ``ok``.
Where nginx with its Lua module is installed the file is held against it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from around import AROUND

from pyresty.conf import ConfError, load

NGINX = shutil.which("nginx")
MODULES = [Path("/usr/lib/nginx/modules") / name for name in ("ndk_http_module.so", "ngx_http_lua_module.so")]


def cases() -> Iterator[tuple[str, str, list[str]]]:
    text = Path(__file__).with_name("messages.txt").read_text()
    for block in text.split("=== ")[1:]:
        lines = block.rstrip("\n").split("\n")
        expected = [line[4:] for line in lines if line.startswith("--- ")]
        yield lines[0], "\n".join(lines[1 : len(lines) - len(expected)]), expected


CASES = list(cases())


def write(directory: Path, where: str, text: str, head: str = "") -> Path:
    before, behind = AROUND[where]
    file = directory / "nginx.conf"
    file.write_text(text if where == "raw" else f"{head}{before}\n{text}\n{behind}\n")
    return file


@pytest.mark.parametrize(("where", "text", "expected"), CASES, ids=lambda value: str(value).replace("\n", " ")[:50])
def test_says_what_nginx_says(tmp_path: Path, where: str, text: str, expected: list[str]) -> None:
    said: list[str] = []
    try:
        load(str(write(tmp_path, where, text)), f"{tmp_path}/", log=lambda level, line: said.append(f"{level}: {line}"))
        said.append("ok")
    except ConfError as error:
        said.append(f"{error.level}: {error.text}")
    assert [line.replace(f"{tmp_path}/", "") for line in said] == expected


@pytest.mark.skipif(NGINX is None or not all(file.exists() for file in MODULES), reason="nginx is not installed")
def test_cases_hold_for_nginx(tmp_path: Path) -> None:
    head = "".join(f"load_module {file}; " for file in MODULES) + "pid logs/nginx.pid; "
    for directory in ("logs", "t"):
        (tmp_path / directory).mkdir()
    for where, text, expected in CASES:
        write(tmp_path, where, text, head)
        command = [str(NGINX), "-t", "-q", "-p", str(tmp_path), "-c", "nginx.conf", "-e", "logs/error.log"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = re.findall(r"^nginx: \[(\w+)\] (.*)$", run.stderr.replace(f"{tmp_path}/", ""), re.MULTILINE)
        assert [f"{level}: {line}" for level, line in lines] + ["ok"] * (run.returncode == 0) == expected, text
