"""The ``pyresty`` command: nginx's command line, messages and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pyresty.cli.options import Options, UsageError, parse

if TYPE_CHECKING:
    from pyresty.conf.configuration import Config
    from pyresty.process.logs import ErrorLog


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    _open_standard_descriptors()
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
    except UsageError as error:
        _stderr(f"nginx: {error}\n")
        return 1
    if options.show_version:
        _show_version(options)
        if not options.test:
            return 0
    return _run(options)


def _open_standard_descriptors() -> None:
    """Whoever started us may have closed some: no socket of ours may take their numbers."""
    for fd in range(3):
        try:
            os.fstat(fd)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)  # takes the lowest number, which is this one
            os.set_inheritable(opened, True)
    for fd, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(fd, "w", closefd=False))


def _show_version(options: Options) -> None:
    from pyresty.cli import about

    _stderr(about.VERSION)
    if options.show_help:
        _stderr(about.usage())
    if options.show_configure:
        _stderr(about.configure())


def _run(options: Options) -> int:
    from pyresty.process import levels, logs

    log = logs.builtin(options.error_log_path)
    if options.test:
        for sink in log.sinks:
            sink.level = levels.INFO
    config = _load(options, log)
    if config is None:
        if options.test:
            _stderr(f"nginx: configuration file {options.conf_path} test failed\n")
        return 1
    if options.test:
        return _test(options, config, log)
    if options.signal is not None:
        from pyresty.process import signals

        return signals.send(config, options.signal, log)
    from pyresty.process import master

    return master.run(config, reload=_loader(options), log=log)


def _loader(options: Options) -> Callable[[Callable[[str, str], None]], Config]:
    """Reads the configuration that the command line names, now or again on a reload."""
    path, prefix = options.conf_path, options.full_prefix

    def load(log: Callable[[str, str], None]) -> Config:
        from pyresty.conf.configuration import load as load_configuration

        return load_configuration(
            path, prefix, options.parameters, options.error_log, log, syntax_ok=lambda: _syntax_ok(options)
        )

    return load


def _load(options: Options, log: ErrorLog) -> Config | None:
    """The configuration, or None after its error was logged."""
    from pyresty.conf.directive import ConfError

    try:
        return _loader(options)(log.log)
    except ConfError as error:
        log.log(error.level, os.fsencode(error.text))
        return None


def _test(options: Options, config: Config, log: ErrorLog) -> int:
    from pyresty.cli.check import check

    path = options.conf_path
    if not check(config, log):
        _stderr(f"nginx: configuration file {path} test failed\n")
        return 1
    if not options.quiet:
        _stderr(f"nginx: configuration file {path} test is successful\n")
    if options.dump:
        _dump(config)
    return 0


def _syntax_ok(options: Options) -> None:
    if options.test and not options.quiet:
        _stderr(f"nginx: the configuration file {options.conf_path} syntax is ok\n")


def _dump(config: Config) -> None:
    """Write every file that was read to standard output."""
    out = sys.stdout.buffer
    for path, text in config.files.items():
        out.write(b"# configuration file %s:\n%s\n" % (os.fsencode(path), text))
    out.flush()


def _stderr(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
