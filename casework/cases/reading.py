"""A page that only reads asks many finders about one case: its row and its steps are read once for all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Found = TypeVar("Found")
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("read_of_cases", default=None)


@contextmanager
def once() -> Iterator[None]:
    """For the length of a page. Verbs never stand in it: what they read is always as it is then."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


async def kept(key: Hashable, read: Callable[[], Awaitable[Found]]) -> Found:
    """What was read under this key on this page, or is read now."""
    known = _kept.get()
    if known is None:
        return await read()
    if key not in known:
        known[key] = await read()
    found: Found = known[key]
    return found
