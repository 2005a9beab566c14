"""Counts the SQL statements of a piece of work, as Tortoise logs them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class Statements(logging.Handler):
    """Keeps every statement."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self.seen.append(record.getMessage())


@contextmanager
def statements() -> Iterator[Statements]:
    """Listen for the length of a block."""
    logger, handler = logging.getLogger("tortoise.db_client"), Statements()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield handler
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)
