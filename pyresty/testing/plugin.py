"""pytest plugin: every block of a ``*.t`` file is a test. Perl scripts of that name are left alone."""

from __future__ import annotations

import collections
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyresty.testing.blocks import FormatError, parse_file
from pyresty.testing.case import Case, Setup, build_cases
from pyresty.testing.check import CaseFailure, verify
from pyresty.testing.server import Binary, Server, ServerError

_PERL = re.compile(rb"(?m)^use [\w:]+")
_ENGINES = ("luajit21", "lua51", "lua52")


class ServerPool:
    """Keeps the server of the last configuration, so that neighbouring cases share it."""

    def __init__(self, binary: Binary) -> None:
        self.binary = binary
        self.current: Server | None = None
        self.refused: dict[Setup, str] = {}

    def get(self, setup: Setup) -> Server:
        """A running server of that configuration. Raises ServerError."""
        if self.current and (self.current.setup != setup or not self.current.alive):
            self.close()
        if setup in self.refused:
            raise ServerError(self.refused[setup])
        if self.current is None:
            server = Server(self.binary, setup)
            try:
                server.start()
            except BaseException as error:
                if isinstance(error, ServerError):
                    self.refused[setup] = str(error)
                server.remove()
                raise
            self.current = server
        return self.current

    def close(self) -> None:
        """Stop the current server; raises ServerError when it does not stop cleanly."""
        server, self.current = self.current, None
        if server is None:
            return
        try:
            server.stop()
        finally:
            server.remove()


class CaseItem(pytest.Item):
    """One block."""

    def __init__(self, *, case: Case, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case
        reason = case.oracle_reason()
        if reason:
            self.user_properties.append(("oracle", reason))

    def runtest(self) -> None:
        pool: ServerPool = self.config.stash[_POOL]
        reason = self.case.skip_reason(pool.binary.engine)
        if reason is None and pool.binary.is_nginx:
            reason = self.case.oracle_reason()
        if reason is None:
            reason = missing_requirement(self.case, pool.binary)
        if reason:
            pytest.skip(reason)
        if not self.case.has("must_die"):
            verify(self.case, pool.get(self.case.setup))
            return
        server = Server(pool.binary, self.case.setup)
        try:
            verify(self.case, server)
        finally:
            server.remove()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, CaseFailure | FormatError | ServerError):
            return f"{self.case.path}:{self.case.line}: {self.case.name}\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.case.line - 1, self.case.name


class CaseFile(pytest.File):
    def collect(self) -> Iterator[CaseItem]:
        seen: collections.Counter[str] = collections.Counter()
        for case in build_cases(parse_file(self.path)):
            name = case.name.replace("::", ":").replace("[", "(").replace("]", ")")
            seen[name] += 1
            if seen[name] > 1:
                name = f"{name} #{seen[name]}"
            yield CaseItem.from_parent(self, name=name, case=case)


def missing_requirement(case: Case, binary: Binary) -> str | None:
    """``requires``: paths of files that the machine must have, names of modules that the program must have."""
    for word in case.word("requires").split():
        if "/" in word:
            if not Path(word).exists():
                return f"{word} is not installed"
        elif not binary.has_module(word):
            return f"no module {word}"
    return None


_POOL = pytest.StashKey[ServerPool]()
_UNCHECKED = pytest.StashKey[dict[str, int]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("compat")
    group.addoption("--binary", help="program under test (default: python -m pyresty); nginx* is the oracle")
    group.addoption("--mutate", type=int, metavar="N", help="instead of the cases: N names of the API that do nothing")
    group.addoption("--mutate-seed", type=int, help="which names; default: random")
    group.addoption("--mutate-only", metavar="NAME", help="this name of the API")
    group.addoption("--engine", default="luajit21", choices=_ENGINES, help="Lua engine of pyresty")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_POOL] = ServerPool(Binary.find(config.getoption("--binary"), config.getoption("--engine")))
    config.stash[_UNCHECKED] = collections.Counter()
    if config.option.mutate_seed is None:
        config.option.mutate_seed = getattr(config, "workerinput", {}).get("mutate_seed", random.randrange(1 << 32))


def _mutates(config: pytest.Config) -> bool:
    return bool(config.option.mutate or config.option.mutate_only)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not _mutates(config):
        return
    from pyresty.testing import mutate

    faces = mutate.chosen(config.option.mutate_seed, config.option.mutate or 0, config.option.mutate_only)
    if not faces:
        raise pytest.UsageError(f"the API has no {config.option.mutate_only}")
    cases = [item for item in items if isinstance(item, CaseItem)]
    items[:] = mutate.items(cases, config.stash[_POOL].binary, faces)


def is_perl(path: Path) -> bool:
    """Whether a ``.t`` file is a script of Perl."""
    return bool(_PERL.search(path.read_bytes()))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    if file_path.suffix != ".t" or is_perl(file_path):
        return None
    file: CaseFile = CaseFile.from_parent(parent, path=file_path)
    return file


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """All workers choose the same names."""
    node.workerinput["mutate_seed"] = node.config.option.mutate_seed


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep a file's cases on one worker: they share servers."""
    from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

    return LoadFileScheduling(config, log)


def pytest_sessionfinish(session: pytest.Session) -> None:
    session.config.stash[_POOL].close()


class _Unchecked:
    """Counts, where reports arrive, the cases that nginx can't confirm."""

    def __init__(self, config: pytest.Config) -> None:
        self.counts = config.stash[_UNCHECKED]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            for name, reason in report.user_properties:
                if name == "oracle":
                    self.counts[str(reason)] = self.counts.get(str(reason), 0) + 1


def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.pluginmanager.register(_Unchecked(session.config), "compat-unchecked")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if _mutates(config):
        terminalreporter.write_line(f"--mutate-seed {config.option.mutate_seed}")
    counts = config.stash[_UNCHECKED]
    if not counts:
        return
    terminalreporter.write_line(f"cases that nginx can't confirm: {sum(counts.values())}")
    for reason, count in sorted(counts.items(), key=lambda item: -item[1]):
        terminalreporter.write_line(f"  {count:4} {reason}")
