"""A code made at the desk and typed in a chat: the chat becomes theirs, once, and is answered as before."""

from __future__ import annotations

import asyncio

import pytest

from bot import dialogue
from bot.incoming import Incoming
from bot.reply import Outcome, Reply
from casework import alarms, conversations, questions
from models.audit import AuditLine
from models.contact import BindCode, Contact
from models.errors import NotAllowed, NotFound
from models.message import Outbox
from models.notice import StaffNotice
from models.person import Person, Role, RoleName
from models.question import QuestionKind
from people import contacts, residents
from people.audit import first_broken_line
from people.viewers import SYSTEM, Viewer, guest
from tests.bot.stage import Stage
from tests.conftest import StillClock


async def types(stage: Stage, text: str, *, who: str = "chen-phone", channel: str = "relay") -> Reply:
    """Somebody writes from a chat."""
    return await dialogue.respond(Incoming(channel, who, stage.place_id, text, key="unused"))


async def code(viewer: Viewer) -> str:
    """A fresh code of theirs."""
    return (await contacts.make_code(by=viewer)).digits


async def owner_of(address: str) -> int | None:
    """Whose contact an address is."""
    return (await Contact.get(address=address)).person_id


@pytest.fixture
async def chen(stage: Stage) -> Viewer:
    """小陈, at the desk."""
    return await stage.viewer("陈")


async def test_a_browser_is_joined_by_no_code_and_the_code_stays_good(stage: Stage, chen: Viewer) -> None:
    digits = await code(chen)
    said = await types(stage, digits, who="any browser", channel="web")
    assert said.letter is not None
    assert (said.outcome, "登录" in said.letter.text) == (Outcome.REFUSE, True)
    assert await owner_of("any browser") is None
    assert (await types(stage, digits)).outcome is Outcome.BOUND


@pytest.mark.parametrize("channel", ["console", "relay"])
async def test_the_code_as_a_whole_message_makes_the_chat_theirs(stage: Stage, chen: Viewer, channel: str) -> None:
    said = await types(stage, await code(chen), channel=channel)
    assert said.letter is not None
    assert (said.outcome, "已绑定" in said.letter.text) == (Outcome.BOUND, True)
    assert [line.channel for line in await contacts.contacts(viewer=chen)] == [channel]
    assert await AuditLine.filter(verb="contact.bind").count() == 1
    assert await first_broken_line() is None


@pytest.mark.parametrize("form", ["全角 {wide}", "我的码是{plain}", "{plain}1", "{short}"])
async def test_only_eight_digits_and_nothing_else_are_a_code(stage: Stage, chen: Viewer, form: str) -> None:
    digits = await code(chen)
    await types(stage, form.format(wide=digits, plain=digits, short=digits[:7]))
    assert await owner_of("chen-phone") is None


async def test_a_code_works_once(stage: Stage, chen: Viewer) -> None:
    digits = await code(chen)
    await types(stage, digits)
    said = await types(stage, digits, who="somebody")
    assert said.outcome is Outcome.REFUSE
    assert (await owner_of("chen-phone"), await owner_of("somebody")) == (chen.person_id, None)


async def test_typed_twice_at_once_one_chat_wins(stage: Stage, chen: Viewer) -> None:
    digits = await code(chen)
    for who in ("a", "b", "c"):
        await types(stage, "您好", who=who)
    said = await asyncio.gather(*(types(stage, digits, who=who) for who in ("a", "b", "c")))
    assert sorted(one.outcome for one in said) == [Outcome.BOUND, Outcome.REFUSE, Outcome.REFUSE]
    assert await Contact.filter(person_id=chen.person_id).count() == 1


async def test_a_code_is_past_after_a_quarter_of_an_hour(stage: Stage, chen: Viewer, clock: StillClock) -> None:
    digits = await code(chen)
    clock.forward(minutes=15)
    assert (await types(stage, digits)).outcome is Outcome.REFUSE
    assert await owner_of("chen-phone") is None


async def test_a_new_code_ends_the_one_before(stage: Stage, chen: Viewer) -> None:
    first, second = await code(chen), await code(chen)
    await types(stage, first)
    assert await owner_of("chen-phone") is None
    await types(stage, second)
    assert await owner_of("chen-phone") == chen.person_id


async def test_a_code_of_who_left_or_lost_their_role_gains_nothing(stage: Stage, chen: Viewer) -> None:
    digits = await code(chen)
    await Role.filter(person_id=chen.person_id).update(name=RoleName.SUBDISTRICT_OBSERVER)
    assert (await types(stage, digits)).outcome is Outcome.REFUSE
    await Role.filter(person_id=chen.person_id).update(name=RoleName.WORKER)
    await Person.filter(id=chen.person_id).update(is_active=False)
    assert (await types(stage, digits)).outcome is Outcome.REFUSE
    assert await owner_of("chen-phone") is None


async def test_a_chat_may_try_five_numbers_and_then_not_even_the_right_one(stage: Stage, chen: Viewer) -> None:
    digits = await code(chen)
    for number in range(5):
        await types(stage, f"{(int(digits) + 1 + number) % 10**8:08}")
    said = await types(stage, digits)
    assert said.letter is not None
    assert "一刻钟" in said.letter.text
    assert await owner_of("chen-phone") is None


async def test_a_number_that_was_never_a_code_is_answered_like_one_that_is_past(stage: Stage, chen: Viewer) -> None:
    first = await code(chen)
    used = await code(chen)
    await types(stage, used)
    never = f"{(int(used) + 7) % 10**8:08}"
    told = {(await types(stage, digits, who=f"x{digits}")).letter for digits in (first, used, never)}
    assert len(told) == 1


async def test_a_telephone_that_many_tell_of_is_held_up_for_nobody(stage: Stage, chen: Viewer) -> None:
    for number in range(8):
        assert (await types(stage, "62345678", who=f"x{number}")).outcome is Outcome.REFUSE
    digits = await code(chen)
    assert (await types(stage, digits, who="x1")).outcome is Outcome.BOUND


async def test_tries_of_fresh_contacts_are_counted_together(
    stage: Stage, chen: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contacts, "ALL_TRIES", "20/hour")
    tried = [await contacts.may_try(contact_id=number) for number in range(25)]
    assert tried == [True] * 20 + [False] * 5


async def test_tries_are_counted_by_network_where_a_gateway_names_it(stage: Stage, chen: Viewer) -> None:
    tried = [await contacts.may_try(contact_id=number, network="192.0.2.7") for number in range(25)]
    assert tried == [True] * 20 + [False] * 5
    assert await contacts.may_try(contact_id=99, network="192.0.2.8")


async def test_a_telephone_number_of_eight_digits_reaches_the_person_who_is_speaking(
    stage: Stage, chen: Viewer
) -> None:
    where = await residents.at(channel="relay", address="wang", place_id=stage.place_id)
    talk = await conversations.open_at(where)
    by = guest(stage.place_id, contact_id=where.contact_id)
    asked = await questions.open_question(
        by=by, conversation_id=talk.conversation_id, text="请回电", sealed_from="", kind=QuestionKind.QUESTION
    )
    await questions.claim(asked.id, by=chen)
    said = [await types(stage, "62345678", who="wang") for _ in range(8)]
    assert {one.outcome for one in said} == {Outcome.SILENT}


async def test_the_code_is_not_in_the_database(stage: Stage, chen: Viewer) -> None:
    digits = await code(chen)
    (row,) = await BindCode.all().values()
    assert digits not in str({name: value for name, value in row.items() if name != "created_at"})


async def test_the_former_owner_of_a_chat_is_told(stage: Stage, chen: Viewer) -> None:
    gao = await stage.viewer("高")
    await types(stage, await code(gao))
    await types(stage, await code(chen))
    assert await owner_of("chen-phone") == chen.person_id
    (told,) = await StaffNotice.filter(person_id=gao.person_id)
    assert "小陈" in told.text


async def test_an_alarm_reaches_the_bound_chat_and_no_more_after_the_release(stage: Stage, chen: Viewer) -> None:
    await types(stage, await code(chen))
    await types(stage, "家里煤气味很重", who="wang")
    assert [row.address for row in await Outbox.filter(kind="alarm")] == ["chen-phone"]
    (line,) = await contacts.contacts(viewer=chen)
    await contacts.unbind(line.id, by=chen)
    (alarm,) = await alarms.open_alarms(viewer=chen)
    await alarms.acknowledge(alarm.id, by=chen)
    await types(stage, "家里着火了", who="li")
    assert await Outbox.filter(kind="alarm", address="chen-phone").count() == 1


async def test_nobody_lets_go_of_a_colleagues_chat(stage: Stage, chen: Viewer) -> None:
    await types(stage, await code(chen))
    (line,) = await contacts.contacts(viewer=chen)
    with pytest.raises(NotFound):
        await contacts.unbind(line.id, by=await stage.viewer("高"))


async def test_residents_and_observers_make_no_code(stage: Stage, chen: Viewer) -> None:
    with pytest.raises(NotAllowed):
        await contacts.make_code(by=guest(stage.place_id))
    with pytest.raises(NotAllowed):
        await contacts.make_code(by=SYSTEM)


@pytest.mark.parametrize("who", ["陈", "高", "外人"])
async def test_a_bound_chat_is_still_answered_as_a_residents(stage: Stage, who: str) -> None:
    await types(stage, await code(await stage.viewer(who)))
    asked = await types(stage, "居住证怎么办")
    assert asked.outcome is Outcome.CHOICES
    handed = await types(stage, "转人工")
    assert handed.outcome is Outcome.HAND_OVER
    assert handed.letter is not None
    assert "Q-" in handed.letter.text
