"""Shared by the configuration's tests: reading a text as nginx.conf."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from around import AROUND

from pyresty.conf import Config, load

Read = Callable[..., Config]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads lines that stand in a block (``raw``, ``main``, ``events``, ``http``, ``server``, ``loc``)."""

    def read(text: str, where: str = "http", **more: Any) -> Config:
        before, behind = AROUND[where]
        file = tmp_path / "nginx.conf"
        file.write_text(text if where == "raw" else f"{before}\n{text}\n{behind}\n")
        return load(str(file), f"{tmp_path}/", **more)

    return read
