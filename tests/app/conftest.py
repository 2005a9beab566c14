"""What every test of commands starts with."""

from __future__ import annotations

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from courier import limits


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """No tries counted from other tests."""
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
