"""What the one who asked does afterwards: writes on, says whether it is solved, opens it again."""

from __future__ import annotations

import pytest

from casework import questions
from casework.questions import TakenDown
from models.conversation import Conversation, Speaker
from models.errors import Invalid, NotFound, WrongState
from models.person import Person
from models.question import Intake, Question, QuestionKind, QuestionState
from people.viewers import Viewer, guest
from tests.casework.conftest import Cast, told, verbs
from tests.conftest import StillClock

PHONED = TakenDown(intake=Intake.PHONE)


async def answered(cast: Cast, by: Viewer | None = None) -> Question:
    """A question that 小陈 has answered."""
    opened = await cast.ask()
    return await questions.reply(opened.id, by=by or cast.chen, text="每次 1 元", seen_version=opened.version)


async def test_writing_on_makes_an_answered_question_wait_again_with_a_new_clock(cast: Cast, clock: StillClock) -> None:
    question = await answered(cast)
    clock.forward(hours=1)
    again = await questions.write_on(cast.wang_conversation, by=cast.wang)
    assert again is not None
    assert (again.state, again.claimed_by_id) == (QuestionState.CLAIMED, cast.chen.person_id)
    assert again.first_due > question.first_due
    assert await told(cast.chen) == ["居民在 Q-0001 里又说话了，请答复。"]


async def test_writing_on_to_the_one_who_is_answering_changes_nothing(cast: Cast) -> None:
    question = await questions.claim((await cast.ask()).id, by=cast.chen)
    again = await questions.write_on(cast.wang_conversation, by=cast.wang)
    assert again is not None
    assert again.version == question.version


async def test_writing_on_without_a_question_in_hand_is_nothing(cast: Cast) -> None:
    await cast.ask()
    assert await questions.write_on(cast.wang_conversation, by=cast.wang) is None


async def test_nobody_writes_on_in_somebody_elses_conversation(cast: Cast) -> None:
    await answered(cast)
    with pytest.raises(NotFound):
        await questions.write_on(cast.wang_conversation, by=cast.li)


async def test_what_is_solved_is_closed_with_that_and_the_bot_speaks(cast: Cast) -> None:
    question = await questions.rate((await answered(cast)).id, by=cast.wang, solved=True)
    assert (question.state, question.solved, question.satisfied) == (QuestionState.CLOSED, True, None)
    assert (await Conversation.get(id=cast.wang_conversation)).speaker is Speaker.BOT


async def test_content_but_not_solved_can_be_said(cast: Cast) -> None:
    question = await questions.rate((await answered(cast)).id, by=cast.wang, solved=False)
    await questions.rate(question.id, by=cast.wang, satisfied=True)
    stored = await Question.get(id=question.id)
    assert (stored.solved, stored.satisfied, stored.state) == (False, True, QuestionState.ANSWERED)


async def test_each_is_said_once(cast: Cast) -> None:
    question = await questions.rate((await answered(cast)).id, by=cast.wang, solved=True)
    await questions.rate(question.id, by=cast.wang, solved=True, satisfied=True)
    with pytest.raises(WrongState, match="rated"):
        await questions.rate(question.id, by=cast.wang, satisfied=False)
    with pytest.raises(Invalid):
        await questions.rate(question.id, by=cast.wang)


async def test_only_the_one_who_asked_rates_and_reopens(cast: Cast) -> None:
    question = await answered(cast)
    for viewer in (cast.li, cast.chen, cast.outsider, guest(cast.here.id)):
        with pytest.raises(NotFound):
            await questions.rate(question.id, by=viewer, solved=True)
        with pytest.raises(NotFound):
            await questions.reopen(question.id, by=viewer)


async def test_what_waits_cannot_be_rated_yet(cast: Cast) -> None:
    question = await cast.ask()
    with pytest.raises(WrongState):
        await questions.rate(question.id, by=cast.wang, solved=True)


async def test_staff_pass_on_what_somebody_said_on_the_phone(cast: Cast) -> None:
    opened = await questions.open_question(
        by=cast.chen, conversation_id=None, text="灯坏了", sealed_from="", kind=QuestionKind.REPORT, taken_down=PHONED
    )
    question = await questions.reply(opened.id, by=cast.chen, text="修好了", seen_version=1)
    with pytest.raises(NotFound):
        await questions.rate(question.id, by=cast.outsider, solved=True)
    assert (await questions.rate(question.id, by=cast.lin, solved=True)).state is QuestionState.CLOSED


@pytest.mark.parametrize("is_closed", [False, True])
async def test_reopening_keeps_number_and_owner_and_starts_the_clock_anew(
    cast: Cast, clock: StillClock, is_closed: bool
) -> None:
    question = await answered(cast)
    if is_closed:
        await questions.close(question.id, by=cast.chen)
    clock.forward(hours=4)
    again = await questions.reopen(question.id, by=cast.wang)
    assert (again.number, again.owner_id, again.state) == ("Q-0001", cast.gao.person_id, QuestionState.WAITING)
    assert again.first_due > question.first_due
    assert (again.solved, again.closed_at, again.claimed_by_id) == (False, None, None)
    assert "没有解决" in (await told(cast.gao))[-1]


async def test_a_second_answer_asks_afresh(cast: Cast) -> None:
    again = await questions.reopen((await answered(cast)).id, by=cast.wang)
    question = await questions.reply(again.id, by=cast.chen, text="再看看", seen_version=again.version)
    assert question.solved is None
    assert (await verbs(question.id))[-3:] == ["question.reopen", "question.claim", "question.reply"]


async def test_long_after_the_end_a_new_question_is_needed(cast: Cast, clock: StillClock) -> None:
    question = await questions.rate((await answered(cast)).id, by=cast.wang, solved=True)
    clock.forward(days=15, seconds=1)
    with pytest.raises(WrongState, match="too_late"):
        await questions.reopen(question.id, by=cast.wang)


async def test_a_reopened_question_whose_owner_has_left_gets_another(cast: Cast) -> None:
    question = await answered(cast)
    await Person.filter(id=cast.gao.person_id).update(is_active=False)
    assert (await questions.reopen(question.id, by=cast.wang)).owner_id == cast.zhou.person_id
