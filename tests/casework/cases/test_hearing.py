"""Silence counts from when the answer arrived: who has not heard it has said nothing by saying nothing."""

from __future__ import annotations

import pytest

from casework.cases import answering, dispatching, escalation, hearing, joining, reporting, showing
from casework.cases.reporting import Facts
from casework.replies import Reach
from models import clock as models_clock
from models.case import Case, CaseReporter, CaseSource, CaseState
from models.errors import NotAllowed, NotFound, Taken, WrongState
from models.person import RoleName
from models.transaction import execute
from people.viewers import Viewer
from tests.casework.cases.conftest import Town, done_by, verbs, worked
from tests.casework.conftest import staff, told
from tests.conftest import StillClock

SILENT = {"days": 5, "minutes": 1}


async def answered(town: Town, state: str = "held") -> Case:
    """王阿姨's lamp, answered in a chat that has not let the answer through."""
    case = await town.report()
    await worked(town, case)
    await came(state)
    return case


async def came(state: str) -> None:
    """How far the answers are in the outbox now."""
    done = models_clock.now_ms() if state == "done" else None
    await execute("UPDATE outbox SET state=$1, done_ms=$2 WHERE kind='case.replied'", state, done)


async def ended(clock: StillClock) -> int:
    return await escalation.close_silent(clock.moment)


@pytest.mark.parametrize("state", ["held", "failed", "withdrawn"])
async def test_a_case_whose_answer_has_not_come_does_not_end_by_silence(
    town: Town, clock: StillClock, state: str
) -> None:
    case = await answered(town, state)
    clock.forward(days=21)
    assert await ended(clock) == 0
    assert (await Case.get(id=case.id)).state is CaseState.ANSWERED
    with pytest.raises(WrongState, match="not_heard"):
        await answering.close(case.id, by=town.cast.gao)


async def test_silence_counts_from_when_the_answer_came(town: Town, clock: StillClock) -> None:
    case = await answered(town)
    clock.forward(days=7)
    assert await ended(clock) == 0
    await came("done")
    clock.forward(days=4, hours=23)
    assert await ended(clock) == 0, "it came less than five days ago"
    clock.forward(hours=2)
    assert await ended(clock) == 1
    assert (await Case.get(id=case.id)).state is CaseState.CLOSED


async def test_an_answer_that_came_at_once_ends_as_ever(town: Town, clock: StillClock) -> None:
    await answered(town, "done")
    clock.forward(**SILENT)
    assert await ended(clock) == 1


async def test_what_has_not_come_is_looked_at_by_the_hour_and_keeps_nothing_else_waiting(
    town: Town, clock: StillClock
) -> None:
    held = await answered(town)
    clock.forward(**SILENT)
    await ended(clock)
    looked = (await Case.get(id=held.id)).next_at
    assert looked is not None
    assert looked > clock.moment
    clock.forward(hours=2)
    await ended(clock)
    assert len([one for one in await told(town.cast.gao) if "还没有送到" in one]) == 1, "told once"


async def test_who_was_told_by_telephone_has_heard_it_then(town: Town, clock: StillClock) -> None:
    case = await answered(town)
    clock.forward(days=6)
    reporter = await CaseReporter.get(case_id=case.id)
    await hearing.reach(case.id, by=town.cast.chen, reporter_id=reporter.id)
    assert await ended(clock) == 0
    with pytest.raises(Taken):
        await hearing.reach(case.id, by=town.cast.lin, reporter_id=reporter.id)
    clock.forward(**SILENT)
    assert await ended(clock) == 1
    assert "reach" in await verbs(case)


async def test_only_who_works_here_says_so_of_a_reporter_of_this_case(town: Town) -> None:
    case, other = await answered(town), await town.report("5号楼的楼道灯坏了")
    reporter, strange = await CaseReporter.get(case_id=case.id), await CaseReporter.get(case_id=other.id)
    for viewer in (town.wu, town.cast.wang, town.cast.outsider, town.cast.observer):
        with pytest.raises((NotAllowed, NotFound)):
            await hearing.reach(case.id, by=viewer, reporter_id=reporter.id)
    with pytest.raises(NotFound):
        await hearing.reach(case.id, by=town.cast.chen, reporter_id=strange.id)


async def test_one_of_several_chats_is_enough_and_a_telephone_waits_for_nothing(town: Town, clock: StillClock) -> None:
    said = Facts("stair_light", "楼道灯坏了", name="王", phone="13800000000")
    case = await reporting.report(said, by=town.cast.chen, source=CaseSource.PHONE, place_id=town.cast.here.id)
    await worked(town, case)
    clock.forward(**SILENT)
    assert await ended(clock) == 1


async def test_everybody_who_joined_must_have_heard_it(town: Town, clock: StillClock) -> None:
    case = await town.report()
    await joining.join(case.id, by=town.cast.li, conversation_id=town.cast.li_conversation)
    await worked(town, case)
    await came("done")
    await execute("UPDATE outbox SET state='held', done_ms=NULL WHERE kind='case.replied' AND address='li'")
    clock.forward(days=9)
    assert await ended(clock) == 0
    await answering.rate(case.id, by=town.cast.li, satisfied=True)
    shown = await showing.reporters(case.id, viewer=town.cast.chen)
    assert [one.reach for one in shown] == [Reach.DELIVERED, Reach.HELD]


async def test_the_list_names_what_is_dead_at_once_and_what_is_held_after_two_days(
    town: Town, clock: StillClock
) -> None:
    case = await answered(town)
    assert await hearing.unheard(viewer=town.cast.chen) == []
    clock.forward(days=2, minutes=1)
    line = (await hearing.unheard(viewer=town.cast.chen))[0]
    assert (line.case_id, line.text, line.reach) == (case.id, "灯换好了", Reach.HELD)
    await came("failed")
    assert [one.reach for one in await hearing.unheard(viewer=town.cast.gao)] == [Reach.UNDELIVERED]
    assert await hearing.unheard(viewer=town.cast.outsider) == []
    with pytest.raises(NotAllowed):
        await hearing.unheard(viewer=town.wu)


async def test_a_person_is_reached_in_any_chat_of_theirs(town: Town, clock: StillClock) -> None:
    aunt: Viewer = await staff("王阿姨", town.cast.here, role=RoleName.RESIDENT)
    case = await reporting.report(Facts("stair_light", "楼道灯坏了"), by=aunt, source=CaseSource.WEB)
    await worked(town, case)
    await came("held")
    clock.forward(days=9)
    assert await ended(clock) == 0
    await came("done")
    clock.forward(**SILENT)
    assert await ended(clock) == 1


async def test_done_over_and_answered_anew_it_must_be_heard_anew(town: Town, clock: StillClock) -> None:
    case = await answered(town, "done")
    await answering.object_to(case.id, by=town.cast.wang, text="还是不亮")
    assert (await Case.get(id=case.id)).state is CaseState.ACCEPTED
    await dispatching.dispatch(case.id, by=town.cast.chen, team_id=town.property.id)
    await done_by(town, case)
    await came("held")
    clock.forward(days=9)
    assert await ended(clock) == 0
