"""What staff do with key small matters in a transcript: a year is planned, carried through, and a matter struck off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from casework.ledgers import keeping
from forum.key_matters import carrying, showing, sorting
from forum.key_matters.carrying import Ballot
from forum.key_matters.steps import S, move
from forum.votes import casting, counting
from models import clock
from models.transaction import execute, fetch
from people.viewers import SYSTEM, viewer_of
from tests import key_matters
from tests.bot.stage import Stage


async def plan(stage: Stage, who: str, name: str, text: str) -> None:
    """定关键小事 2026: collected from today on."""
    await key_matters.plan(await stage.viewer(who), place_id=stage.place_id, year=int(name))


async def choose(stage: Stage, who: str, name: str, text: str) -> None:
    """选关键小事 1: collection is over, everything is on the list, and everybody chooses this one."""
    by = await stage.viewer(who)
    card = await showing.latest(viewer=by, place_id=stage.place_id)
    assert card is not None
    await move(card.id, S.SHORTLIST, by=by)
    for one in card.matters:
        await sorting.shortlist(one.id, by=by)
    await move(card.id, S.DELIBERATE, by=by)
    ballot = Ballot(clock.now() + dt.timedelta(days=1), 1, unit="person", rule="advice")
    vote = await carrying.put_to_vote(card.id, ballot, by=by)
    for row in await fetch("SELECT voter_id, person_id FROM voter_person WHERE vote_id=$1", vote):
        voter = await viewer_of(row["person_id"])
        assert voter is not None
        await casting.cast(vote, by=voter, voter_id=row["voter_id"], points={int(name): 1})
    await execute("UPDATE vote SET closes_at=$1 WHERE id=$2", clock.now(), vote)
    await counting.count(vote, by=SYSTEM)
    await carrying.settle(card.id, by=by)
    [chosen] = [one for one in card.matters if one.number == int(name)]
    due = clock.today() + dt.timedelta(days=10)
    await carrying.assign(chosen.id, by=by, owner_id=by.person_id or 0, team_id=None, due=due)


async def strike(stage: Stage, who: str, name: str, text: str) -> None:
    """销号: what was chosen is done, says its owner; the row is struck off as by somebody else."""
    by = await stage.viewer(who)
    card = await showing.latest(viewer=by, place_id=stage.place_id)
    assert card is not None
    for one in card.chosen:
        await keeping.claim(one.entry_id or 0, by=by, note="办好了")
        sql = "UPDATE ledger_entry SET state='struck_off', struck_by_id=-1, struck_at=$1 WHERE id=$2"
        await execute(sql, clock.now(), one.entry_id)


async def appraise(stage: Stage, who: str, name: str, text: str) -> None:
    """请评关键小事: everything is done, and those who live here may rate it."""
    by = await stage.viewer(who)
    card = await showing.latest(viewer=by, place_id=stage.place_id)
    assert card is not None
    await move(card.id, S.APPRAISE, by=by)


DEEDS: Mapping[str, Callable[[Stage, str, str, str], Awaitable[None]]] = {
    "定关键小事": plan,
    "选关键小事": choose,
    "销号": strike,
    "请评关键小事": appraise,
}
