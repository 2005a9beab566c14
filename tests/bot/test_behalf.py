"""代: a helper asks for an elder, the desk sees for whom, both get the answer, and it ends at once."""

from __future__ import annotations

import pytest

from bot import dialogue
from bot.incoming import Incoming
from bot.reply import Outcome, Reply
from casework import copies, corrections, questions, replies
from models.contact import Contact
from models.joining import ActingKind
from models.question import Question
from models.transaction import execute, fetch, transaction
from people import acting, entering, login, residents
from people.viewers import SYSTEM, Viewer
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


async def test_the_elder_hears_what_is_corrected_withdrawn_and_closed(
    stage: Stage, both: tuple[Neighbour, Neighbour]
) -> None:
    elder, _ = both
    question, chen = await asked_and_answered(stage)
    [reply] = await replies.of_question(question, viewer=chen)
    await execute("UPDATE outbox SET state='done'")
    await corrections.correct(question, reply_id=reply.id, by=chen, text="后天上午来修。", reason="看错了")
    assert "后天上午来修。" in (await told(elder.contact_id))[-1]
    await execute("UPDATE outbox SET state='done'")
    second = (await replies.of_question(question, viewer=chen))[-1]
    await corrections.withdraw(question, reply_id=second.id, by=chen, reason="还没定")
    assert "已撤回" in (await told(elder.contact_id))[-1]
    await questions.close(question, by=chen, note="另有安排。")
    assert "另有安排。" in (await told(elder.contact_id))[-1]
    [asked] = await copies.asked_for(viewer=await elder.viewer())
    assert (asked.helper, asked.answers) == ("王小明", ())


async def test_who_has_no_chat_is_told_when_they_come_in_and_staff_see_that_nobody_did(
    stage: Stage, both: tuple[Neighbour, Neighbour]
) -> None:
    elder, _ = both
    await Contact.filter(id=elder.contact_id).update(person_id=None)
    _, chen = await asked_and_answered(stage)
    [reply] = await replies.undelivered(viewer=chen)
    assert (reply.copied_to, reply.copy_waits, reply.is_open) == ("王秀英", True, True)
    token = await entering.begin_resident(elder.person_id)
    session = await login.find_session(token)
    assert session is not None
    assert [await copies.hand_out(elder.person_id) for _ in range(2)] == [1, 0]
    web = await residents.at(channel="web", address=session.chat_address or "", place_id=0)
    assert "明天上午来修。" in (await told(web.contact_id))[-1]
    assert await replies.undelivered(viewer=chen) == []
    [asked] = await copies.asked_for(viewer=await elder.viewer())
    assert asked.answers == ("明天上午来修。",)


async def asked_and_answered(stage: Stage) -> tuple[int, Viewer]:
    """The helper asks for the elder, and 陈 answers."""
    await types(stage, "代王秀英问")
    await types(stage, "转人工，车棚的灯坏了谁修")
    question = await Question.all().first()
    assert question is not None
    chen = await stage.viewer("陈")
    await questions.reply(question.id, by=chen, text="明天上午来修。", seen_version=question.version)
    return question.id, chen
