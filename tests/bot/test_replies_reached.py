"""What became of a staff reply that a real gateway refuses, breaks off or takes late: staff read the truth."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs
from tortoise.context import TortoiseContext

from bot import delivery
from bot.channels.relay import Relay
from casework import corrections, desk, escalation, questions, replies
from casework.replies import Reach, ReplyLine
from courier import afterwards, outbox
from models import clock as models_clock
from models.contact import Contact
from models.conversation import Conversation
from models.errors import NotFound, Taken
from models.notice import StaffNotice
from models.question import Question, QuestionKind, QuestionState
from people.viewers import Viewer, guest
from tests.bot.stage import Stage
from tests.conftest import StillClock


@dataclass
class Gateway:
    """A gateway that answers as told: a status, or 0 to cut the connection once the body is read; then 200."""

    url: str
    answers: list[int] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)

    async def deliver(self) -> None:
        """Send everything that is due now, in order."""
        async with ClientSession() as session:
            channel = Relay(session, url=self.url, secret="between two services")
            while batch := await outbox.claim():
                for message in batch:
                    await delivery.deliver(message, channels={"relay": channel})


@pytest.fixture
async def gateway(db: TortoiseContext) -> AsyncIterator[Gateway]:
    async def take(request: web.Request) -> web.Response:
        body = await request.json()
        if body["kind"] != "question.reply":
            return web.Response()
        status = gateway.answers.pop(0) if gateway.answers else 200
        gateway.arrived.append(body["text"] if status in (0, 200) else f"{status}")
        if status == 0:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=status or 200)

    application = web.Application()
    application.router.add_post("/", take)
    async with TestServer(application) as server:
        gateway = Gateway(str(server.make_url("/")))
        yield gateway


@dataclass
class Desk:
    """小陈 at the desk, and a question that came over the relay."""

    chen: Viewer
    gao: Viewer
    outsider: Viewer
    question: Question

    async def reply(self, text: str = "每次 1 元") -> None:
        question = await Question.get(id=self.question.id)
        await questions.reply(question.id, by=self.chen, text=text, seen_version=question.version)

    async def last(self) -> ReplyLine:
        return (await replies.of_question(self.question.id, viewer=self.chen))[-1]

    async def told(self, viewer: Viewer) -> int:
        return await StaffNotice.filter(person_id=viewer.person_id, kind="question.undelivered").count()


@pytest.fixture
async def at_desk(stage: Stage, clock: StillClock) -> Desk:
    now = models_clock.now()
    contact = await Contact.create(created_at=now, channel="relay", address="wang", place_id=stage.place_id)
    by = guest(stage.place_id, contact_id=contact.id)
    talk = await Conversation.create(created_at=now, contact=contact, place_id=stage.place_id)
    question = await questions.open_question(
        by=by, conversation_id=talk.id, text="车棚充电多少钱", sealed_from="", kind=QuestionKind.QUESTION
    )
    chen, gao, outsider = [await stage.viewer(name) for name in ("陈", "高", "外人")]
    return Desk(chen, gao, outsider, question)


async def test_it_waits_until_it_is_sent_and_then_has_arrived(at_desk: Desk, gateway: Gateway) -> None:
    await at_desk.reply()
    assert (await at_desk.last()).reach is Reach.WAITING
    await gateway.deliver()
    assert (await at_desk.last()).reach is Reach.DELIVERED
    assert [line.reach for line in await desk.queue(viewer=at_desk.chen)] == [Reach.DELIVERED]


async def test_a_gateway_out_of_order_keeps_it_waiting_with_its_tries(
    at_desk: Desk, gateway: Gateway, clock: StillClock
) -> None:
    gateway.answers = [500]
    await at_desk.reply()
    await gateway.deliver()
    last = await at_desk.last()
    assert (last.reach, last.tries, last.why) == (Reach.WAITING, 1, "status 500")
    assert await replies.tell_undelivered(models_clock.now()) == 0
    clock.forward(minutes=1)
    await gateway.deliver()
    assert (await at_desk.last()).reach is Reach.DELIVERED


async def test_a_refused_reply_is_shown_listed_and_told_once(at_desk: Desk, gateway: Gateway) -> None:
    gateway.answers = [400]
    await at_desk.reply()
    await gateway.deliver()
    assert (await at_desk.last()).reach is Reach.UNDELIVERED
    assert [line.reach for line in await desk.queue(viewer=at_desk.gao)] == [Reach.UNDELIVERED]
    found = await asyncio.gather(*(replies.tell_undelivered(models_clock.now()) for _ in range(3)))
    assert sum(found) == 1
    assert [await at_desk.told(who) for who in (at_desk.chen, at_desk.gao, at_desk.outsider)] == [1, 1, 0]
    assert [line.number for line in await replies.undelivered(viewer=at_desk.gao)] == ["Q-0001"]
    assert await replies.undelivered(viewer=at_desk.outsider) == []
    with pytest.raises(NotFound):
        await replies.of_question(at_desk.question.id, viewer=at_desk.outsider)


async def test_a_broken_connection_repeats_once_and_says_so(at_desk: Desk, gateway: Gateway, clock: StillClock) -> None:
    gateway.answers = [0]
    await at_desk.reply()
    await gateway.deliver()
    assert (await at_desk.last()).reach is Reach.DOUBTED
    clock.forward(minutes=1)
    await gateway.deliver()
    assert (await at_desk.last()).reach is Reach.DOUBTED
    assert [text.startswith("（可能重复") for text in gateway.arrived] == [False, True]


async def test_broken_off_twice_nobody_knows_and_staff_are_told_to_ring(
    at_desk: Desk, gateway: Gateway, clock: StillClock
) -> None:
    gateway.answers = [0, 0]
    await at_desk.reply()
    await gateway.deliver()
    clock.forward(minutes=1)
    await gateway.deliver()
    last = await at_desk.last()
    assert (last.reach, last.may_have_come) == (Reach.UNDELIVERED, True)
    assert await replies.tell_undelivered(models_clock.now()) == 1


async def test_who_is_not_reached_is_not_silent(at_desk: Desk, gateway: Gateway, clock: StillClock) -> None:
    gateway.answers = [400]
    await at_desk.reply()
    await gateway.deliver()
    await replies.tell_undelivered(models_clock.now())
    for _ in range(3):
        clock.forward(days=1)
        await escalation.run_all()
    assert (await Question.get(id=at_desk.question.id)).state is QuestionState.ANSWERED


async def test_told_in_another_way_it_leaves_the_list_once_and_silence_counts_again(
    at_desk: Desk, gateway: Gateway, clock: StillClock
) -> None:
    gateway.answers = [400]
    await at_desk.reply()
    await gateway.deliver()
    await replies.tell_undelivered(models_clock.now())
    last = await at_desk.last()
    clock.forward(days=2)
    told = await corrections.reach(last.question_id, reply_id=last.id, by=at_desk.gao)
    assert told.answered_at == clock.moment
    assert await replies.undelivered(viewer=at_desk.gao) == []
    assert (await at_desk.last()).reach is Reach.TOLD
    with pytest.raises(Taken):
        await corrections.reach(last.question_id, reply_id=last.id, by=at_desk.chen)


async def test_a_refused_reply_is_withdrawn_in_silence(at_desk: Desk, gateway: Gateway) -> None:
    gateway.answers = [400]
    await at_desk.reply()
    await gateway.deliver()
    last = await at_desk.last()
    await corrections.withdraw(last.question_id, reply_id=last.id, by=at_desk.chen, reason="看错了")
    await gateway.deliver()
    assert gateway.arrived == ["400"]
    assert (await afterwards.dead(), await replies.tell_undelivered(models_clock.now())) == (0, 0)


async def test_a_withdrawn_reply_that_was_waiting_never_reaches_the_gateway(at_desk: Desk, gateway: Gateway) -> None:
    await at_desk.reply("每次 10 元")
    last = await at_desk.last()
    await corrections.withdraw(last.question_id, reply_id=last.id, by=at_desk.chen, reason="看错了")
    await at_desk.reply("每次 1 元")
    await gateway.deliver()
    assert len(gateway.arrived) == 1
    assert "每次 1 元" in gateway.arrived[0]


async def test_a_chat_that_is_closed_is_known_at_once(at_desk: Desk, clock: StillClock) -> None:
    await Contact.filter(address="wang").update(closed_at=clock.moment)
    await at_desk.reply()
    assert (await at_desk.last()).reach is Reach.UNDELIVERED
    assert await at_desk.told(at_desk.chen) == 1


async def test_a_sender_that_dies_while_sending_is_counted_when_its_message_is_taken_up(
    at_desk: Desk, clock: StillClock
) -> None:
    await at_desk.reply()
    message = (await outbox.claim())[0]
    assert await outbox.begin_sending(message)
    clock.forward(minutes=1)
    orphan = (await outbox.claim())[0]
    with capture_logs() as events:
        await delivery.deliver(orphan, channels={})
    unknown = [event for event in events if event.get("outcome") == "unknown"]
    assert [(event["event"], event["channel"]) for event in unknown] == [("message_sent", "relay")]
    clock.forward(minutes=1)
    assert [again.is_orphan for again in await outbox.claim()] == [False]
