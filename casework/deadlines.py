"""When something is due: working hours and working days, with several shifts a day, nights, holidays and make-up days.

Hours run while the desk is open. Days follow the Civil Code: the day something comes in does not count (article 201),
and the last day ends when business ends (article 203, which also moves a last day that is a holiday to the next day).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import count, takewhile

from casework.working_days import Day, DayKind, kind_of
from models.clock import SHANGHAI, local, midnight
from models.rule_shapes import Shift
from models.rules import rules

ONE_DAY = dt.timedelta(days=1)
FURTHEST_DAYS = 3_660


class Reason(StrEnum):
    """Why a stretch of time counts or does not."""

    OPEN = "open"
    CLOSED = "closed"
    DAY_OF_RECEIPT = "day_of_receipt"
    WORKING_DAY = "working_day"
    DAY_OF_REST = "day_of_rest"
    PUBLIC_HOLIDAY = "public_holiday"


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment until before another, both UTC."""

    starts: dt.datetime
    ends: dt.datetime

    @property
    def length(self) -> dt.timedelta:
        """How long it is."""
        return self.ends - self.starts


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the way to a due time: whether it counts and why; ``day`` says what the calendar knows of it."""

    starts: dt.datetime
    ends: dt.datetime
    counts: bool
    reason: Reason
    day: Day


def is_open(now: dt.datetime) -> bool:
    """Whether the desk is open at a moment."""
    return next(open_from(now)).starts <= now


def opens_next(now: dt.datetime) -> dt.datetime:
    """When the desk is next open: ``now`` itself while it is."""
    return next(open_from(now)).starts


def closed_since(now: dt.datetime) -> dt.datetime:
    """When the closure that runs at ``now`` began, which is when the desk last closed; ``now`` while it is open."""
    if is_open(now):
        return now
    today = local(now).date()
    ends = (span.ends for back in range(FURTHEST_DAYS) for span in reversed(_spans(today - ONE_DAY * back)))
    return next(end for end in ends if end <= now)


def worked(start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """How long the desk was open between two moments (UTC, zoned)."""
    open_spans = takewhile(lambda span: span.starts < end, open_from(start))
    return sum((min(span.ends, end) - span.starts for span in open_spans), dt.timedelta())


def add_working(start: dt.datetime, *, hours: float | None = None, days: int | None = None) -> dt.datetime:
    """The moment that many open hours, or that many working days, after ``start`` (UTC, zoned); give exactly one."""
    if (hours is None) == (days is None):
        raise ValueError("give hours or days")
    if days is not None:
        return _closing(_nth_working_day(local(start).date(), days))
    return _after_hours(start, dt.timedelta(hours=hours or 0))


def why(start: dt.datetime, *, hours: float | None = None, days: int | None = None) -> list[Stretch]:
    """Every stretch from ``start`` to the due time, in order and without a gap, each with its reason."""
    due = add_working(start, hours=hours, days=days)
    return list(_stretches_by_day(start, due) if days is not None else _stretches_by_hour(start, due))


def is_assumed(start: dt.datetime, due: dt.datetime) -> bool:
    """Whether a day between the two has no official calendar yet, so that Monday to Friday was assumed."""
    return any(kind_of(day).is_assumed for day in _days(local(start).date(), local(due).date()))


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    return (first + ONE_DAY * step for step in range((last - first).days + 1))


def _shifts(day: dt.date) -> tuple[Shift, ...]:
    hours, kind = rules().desk_hours, kind_of(day).kind
    if kind.works:
        return hours.working_day
    return hours.day_of_rest if kind is DayKind.DAY_OF_REST else hours.public_holiday


def _span(day: dt.date, shift: Shift) -> Span:
    starts = dt.datetime.combine(day, shift.opens, SHANGHAI)
    ends = dt.datetime.combine(day + ONE_DAY if shift.is_overnight else day, shift.closes, SHANGHAI)
    return Span(starts.astimezone(dt.UTC), ends.astimezone(dt.UTC))


def _spans(day: dt.date) -> list[Span]:
    """The day's shifts in order; a night shift belongs to the day on which it begins."""
    return sorted((_span(day, shift) for shift in _shifts(day)), key=lambda span: span.starts)


def open_from(start: dt.datetime) -> Iterator[Span]:
    """Open spans from ``start`` on, in order, none counted twice; last night's shift may still be running."""
    reached = start
    first = local(start).date() - ONE_DAY
    for day in (first + ONE_DAY * step for step in range(FURTHEST_DAYS)):
        for span in _spans(day):
            if span.ends > reached:
                reached, begins = span.ends, max(span.starts, reached)
                yield Span(begins, span.ends)
    raise RuntimeError("the desk does not open within ten years")


def _after_hours(start: dt.datetime, wanted: dt.timedelta) -> dt.datetime:
    for span in open_from(start):
        if wanted <= span.length:
            return span.starts + wanted
        wanted -= span.length
    raise AssertionError


def closings(start: dt.datetime) -> Iterator[dt.datetime]:
    """When business ends on each working day after the day of ``start``, in order."""
    received = local(start).date()
    days = (received + ONE_DAY * step for step in range(1, FURTHEST_DAYS))
    return (_closing(day) for day in days if kind_of(day).kind.works)


def _nth_working_day(received: dt.date, wanted: int) -> dt.date:
    for step in count(1):
        day = received + ONE_DAY * step
        wanted -= kind_of(day).kind.works
        if wanted == 0:
            return day
    raise AssertionError


def _closing(day: dt.date) -> dt.datetime:
    return max(span.ends for span in _spans(day))


def _stretches_by_hour(start: dt.datetime, due: dt.datetime) -> Iterator[Stretch]:
    reached = start
    for span in open_from(start):
        yield from _closed(reached, min(span.starts, due))
        if span.starts >= due:
            return
        reached = min(span.ends, due)
        yield Stretch(span.starts, reached, counts=True, reason=Reason.OPEN, day=kind_of(local(span.starts).date()))
        if reached == due:
            return


def _closed(starts: dt.datetime, ends: dt.datetime) -> Iterator[Stretch]:
    """A closed time, cut at midnights so that each piece has one day's reason."""
    for piece in _by_day(starts, ends):
        day = kind_of(local(piece.starts).date())
        reason = Reason.CLOSED if day.kind.works else Reason(day.kind.value)
        yield Stretch(piece.starts, piece.ends, counts=False, reason=reason, day=day)


def _by_day(starts: dt.datetime, ends: dt.datetime) -> Iterator[Span]:
    while starts < ends:
        ends_day = midnight(local(starts).date() + ONE_DAY)
        yield Span(starts, min(ends_day, ends))
        starts = ends_day


def _stretches_by_day(start: dt.datetime, due: dt.datetime) -> Iterator[Stretch]:
    received = local(start).date()
    last = max(day for day in _days(received, local(due).date()) if _ends_at(day, due))
    for piece in _by_day(start, due):
        date = local(piece.starts).date()
        day = kind_of(min(date, last))
        reason = _day_reason(day, is_receipt=date == received)
        yield Stretch(piece.starts, piece.ends, counts=reason is Reason.WORKING_DAY, reason=reason, day=day)


def _ends_at(day: dt.date, due: dt.datetime) -> bool:
    return kind_of(day).kind.works and _closing(day) == due


def _day_reason(day: Day, *, is_receipt: bool) -> Reason:
    if is_receipt:
        return Reason.DAY_OF_RECEIPT
    return Reason.WORKING_DAY if day.kind.works else Reason(day.kind.value)
