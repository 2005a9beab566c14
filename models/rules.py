"""The numbers a community may set itself: community/rules.toml and holidays.toml, checked when they are read."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from models.errors import Invalid
from models.person import RoleName
from models.rule_shapes import (
    SHIPPED,
    ActivityRules,
    AgeTag,
    CaseRules,
    DeliberationRules,
    DeskHours,
    ItemRules,
    Keep,
    Limits,
    PatrolRules,
    PointRules,
    Positive,
    PromiseRules,
    ProviderRules,
    Shape,
    Shift,
    ShiftText,
    Slug,
    VisitRules,
    WishRules,
    Word,
    shipped_values,
)
from models.shape_words import unreadable, why

Kind = TypeVar("Kind", bound=BaseModel)


class Rules(Shape):
    """Every rule with its default; what the file leaves out keeps it. Words stand in the shipped file only."""

    first_answer_hours: Annotated[float, Field(gt=0, le=100)] = 2
    done_days: Annotated[int, Field(ge=1, le=365)] = 1
    first_due_soon_minutes: Positive = 24
    done_due_soon_minutes: Positive = 60
    claim_idle_reminder_minutes: Positive = 10
    claim_end_minutes: Positive = 30
    silence_warning_hours: Positive = 20
    silence_close_hours: Positive = 24
    reopen_days: Annotated[int, Field(ge=1, le=3_650)] = 15
    quiet_hours: ShiftText = Shift(opens=dt.time(21, 0), closes=dt.time(7, 30))
    alarm_next_page_minutes: Annotated[int, Field(ge=1, le=60)] = 3
    alarm_most_pages: Positive = 40
    two_people_to_publish: bool = True
    totp_required: bool = True
    totp_required_for: tuple[RoleName, ...] = (RoleName.ADMIN,)
    stale_after_days: Annotated[int, Field(ge=1, le=3_650)] = 365
    held_days: Annotated[int, Field(ge=3, le=90)] = 14
    join_days: Annotated[int, Field(ge=1, le=365)] = 14
    vouching: bool = True
    appeal_jury: bool = False
    max_message_chars: Annotated[int, Field(ge=100, le=20_000)] = 2_000
    tags: tuple[Word, ...] = Field(default_factory=lambda: tuple(shipped_values()["tags"]))
    age_tags: tuple[AgeTag, ...] = ("60+", "70+", "80+", "90+", "0-6")
    age_bands: tuple[Annotated[int, Field(ge=1, le=150)], ...] = (7, 18, 60, 70, 80, 90)
    services: Annotated[tuple[Slug, ...], Field(min_length=1)] = (
        *("visit", "call", "care", "allowance", "errand", "note"),
    )
    purposes: Annotated[tuple[Slug, ...], Field(min_length=1)] = (
        *("contact", "allowance", "check", "emergency", "other"),
    )
    export_wait_hours: Annotated[int, Field(ge=1, le=720)] = 72
    export_take_hours: Annotated[int, Field(ge=1, le=168)] = 24
    desk_hours: DeskHours = DeskHours()
    limits: Limits = Limits()
    cases: CaseRules = CaseRules()
    visits: VisitRules = Field(default_factory=VisitRules)
    points: PointRules = PointRules()
    patrols: PatrolRules = PatrolRules()
    activities: ActivityRules = ActivityRules()
    providers: ProviderRules = ProviderRules()
    items: ItemRules = ItemRules()
    wishes: WishRules = WishRules()
    deliberation: DeliberationRules = DeliberationRules()
    promises: PromiseRules = PromiseRules()
    keep: Keep = Keep()

    @model_validator(mode="after")
    def _bands_rise(self) -> Self:
        if list(self.age_bands) != sorted(set(self.age_bands)):
            raise ValueError("age_bands must rise")
        return self

    @model_validator(mode="after")
    def _originals_outlive_reopening(self) -> Self:
        if self.keep.originals_days <= self.reopen_days:
            raise ValueError("keep.originals_days must be longer than reopen_days")
        return self

    @model_validator(mode="after")
    def _what_counts_is_kept(self) -> Self:
        if self.keep.items_days < self.items.missed_days:
            raise ValueError("keep.items_days may not be shorter than items.missed_days")
        return self


class DayChange(Shape):
    """One day that is a working day, or is not, whatever the national calendar says."""

    day: dt.date
    works: bool
    name: Annotated[str, Field(max_length=20)] = ""


class Holidays(Shape):
    """The community's own changes to the national calendar."""

    days: tuple[DayChange, ...] = ()


_rules: Rules | None = None
_holidays: Holidays | None = None


def load(folder: Path) -> Rules:
    """Read both files of a community folder and put them in force; a missing file means the defaults."""
    global _rules, _holidays
    new = _checked(folder / "rules.toml", Rules), _checked(folder / "holidays.toml", Holidays)
    _rules, _holidays = new
    return _rules


def _checked(path: Path, kind: type[Kind]) -> Kind:
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return kind.model_validate(values)
    except tomllib.TOMLDecodeError as error:
        raise Invalid("rules.wrong", file=path.name, at="", problem=unreadable(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"])
        raise Invalid("rules.wrong", file=path.name, at=at, problem=why(first)) from error


def rules() -> Rules:
    """The rules in force; those shipped until ``load`` was called."""
    return _rules if _rules is not None else load(SHIPPED)


def holidays() -> Holidays:
    """The community's changes to the calendar that are in force."""
    if _holidays is None:
        load(SHIPPED)
    assert _holidays is not None
    return _holidays


@contextmanager
def in_force(new: Rules, changes: Holidays | None = None) -> Iterator[None]:
    """Other rules for a while."""
    global _rules, _holidays
    before = rules(), holidays()
    _rules, _holidays = new, changes or before[1]
    try:
        yield
    finally:
        _rules, _holidays = before
