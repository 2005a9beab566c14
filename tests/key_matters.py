"""Key small matters that stand somewhere for the tests that walk through everything: a year that is carried out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from casework.ledgers import keeping
from forum.key_matters import carrying, planning, putting, sorting
from forum.key_matters.carrying import Ballot
from forum.key_matters.steps import DATED, Days, S, move
from forum.votes import casting, counting, showing
from models import clock
from models.transaction import execute, fetch_one
from people.viewers import SYSTEM, Viewer


async def plan(lead: Viewer, *, place_id: int, year: int, mark: str = "") -> int:
    """A year whose collection runs from today on for ten days, and so on."""
    today = clock.today()
    begins = [today + dt.timedelta(days=10 * at) for at in range(len(DATED))]
    days = {step: Days(first, first + dt.timedelta(days=9)) for step, first in zip(DATED, begins, strict=True)}
    return await planning.plan(by=lead, place_id=place_id, year=year, intro=f"{mark}大家提", days=days)


async def fill(lead: Viewer, resident: Viewer, *, place_id: int, mark: str = "") -> dict[str, int]:
    """Last year's list with a chosen matter that stands in the ledger; this year's, to which the resident put two.

    Gives ``key_year``, ``key_matter`` and ``key_other`` of this year; ``key_past`` and ``key_chosen`` of the last.
    """
    past = await plan(lead, place_id=place_id, year=clock.today().year - 1, mark=mark)
    first, second = [
        (await putting.put(past, by=resident, title=f"{mark}{name}", text=f"{mark}早就该办了")).id
        for name in ("修楼道灯", "加健身角")
    ]
    await execute("UPDATE key_step SET starts_on=$1, ends_on=$1 WHERE key_year_id=$2 AND step='collect'", _ago(), past)
    await move(past, S.SHORTLIST, by=lead)
    for one in (first, second):
        await sorting.shortlist(one, by=lead)
    await move(past, S.DELIBERATE, by=lead)
    ballot = Ballot(clock.now() + dt.timedelta(days=1), 1, unit="person", rule="advice")
    await _choose(past, await carrying.put_to_vote(past, ballot, by=lead), lead=lead, resident=resident)
    due = clock.today() + dt.timedelta(days=30)
    entry = await carrying.assign(first, by=lead, owner_id=lead.person_id or 0, team_id=None, due=due)
    await keeping.note(entry, by=lead, note=f"{mark}灯买好了")
    now = await plan(lead, place_id=place_id, year=clock.today().year, mark=mark)
    mine = [(await putting.put(now, by=resident, title=f"{mark}{name}")).id for name in ("装晾衣架", "铺防滑砖")]
    return {"key_year": now, "key_matter": mine[0], "key_other": mine[1], "key_past": past, "key_chosen": first}


async def appraise(made: Mapping[str, int | str], lead: Viewer) -> None:
    """Of what ``fill`` made, last year's chosen matter is done, checked as by somebody else, and to be rated."""
    row = await fetch_one("SELECT entry_id FROM key_matter WHERE id=$1", int(made["key_chosen"]))
    assert row is not None
    await keeping.claim(row["entry_id"], by=lead, note="都亮了")
    struck = "UPDATE ledger_entry SET state='struck_off', struck_by_id=-1, struck_at=$1 WHERE id=$2"
    await execute(struck, clock.now(), row["entry_id"])
    await move(int(made["key_past"]), S.APPRAISE, by=lead)


def _ago() -> dt.date:
    return clock.today() - dt.timedelta(days=1)


async def _choose(year: int, vote: int, *, lead: Viewer, resident: Viewer) -> None:
    """The resident votes for the first, and it is counted."""
    line = (await showing.vote(vote, viewer=resident)).mine[0].voter_id
    await casting.cast(vote, by=resident, voter_id=line, points={1: 1})
    await execute("UPDATE vote SET closes_at=$1 WHERE id=$2", clock.now(), vote)
    await counting.count(vote, by=SYSTEM)
    await carrying.settle(year, by=lead)
