"""What every test of commands starts with."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from courier import limits


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """No tries counted from other tests."""
    limits.install(MovingWindowRateLimiter(MemoryStorage()))


@pytest.fixture
def installation(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An installation the commands work on; gives the address of its database. Their logging ends with the test."""
    monkeypatch.setenv("MULIN_DATABASE_URL", database_url)
    monkeypatch.setenv("MULIN_DATA_DIR", str(tmp_path))
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield database_url
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level
