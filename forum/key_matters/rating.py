"""评议: once everything is struck off, those on the roll rate each matter once, what came of it and who carried it
out.

Of a rating nothing is kept but that it was given, and one more in two sums: no row tells how anybody rated. Before the
list has ended no sums are told, since two looks before and after one rating would tell it; and none of fewer than five.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.key_matters.putting import year_of
from forum.key_matters.rolls import COLUMNS, STARS
from forum.key_matters.steps import S, Year, go, held, seen_for
from forum.promises.tallies import Tally, tally_of
from models import clock
from models.errors import Invalid, NotAllowed, Taken, WrongState
from models.transaction import Row, execute, fetch, fetch_one, transaction
from models.wording import say
from people.audit import record
from people.permissions import allow
from people.records.small_groups import LEAST
from people.viewers import Viewer

RATE, END = "key_matter.rate", "key_matter.end"


@dataclass(frozen=True, slots=True)
class Appraised:
    """The appraisal of a matter as somebody sees it. ``rated``, how many rated, is None until the list has ended;
    ``outcome`` and ``unit`` are None as long, and where fewer than five rated."""

    last_day: dt.date
    roll_size: int
    is_open: bool
    on_roll: bool
    has_rated: bool
    rated: int | None
    outcome: Tally | None
    unit: Tally | None

    @property
    def waits(self) -> bool:
        """Whether the viewer may rate now."""
        return self.is_open and self.on_roll and not self.has_rated


_TALLIES = (
    f"SELECT t.matter_id, t.rated, {', '.join(f't.{column}' for column in COLUMNS)}, y.roll_size,"
    " (SELECT count(*) FROM key_voice v WHERE v.key_year_id=y.id AND v.person_id=$2) AS on_roll,"
    " (SELECT count(*) FROM key_rated r WHERE r.matter_id=m.id AND r.person_id=$2) AS has_rated"
    " FROM key_tally t JOIN key_matter m ON m.id=t.matter_id JOIN key_year y ON y.id=m.key_year_id"
    " WHERE m.key_year_id=$1 ORDER BY m.number"
)


async def of_year(year: Year, *, person_id: int | None) -> dict[int, Appraised]:
    """The appraisals of a list that its caller found, by matter; none before it goes to its appraisal."""
    return {row["matter_id"]: _appraised(row, year) for row in await fetch(_TALLIES, year.id, person_id or 0)}


def _appraised(row: Row, year: Year) -> Appraised:
    has_ended = year.step is S.ENDED
    is_told = has_ended and row["rated"] >= LEAST
    return Appraised(
        last_day=year.days[S.APPRAISE].ends_on,
        roll_size=row["roll_size"],
        is_open=_is_open(year),
        on_roll=bool(row["on_roll"]),
        has_rated=bool(row["has_rated"]),
        rated=row["rated"] if has_ended else None,
        outcome=_tally(row, "outcome") if is_told else None,
        unit=_tally(row, "unit") if is_told else None,
    )


def _is_open(year: Year) -> bool:
    return year.step is S.APPRAISE and not year.days[S.APPRAISE].is_over


def _tally(row: Row, part: str) -> Tally:
    return tally_of([row[f"{part}_{star}"] for star in STARS])


_ONCE = (
    "INSERT INTO key_rated (created_at, matter_id, person_id) VALUES ($1,$2,$3)"
    " ON CONFLICT (matter_id, person_id) DO NOTHING RETURNING id"
)


async def rate(matter_id: int, *, by: Viewer, outcome: int, unit: int) -> None:
    """评一评: a matter, once, by who is on the roll and still lives here; 1 to 5 for both."""
    year = await seen_for(await year_of(matter_id), by=by, verb=RATE)
    if outcome not in STARS or unit not in STARS:
        raise Invalid("key_matter.stars", most=STARS[-1])
    async with transaction():
        await _must_take_ratings(await held(year.id), matter_id, by=by)
        if await fetch_one(_ONCE, clock.now(), matter_id, by.person_id) is None:
            raise Taken("key_matter.rated")
        more = ", ".join(f"{column}={column}+1" for column in ("rated", f"outcome_{outcome}", f"unit_{unit}"))
        await execute(f"UPDATE key_tally SET {more} WHERE matter_id=$1", matter_id)
        await record(by, RATE, subject="key_matter", subject_id=matter_id, place_id=year.place_id)


_DONE = (
    "SELECT 1 AS one FROM key_tally t JOIN key_matter m ON m.id=t.matter_id JOIN ledger_entry e ON e.id=m.entry_id"
    " WHERE t.matter_id=$1 AND e.state='struck_off'"
)
_VOICE = "SELECT 1 AS one FROM key_voice WHERE key_year_id=$1 AND person_id=$2"


async def _must_take_ratings(year: Year, matter_id: int, *, by: Viewer) -> None:
    """Within its days, of a matter that is done, and by who is on the roll."""
    if not _is_open(year):
        raise WrongState("key_matter.not_rated_now")
    if await fetch_one(_DONE, matter_id) is None:
        raise WrongState("key_matter.not_done")
    if await fetch_one(_VOICE, year.id, by.person_id) is None:
        raise NotAllowed("key_matter.not_on_roll")


_DUE = (
    "SELECT y.id FROM key_year y JOIN key_step s ON s.key_year_id=y.id AND s.step='appraise'"
    " WHERE y.step='appraise' AND s.ends_on<$1 ORDER BY y.id LIMIT 100"
)


async def end_due(*, by: Viewer) -> int:
    """评议到期: lists whose last day of the appraisal has passed end, and their sums are told; gives how many."""
    allow(by, END, None)
    return sum([await _end(row["id"], by=by) for row in await fetch(_DUE, clock.today())])


async def _end(year_id: int, *, by: Viewer) -> bool:
    async with transaction():
        year = await held(year_id)
        if year.step is not S.APPRAISE or not year.days[S.APPRAISE].is_over:
            return False
        await go(year, S.ENDED, by=by, reason=say("key_matter.appraise.over"))
        await record(by, END, subject="key_year", subject_id=year_id, place_id=year.place_id)
    return True
