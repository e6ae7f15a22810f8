"""The ``resty`` command: runs Lua code and files with the ngx API, as OpenResty's resty-cli does.

The code runs in a light thread of a timer's context, in a worker of its own within this process; what it prints goes
to stdout, the error log to stderr. Nothing is written to the disk: the configuration is a text in memory.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyresty.cli.resty_options import USAGE, Options, UsageError, parse
from pyresty.version import __version__

if TYPE_CHECKING:
    from pyresty.conf.configuration import Config

INLINE_NAME = b"=(command line -e)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code. ``os.exit`` and ``ngx.exit`` of the code end the process themselves."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = parse(words)
        if options.help:
            sys.stdout.write(USAGE)
            return 0
        if options.version:
            return _show_version()
        text = configuration(options)
        if options.dump:
            sys.stdout.write(text)
            return 0
        script = _script(options, len(words))
    except UsageError as error:
        sys.stderr.write(f"{error}\n{USAGE if error.usage else ''}")
        return error.code
    return _run(text, script)


def _show_version() -> int:
    from pyresty.cli import about

    sys.stderr.write(f"resty {__version__}\n{about.VERSION}{about.configure()}")
    return 0


# ------------------------------------------------------------------------------------------------------- configuration


def configuration(options: Options) -> str:
    """The text of the nginx.conf that the code runs under. Raises UsageError for an included file that is absent."""
    main = [*options.main_conf, *_includes("main", options.main_include)]
    http = [f"lua_shared_dict {value};" for value in options.shdicts]
    http += [*_search_paths(options.include_dirs), *options.http_conf, *_includes("http", options.http_include)]
    return "\n".join(
        [
            "daemon off;",
            "master_process off;",
            f"error_log stderr {options.level};",
            *main,
            f"events {{ worker_connections {options.connections}; }}",
            "http {",
            "    access_log off;",
            "    lua_socket_log_errors off;",
            "    lua_regex_cache_max_entries 40960;",
            *(f"    {line}" for line in http),
            "}",
            "",
        ]
    )


def _includes(context: str, paths: Sequence[str]) -> list[str]:
    for path in paths:
        if not os.path.isfile(path):
            raise UsageError(f"ERROR: could not find {context} include file '{path}'", 2)
    return [f"include {_word(os.path.abspath(path))};" for path in paths]


def _search_paths(directories: Sequence[str]) -> list[str]:
    if not directories:
        return []
    patterns = ("?.ljbc", "?.lua", "?/init.ljbc", "?/init.lua")
    path = "".join(f"{directory}/{pattern};" for directory in directories for pattern in patterns)
    cpath = "".join(f"{directory}/?.so;" for directory in directories)
    return [f"lua_package_path {_word(path + ';')};", f"lua_package_cpath {_word(cpath + ';')};"]


def _word(text: str) -> str:
    """A word of the configuration, quoted."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# -------------------------------------------------------------------------------------------------------------- script


def _script(options: Options, words: int) -> dict[str, Any]:
    """What Lua is to run: {inline, inline_name, file, file_name, arg}; ``arg`` as in OpenResty's resty."""
    if not options.code and options.file is None:
        raise UsageError('Neither Lua input file nor -e "" option specified.')
    script: dict[str, Any] = {"arg": {index: os.fsencode(word) for index, word in enumerate(options.args, 1)}}
    script["arg"][len(options.args) - words] = os.fsencode(sys.argv[0])
    if options.code:
        script["inline"] = os.fsencode("; ".join(options.code))
        script["inline_name"] = INLINE_NAME
    if options.file is not None:
        script["file"] = _read(options.file)
        script["file_name"] = b"@" + os.fsencode(options.file)
    script["arg"][0] = os.fsencode(options.file or "(command line -e)")
    return script


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            code = file.read()
    except FileNotFoundError:
        raise UsageError(f"Lua input file {path} not found.", 2) from None
    except OSError as error:
        raise UsageError(f"Lua input file {path}: {error.strerror}", 2) from None
    return b"--" + code if code.startswith(b"#") else code  # "#!": the line stays, so that numbers fit


def _run(text: str, script: dict[str, Any]) -> int:
    from pyresty.net.generation import Generation
    from pyresty.net.server import Server, prepare
    from pyresty.process import cycle as cycles
    from pyresty.process.errors import LoggedError
    from pyresty.process.logs import ErrorLog

    log = ErrorLog(console=True)
    config = _load(text, log)
    if config is None:
        return 1
    config.temp_paths.clear()
    try:
        cycle = cycles.create(config, prepare, log=log)
    except LoggedError:
        return 1
    generation: Generation = cycle.generation
    server = Server(generation, cycle.listeners, cycle.log.log)
    _install_signals(server)

    def done(code: int) -> None:
        server.exit_code = int(code)
        server.terminate()

    server.loop.run_callback(
        generation.driver.drive, generation.entries[b"script"], generation.vm.to_lua(script), done
    )
    return server.run()


def _load(text: str, log: Any) -> Config | None:
    from pyresty.conf.configuration import load
    from pyresty.conf.directive import ConfError

    prefix = os.getcwd().rstrip("/") + "/"
    try:
        return load("nginx.conf", prefix, "", "", log.log, text=os.fsencode(text))
    except ConfError as error:
        log.log(error.level, os.fsencode(error.text))
        return None


def _install_signals(server: Any) -> None:
    """INT and TERM end the process at once; QUIT, which ngx.process sends to itself, and HUP end it in order."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for number in (signal.SIGQUIT, signal.SIGHUP):
        watcher = server.loop.signal(number, ref=False)
        watcher.start(server.terminate)


if __name__ == "__main__":
    sys.exit(main())
