"""Which days people work: the national calendar with make-up days, changed by the community's own list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import chinese_calendar
from chinese_calendar.constants import Holiday

from models.rules import holidays

SATURDAY = 5


class DayKind(StrEnum):
    """What a day is to an office."""

    WORKING_DAY = "working_day"
    MAKE_UP_DAY = "make_up_day"
    DAY_OF_REST = "day_of_rest"
    PUBLIC_HOLIDAY = "public_holiday"

    @property
    def works(self) -> bool:
        """Whether it counts as a working day (工作日)."""
        return self in {DayKind.WORKING_DAY, DayKind.MAKE_UP_DAY}


@dataclass(frozen=True, slots=True)
class Day:
    """A day's kind and the holiday's Chinese name; ``is_assumed`` where the year has no official calendar yet."""

    kind: DayKind
    name: str = ""
    is_assumed: bool = False


def kind_of(day: dt.date) -> Day:
    """What a day is: the community's own change first, then the national calendar, then Monday to Friday."""
    own = next((change for change in holidays().days if change.day == day), None)
    if own is None:
        return _national(day)
    ordinary = DayKind.WORKING_DAY if day.weekday() < SATURDAY else DayKind.MAKE_UP_DAY
    return Day(ordinary if own.works else DayKind.PUBLIC_HOLIDAY, own.name)


@lru_cache(maxsize=2048)
def _national(day: dt.date) -> Day:
    try:
        is_holiday, english = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return Day(DayKind.WORKING_DAY if day.weekday() < SATURDAY else DayKind.DAY_OF_REST, is_assumed=True)
    name = Holiday(english).chinese if english else ""  # pyright: ignore[reportAttributeAccessIssue] - set at run time
    if is_holiday:
        return Day(DayKind.PUBLIC_HOLIDAY if name else DayKind.DAY_OF_REST, name)
    return Day(DayKind.MAKE_UP_DAY if name else DayKind.WORKING_DAY, name)
