"""How long work that a process took up stays its own: what a killed process held is taken up again after that."""

from __future__ import annotations

_seconds = 30.0


def use(seconds: float) -> None:
    """Choose the length, once at start; every process of an installation must choose the same."""
    global _seconds
    _seconds = seconds


def lease_ms() -> int:
    """The length of a lease, in milliseconds."""
    return int(_seconds * 1000)


def send_seconds() -> float:
    """How long one send may take: two thirds of a lease, so that nobody else takes it up while it is under way."""
    return _seconds * 2 / 3
