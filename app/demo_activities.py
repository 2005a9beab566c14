"""Activities of the demo: called, signed up for, waited for, and attended, each through the verbs that do it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from app.demo_deeds import Cast
from app.demo_life import unhurried
from forum.activities import attending, calling, signing_up
from forum.activities.calling import NewActivity
from models import clock
from models.activity import SignUp
from models.rules import in_force


class DemoActivity(BaseModel):
    """Called ``ago`` days ago, for ``days`` after that; who signed up, in their order, and who was there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ago: int
    days: int
    at: dt.time
    hours: float = 2
    who: str
    title: str
    text: str
    venue: str
    places: int
    is_volunteering: bool = False
    signed: tuple[str, ...] = ()
    present: tuple[str, ...] = ()


async def play(activities: Sequence[DemoActivity], *, cast: Cast, now: dt.datetime) -> None:
    """Let everything be called and signed up for in the order of time."""
    for one in sorted(activities, key=lambda one: -one.ago):
        await _play(one, cast=cast, now=now)


async def _play(one: DemoActivity, *, cast: Cast, now: dt.datetime) -> None:
    called = now - dt.timedelta(days=one.ago, minutes=5)
    day = clock.local(called).date() + dt.timedelta(days=one.days)
    starts = dt.datetime.combine(day, one.at, clock.SHANGHAI).astimezone(dt.UTC)
    ends = starts + dt.timedelta(hours=one.hours)
    new = NewActivity(one.title, one.text, starts, ends, one.venue, one.places, is_volunteering=one.is_volunteering)
    by = await cast.viewer(one.who)
    with clock.running_on(lambda: called), in_force(unhurried()):
        post_id = (await calling.call(new, by=by, place_id=cast.home)).id
        for who in one.signed:
            await signing_up.sign_up(post_id, by=await cast.viewer(who))
    with clock.running_on(lambda: starts):
        for who in one.present:
            signed = await SignUp.get(activity__post_id=post_id, person_id=cast.people[who])
            await attending.mark(post_id, signed.id, by=by)
