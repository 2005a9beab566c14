"""Working time that runs only while a clock does: hours and days after a moment, without stretches in which it stood.

An hour counts while the desk is open and the clock runs. A working day counts when its business ends while the clock
runs, so that a stop over a day's end takes that day out, and one of an hour in the morning does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import takewhile

from casework.deadlines import Span, closings, open_from

ZERO = dt.timedelta()


def open_while_running(start: dt.datetime, stops: Sequence[Span]) -> Iterator[Span]:
    """Open stretches from ``start`` on (UTC), without the stops."""
    for span in open_from(start):
        reached = span.starts
        for stop in sorted(stops, key=lambda one: one.starts):
            if stop.ends <= reached or stop.starts >= span.ends:
                continue
            if stop.starts > reached:
                yield Span(reached, stop.starts)
            reached = min(max(reached, stop.ends), span.ends)
        if reached < span.ends:
            yield Span(reached, span.ends)


def after(start: dt.datetime, wanted: dt.timedelta, stops: Sequence[Span] = ()) -> dt.datetime:
    """The moment that much running working time after ``start``."""
    for span in open_while_running(start, stops):
        if wanted <= span.length:
            return span.starts + wanted
        wanted -= span.length
    raise AssertionError


def after_days(start: dt.datetime, days: int, stops: Sequence[Span] = ()) -> dt.datetime:
    """The end of business of the working day by which so many have counted; the day of ``start`` does not."""
    counted = (end for end in closings(start) if not any(stop.starts < end <= stop.ends for stop in stops))
    for number, end in enumerate(counted, start=1):
        if number == days:
            return end
    raise AssertionError


def between(start: dt.datetime, end: dt.datetime, stops: Sequence[Span] = ()) -> dt.timedelta:
    """How much working time ran between two moments."""
    spans = takewhile(lambda span: span.starts < end, open_while_running(start, stops))
    return sum((min(span.ends, end) - span.starts for span in spans), ZERO)
