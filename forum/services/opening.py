"""When somebody of the directory is open: on which days, in which shifts, and whether that is now."""

from __future__ import annotations

import datetime as dt

from casework.spots import shifts_of
from casework.working_days import DayKind, kind_of
from models import clock
from models.errors import Invalid

WEEKDAYS = "1234567"
"""Monday to Sunday, as they stand in a row."""


def hours_of(typed: str) -> str:
    """Shifts as they are kept; '' where none are told. Invalid for anything that is no shift."""
    if not typed.strip():
        return ""
    written = " ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in shifts_of(typed))
    if len(written) > 80:
        raise Invalid("spot.hours")
    return written


def weekdays_of(chosen: str) -> str:
    """Days of the week in their order, each once; Invalid for what is no day."""
    if not set(chosen) <= set(WEEKDAYS):
        raise Invalid("provider.weekdays")
    return "".join(day for day in WEEKDAYS if day in chosen)


def is_open(hours: str, weekdays: str, *, on_holidays: bool, at: dt.datetime) -> bool | None:
    """Whether it is open at a moment; None where nobody told when it is."""
    if not hours or not weekdays:
        return None
    there = clock.local(at)
    if str(there.isoweekday()) not in weekdays:
        return False
    if not on_holidays and kind_of(there.date()).kind is DayKind.PUBLIC_HOLIDAY:
        return False
    return any(opens <= there.time() < closes for opens, closes in shifts_of(hours))
