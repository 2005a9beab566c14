"""The parts that rules are made of, each with its defaults and the span in which a community may set it."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Positive = Annotated[int, Field(ge=1)]
LONGEST_RETRY_DAYS = 7
"""No platform delivers a message again after this; the key by which it is known is kept at least as long."""
Word = Annotated[str, Field(min_length=1, max_length=20)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,19}$")]
AgeTag = Annotated[str, Field(pattern=r"^(\d{1,3}\+|\d{1,3}-\d{1,3})$")]
Rate = Annotated[str, Field(pattern=r"^[1-9]\d*/([1-9]\d*)?(second|minute|hour|day)$")]
SHIPPED = Path(__file__).parent.parent / "community"
"""Where what is shipped stands."""


class Shape(BaseModel):
    """What every rule is: nothing besides what it names, and nothing changed once it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@lru_cache
def shipped_values() -> dict[str, Any]:
    """The shipped file as it is written, for defaults that are words."""
    return tomllib.loads((SHIPPED / "rules.toml").read_text(encoding="utf-8"))


class Shift(Shape):
    """Opening hours in local time; a shift that closes at or before it opens ends on the following day."""

    opens: dt.time
    closes: dt.time

    @property
    def is_overnight(self) -> bool:
        """Whether it ends on the day after it began."""
        return self.closes <= self.opens


def _shift(value: object) -> object:
    """``08:30-11:30`` as a shift."""
    if not isinstance(value, str):
        return value
    opens, dash, closes = value.partition("-")
    if not dash:
        raise ValueError("write a shift as 08:30-11:30")
    return {"opens": opens.strip(), "closes": closes.strip()}


ShiftText = Annotated[Shift, BeforeValidator(_shift)]


class DeskHours(Shape):
    """When the desk is open: on working days (make-up days too), on days of rest, and on public holidays."""

    working_day: Annotated[tuple[ShiftText, ...], Field(min_length=1)] = (
        Shift(opens=dt.time(8, 30), closes=dt.time(11, 30)),
        Shift(opens=dt.time(13, 0), closes=dt.time(17, 0)),
    )
    day_of_rest: tuple[ShiftText, ...] = ()
    public_holiday: tuple[ShiftText, ...] = ()


class Limits(Shape):
    """How much one contact may send before it is asked to wait."""

    messages: Rate = "10/minute"
    messages_hourly: Rate = "60/hour"
    hand_overs: Rate = "5/hour"
    joins: Rate = "5/day"
    joins_of_home: Rate = "10/day"
    joins_of_network: Rate = "60/hour"
    joins_of_place: Rate = "2000/day"
    proposals: Rate = "3/day"
    reveals: Rate = "30/hour"
    exports: Rate = "10/day"
    files: Rate = "40/hour"
    papers: Rate = "400/hour"
    posts: Rate = "20/day"
    replies: Rate = "60/hour"
    receipts: Rate = "10/hour"


class CaseRules(Shape):
    """How cases run: limits that are no kind's own, in working days and hours, and when somebody is told of them.

    The percentages are of the working time of the limit: due soon, handed to the subdistrict, told to the district.
    ``from_chat``: what is surely of one kind becomes a case in the chat, without a question at the desk before it.
    """

    accept_hours: Annotated[float, Field(gt=0, le=100)] = 4
    contact_days: Annotated[int, Field(ge=1, le=30)] = 1
    complex_days: Annotated[int, Field(ge=1, le=180)] = 15
    redo_days: Annotated[int, Field(ge=1, le=30)] = 3
    due_soon_percent: Annotated[int, Field(ge=1, le=99)] = 80
    subdistrict_percent: Annotated[int, Field(ge=101, le=1_000)] = 150
    district_percent: Annotated[int, Field(ge=101, le=1_000)] = 200
    most_returns: Annotated[int, Field(ge=1, le=10)] = 2
    silence_close_days: Annotated[int, Field(ge=1, le=90)] = 5
    reopen_days: Annotated[int, Field(ge=1, le=3_650)] = 30
    undo_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    from_chat: bool = True

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.district_percent <= self.subdistrict_percent:
            raise ValueError("district_percent must be more than subdistrict_percent")
        return self


class VisitRules(Shape):
    """Whom the visit book watches: people with any of ``tags`` whom nobody visited for ``days`` days."""

    tags: tuple[Word, ...] = Field(default_factory=lambda: tuple(shipped_values()["visits"]["tags"]))
    days: Annotated[int, Field(ge=1, le=365)] = 30


class PointRules(Shape):
    """What residents are given for reports that were checked: ``report`` points each (0: none are given), for the same
    place and kind of work once within ``span_days``, and at most ``month_most`` in a month."""

    report: Annotated[int, Field(ge=0, le=100)] = 5
    span_days: Annotated[int, Field(ge=1, le=365)] = 30
    month_most: Annotated[int, Field(ge=0, le=10_000)] = 50


class ActivityRules(Shape):
    """Activities: one signs in from ``check_in_minutes`` before they begin until as long after their end; who is more
    than ``late_minutes`` late has hours from when they came. ``code_tries``: how many codes somebody may type."""

    check_in_minutes: Annotated[int, Field(ge=0, le=240)] = 30
    late_minutes: Annotated[int, Field(ge=0, le=120)] = 15
    code_tries: Annotated[int, Field(ge=1, le=20)] = 5


class ProviderRules(Shape):
    """The directory: ``upheld_most`` upheld complaints suspend who is listed there."""

    upheld_most: Annotated[int, Field(ge=1, le=20)] = 3


class ItemRules(Shape):
    """Idle items: an offer is to be had for ``expires_days``, from when it was made or bumped, which its giver may do
    every ``bump_days`` and ``most_bumps`` times. ``missed_days``: how long it counts that somebody did not come.
    ``most_open``: for how many things somebody may be in line at once; ``most_line``: how many may be in line for one.
    """

    expires_days: Annotated[int, Field(ge=1, le=365)] = 30
    bump_days: Annotated[int, Field(ge=1, le=90)] = 7
    most_bumps: Annotated[int, Field(ge=0, le=100)] = 5
    missed_days: Annotated[int, Field(ge=1, le=365)] = 180
    most_open: Annotated[int, Field(ge=1, le=100)] = 5
    most_line: Annotated[int, Field(ge=1, le=200)] = 20
    most_lend_days: Annotated[int, Field(ge=1, le=365)] = 90


class WishRules(Shape):
    """Mutual help: what is asked for stands for ``expires_days``; ``most_claims``: how many somebody may have taken on
    at once."""

    expires_days: Annotated[int, Field(ge=1, le=365)] = 30
    most_claims: Annotated[int, Field(ge=1, le=50)] = 3


class DeliberationRules(Shape):
    """Proposals: ``support_percent`` of the verified households, ``support_least`` at the least, must support one
    within ``support_days``; the official answer is due ``answer_days`` later, discussion and each meeting are to be
    over within ``discussion_days``, what was decided is published for ``publication_days``, and its covenant or project
    is to be there ``following_days`` later. All days are working days. ``most_open``: how many of their own somebody
    may have in support at once; ``most_amendments``: how many amendments to one proposal may wait for its author."""

    support_percent: Annotated[int, Field(ge=1, le=100)] = 5
    support_least: Annotated[int, Field(ge=1, le=1_000)] = 3
    support_days: Annotated[int, Field(ge=1, le=365)] = 30
    answer_days: Annotated[int, Field(ge=1, le=120)] = 10
    discussion_days: Annotated[int, Field(ge=1, le=365)] = 30
    publication_days: Annotated[int, Field(ge=1, le=120)] = 7
    following_days: Annotated[int, Field(ge=1, le=120)] = 10
    most_open: Annotated[int, Field(ge=1, le=100)] = 3
    most_amendments: Annotated[int, Field(ge=1, le=200)] = 20


class PromiseRules(Shape):
    """What comes after a decision: it is rated for at least ``appraisal_days`` whole days; ``sources``: from what a
    project's money may come, named in community/wording/promise.toml."""

    appraisal_days: Annotated[int, Field(ge=1, le=60)] = 7
    sources: Annotated[tuple[Slug, ...], Field(min_length=1)] = ("own_fund", "foundation", "matched", "other")


class PatrolRules(Shape):
    """How patrols are looked back on: missed stops of ``missed_days`` are listed, rates are of ``rate_days``."""

    missed_days: Annotated[int, Field(ge=1, le=60)] = 14
    rate_days: Annotated[int, Field(ge=1, le=92)] = 30


class Keep(Shape):
    """How many days finished things stay in the database; ``casework/retention.py`` says which."""

    payload_days: Positive = 7
    inbox_days: Annotated[int, Field(ge=LONGEST_RETRY_DAYS)] = 30
    outbox_days: Positive = 30
    dead_days: Positive = 90
    sessions_days: Positive = 30
    originals_days: Positive = 90
    misses_days: Positive = 365
    joins_days: Positive = 180
    conversations_days: Positive = 730
    moved_out_days: Positive = 365
    files_days: Positive = 365
    posts_days: Positive = 1_825
    activities_days: Positive = 365
    items_days: Positive = 365
    paper_photos_days: Positive = 30

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.originals_days > self.conversations_days:
            raise ValueError("originals_days may not be longer than conversations_days")
        return self
