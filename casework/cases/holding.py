"""Which bulk action is under way in this task: its steps carry its number, and its notices wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_bulk: ContextVar[int | None] = ContextVar("bulk_under_way", default=None)


def bulk_under_way() -> int | None:
    """The number of the bulk action this is a part of; None mostly."""
    return _bulk.get()


@contextmanager
def holding(bulk_id: int) -> Iterator[None]:
    """Within this block everything belongs to a bulk action."""
    token = _bulk.set(bulk_id)
    try:
        yield
    finally:
        _bulk.reset(token)
