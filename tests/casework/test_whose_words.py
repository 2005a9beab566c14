"""What was said in a chat is of whoever had it then: after signing out, letting go, disowning and passing it on."""

from __future__ import annotations

import json

import pytest
from tortoise.context import TortoiseContext

from casework import conversations, mutes, questions, replies
from casework.privacy import copies, kept, leaving
from models.contact import Contact, Mute
from models.errors import NotFound, WrongState
from models.message import Inbox, Outbox
from models.question import Question, QuestionKind
from models.transaction import fetch_one, transaction
from people import contacts, disowning, entering, login, residents
from people.residents import At
from people.viewers import Viewer, viewer_of
from tests.conftest import StillClock
from tests.people import joining
from tests.people.joining import Estates, again, chat, let_in, said_in, viewer
from tests.words_left import where

SECRET = "我的病历不要给别人看"


@pytest.fixture
async def estates(db: TortoiseContext, clock: StillClock) -> Estates:
    return await joining.found()


async def joined(estates: Estates, address: str = "wang", **asked: object) -> Viewer:
    """Somebody who was let in, speaking from their console."""
    at = await chat(estates.town.here, address)
    await let_in(await joining.ask(estates, at, **asked), by=estates.worker)
    return await viewer(at)


async def signed_in(who: Viewer) -> tuple[str, At]:
    """A browser in which somebody is signed in: its token and its chat."""
    assert who.person_id is not None
    token = await entering.begin_resident(who.person_id, device="平板")
    session = await login.find_session(token)
    assert session is not None
    return token, await residents.at(channel="web", address=session.chat_address or "", place_id=0)


async def says(at: At, text: str = SECRET) -> int:
    """Somebody writes there; gives the conversation."""
    talk = await conversations.open_at(at)
    async with transaction():
        await conversations.hear(talk, masked=text, original=text)
    return talk.conversation_id


async def asks(at: At) -> Question:
    """A question of theirs at the desk."""
    return await questions.open_question(
        by=await viewer(at),
        conversation_id=await says(at, "路灯坏了"),
        text="路灯坏了",
        sealed_from="路灯坏了",
        kind=QuestionKind.REPORT,
    )


async def sign_out(token: str) -> None:
    session = await login.find_session(token)
    assert session is not None
    await login.sign_out(session.id)


async def words_of(who: Viewer) -> list[str]:
    """What their copy has of what was written."""
    copy = json.loads(await copies.copy_of(by=who, in_full=True))
    return [line["原话"] for line in copy["说过的每一句"] if line["谁说的"] == "我"]


async def test_what_was_said_before_signing_out_stays_theirs_and_goes_with_the_account(estates: Estates) -> None:
    wang = await joined(estates)
    token, at = await signed_in(wang)
    await says(at)
    await sign_out(token)
    assert ("web", 1) in [(one.channel, one.lines) for one in (await kept.kept(viewer=wang)).chats]
    assert await words_of(wang) == [SECRET]
    await leaving.delete_account(by=wang)
    assert await where(SECRET) == set()


async def test_finished_messages_of_a_closed_chat_are_erased_with_it(estates: Estates) -> None:
    wang = await joined(estates)
    await says(await again(await chat(0, "wang")))
    await Inbox.create(
        channel="console", key="k", lane="console:wang", payload="x", state="done", due_ms=0, arrived_ms=0
    )
    told = [row.id for row in await Outbox.filter(lane="console:wang")]
    left = await contacts.contacts(viewer=wang)
    await contacts.unbind(left[0].id, by=wang)
    await leaving.delete_account(by=await named(wang))
    assert (await Inbox.get(key="k")).payload == ""
    assert [row.body for row in await Outbox.filter(id__in=told)] == [""] * len(told) != []


async def named(who: Viewer) -> Viewer:
    """The same person, from no chat."""
    found = await viewer_of(who.person_id or 0)
    assert found is not None
    return found


async def test_a_chat_passed_on_takes_no_words_with_it(estates: Estates) -> None:
    wang, li = await joined(estates), await joined(estates, "li", name="李示例", label="502")
    old = await chat(0, "wang")
    await says(old)
    await contacts.unbind(old.contact_id, by=wang)
    new = await again(old)
    assert (new.contact_id == old.contact_id, new.person_id) == (False, None)
    await contacts.bind((await contacts.make_code(by=li)).digits, by=await viewer(new), contact_id=new.contact_id)
    await says(await again(old), "李的话")
    assert (await words_of(li), await words_of(await named(wang))) == (["李的话"], [SECRET])


async def test_what_a_guest_said_before_a_chat_was_joined_is_not_of_who_joined_it(
    estates: Estates, clock: StillClock
) -> None:
    wang, guests = await joined(estates), await chat(estates.town.here, "second hand")
    await says(guests)
    clock.forward(minutes=1)
    code = await contacts.make_code(by=wang)
    await contacts.bind(code.digits, by=await viewer(guests), contact_id=guests.contact_id)
    await says(guests, "我自己的话")
    assert await words_of(wang) == ["我自己的话"]


async def test_what_was_said_in_a_disowned_session_is_not_hers(estates: Estates) -> None:
    wang = await joined(estates)
    _, at = await signed_in(wang)
    await says(at, "贼的话")
    assert (await disowning.disown(by=wang)).sessions == 1
    assert await words_of(wang) == []


async def test_a_reply_to_what_was_asked_in_a_browser_finds_another_chat(estates: Estates) -> None:
    wang = await joined(estates)
    token, at = await signed_in(wang)
    asked = await asks(at)
    await sign_out(token)
    await questions.reply(asked.id, by=estates.worker, text="今天修好了", seen_version=asked.version)
    assert "今天修好了" in (await said_in(await chat(0, "wang")))[-1]
    assert await replies.unread(viewer=wang) == []
    assert [one.number for one in (await kept.kept(viewer=wang)).questions] == [asked.number]


async def test_a_reply_that_finds_no_chat_is_shown_to_who_asked_at_their_next_look(estates: Estates) -> None:
    wang = await joined(estates)
    token, at = await signed_in(wang)
    asked = await asks(at)
    await sign_out(token)
    await contacts.unbind((await chat(0, "wang")).contact_id, by=wang)
    await questions.reply(asked.id, by=estates.worker, text="今天修好了", seen_version=asked.version)
    li = await joined(estates, "li", name="李示例", label="502")
    assert [one.text for one in await replies.unread(viewer=await named(wang))] == ["今天修好了"]
    assert await replies.unread(viewer=li) == []


async def test_what_a_guest_asked_before_is_not_told_to_who_joined_the_chat(
    estates: Estates, clock: StillClock
) -> None:
    wang, guests = await joined(estates), await chat(estates.town.here, "second hand")
    asked = await asks(guests)
    clock.forward(minutes=1)
    code = await contacts.make_code(by=wang)
    await contacts.bind(code.digits, by=await viewer(guests), contact_id=guests.contact_id)
    await contacts.unbind(guests.contact_id, by=await viewer(guests))
    asked = await Question.get(id=asked.id)
    await questions.reply(asked.id, by=estates.worker, text="今天修好了", seen_version=asked.version)
    assert not any("今天修好了" in line for line in await said_in(await chat(0, "wang")))


async def test_a_browser_is_signed_out_and_not_let_go(estates: Estates) -> None:
    wang = await joined(estates)
    _, at = await signed_in(wang)
    with pytest.raises(WrongState):
        await contacts.unbind(at.contact_id, by=wang)
    assert (await Contact.get(id=at.contact_id)).person_id == wang.person_id


async def test_nobody_lets_go_of_a_chat_twice_or_of_anothers(estates: Estates) -> None:
    wang, li = await joined(estates), await joined(estates, "li", name="李示例", label="502")
    for who, contact_id in ((li, wang.contact_id), (wang, wang.contact_id), (wang, wang.contact_id)):
        assert contact_id is not None
        if who is wang and (await Contact.get(id=contact_id)).closed_at is None:
            await contacts.unbind(contact_id, by=who)
            continue
        with pytest.raises(NotFound):
            await contacts.unbind(contact_id, by=who)
    assert await fetch_one("SELECT id FROM contact WHERE channel='console' AND address='wang' AND person_id IS NULL")


async def test_a_pause_stays_with_who_holds_the_chat(estates: Estates) -> None:
    wang = await joined(estates)
    talk = await asks(await again(await chat(0, "wang")))
    await mutes.mute(talk.conversation_id or 0, by=estates.worker, hours=24, reason="骂人")
    await contacts.unbind(wang.contact_id or 0, by=wang)
    assert (await Mute.get()).open_for_id == (await again(await chat(0, "wang"))).contact_id
