"""What the committee decides stands in the thread as its official answer, with which the clock of the board ends."""

from __future__ import annotations

import pytest

from forum import responses, threads
from forum.deliberation import deciding, due, lists, moving, telling
from forum.deliberation.found import standing
from forum.deliberation.stages import STAGES
from models.errors import Invalid, Taken
from models.proposal import ProposalStage
from models.transaction import execute, fetch
from people.viewers import SYSTEM
from tests.forum.deliberation.conftest import Council, at

S = ProposalStage
WHY = "消防通道过不了。"


async def _waits(council: Council) -> list[int]:
    return [one.id for one in await responses.waiting(viewer=council.cast.gao, place_id=council.cast.here.id)]


async def _told(council: Council) -> set[str]:
    """Of what its author was told at once."""
    rows = await fetch("SELECT kind FROM bell_line WHERE person_id=$1", council.hall.homes["501"][0].person_id)
    return {row["kind"] for row in rows}


@pytest.mark.parametrize(("verb", "stage"), [("proposal.select", S.DISCUSSION), ("proposal.refuse", S.NOT_TAKEN)])
async def test_a_decision_without_an_answer_before_is_the_answer_in_the_thread(
    council: Council, verb: str, stage: S
) -> None:
    found = await council.supported()
    assert await _waits(council) == [found.post_id]
    after = await deciding.do(found.id, verb, by=council.cast.gao, reason=WHY)
    assert (after.stage, await _waits(council)) == (stage, [])
    thread = await threads.thread(found.post_id, viewer=council.cast.li)
    assert [(one.as_role, WHY in one.text) for one in thread.replies] == [("secretary", True)]
    assert thread.post.answered_at == council.clock.moment
    assert await _told(council) == set(), "they hear of the decision as of every step"
    await telling.tell_due(by=SYSTEM)
    assert await _told(council) == {"proposal"}


async def test_what_was_answered_before_is_decided_without_a_second_answer(council: Council) -> None:
    found = await council.supported()
    await deciding.answer(found.id, "收到，下周讨论。", by=council.cast.chen)
    await deciding.select(found.id, by=council.cast.gao, reason="大家都关心。")
    rows = await fetch("SELECT text FROM reply WHERE post_id=$1", found.post_id)
    assert [row["text"] for row in rows] == ["收到，下周讨论。"]


async def test_a_decision_that_is_refused_leaves_no_word_in_the_thread(council: Council) -> None:
    found = await council.supported()
    with pytest.raises(Invalid):
        await deciding.refuse(found.id, by=council.cast.gao, reason=" ")
    with pytest.raises(Taken):
        await deciding.refuse(found.id, by=council.cast.gao, reason=WHY, seen_version=found.version - 1)
    assert await fetch("SELECT id FROM reply WHERE post_id=$1", found.post_id) == []
    assert (await standing(found.id)).stage is S.SCREENING


async def test_a_thread_that_is_locked_hinders_no_decision(council: Council) -> None:
    found = await council.supported()
    await execute("UPDATE post SET state='locked' WHERE id=$1", found.post_id)
    assert (await deciding.refuse(found.id, by=council.cast.gao, reason=WHY)).stage is S.NOT_TAKEN


async def test_discussion_meetings_and_what_follows_have_a_day_and_one_reminder_when_it_is_over(
    council: Council,
) -> None:
    """A proposal that was taken up cannot be forgotten; what the stage itself ends has no day."""
    found = await council.discussed()
    here, gao = council.cast.here.id, council.cast.gao
    for stage in (S.DISCUSSION, S.HEARING, S.COORDINATION, S.COVENANT, S.PROJECT):
        found = await at(found, stage, due_in_days=1)
        assert moving.due_at(stage) is not None
        assert await due.remind_due(by=SYSTEM) == 0
        council.clock.forward(days=2)
        assert [await due.remind_due(by=SYSTEM) for _ in range(2)] == [1, 0], stage
        await execute("UPDATE proposal SET reminded_at=NULL")
        assert [one.is_late for one in await lists.desk(viewer=gao, place_id=here)] == [True]
    told = await fetch("SELECT text FROM staff_notice WHERE kind='proposal.late' AND person_id=$1", gao.person_id)
    assert len({row["text"] for row in told}) == 5
    assert [stage for stage in S if STAGES[stage].waits_for_staff and moving.due_at(stage) is None] == [
        S.CARRYING_OUT,
        S.APPRAISAL,
    ]
    assert (await council.discussed("楼道装扶手", "楼道里装扶手，老人上下方便。")).due_at is not None
