"""Encryption for messages in these tests."""

from __future__ import annotations

import pytest

from models.sealed import use_secrets


@pytest.fixture(autouse=True)
def secrets() -> None:
    """A key to seal with."""
    use_secrets("a key for tests only")
