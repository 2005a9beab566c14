"""Counts the SQL statements of a piece of work, as Tortoise logs them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class Statements(logging.Handler):
    """Keeps every statement: as a line, and as text with its values."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.seen: list[str] = []
        self.asked: list[tuple[str, list[object]]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self.seen.append(record.getMessage())
        if isinstance(record.args, tuple) and len(record.args) == 2:
            text, values = record.args
            self.asked.append((str(text), list(values or ())))  # type: ignore[arg-type]  # Tortoise logs a list.


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
