"""Plays three months of the demo's life through the real verbs, under a clock that runs from then to now."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from bot import dialogue
from bot.incoming import Incoming
from bot.reply import Outcome
from casework import (
    alarms,
    canned,
    conversations,
    deadlines,
    editing,
    escalation,
    guide,
    learning,
    publishing,
    questions,
    roster,
    transfers,
)
from models import clock
from models.question import Intake, Question, QuestionKind
from models.rules import Limits, Rules, in_force, rules
from nlp.intent import Intent, understand
from people.viewers import SYSTEM, Viewer, viewer_of

CHANNEL = "web"
WEEK = dt.timedelta(days=7)
TICK = dt.timedelta(hours=12)
WEEKS_BACK, WEEKS_AHEAD = 13, 3
SEED = 20_261_123
PAUSE = dt.timedelta(seconds=40)


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Deed(_Shape):
    """One thing done, some minutes after the one before. Staff wait for opening hours unless it is ``at_once``."""

    after: int
    does: str
    who: str = ""
    text: str = ""
    to: str = ""
    entry: str = ""
    whose: Annotated[str, Field(validation_alias=AliasChoices("for", "whose"))] = ""
    at_once: bool = False


class Scene(_Shape):
    """How something began, and what followed. Without ``does`` somebody ``says`` something in the chat."""

    ago: int
    who: str
    at: dt.time | None = None
    minutes_ago: int = 0
    says: str = ""
    does: str = "say"
    text: str = ""
    entry: str = ""
    whose: Annotated[str, Field(validation_alias=AliasChoices("for", "whose"))] = ""
    then: tuple[Deed, ...] = ()

    @property
    def deeds(self) -> tuple[Deed, ...]:
        """All of it, the beginning first."""
        text = self.says or self.text
        first = Deed(after=0, does=self.does, who=self.who, text=text, entry=self.entry, whose=self.whose, at_once=True)
        return (first, *self.then)


class Ordinary(_Shape):
    """Questions picked from the pack's ways of asking: by how many browsers, how many messages."""

    visitors: int
    messages: int
    afterwards: tuple[tuple[str, ...], ...]


class CannedText(_Shape):
    """A text staff use often."""

    title: str
    text: str


class Life(_Shape):
    """What fills the three months."""

    duty: tuple[str, ...]
    canned: tuple[CannedText, ...]
    ordinary: Ordinary
    life: tuple[Scene, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """Ids of people and places; ``homes`` says where each is at home. Who is not in it is a browser like any other."""

    people: Mapping[str, int]
    homes: Mapping[str, int]
    staff: frozenset[str]
    home: int

    async def viewer(self, who: str) -> Viewer:
        """One of the staff as the service sees them."""
        found = await viewer_of(self.people[who])
        assert found is not None
        return found

    def place_of(self, who: str) -> int:
        """Which neighbourhood somebody writes to."""
        return self.homes.get(who, self.home)


@dataclass(slots=True)
class Thread:
    """What a scene is about while it goes on."""

    conversation_id: int | None = None
    question_id: int | None = None
    version_id: int | None = None
    outcome: Outcome = Outcome.ANSWER


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """Something to happen at a moment; ``number`` orders what happens at once."""

    at: dt.datetime
    number: int
    act: Callable[[], Awaitable[object]] = field(compare=False)


async def play(life: Life, cast: Cast, *, now: dt.datetime) -> int:
    """Let it all happen in the order of time; gives how many things did."""
    moment = now - WEEK * WEEKS_BACK
    with clock.running_on(lambda: moment), in_force(_unhurried()):
        await guide.refresh_if_changed()
        await _prepare(life, cast)
        events = sorted([*_scenes(life, cast, now=now), *await _ordinary(life, cast, now=now), *_ticks(now)])
        for event in events:
            moment = max(moment, event.at)
            await event.act()
    guide.forget()
    return len(events)


def _unhurried() -> Rules:
    """The rules in force, but three months in ten seconds are not too fast."""
    return rules().model_copy(update={"limits": Limits(**dict.fromkeys(Limits.model_fields, "100000/second"))})


async def _prepare(life: Life, cast: Cast) -> None:
    lead = await cast.viewer("gao")
    for one in life.canned:
        await canned.write(by=lead, place_id=cast.home, title=one.title, text=one.text)
    monday = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    monday -= dt.timedelta(days=monday.weekday())
    for week in range(WEEKS_BACK + WEEKS_AHEAD):
        who = life.duty[(week - WEEKS_BACK - 1) % len(life.duty)]
        starts = (monday + WEEK * week).astimezone(dt.UTC)
        await roster.write(
            by=lead, place_id=cast.home, person_id=cast.people[who], starts_at=starts, ends_at=starts + WEEK
        )


def _ticks(now: dt.datetime) -> Iterator[Event]:
    """The jobs run all the while, as they would have."""
    moment = now - WEEK * WEEKS_BACK
    while (moment := moment + TICK) < now:
        yield Event(moment, 0, _jobs)


async def _jobs() -> None:
    await escalation.run_all()
    await alarms.page_next(clock.now())


def _scenes(life: Life, cast: Cast, *, now: dt.datetime) -> Iterator[Event]:
    number = 0
    for scene in life.life:
        thread, moment = Thread(), _begin(scene, now)
        for deed in scene.deeds:
            moment = _moment(deed, moment, now=now, is_staff=deed.who in cast.staff)
            number += 1
            yield Event(moment, number, _act(deed, thread, cast))


def _begin(scene: Scene, now: dt.datetime) -> dt.datetime:
    if scene.at is None:
        return now - dt.timedelta(minutes=scene.minutes_ago)
    day = clock.local(now).date() - dt.timedelta(days=scene.ago)
    return min(dt.datetime.combine(day, scene.at, clock.SHANGHAI).astimezone(dt.UTC), now)


def _moment(deed: Deed, before: dt.datetime, *, now: dt.datetime, is_staff: bool) -> dt.datetime:
    moment = before + dt.timedelta(minutes=deed.after)
    if is_staff and not deed.at_once:
        moment = deadlines.opens_next(moment)
    return min(moment, now)


def _act(deed: Deed, thread: Thread, cast: Cast) -> Callable[[], Awaitable[object]]:
    return lambda: DEEDS[deed.does](deed, thread, cast)


async def _ordinary(life: Life, cast: Cast, *, now: dt.datetime) -> list[Event]:
    """Everyday questions, the same for the same pack, spread over all days and most hours."""
    chance, span = random.Random(SEED), (WEEK * WEEKS_BACK - dt.timedelta(days=1)).total_seconds()
    asked = sorted(await _ways_of_asking(cast))
    events: list[Event] = []
    for number in range(life.ordinary.messages):
        start = now - dt.timedelta(seconds=chance.uniform(0.05, 1) * span)
        start = start.astimezone(clock.SHANGHAI).replace(hour=chance.randint(7, 21)).astimezone(dt.UTC)
        who = f"visitor {chance.randrange(life.ordinary.visitors)}"
        lines, thread = [chance.choice(asked), *chance.choice(life.ordinary.afterwards)], Thread()
        for place, text in enumerate(lines):
            deed = Deed(after=0, does="say_on" if place else "say", who=who, text=text)
            events.append(Event(min(start + PAUSE * place, now), number, _act(deed, thread, cast)))
    return events


async def _ways_of_asking(cast: Cast) -> list[str]:
    """Plain questions only: who is in danger or wants a person has a scene of their own."""
    shown = [one for group in await guide.categories(viewer=SYSTEM, place_id=cast.home) for one in group.entries]
    texts = [text for one in shown for text in one.content.phrasings[:2]]
    return [text for text in texts if understand(text, words=guide.words()).intent is Intent.ASK]


async def _say(deed: Deed, thread: Thread, cast: Cast) -> None:
    address = f"demo {deed.who}"
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
        intake=Intake.PHONE,
        on_behalf_of=deed.whose,
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


async def _time_passes(_deed: Deed, _thread: Thread, _cast: Cast) -> None:
    await _jobs()


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
        "jobs": _time_passes,
    }
)
