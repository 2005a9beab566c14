"""Handing a question on: one owner at every moment, and the first keeps it until the other accepts."""

from __future__ import annotations

import asyncio

import pytest

from casework import desk, questions
from casework.transfers import take_over
from models.conversation import Conversation, Speaker
from models.errors import Invalid, NotAllowed, NotFound, Refusal
from models.person import Person
from models.question import Question, QuestionState
from people.viewers import Viewer
from tests.casework.conftest import Cast, told


async def offered(cast: Cast, to: Viewer) -> Question:
    """A question that its owner has offered to somebody."""
    question = await cast.ask()
    assert to.person_id is not None
    return await questions.offer_transfer(question.id, by=cast.gao, to=to.person_id)


async def test_an_offer_leaves_the_owner_until_it_is_accepted(cast: Cast) -> None:
    question = await offered(cast, cast.chen)
    assert question.owner_id == cast.gao.person_id
    assert (await questions.accept_transfer(question.id, by=cast.chen)).owner_id == cast.chen.person_id
    assert "高书记想把 Q-0001 转给您" in (await told(cast.chen))[0]
    assert (await told(cast.gao))[-1] == "小陈接收了 Q-0001。"


async def test_a_declined_offer_stays_with_the_owner(cast: Cast) -> None:
    question = await questions.decline_transfer((await offered(cast, cast.chen)).id, by=cast.chen)
    assert (question.owner_id, question.transfer_to_id) == (cast.gao.person_id, None)
    assert "仍由您负责" in (await told(cast.gao))[-1]


async def test_the_subdistrict_sees_exactly_what_it_was_offered(cast: Cast) -> None:
    await cast.ask("别的")
    question = await offered(cast, cast.zhou)
    assert [line.id for line in await desk.queue(viewer=cast.zhou)] == [question.id]
    await questions.decline_transfer(question.id, by=cast.zhou)
    assert await desk.queue(viewer=cast.zhou) == []


async def test_the_subdistrict_answers_what_it_has_accepted(cast: Cast) -> None:
    question = await questions.accept_transfer((await offered(cast, cast.zhou)).id, by=cast.zhou)
    replied = await questions.reply(question.id, by=cast.zhou, text="街道答复", seen_version=question.version)
    assert replied.state is QuestionState.ANSWERED
    assert (await desk.question(question.id, viewer=cast.zhou)).line.is_mine


async def test_accepting_ends_the_former_owners_claim(cast: Cast) -> None:
    question = await offered(cast, cast.chen)
    await questions.claim(question.id, by=cast.gao)
    accepted = await questions.accept_transfer(question.id, by=cast.chen)
    assert (accepted.state, accepted.claimed_by_id) == (QuestionState.WAITING, None)
    assert (await Conversation.get(id=cast.wang_conversation)).speaker is Speaker.BOT


async def test_only_the_owner_or_who_leads_may_offer(cast: Cast) -> None:
    question = await cast.ask()
    assert cast.lin.person_id is not None
    with pytest.raises(NotAllowed):
        await questions.offer_transfer(question.id, by=cast.chen, to=cast.lin.person_id)


@pytest.mark.parametrize("name", ["outsider", "observer", "gao"])
async def test_it_goes_to_nobody_who_cannot_answer_here_nor_to_its_owner(cast: Cast, name: str) -> None:
    question = await cast.ask()
    with pytest.raises(Invalid):
        await questions.offer_transfer(question.id, by=cast.gao, to=getattr(cast, name).person_id)


async def test_nobody_accepts_what_was_offered_to_another(cast: Cast) -> None:
    question = await offered(cast, cast.chen)
    with pytest.raises(NotAllowed):
        await questions.accept_transfer(question.id, by=cast.lin)
    with pytest.raises(NotFound):
        await questions.accept_transfer(question.id, by=cast.outsider)


async def test_a_question_has_one_owner_whatever_happens_at_once(cast: Cast) -> None:
    question = await offered(cast, cast.chen)
    tries = [
        *(questions.accept_transfer(question.id, by=cast.chen) for _ in range(10)),
        *(questions.decline_transfer(question.id, by=cast.chen) for _ in range(10)),
        *(questions.claim(question.id, by=cast.lin) for _ in range(10)),
    ]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert all(isinstance(result, Question | Refusal) for result in results)
    stored = await Question.get(id=question.id)
    assert stored.owner_id in {cast.gao.person_id, cast.chen.person_id}
    assert stored.transfer_to_id is None
    assert (stored.state is QuestionState.CLAIMED) == (stored.claimed_by_id is not None)


async def test_when_the_owner_leaves_the_person_on_duty_takes_over(cast: Cast) -> None:
    question = await cast.ask()
    await Person.filter(id=cast.gao.person_id).update(is_active=False)
    await cast.on_duty(cast.lin)
    assert (await take_over(question)).owner_id == cast.lin.person_id
