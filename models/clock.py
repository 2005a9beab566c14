"""The only source of time, so that tests can hold it still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _wall_clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


_source: Callable[[], dt.datetime] = _wall_clock


def now() -> dt.datetime:
    """The present moment, in UTC, with zone."""
    return _source()


def now_ms() -> int:
    """The present moment as whole milliseconds since 1970, for queue tables."""
    return int(now().timestamp() * 1000)


def today() -> dt.date:
    """The present day in Shanghai, where residents live."""
    return local(now()).date()


def local(moment: dt.datetime) -> dt.datetime:
    """The same moment as clocks in Shanghai show it."""
    return moment.astimezone(SHANGHAI)


def midnight(day: dt.date) -> dt.datetime:
    """The moment at which a day begins in Shanghai, in UTC."""
    return dt.datetime.combine(day, dt.time(), SHANGHAI).astimezone(dt.UTC)


@contextmanager
def running_on(source: Callable[[], dt.datetime]) -> Iterator[None]:
    """Replace the clock for a while; ``source`` gives zoned UTC moments."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
