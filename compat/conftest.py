"""Collects the cases below this directory: ``pytest compat [--binary /usr/sbin/nginx] [--engine lua51]``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pyresty.testing import plugin
from pyresty.testing.server import Binary, Server


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Bring the plugin in when pyresty is not installed, so that its entry point did not do it."""
    if not pluginmanager.is_registered(plugin):
        pluginmanager.register(plugin, "pyresty")


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """The server under test, with the configuration that the test's module calls SETUP."""
    binary = Binary.find(request.config.getoption("--binary"), request.config.getoption("--engine"))
    running = Server(binary, request.module.SETUP)
    try:
        running.start()
        yield running
        running.stop()
    finally:
        running.remove()
