"""nginx's command-line options."""

from __future__ import annotations

import os

import pytest

from pyresty.cli.options import Options, UsageError, parse


def test_flags_and_values() -> None:
    options = parse(["-tq", "-p", "/p", "-cconf/x", "-g", "daemon off;", "-e", "stderr", "-s", "reload"])
    assert options == Options(
        test=True, quiet=True, prefix="/p", conf_file="conf/x", parameters="daemon off;", error_log="", signal="reload"
    )
    assert parse(["-T"]).dump
    assert parse(["-T"]).test
    assert parse(["-tp/p", "-V"]).prefix == "/p"
    assert parse(["-V"]).show_configure
    assert parse(["-?"]).show_help
    assert parse(["-"]) == Options()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x"], 'invalid option: "x"'),
        (["-x"], 'invalid option: "x"'),
        (["--help"], 'invalid option: "-"'),
        (["-p"], 'option "-p" requires directory name'),
        (["-c"], 'option "-c" requires file name'),
        (["-e"], 'option "-e" requires file name'),
        (["-g"], 'option "-g" requires parameter'),
        (["-s"], 'option "-s" requires parameter'),
        (["-s", "halt"], 'invalid option: "-s halt"'),
    ],
)
def test_wrong_usage(arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(arguments)
    assert str(caught.value) == message


def test_paths() -> None:
    options = parse(["-p", "/p"])
    assert (options.full_prefix, options.conf_path, options.error_log_path) == (
        "/p/",
        "/p/conf/nginx.conf",
        "/p/logs/error.log",
    )
    assert parse(["-p", "/p/", "-c", "/x"]).conf_path == "/x"
    assert parse(["-p", "rel", "-e", "e"]).error_log_path == "rel/e"
    assert parse(["-e", "stderr"]).error_log_path == ""
    assert parse([]).full_prefix == os.getcwd() + "/"
