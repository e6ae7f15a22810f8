"""The command line of resty."""

import pytest

from pyresty.cli.resty import configuration
from pyresty.cli.resty_options import UsageError, parse


def test_code_in_its_order_before_the_file() -> None:
    options = parse(["-e", "a()", "-l", "lib", "-eb()", "-e=c()", "file.lua", "-x", "--", "y"])
    assert options.code == ["a()", "require([=[lib]=])", "b()", "c()"]
    assert options.file == "file.lua"
    assert options.args == ["-x", "--", "y"]


def test_jit_option_comes_first() -> None:
    assert parse(["-e", "a()", "-j", "off"]).code == ['require "jit".off()', "a()"]


def test_module_names_are_quoted() -> None:
    assert parse(["-l", "a]=]b]]"]).code == ["require([==[a]=]b]]]==])"]
    assert parse(["-l", "a]="]).code == ["require([==[a]=]==])"]


def test_options_end_at_two_dashes() -> None:
    options = parse(["--", "-file.lua", "-e"])
    assert (options.file, options.args) == ("-file.lua", ["-e"])


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (["-I"], "option -I takes an argument but found none.", 255),
        (["-c", "x", "a"], "option -c value must be a number but found 'x'.", 255),
        (["--shdict", "dogs"], "ERROR: invalid --shdict option value: dogs\n  (expecting NAME SIZE)", 255),
        (["--errlog-level=7", "a"], "bad --errlog-level option value: 7", 255),
        (["-x"], "ERROR: unknown option -x\n", 1),
        (["--ns=127.0.0.1", "a"], "ERROR: option --ns is not supported", 1),
        (["--nsx=127.0.0.1", "a"], "ERROR: unknown option --nsx=127.0.0.1\n", 1),
    ],
)
def test_refused(arguments: list[str], message: str, code: int) -> None:
    with pytest.raises(UsageError) as error:
        parse(arguments)
    assert (str(error.value), error.value.code) == (message, code)


def test_configuration() -> None:
    arguments = ["-c", "9", "-I", 'a"b', "--shdict", "dogs 1m", "--http-conf", "lua_code_cache on;"]
    text = configuration(parse([*arguments, "--main-conf=env X;"]))
    assert "error_log stderr warn;\nenv X;\nevents { worker_connections 9; }\n" in text
    assert "    lua_shared_dict dogs 1m;\n" in text
    assert r'    lua_package_path "a\"b/?.ljbc;a\"b/?.lua;a\"b/?/init.ljbc;a\"b/?/init.lua;;";' in text
    assert "    lua_code_cache on;\n" in text
