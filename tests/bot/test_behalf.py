"""代: a helper asks for an elder, the desk sees for whom, both get the answer, and it ends at once."""

from __future__ import annotations

import pytest

from bot import dialogue
from bot.incoming import Incoming
from bot.reply import Outcome, Reply
from casework import questions
from models.joining import ActingKind
from models.question import Question
from models.transaction import fetch, transaction
from people import acting
from people.viewers import SYSTEM
from tests.bot.stage import Stage
from tests.people.neighbours import CHAT, Neighbour, neighbour


@pytest.fixture
async def both(stage: Stage) -> tuple[Neighbour, Neighbour]:
    """The elder and the one who acts, each with a chat."""
    elder = await neighbour(stage.place_id, "王秀英", address="wang")
    helper = await neighbour(stage.place_id, "王小明", address="son", lives=False)
    async with transaction():
        await acting.stand(
            helper.person_id, elder.person_id, by=SYSTEM, place_id=stage.place_id, kind=ActingKind.FAMILY
        )
    return elder, helper


async def types(stage: Stage, text: str, *, who: str = "son") -> Reply:
    """Somebody writes from a chat."""
    return await dialogue.respond(Incoming(CHAT, who, stage.place_id, text, key="unused"))


async def told(contact_id: int) -> list[str]:
    """What was said in a chat."""
    rows = await fetch(
        "SELECT u.text FROM utterance u JOIN conversation v ON v.id=u.conversation_id WHERE v.contact_id=$1"
        " AND u.author<>'resident' ORDER BY u.id",
        contact_id,
    )
    return [row["text"] for row in rows]


async def test_what_is_asked_for_an_elder_says_so_and_both_get_the_answer(
    stage: Stage, both: tuple[Neighbour, Neighbour]
) -> None:
    elder, helper = both
    assert (await types(stage, "代王秀英问")).outcome is Outcome.BEHALF
    await types(stage, "转人工，车棚的灯坏了谁修")
    question = await Question.all().first()
    assert question is not None
    assert (question.on_behalf_of, question.behalf_person_id) == ("王秀英", elder.person_id)
    chen = await stage.viewer("陈")
    await questions.reply(question.id, by=chen, text="明天上午来修。", seen_version=question.version)
    for chat in (elder, helper):
        assert "明天上午来修。" in (await told(chat.contact_id))[-1]


async def test_the_elder_ends_it_at_once_and_nothing_is_asked_for_them_any_more(
    stage: Stage, both: tuple[Neighbour, Neighbour]
) -> None:
    elder, helper = both
    await types(stage, "代王秀英")
    said = await types(stage, "我家", who="wang")
    assert said.letter is not None
    choice = next(at for at, one in enumerate(said.letter.choices, start=1) if "不让王小明替我办" in one)
    await types(stage, str(choice), who="wang")
    assert "不再替王秀英办事" in (await told(helper.contact_id))[-1]
    assert "不再替您办事" in (await told(elder.contact_id))[-2]
    await types(stage, "转人工，车棚的灯坏了谁修")
    question = await Question.all().first()
    assert question is not None
    assert (question.on_behalf_of, question.behalf_person_id) == ("", None)


async def test_nobody_asks_for_whom_they_do_not_act(stage: Stage, both: tuple[Neighbour, Neighbour]) -> None:
    assert (await types(stage, "代李四问")).outcome is not Outcome.BEHALF
    said = await types(stage, "代", who="stranger")
    assert said.outcome is not Outcome.BEHALF
