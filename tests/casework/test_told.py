"""What is told, when and to whom: rights looked at again when it is sent, one letter a day, dead letters, groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from bot import delivery
from bot.channels.wecom import WeCom
from casework import alarms, corrections, dead_letters, questions, replies, windows
from courier import limits, notices, outbox, reach
from courier.letters import Letter, Link
from courier.reach import Opened
from models import clock as models_clock
from models.audit import AuditLine
from models.clock import SHANGHAI
from models.contact import Contact
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.message import Inbox, InboxState, Outbox
from models.person import Person, Role, RoleName
from models.push import GroupRobot, Push
from models.question import Question
from models.transaction import execute, transaction
from people import pushes, robots
from people.pushes import Needs, PushKind
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.bot.test_delivery import Ledger
from tests.casework.conftest import Cast
from tests.conftest import StillClock
from tests.fakes.wecom import KEY, FakeWeCom


@pytest.fixture(autouse=True)
async def nothing_on_its_way(cast: Cast) -> None:
    """What the other neighbourhood's noise told its own staff is of no matter here."""
    await execute("DELETE FROM outbox")


async def deliver(name: str = "telegram") -> list[str]:
    """Everything that is due is sent; gives what arrived."""
    ledger = Ledger(name=name)
    while batch := await outbox.claim():
        for message in batch:
            await delivery.deliver(message, channels={name: ledger})
    return ledger.arrived


async def resident(cast: Cast) -> Viewer:
    """王阿姨, known by name in her chat."""
    now = models_clock.now()
    person = await Person.create(created_at=now, place=cast.here, name="王", shown_name="王阿姨")
    await Role.create(created_at=now, person=person, place=cast.here, name=RoleName.RESIDENT)
    await Contact.filter(address="wang").update(person_id=person.id, bound_at=now)
    viewer = await viewer_of(person.id, contact_id=cast.wang.contact_id)
    assert viewer is not None
    return viewer


async def test_who_lost_their_role_before_it_was_sent_is_told_nothing(cast: Cast) -> None:
    await cast.ask()
    await Role.filter(person_id=cast.gao.person_id).delete()
    await Role.filter(person_id=cast.chen.person_id).delete()
    assert await deliver() == []
    assert set(await Outbox.all().values_list("state", "error")) >= {("withdrawn", "reader has no right any more")}


async def test_a_chat_that_became_somebody_elses_is_not_told_what_was_meant_for_the_first(cast: Cast) -> None:
    wang = await resident(cast)
    async with transaction():
        await notices.tell_chats(Letter("门禁码已经换了"), person_id=wang.person_id or 0, kind="household")
    await Contact.filter(address="wang").update(person_id=cast.lin.person_id)
    assert await deliver() == []
    async with transaction():
        await notices.tell_contact(Letter("您好"), contact_id=cast.wang.contact_id or 0, kind="hello")
    assert await deliver() == ["您好"]


async def _push(cast: Cast, text: str, subject: str, *, kind: PushKind = PushKind.NOTICE, needs: str = "") -> bool:
    async with transaction():
        return await pushes.push(
            Letter(text, links=(Link("看", f"/{subject}"),)),
            contact_id=cast.wang.contact_id or 0,
            kind=kind,
            subject=subject,
            needs=Needs(needs, cast.here.id) if needs else Needs(),
        )


async def test_one_letter_a_day_with_the_latest_of_each(cast: Cast, clock: StillClock) -> None:
    for text, subject in (("停水通知：周三", "water"), ("包粽子", "rice"), ("停水改到周四", "water")):
        assert await _push(cast, text, subject)
    assert await pushes.send(by=SYSTEM) == 1
    [said] = await deliver()
    assert "停水改到周四" in said
    assert "包粽子" in said
    assert "周三" not in said
    assert await _push(cast, "又一件", "more")
    assert await pushes.send(by=SYSTEM) == 0
    clock.forward(days=1)
    assert await pushes.send(by=SYSTEM) == 1
    assert "又一件" in (await deliver())[0]


async def test_what_only_some_may_hear_goes_apart_and_what_nobody_can_read_stops_nothing(cast: Cast) -> None:
    wang = await resident(cast)
    for subject, needs in (("water", ""), ("door", "household.read"), ("torn", "")):
        assert await _push(cast, f"关于{subject}", subject, needs=needs)
    await execute("UPDATE push SET letter_sealed='torn' WHERE subject='torn'")
    assert await pushes.send(by=SYSTEM) == 2
    await Role.filter(person_id=wang.person_id).delete()
    [said] = await deliver()
    assert "关于water" in said
    assert await Push.all().count() == 0


async def test_nothing_unasked_at_night(cast: Cast, clock: StillClock) -> None:
    await _push(cast, "停水", "water")
    clock.at(dt.datetime(2026, 3, 2, 22, 30, tzinfo=SHANGHAI))
    assert await pushes.send(by=SYSTEM) == 0
    clock.at(dt.datetime(2026, 3, 3, 7, 31, tzinfo=SHANGHAI))
    assert await pushes.send(by=SYSTEM) == 1


async def test_in_wechat_what_nobody_asked_for_waits_for_a_word_and_leaves_room_for_replies(
    cast: Cast, clock: StillClock
) -> None:
    await Contact.filter(address="wang").update(channel="wechat")
    for day in range(3):
        await _push(cast, f"第{day}件", f"day{day}")
        assert await pushes.send(by=SYSTEM) == 0
        clock.forward(days=1)
    await reach.grant("wechat:wang", Opened.MESSAGE)
    for _ in range(3):
        assert await reach.spend("wechat:wang")
    assert await pushes.send(by=SYSTEM) == 0, "two are left, for replies"
    await reach.grant("wechat:wang", Opened.MESSAGE)
    assert await pushes.send(by=SYSTEM) == 1
    assert await Outbox.all().count() == 1


async def test_what_is_not_wanted_is_not_told(cast: Cast) -> None:
    await _push(cast, "停水", "water")
    await _push(cast, "包粽子", "rice", kind=PushKind.ACTIVITY)
    await pushes.choose("activity", by=cast.wang, is_wanted=False)
    assert not await _push(cast, "包粽子，改地方", "rice", kind=PushKind.ACTIVITY)
    assert [one.kind.value for one in await pushes.choices(viewer=cast.wang) if not one.is_wanted] == ["activity"]
    await pushes.send(by=SYSTEM)
    assert "粽子" not in (await deliver())[0]
    with pytest.raises(Invalid):
        await pushes.choose("everything", by=cast.wang, is_wanted=False)


async def test_who_moved_away_before_the_letter_goes_hears_nothing_of_it(cast: Cast) -> None:
    wang = await resident(cast)
    await _push(cast, "议事厅的新讨论", "talk", needs="household.read")
    await Role.filter(person_id=wang.person_id).delete()
    assert await pushes.send(by=SYSTEM) == 0
    assert await Push.all().count() == 0
    await Role.create(created_at=models_clock.now(), person_id=wang.person_id, place=cast.here, name=RoleName.RESIDENT)
    await _push(cast, "议事厅的新讨论", "talk", needs="household.read")
    assert await pushes.send(by=SYSTEM) == 1
    await Role.filter(person_id=wang.person_id).delete()
    assert await deliver() == []


async def dead(cast: Cast) -> tuple[Question, str]:
    """A reply that will not arrive, and its name among the dead letters."""
    await Person.filter(id=cast.admin.person_id).update(place_id=cast.here.id)
    asked = await cast.ask()
    await questions.reply(asked.id, by=cast.chen, text="每次一元", seen_version=asked.version)
    await execute("UPDATE outbox SET state='failed', error='status 400' WHERE kind='question.reply'")
    await replies.tell_undelivered(models_clock.now())
    [one] = await dead_letters.dead_letters(viewer=SYSTEM)
    return asked, one.name


async def test_a_dead_letter_is_tried_again_once(cast: Cast) -> None:
    asked, name = await dead(cast)
    await dead_letters.replay(name, by=SYSTEM)
    with pytest.raises((Taken, NotFound)):
        await dead_letters.replay(name, by=SYSTEM)
    assert any("每次一元" in one for one in await deliver())
    assert await replies.undelivered(viewer=cast.chen) == []
    [reply] = await replies.of_question(asked.id, viewer=cast.chen)
    assert reply.reach is replies.Reach.DELIVERED
    assert await AuditLine.filter(verb="letter.replay").count() == 1


async def test_a_reply_of_which_one_message_failed_did_not_arrive_and_is_one_dead_letter(cast: Cast) -> None:
    await Contact.filter(address="wang").update(channel="wechat")
    asked = await cast.ask()
    await execute("DELETE FROM outbox")
    await questions.reply(asked.id, by=cast.chen, text="很长" * 700, seen_version=asked.version)
    first = next(one for one in await outbox.claim() if one.kind == "question.reply")
    await outbox.failed(first, error="unknown twice")
    await replies.tell_undelivered(models_clock.now())
    [reply] = await replies.undelivered(viewer=cast.chen)
    assert (reply.reach, reply.why) == (replies.Reach.UNDELIVERED, "unknown twice")
    [letter] = await dead_letters.dead_letters(viewer=SYSTEM)
    await dead_letters.replay(letter.name, by=SYSTEM)
    assert await replies.undelivered(viewer=cast.chen) == []
    assert await Outbox.filter(kind="question.reply", state="new").count() == 3


async def test_a_dropped_reply_still_has_to_be_told_by_telephone(cast: Cast) -> None:
    _, name = await dead(cast)
    await dead_letters.drop(name, by=SYSTEM)
    assert await dead_letters.dead_letters(viewer=SYSTEM) == []
    assert [one.text for one in await replies.undelivered(viewer=cast.chen)] == ["每次一元"]


async def test_dead_letters_are_an_admins_and_of_their_place(cast: Cast) -> None:
    _, name = await dead(cast)
    for viewer in (cast.chen, cast.gao, cast.wang):
        with pytest.raises(NotAllowed):
            await dead_letters.dead_letters(viewer=viewer)
    assert await dead_letters.dead_letters(viewer=cast.admin) == []  # An admin of the street, not of this place.
    with pytest.raises(NotFound):
        await dead_letters.replay(name, by=cast.admin)
    for wrong in ("", "out-", "out-x", "in-1", "out-99999999999999999999", "all"):
        with pytest.raises(NotFound):
            await dead_letters.drop(wrong, by=SYSTEM)


async def test_a_message_that_could_not_be_worked_is_worked_again(cast: Cast) -> None:
    row = await Inbox.create(
        channel="telegram",
        key="9",
        lane="telegram:wang",
        payload="gAAAA",
        state=InboxState.QUARANTINED,
        due_ms=0,
        arrived_ms=0,
        error="RuntimeError",
    )
    unreadable = await Inbox.create(
        channel="telegram",
        key="10",
        lane="telegram:unreadable",
        payload="gAAAA",
        state=InboxState.QUARANTINED,
        due_ms=0,
        arrived_ms=0,
        error="unreadable: no update_id",
    )
    await dead_letters.replay(f"in-{row.id}", by=SYSTEM)
    assert (await Inbox.get(id=row.id)).state is InboxState.NEW
    with pytest.raises(Taken):
        await dead_letters.replay(f"in-{unreadable.id}", by=SYSTEM)
    await dead_letters.drop(f"in-{unreadable.id}", by=SYSTEM)
    assert (await Inbox.get(id=unreadable.id)).payload == ""


async def test_a_reply_that_wechat_holds_is_shown_as_held_with_what_is_left(cast: Cast, clock: StillClock) -> None:
    await Contact.filter(address="wang").update(channel="wechat")
    await reach.grant("wechat:wang", Opened.MESSAGE)
    asked = await cast.ask()
    await questions.reply(asked.id, by=cast.chen, text="每次一元", seen_version=asked.version)
    await execute("UPDATE outbox SET state='held' WHERE kind='question.reply'")
    [reply] = await replies.of_question(asked.id, viewer=cast.chen)
    assert reply.reach is replies.Reach.HELD
    found = await windows.window_of(cast.wang_conversation, viewer=cast.chen)
    assert found is not None
    assert found.left == 5
    assert await windows.window_of(cast.wang_conversation, viewer=cast.outsider) is None
    assert await windows.window_of(cast.li_conversation, viewer=cast.chen) is None


async def test_a_reply_held_for_days_is_on_the_list_of_whom_to_call(cast: Cast, clock: StillClock) -> None:
    await Contact.filter(address="wang").update(channel="wechat")
    asked = await cast.ask()
    await questions.reply(asked.id, by=cast.chen, text="每次一元", seen_version=asked.version)
    await execute("UPDATE outbox SET state='held' WHERE kind='question.reply'")
    clock.forward(days=1)
    assert await replies.undelivered(viewer=cast.chen) == []
    clock.forward(days=2)
    [line] = await replies.undelivered(viewer=cast.chen)
    assert (line.reach, line.is_open) == (replies.Reach.HELD, True)
    assert await replies.undelivered(viewer=cast.outsider) == []
    await corrections.reach(asked.id, reply_id=line.id, by=cast.chen)
    assert await replies.undelivered(viewer=cast.chen) == []


@pytest.fixture
async def group(cast: Cast) -> AsyncIterator[tuple[FakeWeCom, WeCom]]:
    """A group of the neighbourhood's staff, and our side of it."""
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    fake = FakeWeCom()
    address = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
    await robots.set_robot(cast.here.id, by=cast.gao, typed=address)
    async with TestServer(fake.application()) as server, ClientSession() as session:
        yield fake, WeCom(session, str(server.make_url("/")).rstrip("/"), site="https://mulin.example")


async def post(channel: WeCom) -> None:
    """Everything for groups is sent, as far as it can be."""
    await execute("DELETE FROM outbox WHERE channel<>'wecom'")
    while batch := await outbox.claim():
        for message in batch:
            await delivery.deliver(message, channels={"wecom": channel})


async def test_a_group_hears_of_new_questions_and_alarms_with_numbers_masked(
    cast: Cast, group: tuple[FakeWeCom, WeCom]
) -> None:
    fake, channel = group
    await cast.ask("我的电话 13800138000，车棚充电一次多少钱")
    await alarms.raise_alarm(by=cast.wang, conversation_id=cast.wang_conversation, kind="fire", text="着火了")
    await post(channel)
    said = "\n".join(text for _, text in fake.arrived)
    assert [key for key, _ in fake.arrived] == [KEY, KEY]
    assert "13800138000" not in said
    assert "着火了" in said
    assert "https://mulin.example/desk/" in said
    assert KEY not in str(await GroupRobot.all().values()) + str(await Outbox.all().values())


async def test_another_neighbourhoods_questions_are_not_said_in_it(cast: Cast, group: tuple[FakeWeCom, WeCom]) -> None:
    await robots.tell(Letter("别处"), place_id=cast.elsewhere.id, kind="x", about="#1")
    await post(group[1])
    assert group[0].arrived == []


async def test_more_than_twenty_a_minute_wait(cast: Cast, group: tuple[FakeWeCom, WeCom]) -> None:
    fake, channel = group
    for number in range(25):
        async with transaction():
            await robots.tell(Letter(f"第{number}件"), place_id=cast.here.id, kind="x", about=f"#{number}")
    await post(channel)
    assert len(fake.arrived) == 20
    assert await Outbox.filter(state="new").count() == 5


async def test_a_word_of_something_between_leaves_a_doubt_and_is_not_repeated_for_ever(
    cast: Cast, group: tuple[FakeWeCom, WeCom]
) -> None:
    fake, channel = group
    fake.statuses.extend([200, 502])
    await cast.ask()
    for _ in range(3):
        await execute("UPDATE outbox SET due_ms=0")
        await post(channel)
    assert await Outbox.all().values_list("state", "error") == [("failed", "unknown twice")]
    assert fake.arrived == []


async def test_a_group_that_is_gone_stops_nothing(cast: Cast, group: tuple[FakeWeCom, WeCom]) -> None:
    fake, channel = group
    fake.keys.clear()
    await cast.ask()
    await post(channel)
    assert await Outbox.all().values_list("state", "error") == [("failed", "errcode 93000")]
    await robots.set_robot(cast.here.id, by=cast.gao, typed="")
    asked = await Question.all().count()
    await cast.ask("另一个问题")
    assert await Question.all().count() == asked + 1


async def test_only_who_leads_sets_it_and_only_a_key_is_taken(cast: Cast) -> None:
    for viewer in (cast.chen, cast.outsider, cast.wang):
        with pytest.raises((NotAllowed, NotFound)):
            await robots.set_robot(cast.here.id, by=viewer, typed=KEY)
    for wrong in ("http://169.254.169.254/latest", "key", "https://evil.example/?key=../../x", "🙂" * 20):
        with pytest.raises(Invalid):
            await robots.set_robot(cast.here.id, by=cast.gao, typed=wrong)
