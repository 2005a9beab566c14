"""A proposal leaves 听证会 and 协调会 only with the published record of a meeting held there."""

from __future__ import annotations

import datetime as dt

import pytest

from forum.deliberation import showing
from forum.deliberation.moving import move
from forum.meetings import attending, calling, minutes
from forum.meetings.calling import NewMeeting
from forum.meetings.minutes import NewConclusion
from models import clock as models_clock
from models.errors import NotFound, WrongState
from models.proposal import ProposalStage as S
from tests.forum.deliberation.conftest import Council, at


async def on_record(council: Council, proposal_id: int, kind: str) -> None:
    """A meeting about it is called, held and put on record."""
    starts = models_clock.now() + dt.timedelta(minutes=30)
    new = NewMeeting(kind, "说说充电桩", "大家都来说", "活动室", starts, proposal_id=proposal_id)
    meeting = await calling.call(new, by=council.cast.chen, place_id=council.cast.here.id)
    await attending.begin(meeting, by=council.cast.chen)
    await minutes.write(meeting, by=council.cast.chen, minutes="都说了", seen=0)
    await minutes.conclude(meeting, NewConclusion("装", "agreed"), by=council.cast.chen)
    await minutes.publish(meeting, by=council.cast.gao, seen=1)


@pytest.mark.parametrize(("stage", "kind"), [(S.HEARING, "hearing"), (S.COORDINATION, "coordination")])
async def test_it_stays_until_the_record_of_this_stage_is_there(council: Council, stage: S, kind: str) -> None:
    found = await council.put()
    await on_record(council, found.id, kind)
    council.clock.forward(days=1)
    found = await at(found, S.DISCUSSION)
    found = await move(found.id, stage, by=council.cast.gao)
    with pytest.raises(WrongState, match=f"no_{kind}_record"):
        await move(found.id, S.DISCUSSION, by=council.cast.gao, reason="先回去")
    other = "coordination" if kind == "hearing" else "hearing"
    await on_record(council, found.id, other)
    with pytest.raises(WrongState, match=f"no_{kind}_record"):
        await move(found.id, S.NOT_TAKEN, by=council.cast.gao, reason="不办")
    await on_record(council, found.id, kind)
    after = await move(found.id, S.DISCUSSION, by=council.cast.gao, reason="说清楚了，回去讨论。")
    assert after.stage is S.DISCUSSION


async def test_what_the_record_is_missing_for_is_not_offered_and_its_place_says_why(council: Council) -> None:
    found = await at(await council.put(), S.DISCUSSION)
    await move(found.id, S.HEARING, by=council.cast.gao)
    card = await showing.card(found.id, viewer=council.cast.gao)
    assert card.moves == ()
    assert {one.verb for one in card.waits} == {"proposal.coordinate", "proposal.discuss", "proposal.refuse"}
    assert all("听证会还没有公开记录" in one.why for one in card.waits)
    assert (await showing.card(found.id, viewer=council.people[0])).waits == ()
    await on_record(council, found.id, "hearing")
    card = await showing.card(found.id, viewer=council.cast.gao)
    assert ([one.verb.partition(".")[2] for one in card.moves], card.waits) == (["coordinate", "discuss", "refuse"], ())


async def test_a_meeting_of_a_proposal_elsewhere_is_not_called(council: Council) -> None:
    found = await council.put()
    new = NewMeeting("hearing", "x", "x", "x", models_clock.now() + dt.timedelta(days=1), proposal_id=found.id)
    with pytest.raises(NotFound):
        await calling.call(new, by=council.cast.outsider, place_id=council.cast.elsewhere.id)
