"""定一年的票决: a year's list with the days of each step, which can be put off later; what runs is only lengthened."""

from __future__ import annotations

from collections.abc import Mapping

from forum.key_matters.steps import DATED, Days, Year, held, note, seen_for
from forum.words import reason_of
from models import clock
from models.errors import Invalid, Taken, WrongState
from models.key_matter import KeyStepName
from models.transaction import execute, execute_many, fetch_one, transaction
from nlp.mask import mask
from nlp.normalise import clean_input
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

PLAN = "key_matter.plan"
MOST_INTRO = 1_000
Plan = Mapping[KeyStepName, Days]
_DAYS = (
    "INSERT INTO key_step (created_at, key_year_id, step, starts_on, ends_on) VALUES ($1,$2,$3,$4,$5)"
    " ON CONFLICT (key_year_id, step) DO UPDATE SET starts_on=excluded.starts_on, ends_on=excluded.ends_on"
)
_PLAN = (
    "INSERT INTO key_year (created_at, place_id, year, intro, step, by_id, version) VALUES ($1,$2,$3,$4,'collect',$5,1)"
    " ON CONFLICT (place_id, year) DO NOTHING RETURNING id"
)


async def plan(*, by: Viewer, place_id: int, year: int, intro: str, days: Plan) -> int:
    """定一年的票决: once for each year; gives its number."""
    allow(by, PLAN, place_id)
    if not clock.today().year - 1 <= year <= clock.today().year + 1:
        raise Invalid("key_matter.year")
    _must_follow(days)
    async with transaction():
        words = mask(clean_input(intro).strip()[:MOST_INTRO]).text
        row = await fetch_one(_PLAN, clock.now(), place_id, year, words, by.person_id)
        if row is None:
            raise Taken("key_matter.planned", year=year)
        await _write(row["id"], days)
        await record(by, PLAN, subject="key_year", subject_id=row["id"], place_id=place_id)
    return int(row["id"])


def _must_follow(days: Plan) -> None:
    """Each step has days, none ends before it begins, and none begins before the one before it."""
    if any(step not in days or days[step].ends_on < days[step].starts_on for step in DATED):
        raise Invalid("key_matter.days")
    begins = [days[step].starts_on for step in DATED]
    if begins != sorted(begins):
        raise Invalid("key_matter.days_in_order")


async def _write(year_id: int, days: Plan) -> None:
    now = clock.now()
    await execute_many(_DAYS, [(now, year_id, step.value, days[step].starts_on, days[step].ends_on) for step in DATED])


async def set_days(year_id: int, *, by: Viewer, days: Plan, seen_version: int | None = None, reason: str = "") -> None:
    """改日子: of the steps of a year's list; everybody sees the new ones. While residents put something or rate, their
    days are not taken from them: those of an appraisal are only lengthened, for a reason that everybody reads."""
    found = await seen_for(year_id, by=by, verb=PLAN)
    _must_follow(days)
    why = reason_of(reason)
    async with transaction():
        year = await held(year_id)
        if seen_version is not None and seen_version != year.version:
            raise Taken("key_matter.changed", year=year.year)
        _must_not_shorten(year, days)
        if year.step is KeyStepName.APPRAISE and days[year.step] != year.days[year.step]:
            if not why:
                raise Invalid("key_matter.reason")
            await note(year, year.step, by=by, reason=why)
        await _write(year_id, days)
        await execute("UPDATE key_year SET version=version+1 WHERE id=$1", year_id)
        await record(by, PLAN, subject="key_year", subject_id=year_id, place_id=found.place_id)


_PROMISED = (KeyStepName.COLLECT, KeyStepName.APPRAISE)
"""The steps in which residents do something until a day that they were told."""


def _must_not_shorten(year: Year, days: Plan) -> None:
    """WrongState where the days of the step that the list stands at would end before they were to, or, of an appraisal,
    begin otherwise or anew after their end."""
    if year.step not in _PROMISED:
        return
    before, after = year.days[year.step], days[year.step]
    is_rated = year.step is KeyStepName.APPRAISE
    if is_rated and after != before and (before.is_over or after.starts_on != before.starts_on):
        raise WrongState("key_matter.appraisal_fixed", year=year.year)
    if (is_rated or before.is_now) and after.ends_on < before.ends_on:
        raise WrongState("key_matter.not_shorter", day=f"{before.ends_on:%Y-%m-%d}")
