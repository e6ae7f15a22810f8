"""The tree, includes, and where errors are raised."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyresty.conf.directive import ConfError
from pyresty.conf.parser import Parser


def test_tree_with_lines() -> None:
    block = Parser(b"/p/").parse_text(b"a 1\n2;\nb x {\n c;\n}\ncontent_by_lua_block {\n return {}\n}\nd;", "f")
    assert [(d.name, d.args, d.line) for d in block] == [
        (b"a", [b"1", b"2"], 2),
        (b"b", [b"x"], 3),
        (b"content_by_lua_block", [b"\n return {}\n"], 6),
        (b"d", [], 9),
    ]
    inner = block[1]
    assert inner.block is not None
    assert [d.name for d in inner.block] == [b"c"]
    assert inner.end_line == 5
    assert block[2].lua
    assert block[2].block is None


def test_errors_come_in_the_order_of_the_text() -> None:
    block = Parser(b"/p/").parse_text(b"first;\nsecond {\n third;\n", "f")
    found = iter(block)
    assert next(found).name == b"first"
    second = next(found)
    assert second.block is not None
    with pytest.raises(ConfError) as caught:
        list(second.block)
    assert caught.value.text == 'unexpected end of file, expecting "}" in f:4'


def test_includes(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b", "a", ".hidden"):
        (tmp_path / "sub" / f"{name}.conf").write_text(f"# one\n{name};")
    main = tmp_path / "main"
    main.write_text("x { include sub/*.conf; include none*; y; }\ninclude sub/b.conf;")
    parser = Parser(f"{tmp_path}/".encode())
    block = parser.parse_file(str(main))
    assert block[0].block is not None
    assert [(d.name, Path(d.file).name, d.line) for d in block[0].block] == [
        (b"a", "a.conf", 2),
        (b"b", "b.conf", 2),
        (b"y", "main", 1),
    ]
    assert [d.name for d in block] == [b"x", b"b"]
    assert [Path(path).name for path in parser.files] == ["main", "a.conf", "b.conf"]


def test_include_failures(tmp_path: Path) -> None:
    main = tmp_path / "main"
    main.write_text("a;\ninclude none;")
    with pytest.raises(ConfError) as caught:
        list(Parser(b"/nowhere/").parse_file(str(main)))
    assert caught.value.text == f'open() "/nowhere/none" failed (2: No such file or directory) in {main}:2'
    main.write_text("include main;")
    with pytest.raises(ConfError, match="failed \\(24: Too many open files\\) in "):
        list(Parser(f"{tmp_path}/".encode()).parse_file(str(main)))


def test_main_file_failures(tmp_path: Path) -> None:
    with pytest.raises(ConfError) as caught:
        list(Parser(b"/").parse_file("/nowhere/x"))
    assert caught.value.text == 'open() "/nowhere/x" failed (2: No such file or directory)'
    with pytest.raises(ConfError) as caught:
        list(Parser(b"/").parse_file(str(tmp_path)))
    assert caught.value.text == f'pread() "{tmp_path}" failed (21: Is a directory)'
    assert caught.value.level == "crit"


def test_parameter() -> None:
    assert [d.args for d in Parser(b"/").parse_parameter(b"daemon off; pid x;")] == [[b"off"], [b"x"]]
    with pytest.raises(ConfError) as caught:
        list(Parser(b"/").parse_parameter(b"http {}"))
    assert caught.value.text == "block directives are not supported in -g option in command line"


def test_plain_blocks_have_no_braces() -> None:
    block = Parser(b"/").parse_text(b"a b;\nc {\n}", "f")
    with pytest.raises(ConfError) as caught:
        list(block.pairs())
    assert caught.value.text == 'unexpected "{" in f:2'
