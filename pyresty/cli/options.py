"""nginx's command-line options, read as nginx reads them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

PREFIX_HELP = "NONE"
CONF_PATH = "conf/nginx.conf"
ERROR_LOG_PATH = "logs/error.log"
SIGNALS = ("stop", "quit", "reopen", "reload")

_REQUIRED = {
    "p": "directory name",
    "e": "file name",
    "c": "file name",
    "g": "parameter",
    "s": "parameter",
}


class UsageError(Exception):
    """A wrong command line; the message is nginx's."""


@dataclass(slots=True)
class Options:
    """The options given. ``error_log`` is None without ``-e``, "" for ``-e stderr``."""

    show_help: bool = False
    show_version: bool = False
    show_configure: bool = False
    test: bool = False
    dump: bool = False
    quiet: bool = False
    prefix: str | None = None
    error_log: str | None = None
    conf_file: str = CONF_PATH
    parameters: str = ""
    signal: str | None = None

    @property
    def full_prefix(self) -> str:
        """The prefix with a slash at its end; without ``-p`` the working directory."""
        prefix = os.getcwd() if self.prefix is None else self.prefix
        return prefix if not prefix or prefix.endswith("/") else prefix + "/"

    @property
    def conf_path(self) -> str:
        """The path of nginx.conf, relative to the prefix when it does not start with a slash."""
        return self.conf_file if self.conf_file.startswith("/") else self.full_prefix + self.conf_file

    @property
    def error_log_path(self) -> str:
        """The file that takes errors until the configuration's own logs are open; "" for stderr."""
        path = ERROR_LOG_PATH if self.error_log is None else self.error_log
        return path if not path or path.startswith("/") else self.full_prefix + path


def parse(arguments: Sequence[str]) -> Options:
    """Read the arguments behind the command's name; raises UsageError."""
    options = Options()
    position = 0
    while position < len(arguments):
        argument = arguments[position]
        position += 1
        if not argument.startswith("-"):
            raise UsageError(f'invalid option: "{argument}"')
        for index, letter in enumerate(argument[1:], 1):
            if letter not in _REQUIRED:
                _set_flag(options, letter)
                continue
            value = argument[index + 1 :]
            if not value:
                if position >= len(arguments):
                    raise UsageError(f'option "-{letter}" requires {_REQUIRED[letter]}')
                value = arguments[position]
                position += 1
            _set_value(options, letter, value)
            break
    return options


def _set_flag(options: Options, letter: str) -> None:
    if letter in "?h":
        options.show_version = options.show_help = True
    elif letter == "v":
        options.show_version = True
    elif letter == "V":
        options.show_version = options.show_configure = True
    elif letter == "t":
        options.test = True
    elif letter == "T":
        options.test = options.dump = True
    elif letter == "q":
        options.quiet = True
    else:
        raise UsageError(f'invalid option: "{letter}"')


def _set_value(options: Options, letter: str, value: str) -> None:
    if letter == "p":
        options.prefix = value
    elif letter == "e":
        options.error_log = "" if value == "stderr" else value
    elif letter == "c":
        options.conf_file = value
    elif letter == "g":
        options.parameters = value
    elif value in SIGNALS:
        options.signal = value
    else:
        raise UsageError(f'invalid option: "-s {value}"')
