"""Who lives in two neighbourhoods, or works for two, says in a chat which one it is about; nothing crosses over."""

from __future__ import annotations

import pytest

from bot import dialogue
from bot.incoming import Incoming
from bot.reply import Outcome, Reply
from casework import conversations, questions
from casework.cases import following
from models import clock
from models.audit import AuditLine
from models.contact import Contact, Mute
from models.conversation import Conversation
from models.errors import NotFound
from models.household import Residence
from models.person import Role, RoleName
from models.question import Question
from people import chat_places, contacts, residences
from people.viewers import SYSTEM, viewer_of
from tests import chat_records
from tests.bot.stage import Stage
from tests.people.neighbours import CHAT, Neighbour, neighbour

HERE, THERE = "柳荫居委", "白杨居委"


async def types(stage: Stage, text: str, *, who: str = "wang") -> Reply:
    """Somebody writes from their chat."""
    return await dialogue.respond(Incoming(CHAT, who, stage.place_id, text, key="unused"))


def words(said: Reply) -> str:
    """What was said, with its lines."""
    assert said.letter is not None
    return "\n".join([said.letter.text, *said.letter.choices])


@pytest.fixture
async def wang(stage: Stage) -> Neighbour:
    """王阿姨 lives here and there."""
    found = await neighbour(stage.place_id, "王秀英", address="wang")
    await chat_records.also_there(stage, "", "王秀英", "")
    return found


async def place_of(chat: Neighbour) -> int:
    """Which neighbourhood the chat is about."""
    return (await Contact.get(id=chat.contact_id)).place_id


async def test_two_digits_change_the_neighbourhood_and_back(stage: Stage, wang: Neighbour) -> None:
    asked = await types(stage, "换社区")
    assert (HERE in words(asked), THERE in words(asked)) == (True, True)
    moved = await types(stage, "1")
    assert (moved.outcome, await place_of(wang)) == (Outcome.MOVED, stage.other_place_id)
    assert THERE in words(moved)
    await types(stage, "换社区")
    assert (await types(stage, "1")).outcome is Outcome.MOVED
    assert await place_of(wang) == stage.place_id


async def test_it_stands_below_ones_account_where_there_are_two(stage: Stage, wang: Neighbour) -> None:
    assert "换到另一个居委" in words(await types(stage, "我的账号"))
    await neighbour(stage.place_id, "李建国", address="li")
    assert "换到另一个居委" not in words(await types(stage, "我的账号", who="li"))


async def test_who_lives_in_one_is_told_so(stage: Stage) -> None:
    known = await neighbour(stage.place_id, "李建国", address="li")
    assert HERE in words(await types(stage, "换社区", who="li"))
    assert await place_of(known) == stage.place_id


async def test_what_was_said_stays_where_it_was_said(stage: Stage, wang: Neighbour) -> None:
    await types(stage, "我的病历不要给别人看")
    talk = await Conversation.get(contact_id=wang.contact_id)
    await types(stage, "换社区")
    await types(stage, "1")
    there = await stage.viewer("外人")
    new = await Conversation.get(contact_id=wang.contact_id)
    assert (new.id != talk.id, new.place_id) == (True, stage.other_place_id)
    with pytest.raises(NotFound):
        await conversations.lines(talk.id, viewer=there)
    assert not [one for one in await conversations.lines(new.id, viewer=there) if "病历" in one.text]
    with pytest.raises(NotFound):
        await conversations.lines(new.id, viewer=await stage.viewer("陈"))


async def test_what_is_asked_now_is_the_other_desks(stage: Stage, wang: Neighbour) -> None:
    await types(stage, "转人工")
    await types(stage, "换社区")
    await types(stage, "1")
    await types(stage, "转人工")
    first, second = await Question.all().order_by("id")
    assert (first.place_id, second.place_id) == (stage.place_id, stage.other_place_id)


async def test_the_answer_to_what_was_asked_before_still_comes(stage: Stage, wang: Neighbour) -> None:
    await types(stage, "转人工，车棚的灯坏了谁修")
    question = await Question.get()
    await types(stage, "换社区")
    await types(stage, "1")
    chen = await stage.viewer("陈")
    await questions.reply(question.id, by=chen, text="明天上午来修。", seen_version=question.version)
    new = await Conversation.get(contact_id=wang.contact_id)
    said = await conversations.lines(new.id, viewer=await viewer_in(wang))
    assert [one for one in said if "明天上午来修。" in one.text]


async def viewer_in(chat: Neighbour):  # noqa: ANN201 - a viewer, as tests read it
    """Whoever holds the chat."""
    found = await viewer_of(chat.person_id, contact_id=chat.contact_id)
    assert found is not None
    return found


@pytest.mark.parametrize("word", ["板块", "活动", "服务", "居务公开", "公告"])
async def test_boards_are_of_the_place_the_chat_is_about(stage: Stage, wang: Neighbour, word: str) -> None:
    await types(stage, "换社区")
    await types(stage, "1")
    assert (await types(stage, word)).outcome is not Outcome.REFUSE


async def test_a_place_one_does_not_live_in_is_not_there(stage: Stage) -> None:
    known = await neighbour(stage.place_id, "李建国", address="li")
    with pytest.raises(NotFound):
        await chat_places.choose_place(known.contact_id, by=await known.viewer(), place_id=stage.other_place_id)
    assert await place_of(known) == stage.place_id


async def test_somebody_elses_chat_is_not_there(stage: Stage, wang: Neighbour) -> None:
    li = await neighbour(stage.place_id, "李建国", address="li")
    await chat_records.also_there(stage, "", "李建国", "")
    with pytest.raises(NotFound):
        await chat_places.choose_place(wang.contact_id, by=await li.viewer(), place_id=stage.other_place_id)


async def test_who_moves_out_over_there_goes_on_here(stage: Stage, wang: Neighbour) -> None:
    await types(stage, "换社区")
    await types(stage, "1")
    there = await Residence.get(person_id=wang.person_id, place_id=stage.other_place_id)
    await residences.move_out(there.id, by=SYSTEM)
    assert await place_of(wang) == stage.place_id
    assert (await types(stage, "我的账号")).outcome is Outcome.ACCOUNT


async def test_a_pause_is_not_got_round(stage: Stage, wang: Neighbour) -> None:
    asked = await types(stage, "换社区")
    assert THERE in words(asked)
    await Mute.create(
        created_at=clock.now(),
        contact_id=wang.contact_id,
        place_id=stage.place_id,
        until=clock.now().replace(year=2030),
        reason="骂人",
        open_for_id=wang.contact_id,
    )
    await types(stage, "1")
    assert await place_of(wang) == stage.place_id


async def test_who_works_for_two_verifies_in_the_one_they_chose(stage: Stage, wang: Neighbour) -> None:
    for place_id in (stage.place_id, stage.other_place_id):
        await Role.create(created_at=clock.now(), person_id=wang.person_id, place_id=place_id, name=RoleName.SECRETARY)
    await types(stage, "换社区")
    await types(stage, "1")
    said = await types(stage, "操作记录")
    assert said.outcome is Outcome.RECORDS
    assert "聊天换到另一个居委" in words(said)


async def test_it_stands_on_record(stage: Stage, wang: Neighbour) -> None:
    await types(stage, "换社区")
    await types(stage, "1")
    line = await AuditLine.get(verb="contact.choose_place")
    assert (line.actor_id, line.place_id) == (wang.person_id, stage.other_place_id)


async def test_a_chat_of_another_place_that_is_bound_goes_home_in_the_dialogue(stage: Stage) -> None:
    """The conversation changes while it is answered; who typed the code hears so all the same."""
    known = await neighbour(stage.other_place_id, "周明", address="zhou-there")
    await types(stage, "你好", who="zhou-new")
    code = await contacts.make_code(by=await known.viewer())
    said = await types(stage, code.digits, who="zhou-new")
    assert said.outcome is Outcome.BOUND
    chat = await Contact.get(address="zhou-new", person_id=known.person_id)
    assert chat.place_id == stage.other_place_id


async def test_ones_cases_are_ones_own_wherever_they_were_reported(stage: Stage, wang: Neighbour) -> None:
    await types(stage, "换社区")
    await types(stage, "1")
    assert await following.own_cases(viewer=await viewer_in(wang)) == []
