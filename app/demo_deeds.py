"""What people of the demo do, each through the verb that does it for everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.demo_story import Deed
from bot import dialogue
from bot.incoming import Incoming
from bot.reply import Outcome
from casework import alarms, conversations, editing, escalation, guide, learning, publishing, questions, transfers
from casework.questions import TakenDown
from models import clock
from models.question import Intake, Question, QuestionKind
from people.records import services
from people.viewers import Viewer, viewer_of

CHANNEL = "web"


def on_its_day(ago: int, at: dt.time, now: dt.datetime) -> dt.datetime:
    """A time of the day so many days ago, but never one that is yet to come."""
    day = clock.local(now).date() - dt.timedelta(days=ago)
    return min(dt.datetime.combine(day, at, clock.SHANGHAI).astimezone(dt.UTC), now)


@dataclass(frozen=True, slots=True)
class Cast:
    """Ids of people and places; ``homes`` says where each is at home, ``chats`` at which address who signed in writes.
    Who is not in it is a browser like any other."""

    people: Mapping[str, int]
    homes: Mapping[str, int]
    staff: frozenset[str]
    home: int
    chats: Mapping[str, str] = field(default_factory=dict)

    async def viewer(self, who: str) -> Viewer:
        """One of the staff as the service sees them."""
        found = await viewer_of(self.people[who])
        assert found is not None
        return found

    def place_of(self, who: str) -> int:
        """Which neighbourhood somebody writes to."""
        return self.homes.get(who, self.home)

    def chat_of(self, who: str) -> str:
        """The address somebody writes from."""
        return self.chats.get(who, f"demo {who}")


@dataclass(slots=True)
class Thread:
    """What a scene is about while it goes on."""

    conversation_id: int | None = None
    question_id: int | None = None
    version_id: int | None = None
    outcome: Outcome = Outcome.ANSWER


async def run_jobs() -> None:
    """What the clock does by itself."""
    await escalation.run_all()
    await alarms.page_next(clock.now())


async def _say(deed: Deed, thread: Thread, cast: Cast) -> None:
    address = cast.chat_of(deed.who)
    reply = await dialogue.respond(Incoming(CHANNEL, address, cast.place_of(deed.who), deed.text, key=""))
    thread.outcome = reply.outcome
    thread.conversation_id = await conversations.conversation_of(channel=CHANNEL, address=address)


async def _say_on(deed: Deed, thread: Thread, cast: Cast) -> None:
    """Only who got an answer goes on as if they had one."""
    if thread.outcome is Outcome.ANSWER:
        await _say(deed, thread, cast)


async def _question(thread: Thread) -> Question:
    """The question the scene is about, as it stands now."""
    if thread.conversation_id is not None:
        found = await questions.open_for_conversation(thread.conversation_id)
        thread.question_id = found.id if found else thread.question_id
    assert thread.question_id is not None, "nobody asked a person in this scene"
    return await Question.get(id=thread.question_id)


async def _phone(deed: Deed, thread: Thread, cast: Cast) -> None:
    question = await questions.open_question(
        by=await cast.viewer(deed.who),
        conversation_id=None,
        text=deed.text,
        sealed_from=deed.text,
        kind=QuestionKind.QUESTION,
        taken_down=TakenDown(intake=Intake.PHONE, on_behalf_of=deed.whose),
    )
    thread.question_id = question.id


async def _claim(deed: Deed, thread: Thread, cast: Cast) -> None:
    await questions.claim((await _question(thread)).id, by=await cast.viewer(deed.who))


async def _reply(deed: Deed, thread: Thread, cast: Cast) -> None:
    question, is_final = await _question(thread), deed.does == "reply"
    by = await cast.viewer(deed.who)
    await questions.reply(question.id, by=by, text=deed.text, seen_version=question.version, is_final=is_final)


async def _release(deed: Deed, thread: Thread, cast: Cast) -> None:
    await questions.release((await _question(thread)).id, by=await cast.viewer(deed.who))


async def _close(deed: Deed, thread: Thread, cast: Cast) -> None:
    await questions.close((await _question(thread)).id, by=await cast.viewer(deed.who), note=deed.text)


async def _unseal(deed: Deed, thread: Thread, cast: Cast) -> None:
    await questions.unseal((await _question(thread)).id, by=await cast.viewer(deed.who))


async def _transfer(deed: Deed, thread: Thread, cast: Cast) -> None:
    question = await _question(thread)
    await transfers.offer_transfer(question.id, by=await cast.viewer(deed.who), to=cast.people[deed.to])


async def _accept(deed: Deed, thread: Thread, cast: Cast) -> None:
    await transfers.accept_transfer((await _question(thread)).id, by=await cast.viewer(deed.who))


async def _learn(deed: Deed, thread: Thread, cast: Cast) -> None:
    drafted = await learning.learn((await _question(thread)).id, by=await cast.viewer(deed.who))
    thread.version_id = drafted.id


async def _change(deed: Deed, thread: Thread, cast: Cast) -> None:
    by = await cast.viewer(deed.who)
    entry = await editing.editable(deed.entry, viewer=by)
    content = entry.content.model_copy(update={"note": f"{entry.content.note}{deed.text}"})
    thread.version_id = (await editing.draft_change(content, by=by, seen_number=entry.number)).id


async def _publish(deed: Deed, thread: Thread, cast: Cast) -> None:
    assert thread.version_id is not None
    await publishing.publish(thread.version_id, by=await cast.viewer(deed.who))
    await guide.refresh_if_changed()


async def _refuse(deed: Deed, thread: Thread, cast: Cast) -> None:
    assert thread.version_id is not None
    await publishing.refuse(thread.version_id, by=await cast.viewer(deed.who), reason=deed.text)


async def _acknowledge(deed: Deed, thread: Thread, cast: Cast) -> None:
    by = await cast.viewer(deed.who)
    for alarm in await alarms.open_alarms(viewer=by):
        if alarm.conversation_id == thread.conversation_id:
            await alarms.acknowledge(alarm.id, by=by)


async def _note(deed: Deed, _thread: Thread, cast: Cast) -> None:
    """Something done for one of the cast: ``entry`` is its kind, ``for`` whom."""
    key, by = f"demo {clock.now_ms()}", await cast.viewer(deed.who)
    whose = cast.people[deed.whose]
    await services.note(by=by, person_id=whose, kind=deed.entry, day=clock.today(), words=deed.text, key=key)


async def _time_passes(_deed: Deed, _thread: Thread, _cast: Cast) -> None:
    await run_jobs()


DEEDS: Mapping[str, Callable[[Deed, Thread, Cast], Awaitable[None]]] = MappingProxyType(
    {
        "say": _say,
        "say_on": _say_on,
        "phone": _phone,
        "claim": _claim,
        "contact": _reply,
        "reply": _reply,
        "release": _release,
        "close": _close,
        "unseal": _unseal,
        "transfer": _transfer,
        "accept": _accept,
        "learn": _learn,
        "change": _change,
        "publish": _publish,
        "refuse": _refuse,
        "acknowledge": _acknowledge,
        "note": _note,
        "jobs": _time_passes,
    }
)
