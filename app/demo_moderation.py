"""How the demo's boards are looked after: who reports a post, what is done about it, and what its author says."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.demo_deeds import Cast
from forum.moderation import appeals, expiry, flags, measures
from forum.moderation.house import house
from forum.moderation.measures import Wanted
from models import clock
from models.moderation import Measure
from models.post import Thing
from people.viewers import SYSTEM

_TAKES = {"warn": measures.warn, "hide": measures.hide, "mute": measures.mute}


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DemoMeasure(_Shape):
    """Done about a post some minutes after it was written, by a rule with its own reason; ``appeal`` is why not, and
    ``answer`` what ``judge`` said when they ended it for that."""

    kind: Annotated[str, Field(pattern="^(warn|hide|mute)$")]
    rule: str
    who: str
    after: int = 60
    hours: int | None = None
    appeal: str = ""
    judge: str = ""
    answer: str = ""


async def report(post_id: int, who: tuple[str, ...], *, rule: str, cast: Cast) -> None:
    """Neighbours report a post."""
    for one in who:
        await flags.flag(Thing.POST, post_id, by=await cast.viewer(one), rule=rule)


async def take(post_id: int, done: DemoMeasure, *, author: str, cast: Cast, now: dt.datetime) -> None:
    """Do it, appeal, decide, and let it end when its time is over."""
    begun = clock.now() + dt.timedelta(minutes=done.after)
    with clock.running_on(lambda: min(begun, now)):
        wanted = Wanted(done.rule, house().rule(done.rule).reason, hours=done.hours)
        made = await _TAKES[done.kind](Thing.POST, post_id, wanted, by=await cast.viewer(done.who))
    with clock.running_on(lambda: min(begun + dt.timedelta(hours=2), now)):
        await _appeal(made, done, author=author, cast=cast)
    ends_at = made.ends_at
    if ends_at is not None and ends_at <= now:
        with clock.running_on(lambda: ends_at):
            await expiry.end_due(by=SYSTEM)


async def _appeal(made: Measure, done: DemoMeasure, *, author: str, cast: Cast) -> None:
    if not done.appeal:
        return
    asked = await appeals.appeal(made.id, by=await cast.viewer(author), text=done.appeal)
    if done.judge:
        await appeals.decide(asked.id, by=await cast.viewer(done.judge), overturns=True, answer=done.answer)
