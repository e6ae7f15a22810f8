from __future__ import annotations

from pathlib import Path

import pytest

from pyresty.testing.case import Setup
from pyresty.testing.server import Binary, write_conf

pytest_plugins = ["pytester"]

CASES = """
=== one
--- must_die
=== two
--- must_die
--- error_log: words
=== two
--- must_die
--- oracle: ours alone
=== four
--- SKIP: not now
--- must_die
=== five
--- must_die
--- skip_engine: lua51: no goto
"""


@pytest.fixture
def binary(tmp_path: Path) -> Path:
    """A program that refuses every configuration."""
    path = tmp_path / "refuses"
    path.write_text("#!/bin/sh\necho refused >&2\nexit 1\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def arguments() -> list[str]:
    return ["-p", "no:cacheprovider", "-p", "no:pyresty", "-p", "pyresty.testing.plugin"]


def test_one_block_is_one_test(pytester: pytest.Pytester, arguments: list[str]) -> None:
    pytester.makefile(".t", cases=CASES)
    pytester.makefile(".t", perl="use Test::Nginx;\n__DATA__\n=== x\n--- config eval\n")
    result = pytester.runpytest(*arguments, "--collect-only", "-q")
    names = [line.partition("::")[2] for line in result.outlines if "::" in line]
    assert names == ["one", "two", "two #2", "four", "five"]


def test_outcomes(pytester: pytest.Pytester, arguments: list[str], binary: Path) -> None:
    pytester.makefile(".t", cases=CASES)
    result = pytester.runpytest(*arguments, "--binary", str(binary))
    result.assert_outcomes(passed=3, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*cases.t:3: two", "error_log lacks 'words'", "error log:", "refused"])
    result.stdout.fnmatch_lines(["cases that nginx can't confirm: 1", "*1 ours alone"])


def test_engine_and_oracle_skip(pytester: pytest.Pytester, arguments: list[str], binary: Path) -> None:
    pytester.makefile(".t", cases=CASES)
    result = pytester.runpytest(*arguments, "--binary", str(binary), "--engine", "lua51")
    result.assert_outcomes(passed=2, failed=1, skipped=2)
    oracle = binary.rename(binary.with_name("nginx-refuses"))
    result = pytester.runpytest(*arguments, "--binary", str(oracle))
    result.assert_outcomes(passed=2, failed=1, skipped=2)


def test_a_bad_file_fails_in_collection(pytester: pytest.Pytester, arguments: list[str]) -> None:
    pytester.makefile(".t", cases="=== x\n--- nonsense\n")
    result = pytester.runpytest(*arguments)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*unknown section 'nonsense'*"])


def test_configuration_lines_do_not_depend_on_the_binary() -> None:
    setup = Setup(main_config="env A;\n", config="location / { }\n")
    ours = write_conf(Binary(("pyresty",), engine="lua51"), setup, 1, 2).split("\n")
    nginx = write_conf(Binary(("nginx",), True, modules=("a.so", "b.so")), setup, 1, 2).split("\n")
    assert ours[0] == "pyresty_lua lua51;"
    assert nginx[0] == "load_module a.so; load_module b.so;"
    assert ours[1:] == nginx[1:]


@pytest.mark.parametrize("directive", ["master_process on", "worker_processes 4", "daemon on"])
def test_own_main_directives_replace_the_defaults(directive: str) -> None:
    text = write_conf(Binary(("x",)), Setup(main_config=directive + ";\n"), 1, 2)
    assert text.count(directive.split()[0]) == 1


def test_binary_kinds() -> None:
    assert Binary.find(None, "lua52").command[1:] == ("-m", "pyresty")
    assert not Binary.find("/opt/bin/pyresty -q", "lua52").is_nginx
    assert Binary.find("/usr/sbin/nginx-debug", "lua52").is_nginx
