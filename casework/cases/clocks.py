"""A case's clock: by when to speak with the resident and to be done, when somebody is told; from its steps.

Until it is first given to somebody the limit is that of acceptance; from then on it is the kind's own, a longer one
that was approved, or, when it was opened again, the one for doing it over, which counts from the reopening.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from casework.cases import running
from casework.cases.history import History
from casework.cases.kinds import Limit, days, hours, is_shorter
from casework.deadlines import Span
from models.rule_shapes import CaseRules
from models.rules import rules


class Threshold(StrEnum):
    """A moment of which somebody is told once. The names are those of the steps."""

    CONTACT_LATE = "case.contact_late"
    DUE_SOON = "case.due_soon"
    OVERDUE = "case.overdue"
    TO_SUBDISTRICT = "case.to_subdistrict"
    TO_DISTRICT = "case.to_district"


class Phase(StrEnum):
    """Which limit is running."""

    ACCEPTANCE = "acceptance"
    WORK = "work"
    PROLONGED = "prolonged"
    REDO = "redo"


@dataclass(frozen=True, slots=True)
class CaseClock:
    """When things are due. ``due`` and ``thresholds`` are empty while the clock stands still; ``contact`` once done."""

    phase: Phase
    limit: Limit
    starts: dt.datetime
    stops: tuple[Span, ...]
    is_stopped: bool
    contact: dt.datetime | None
    due: dt.datetime | None
    thresholds: tuple[tuple[Threshold, dt.datetime], ...]

    def next_at(self, told: frozenset[str]) -> dt.datetime | None:
        """When somebody must next be told something, given what was told."""
        return min((at for name, at in self.thresholds if name.value not in told), default=None)


def clock_of(history: History, limit: Limit, *, settings: CaseRules, is_over: bool = False) -> CaseClock:
    """The clock of a case by its steps and its kind's limit; ``is_over``: it is open no more, and nothing is due."""
    phase, starts, holds = _phase(history, limit, settings)
    stops = history.stops
    is_stopped = is_over or history.is_stopped
    contact = None if is_over or history.contacted else running.after_days(history.begun_at, settings.contact_days)
    due = None if is_stopped else _due(starts, holds, stops)
    moments = _thresholds(starts, due, stops, settings=settings) if due is not None else ()
    late = ((Threshold.CONTACT_LATE, contact),) if contact is not None else ()
    return CaseClock(phase, holds, starts, stops, is_stopped, contact, due, (*late, *moments))


def _phase(history: History, limit: Limit, settings: CaseRules) -> tuple[Phase, dt.datetime, Limit]:
    sent_off, granted = history.sent_off_at, history.granted_days
    if history.rounds:
        redo = days(settings.redo_days)
        holds = limit if is_shorter(limit, redo, day=working_day()) else redo
        return (Phase.PROLONGED, history.begun_at, days(granted)) if granted else (Phase.REDO, history.begun_at, holds)
    if sent_off is None:
        return Phase.ACCEPTANCE, history.begun_at, hours(settings.accept_hours)
    return (Phase.PROLONGED, sent_off, days(granted)) if granted else (Phase.WORK, sent_off, limit)


def working_day() -> dt.timedelta:
    """How long a working day is open."""
    return sum((_length(one.opens, one.closes) for one in rules().desk_hours.working_day), dt.timedelta())


def _length(opens: dt.time, closes: dt.time) -> dt.timedelta:
    day = dt.date(2026, 1, 1)
    length = dt.datetime.combine(day, closes) - dt.datetime.combine(day, opens)
    return length if length > dt.timedelta() else length + dt.timedelta(days=1)


def _due(starts: dt.datetime, limit: Limit, stops: Sequence[Span]) -> dt.datetime:
    if limit.days is not None:
        return running.after_days(starts, limit.days, stops)
    return running.after(starts, dt.timedelta(hours=limit.hours or 0), stops)


def _thresholds(
    starts: dt.datetime, due: dt.datetime, stops: Sequence[Span], *, settings: CaseRules
) -> tuple[tuple[Threshold, dt.datetime], ...]:
    """The moments at which shares of the limit's working time are used up."""
    whole = running.between(starts, due, stops)
    return (
        (Threshold.DUE_SOON, running.after(starts, whole * settings.due_soon_percent / 100, stops)),
        (Threshold.OVERDUE, due),
        (Threshold.TO_SUBDISTRICT, running.after(starts, whole * settings.subdistrict_percent / 100, stops)),
        (Threshold.TO_DISTRICT, running.after(starts, whole * settings.district_percent / 100, stops)),
    )


def why(clock: CaseClock, *, until: dt.datetime) -> tuple[Span, ...]:
    """The stretches in which the clock ran, up to the due time or, while it stands still, to a moment."""
    end = clock.due or until
    spans = running.open_while_running(clock.starts, clock.stops)
    found: list[Span] = []
    for span in spans:
        if span.starts >= end:
            break
        found.append(Span(span.starts, min(span.ends, end)))
    return tuple(found)
