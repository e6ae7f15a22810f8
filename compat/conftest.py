"""Collects the cases below this directory: ``pytest compat [--binary /usr/sbin/nginx] [--engine lua51]``."""

from __future__ import annotations

import pytest

from pyresty.testing import plugin


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Bring the plugin in when pyresty is not installed, so that its entry point did not do it."""
    if not pluginmanager.is_registered(plugin):
        pluginmanager.register(plugin, "pyresty")
