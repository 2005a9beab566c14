"""台账: a matter stands in it until somebody else has made sure that it is done; the street sees sums."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from casework.cases import accepting, merging, reporting
from casework.cases.reporting import Facts
from casework.ledgers import keeping, lists
from models.case import Case, CaseSource, CaseState
from models.clock import today
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.ledger import LedgerEntry, LedgerKind, LedgerState
from models.person import Role, RoleName
from people.viewers import Viewer
from tests.casework.conftest import Cast, staff
from tests.conftest import StillClock
from tests.walk.town_cases import take_in_catalogue


async def added(cast: Cast, *, kind: str = "problem", days: int = 9) -> LedgerEntry:
    """Something that 小陈 answers for."""
    return await keeping.add(
        by=cast.gao,
        place_id=cast.here.id,
        kind=kind,
        title="3号楼门口积水",
        text="一下雨就积水，电话 13800000000",
        owner_id=cast.chen.person_id or 0,
        due=today() + dt.timedelta(days=days),
    )


async def states(cast: Cast) -> list[LedgerState]:
    return [one.state for one in await lists.entries(viewer=cast.chen, place_id=cast.here.id)]


async def test_it_is_struck_off_by_somebody_who_neither_owns_it_nor_said_that_it_is_done(cast: Cast) -> None:
    lead = await staff("副书记", cast.here, role=RoleName.SECRETARY)
    entry = await added(cast)
    with pytest.raises(WrongState):
        await keeping.strike_off(entry.id, by=lead, note="看过了")
    await keeping.claim(entry.id, by=cast.gao, note="地面重新做了坡度")
    with pytest.raises(NotAllowed):
        await keeping.strike_off(entry.id, by=cast.gao, note="我自己看过了")
    with pytest.raises(Invalid):
        await keeping.strike_off(entry.id, by=lead, note=" ")
    await keeping.strike_off(entry.id, by=lead, note="昨天下雨去看过，没有积水")
    assert await states(cast) == [LedgerState.STRUCK_OFF]
    card = await lists.entry(entry.id, viewer=cast.chen)
    assert [step.verb.partition(".")[2] for step in card.steps] == ["add", "claim", "strike_off"]
    assert "13800000000" not in card.text


async def test_the_owner_who_leads_does_not_strike_off_their_own(cast: Cast) -> None:
    entry = await added(cast)
    await LedgerEntry.filter(id=entry.id).update(owner_id=cast.gao.person_id)
    await keeping.claim(entry.id, by=cast.chen, note="好了")
    with pytest.raises(NotAllowed):
        await keeping.strike_off(entry.id, by=cast.gao, note="看过了")


async def test_of_two_who_strike_it_off_at_once_one_is_told(cast: Cast) -> None:
    leads = [await staff(name, cast.here, role=RoleName.SECRETARY) for name in ("甲书记", "乙书记")]
    entry = await added(cast)
    await keeping.claim(entry.id, by=cast.chen, note="好了")
    done = await asyncio.gather(
        *(keeping.strike_off(entry.id, by=one, note="看过了") for one in leads), return_exceptions=True
    )
    assert sum(isinstance(one, LedgerEntry) for one in done) == 1
    assert sum(isinstance(one, Taken | WrongState) for one in done) == 1


async def test_while_one_of_its_cases_is_open_it_stays(cast: Cast) -> None:
    await take_in_catalogue()
    entry = await added(cast)
    facts = Facts("stair_light", "楼道灯坏了")
    case = await reporting.report(facts, by=cast.chen, source=CaseSource.PATROL, place_id=cast.here.id)
    await keeping.link(entry.id, by=cast.chen, number=f" {case.number.lower()} ")
    with pytest.raises(Taken):
        await keeping.link(entry.id, by=cast.chen, number=case.number)
    with pytest.raises(NotFound):
        await keeping.link(entry.id, by=cast.chen, number="C-9999")
    with pytest.raises(WrongState):
        await keeping.claim(entry.id, by=cast.chen, note="好了")
    await accepting.refuse(case.id, by=cast.gao, reason="no_facts", where_to="居委会")
    await keeping.claim(entry.id, by=cast.chen, note="好了")
    await keeping.strike_off(entry.id, by=await staff("副书记", cast.here, role=RoleName.SECRETARY), note="看过了")
    await Case.filter(id=case.id).update(state=CaseState.ACCEPTED)
    [line] = await lists.entries(viewer=cast.chen, place_id=cast.here.id)
    assert (line.state, line.open_cases) == (LedgerState.STRUCK_OFF, 1), "opened again afterwards: it says so"


async def test_a_case_that_was_merged_is_as_open_as_the_one_it_went_into(cast: Cast) -> None:
    await take_in_catalogue()
    entry, facts = await added(cast), Facts("stair_light", "楼道灯坏了")
    first, again = [
        await reporting.report(facts, by=cast.chen, source=CaseSource.PATROL, place_id=cast.here.id) for _ in range(2)
    ]
    await keeping.link(entry.id, by=cast.chen, number=again.number)
    await merging.merge(again.id, by=cast.chen, into=first.id)
    with pytest.raises(WrongState, match="case_open"):
        await keeping.claim(entry.id, by=cast.chen, note="好了")
    assert [one.open_cases for one in await lists.entries(viewer=cast.chen, place_id=cast.here.id)] == [1]
    await accepting.refuse(first.id, by=cast.gao, reason="no_facts", where_to="居委会")
    await keeping.claim(entry.id, by=cast.chen, note="好了")


async def test_what_is_past_its_day_is_late_until_it_is_struck_off(cast: Cast, clock: StillClock) -> None:
    await added(cast, days=0)
    await added(cast, kind="key_matter")
    clock.forward(days=1)
    late = [one.is_late for one in await lists.entries(viewer=cast.chen, place_id=cast.here.id)]
    assert late == [True, False]


async def test_sent_back_reopened_and_put_off_with_reasons(cast: Cast) -> None:
    lead = await staff("副书记", cast.here, role=RoleName.SECRETARY)
    entry, later = await added(cast), today() + dt.timedelta(days=30)
    await keeping.note(entry.id, by=cast.lin, note="找了施工队")
    await keeping.claim(entry.id, by=cast.chen, note="好了")
    await keeping.refuse(entry.id, by=cast.gao, note="还有一处")
    await keeping.change(entry.id, by=cast.gao, owner_id=cast.lin.person_id or 0, due=later, note="等材料")
    await keeping.claim(entry.id, by=cast.lin, note="都好了")
    await keeping.strike_off(entry.id, by=lead, note="看过了")
    with pytest.raises(Invalid):
        await keeping.reopen(entry.id, by=cast.gao, note="又积水了", due=today() - dt.timedelta(days=1))
    await Role.filter(person_id=cast.lin.person_id).delete()
    await keeping.reopen(entry.id, by=cast.gao, note="又积水了", due=later)
    [line] = await lists.entries(viewer=cast.chen, place_id=cast.here.id)
    assert (line.state, line.owner, line.due) == (LedgerState.OPEN, "小林", later)


async def test_the_street_sees_sums_and_no_entry(cast: Cast) -> None:
    entry = await added(cast)
    for viewer in (cast.observer, cast.zhou, cast.gao):
        found = await lists.sums(viewer=viewer)
        here = [one for one in found if one.place_id == cast.here.id and one.kind is LedgerKind.PROBLEM]
        assert [(one.every, one.struck_off, one.late) for one in here] == [(1, 0, 0)]
    assert all(one.every == 0 for one in await lists.sums(viewer=cast.outsider))
    for viewer in (cast.observer, cast.zhou, cast.outsider, cast.wang):
        with pytest.raises(NotFound):
            await lists.entry(entry.id, viewer=viewer)
        await _may_do_nothing(entry, viewer)


async def _may_do_nothing(entry: LedgerEntry, by: Viewer) -> None:
    due = today() + dt.timedelta(days=1)
    for attempt in (
        keeping.note(entry.id, by=by, note="x"),
        keeping.claim(entry.id, by=by, note="x"),
        keeping.strike_off(entry.id, by=by, note="x"),
        keeping.change(entry.id, by=by, owner_id=by.person_id or 0, due=due, note="x"),
    ):
        with pytest.raises(Refusal):
            await attempt
