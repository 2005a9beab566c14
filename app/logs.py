"""Structured logs on standard error: one JSON object a line, events with fields, and nothing personal in them."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from app.metrics import count_event
from nlp.mask import mask

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
PERSONAL = frozenset(
    {"address", "answer", "body", "letter", "message", "name", "original", "password", "payload", "phone", "sealed"}
    | {"secret", "shown_name", "text", "token", "username", "words"}
    | {"asked", "facts", "how_text", "memory", "note", "on_behalf_of", "reason", "said", "when_text", "where_text"}
)
"""Fields that hold what people wrote, who they are or what only they may know: their values never reach a log."""
HIDDEN = "[hidden]"
_TALKATIVE = ("tortoise", "tortoise.db_client", "asyncio", "aiosqlite", "aiohttp.access")
"""Libraries that below a warning log statements with the values of rows, or who asked for what."""
_NOT_ENGLISH = re.compile(r"[^\x00-\x7f]+")
_PLAIN_WORDS = re.compile(r"[A-Za-z_. ]*|[0-9a-f]{64}")
"""Such as names of events, and whole SHA-256 sums: no number of anybody can be in them."""


def configure(level: str, *, write: Callable[[str], object] | None = None) -> None:
    """Set up logging for this process, the standard library's included."""
    steps: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        count_event,
        _Threshold(LEVELS[level]),
        tell_failure,
        hide_personal,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(serializer=_to_json),
    ]
    logger = _Lines(write or _to_stderr)
    structlog.configure(processors=steps, logger_factory=lambda *names: logger, cache_logger_on_first_use=False)
    root = logging.getLogger()
    root.handlers[:] = [_Handler()]
    root.setLevel(LEVELS[level])
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(LEVELS[level], logging.WARNING))


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _to_json(event: EventDict, **_options: Any) -> str:
    return json.dumps(event, ensure_ascii=False, default=str)


class _Lines:
    """What structlog hands finished lines to."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    def msg(self, line: str) -> None:
        """Write one line."""
        self._write(line)

    debug = info = warning = error = critical = exception = log = msg


class _Threshold:
    """Drops events below a level; those above were counted already."""

    def __init__(self, level: int) -> None:
        self._level = level

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        if LEVELS.get(event["level"], logging.INFO) < self._level:
            raise structlog.DropEvent
        return event


def tell_failure(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """An exception as its kind and the code it passed. Its own words quote rows and messages: no level shows them."""
    info = event.pop("exc_info", None)
    error = sys.exception() if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["at"] = _frames(error.__traceback__)
    return event


def _frames(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-8:]]


def hide_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide the values of personal fields, and mask numbers of people wherever else they stand."""
    return _clean_fields(event)


def _clean_fields(fields: Mapping[str, object]) -> MutableMapping[str, Any]:
    return {key: HIDDEN if key in PERSONAL else _clean(value) for key, value in fields.items()}


def _clean(value: object) -> object:
    if isinstance(value, str):
        return value if _PLAIN_WORDS.fullmatch(value) else mask(value).text
    if isinstance(value, Mapping):
        return _clean_fields(value)
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return value


def _template(sentence: object) -> str:
    """A library's own sentence: without the lines below it, where asyncio writes down what a task held, and without
    what is not in its language, which somebody wrote."""
    return _NOT_ENGLISH.sub(HIDDEN, (str(sentence).splitlines() or [""])[0])


class _Handler(logging.Handler):
    """The standard library's records as events: who logged and the sentence without its values."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        log = structlog.get_logger()
        said = {"exc_info": record.exc_info} if record.exc_info else {}
        getattr(log, record.levelname.lower(), log.info)(
            "library", library=record.name, template=_template(record.msg), **said
        )
