"""Plays three months of the demo's life through the real verbs, under a clock that runs from then to now."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from app.demo_deeds import DEEDS, Cast, Thread, on_its_day, run_jobs
from app.demo_story import Deed, Life, Scene
from bot.danger_options import danger_options
from casework import canned, deadlines, guide, roster
from models import clock
from models.rule_shapes import Limits
from models.rules import Rules, in_force, rules
from nlp.intent import Intent, understand
from people.viewers import SYSTEM

WEEK = dt.timedelta(days=7)
TICK = dt.timedelta(hours=12)
WEEKS_BACK, WEEKS_AHEAD = 13, 3
SEED = 20_261_123
PAUSE = dt.timedelta(seconds=40)
TOLD = 10
"""In so many parts it is said how far it has come."""


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """Something to happen at a moment; ``number`` orders what happens at once."""

    at: dt.datetime
    number: int
    act: Callable[[], Awaitable[object]] = field(compare=False)


async def play(life: Life, cast: Cast, *, now: dt.datetime, tell: Callable[[str], None] = lambda line: None) -> int:
    """Let it all happen in the order of time, telling how far it has come; gives how many things did."""
    moment = now - WEEK * WEEKS_BACK
    with clock.running_on(lambda: moment), in_force(unhurried()):
        await guide.refresh_if_changed()
        await _prepare(life, cast)
        events = sorted([*_scenes(life, cast, now=now), *await _ordinary(life, cast, now=now), *_ticks(now)])
        step = len(events) // TOLD + 1
        for number, event in enumerate(events):
            if number % step == 0:
                tell(f"  {100 * number // len(events)} % of three months ...")
            moment = max(moment, event.at)
            await event.act()
    guide.forget()
    return len(events)


def unhurried() -> Rules:
    """The rules in force, but three months in ten seconds are not too fast, and reports go by the desk as told."""
    limits = Limits(**dict.fromkeys(Limits.model_fields, "100000/second"))
    by_the_desk = rules().cases.model_copy(update={"from_chat": False})
    return rules().model_copy(update={"limits": limits, "cases": by_the_desk})


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
        yield Event(moment, 0, run_jobs)


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
    return on_its_day(scene.ago, scene.at, now)


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
    """Plain questions only, of entries that ask back nothing that is danger (冒烟吗？有): who is in danger or wants a
    person has a scene of their own."""
    shown = [one for group in await guide.categories(viewer=SYSTEM, place_id=cast.home) for one in group.entries]
    calm = [one for one in shown if one.key not in danger_options()]
    texts = [text for one in calm for text in one.content.phrasings[:2]]
    return [text for text in texts if understand(text, words=guide.words()).intent is Intent.ASK]
