"""How often what must be published is due: periods of the calendar and the day after each by which it is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.community_file import read
from models.wording import say

FILE = "affairs.toml"
_folder = Path(__file__).parents[2] / "community"
_ONE_DAY = dt.timedelta(days=1)


class Every(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def months(self) -> int:
        """In months."""
        return {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[self.value]


class Rhythm(BaseModel):
    """How often an item of the lists of duty is to be published, and within how many days after each period."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    duty: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    every: Every
    within_days: Annotated[int, Field(ge=1, le=120)]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    item: tuple[Rhythm, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """A period by its name, such as 2026-Q3, with its first and last day."""

    name: str
    first: dt.date
    last: dt.date


def use_folder(community: Path) -> None:
    """Choose the community's folder, once at start, and read the file."""
    global _folder
    _folder = community
    rhythms.cache_clear()
    rhythms()


@lru_cache(maxsize=1)
def rhythms() -> Mapping[str, Rhythm]:
    """By item of duty; the file shipped where a community has none. Invalid tells what is wrong with it."""
    content = read(_folder, FILE, _File)
    return {one.duty: one for one in content.item}


def period_of(day: dt.date, every: Every) -> Period:
    """The period a day lies in."""
    months = every.months
    begins = (day.month - 1) // months * months
    first = dt.date(day.year, begins + 1, 1)
    after = dt.date(day.year + (begins + months) // 12, (begins + months) % 12 + 1, 1)
    return Period(_name(first, every), first, after - _ONE_DAY)


def _name(first: dt.date, every: Every) -> str:
    if every is Every.YEAR:
        return str(first.year)
    number = (first.month - 1) // every.months + 1
    letter = {Every.MONTH: "", Every.QUARTER: "Q", Every.HALF_YEAR: "H"}[every]
    return f"{first.year}-{letter}{number:0{2 if every is Every.MONTH else 1}d}"


def in_words(name: str) -> str:
    """A period as people say it: 2026年三季度; what names no period stays as it is."""
    year, _, rest = name.partition("-")
    kinds = {"Q": "quarter", "H": "half_year"}
    if rest[:1] in kinds:
        return say(f"notice.period.{kinds[rest[0]]}_{rest[1:]}", year=year)
    if rest.isdecimal():
        return say("notice.period.month", year=year, month=int(rest))
    return name if rest else say("notice.period.year", year=year)


def before(period: Period, every: Every) -> Period:
    """The one before it."""
    return period_of(period.first - _ONE_DAY, every)


def due(period: Period, rhythm: Rhythm) -> dt.date:
    """The last day on which it is in time."""
    return period.last + dt.timedelta(days=rhythm.within_days)
