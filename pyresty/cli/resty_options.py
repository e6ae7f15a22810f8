"""The options of the ``resty`` command, read as OpenResty's resty-cli reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

USAGE = """resty [options] [lua-file [args]]

Options:
    -c NUM              The number of connections (default: 64).
    -e PROG             Run the code in PROG; several are run one after the other, before the file.
    --errlog-level LEVEL
                        The level of the error log on stderr: debug, info, notice, warn (default), error, crit,
                        alert or emerg.
    -h, --help          Print this help.
    --http-conf CONF    Put CONF into the http block of the configuration; may be repeated.
    --http-include PATH Include a file there; may be repeated.
    -I DIR              Look for Lua modules in DIR too; may be repeated.
    -j off|v|dump       Switch the JIT compiler off, or have LuaJIT's jit.v or jit.dump report.
    -l LIB              Require the module LIB; may be repeated.
    --main-conf CONF    Put CONF into the main context of the configuration; may be repeated.
    --main-include PATH Include a file there; may be repeated.
    --no-stream         Leave out the stream block; there is none anyway.
    --shdict 'NAME SIZE'
                        Make a shared dictionary; may be repeated.
    -v, -V              Print version and modules.
    --dump-nginx-conf   Print the configuration and run nothing.
"""

_JIT = {"off": 'require "jit".off()', "v": 'require "jit.v".on()', "dump": 'require "jit.dump".on()'}
_SHORT = {"-I": "include_dirs", "-e": "code", "-l": "code", "-j": "jit", "-c": "connections"}
_LONG = {
    "--shdict": "shdicts",
    "--http-conf": "http_conf",
    "--main-conf": "main_conf",
    "--http-include": "http_include",
    "--main-include": "main_include",
    "--errlog-level": "level",
}
_FLAGS = {
    "-h": "help",
    "--help": "help",
    "-v": "version",
    "-V": "version",
    "--dump-nginx-conf": "dump",
    "--no-stream": "no_stream",
}
#: What resty-cli offers for the nginx binary it runs, for other nginx modules and for the resolver.
_UNSUPPORTED = re.compile(
    r"(--(?:nginx|ns|resolve-ipv6|load-module|stream-conf|user-runner|gdb|gdb-opts|rr|stap|stap-opts|valgrind"
    r"|valgrind-opts))(?:=|$)"
)


class UsageError(Exception):
    """A wrong command line: the text for stderr and the exit code."""

    def __init__(self, message: str, code: int = 255, *, usage: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.usage = usage


@dataclass(slots=True)
class Options:
    """The options given; ``code`` are the pieces of ``-e``, ``-l`` and ``-j`` in their order."""

    code: list[str] = field(default_factory=list)
    include_dirs: list[str] = field(default_factory=list)
    shdicts: list[str] = field(default_factory=list)
    http_conf: list[str] = field(default_factory=list)
    main_conf: list[str] = field(default_factory=list)
    http_include: list[str] = field(default_factory=list)
    main_include: list[str] = field(default_factory=list)
    jit: str | None = None
    connections: str = "64"
    level: str = "warn"
    help: bool = False
    version: bool = False
    dump: bool = False
    no_stream: bool = False
    file: str | None = None
    args: list[str] = field(default_factory=list)


def parse(arguments: Sequence[str]) -> Options:
    """Read the arguments behind the command's name; raises UsageError. Options end at the first other word."""
    options = Options()
    rest = list(arguments)
    while rest and rest[0].startswith("-"):
        argument = rest.pop(0)
        if argument == "--":
            break
        _option(options, argument, rest)
    if rest:
        options.file, *options.args = rest
    _check(options)
    if options.jit is not None:
        options.code.insert(0, _JIT[options.jit])
    return options


def _option(options: Options, argument: str, rest: list[str]) -> None:
    if argument in _FLAGS:
        setattr(options, _FLAGS[argument], True)
        return
    unsupported = _UNSUPPORTED.match(argument)
    if unsupported:
        raise UsageError(f"ERROR: option {unsupported[1]} is not supported", 1)
    name, value = _split(argument)
    if name is None:
        raise UsageError(f"ERROR: unknown option {argument}\n", 1, usage=True)
    if value is None:
        if not rest:
            raise UsageError(f"option {name} takes an argument but found none.")
        value = rest.pop(0)
    _assign(options, name, value)


def _split(argument: str) -> tuple[str | None, str | None]:
    """An option with a value → its name (None: unknown) and the value that is joined to it (None: the next word)."""
    if argument.startswith("--"):
        name, equals, value = argument.partition("=")
        return (name if name in _LONG else None), (value if equals else None)
    name, value = argument[:2], argument[2:]
    return (name if name in _SHORT else None), (value.removeprefix("=") if value else None)


def _assign(options: Options, name: str, value: str) -> None:
    field_name = _SHORT.get(name) or _LONG[name]
    if name == "-l":
        value = f"require({_quoted(value)})"
    present = getattr(options, field_name)
    if isinstance(present, list):
        present.append(value)
    else:
        setattr(options, field_name, value)


def _quoted(text: str) -> str:
    """A Lua string literal."""
    level = next("=" * n for n in range(1, len(text) + 3) if f"]{'=' * n}]" not in text + "]")
    return f"[{level}[{text}]{level}]"


_CHECKS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("connections", r"\d+", lambda value: f"option -c value must be a number but found '{value}'."),
    ("level", r"[a-z]+", lambda value: f"bad --errlog-level option value: {value}"),
    ("jit", "off|v|dump", lambda value: f"ERROR: unknown -j option value: {value}."),
    (
        "shdicts",
        r"[_a-zA-Z0-9]+\s+\d+[kKmM]?",
        lambda value: f"ERROR: invalid --shdict option value: {value}\n  (expecting NAME SIZE)",
    ),
)


def _check(options: Options) -> None:
    for name, pattern, message in _CHECKS:
        values = getattr(options, name)
        for value in values if isinstance(values, list) else [values]:
            if value is not None and not re.fullmatch(pattern, value):
                raise UsageError(message(value))
