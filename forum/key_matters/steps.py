"""Where a year's list may stand and what leads on: one table; a pair of steps that is not in it is refused.

The days of a step are rows. Nothing here waits for a job: what may be done is asked of the step and of today.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from forum.key_matters import rolls
from forum.words import reason_of
from models import clock
from models.errors import Invalid, NotFound, Taken, WrongState
from models.key_matter import KeyStepName
from models.rules import rules
from models.transaction import Row, day, execute, fetch, fetch_one, is_postgres, transaction
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer

S = KeyStepName
DATED = (S.COLLECT, S.SHORTLIST, S.DELIBERATE, S.VOTE, S.CARRY_OUT, S.APPRAISE)
"""The steps that have days, in their order."""
READ, MOVE = "key_matter.read", "key_matter.move"
PUT_TO_VOTE, SETTLE = "key_matter.put_to_vote", "key_matter.settle"


@dataclass(frozen=True, slots=True)
class Days:
    """From which day to which, both included."""

    starts_on: dt.date
    ends_on: dt.date

    @property
    def is_now(self) -> bool:
        """Whether today is one of them."""
        return self.starts_on <= clock.today() <= self.ends_on

    @property
    def is_over(self) -> bool:
        """Whether the last one has passed."""
        return self.ends_on < clock.today()


@dataclass(frozen=True, slots=True)
class Year:
    """A year's list as it was last read: what a verb is guarded by."""

    id: int
    place_id: int
    year: int
    step: KeyStepName
    vote_id: int | None
    version: int
    days: Mapping[KeyStepName, Days]

    @property
    def is_collecting(self) -> bool:
        """Whether residents may put something now."""
        return self.step is S.COLLECT and self.days[S.COLLECT].is_now


_YEAR = "SELECT id, place_id, year, step, vote_id, version FROM key_year WHERE id=$1"
_DAYS = "SELECT step, starts_on, ends_on FROM key_step WHERE key_year_id=$1"


async def _year(row: Row | None) -> Year:
    if row is None:
        raise NotFound("key_matter.no_year")
    rows = await fetch(_DAYS, row["id"])
    found = {S(one["step"]): Days(_day(one["starts_on"]), _day(one["ends_on"])) for one in rows}
    days = {step: found[step] for step in DATED}
    return Year(row["id"], row["place_id"], row["year"], S(row["step"]), row["vote_id"], row["version"], days)


def _day(found: str | dt.date | None) -> dt.date:
    read = day(found)
    assert read is not None
    return read


async def visible(year_id: int, viewer: Viewer) -> Year:
    """A list of the viewer's neighbourhood; NotFound for everybody else."""
    found = await _year(await fetch_one(_YEAR, year_id))
    must_see(viewer, READ, found.place_id, thing="key_matter")
    return found


async def seen_for(year_id: int, *, by: Viewer, verb: str) -> Year:
    """A list for a verb, before any transaction."""
    found = await visible(year_id, by)
    allow(by, verb, found.place_id)
    return found


async def held(year_id: int) -> Year:
    """A list whose row is held until the commit: of two at once the second reads what the first has left."""
    if not is_postgres():
        await execute("UPDATE key_year SET version=version WHERE id=$1", year_id)
    return await _year(await fetch_one(_YEAR + (" FOR UPDATE" if is_postgres() else ""), year_id))


def must_stand_at(year: Year, *steps: KeyStepName) -> None:
    """Refuse what has no place in the step the list stands at."""
    if year.step not in steps:
        raise WrongState("key_matter.step", year=year.year)


Condition = Callable[[Year], Awaitable[None]]


async def _collected(year: Year) -> None:
    if not year.days[S.COLLECT].is_over:
        raise WrongState("key_matter.still_collecting", year=year.year)


async def _sorted(year: Year) -> None:
    """Everything that was put is on the list, joined, or left out for a reason; and there is something to choose."""
    rows = await fetch("SELECT state, count(*) AS many FROM key_matter WHERE key_year_id=$1 GROUP BY state", year.id)
    many = {row["state"]: row["many"] for row in rows}
    if many.get("put") or many.get("held"):
        raise WrongState("key_matter.not_sorted", many=many.get("put", 0) + many.get("held", 0))
    if many.get("shortlisted", 0) < 2:
        raise WrongState("key_matter.too_few")


async def result_of(year: Year) -> tuple[str, tuple[int, ...]]:
    """The state of its vote, and which places of the ballot it chose."""
    row = await fetch_one("SELECT state, sheet FROM vote WHERE id=$1", year.vote_id or 0)
    if row is None:
        raise WrongState("key_matter.no_vote")
    chosen = json.loads(row["sheet"])["result"]["chosen"] if row["state"] == "counted" else ()
    return str(row["state"]), tuple(chosen)


async def _chosen(year: Year) -> None:
    if not (await result_of(year))[1]:
        raise WrongState("key_matter.nothing_chosen")


async def _nothing_chosen(year: Year) -> None:
    state, chosen = await result_of(year)
    if state not in {"counted", "void"} or chosen:
        raise WrongState("key_matter.vote_stands")


_LEFT = (
    "SELECT count(*) AS many FROM key_matter m LEFT JOIN ledger_entry e ON e.id=m.entry_id"
    " WHERE m.key_year_id=$1 AND m.state='chosen' AND (e.id IS NULL OR e.state<>'struck_off')"
)


async def _all_done(year: Year) -> None:
    """Everything that was chosen is struck off, and there is time left to rate it."""
    row = await fetch_one(_LEFT, year.id)
    if row is None or row["many"]:
        raise WrongState("key_matter.not_all_done", many=row["many"] if row else 0)
    least = rules().promises.appraisal_days
    if year.days[S.APPRAISE].ends_on < clock.today() + dt.timedelta(days=least):
        raise WrongState("key_matter.no_time_to_rate", least=least)


Effect = Callable[[int, int], Awaitable[None]]
"""What is written with a move, in its transaction: of a list by its number, and in which place."""


@dataclass(frozen=True, slots=True)
class Move:
    """What leads from a step to another: the verb, whether everybody reads why, what must hold, and what is written
    with it."""

    verb: str = MOVE
    needs_reason: bool = False
    condition: Condition | None = None
    effect: Effect | None = None


MOVES: Mapping[tuple[KeyStepName, KeyStepName], Move] = MappingProxyType(
    {
        (S.COLLECT, S.SHORTLIST): Move(condition=_collected),
        (S.SHORTLIST, S.COLLECT): Move(needs_reason=True),
        (S.SHORTLIST, S.DELIBERATE): Move(condition=_sorted),
        (S.DELIBERATE, S.SHORTLIST): Move(needs_reason=True),
        (S.DELIBERATE, S.VOTE): Move(verb=PUT_TO_VOTE),
        (S.VOTE, S.DELIBERATE): Move(needs_reason=True, condition=_nothing_chosen),
        (S.VOTE, S.CARRY_OUT): Move(verb=SETTLE, condition=_chosen),
        (S.CARRY_OUT, S.APPRAISE): Move(condition=_all_done, effect=rolls.draw_up),
        (S.APPRAISE, S.CARRY_OUT): Move(needs_reason=True, effect=rolls.start_over),
        (S.APPRAISE, S.ENDED): Move(needs_reason=True, effect=rolls.add_up),
    }
)
_MOVED = "INSERT INTO key_move (created_at, key_year_id, before, after, by_id, reason) VALUES ($1,$2,$3,$4,$5,$6)"


async def move(
    year_id: int, step: KeyStepName, *, by: Viewer, reason: str = "", verb: str = MOVE, seen_version: int | None = None
) -> Year:
    """走下一步: to another step of the table and no other; Taken where somebody moved it since ``seen_version``."""
    await seen_for(year_id, by=by, verb=verb)
    why = reason_of(reason)
    async with transaction():
        year = await held(year_id)
        found = MOVES.get((year.step, step))
        if found is None or found.verb != verb:
            raise WrongState("key_matter.move", year=year.year)
        if seen_version is not None and seen_version != year.version:
            raise Taken("key_matter.changed", year=year.year)
        if found.needs_reason and not why:
            raise Invalid("key_matter.reason")
        if found.condition is not None:
            await found.condition(year)
        await go(year, step, by=by, reason=why)
        await record(by, verb, subject="key_year", subject_id=year_id, place_id=year.place_id, detail=step.value)
    return await visible(year_id, by)


async def note(year: Year, step: KeyStepName, *, by: Viewer, reason: str) -> None:
    """Write down that a list went to a step, or, where it stands there, that its days were lengthened."""
    await execute(_MOVED, clock.now(), year.id, year.step.value, step.value, by.person_id or 0, reason)


async def go(year: Year, step: KeyStepName, *, by: Viewer, reason: str) -> None:
    """Take a step of the table, whatever it needs, in the caller's transaction; Taken where somebody was faster."""
    done = await execute(
        "UPDATE key_year SET step=$1, version=version+1 WHERE id=$2 AND step=$3 AND version=$4",
        step.value,
        year.id,
        year.step.value,
        year.version,
    )
    if done != 1:
        raise Taken("key_matter.changed", year=year.year)
    await note(year, step, by=by, reason=reason)
    if (effect := MOVES[year.step, step].effect) is not None:
        await effect(year.id, year.place_id)
