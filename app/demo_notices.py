"""What the demo's committee tells: notices to all and to a building, an emergency that is over, what must be public."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict

from app.demo_deeds import Cast, on_its_day
from app.demo_life import unhurried
from forum import threads
from forum.notices import affairs, emergencies, receipts, sending, writing
from forum.notices.targets import Target
from forum.notices.writing import NewNotice
from forum.posts import NewPost
from models import clock
from models.home import Building
from models.notice import Notice
from models.rules import in_force
from people.viewers import SYSTEM


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DemoNotice(_Shape):
    """A notice so many days ago (before today: it waits for its day), to a building or to all; who opened it. An
    emergency has ``over``: what the all-clear said an hour later."""

    ago: int
    at: dt.time
    who: str
    title: str
    text: str
    building: str = ""
    pinned_days: int = 0
    read: tuple[str, ...] = ()
    over: str = ""


class DemoAffair(_Shape):
    """An item of the list of what must be published, published so many days ago."""

    ago: int
    at: dt.time
    who: str
    duty: str
    title: str
    text: str


async def play(
    notices: tuple[DemoNotice, ...], published: tuple[DemoAffair, ...], *, cast: Cast, now: dt.datetime
) -> None:
    """Let everything be told and published in the order of time."""
    for one in sorted(published, key=lambda one: (-one.ago, one.at)):
        moment = on_its_day(one.ago, one.at, now)
        with clock.running_on(lambda at=moment: at), in_force(unhurried()):
            new = NewPost("", one.text, title=one.title)
            await affairs.publish(one.duty, new, by=await cast.viewer(one.who), place_id=cast.home)
    for notice in sorted(notices, key=lambda one: (-one.ago, one.at)):
        await _tell(notice, cast=cast, now=now)


async def _tell(one: DemoNotice, *, cast: Cast, now: dt.datetime) -> None:
    moment = on_its_day(max(one.ago, 0), one.at, now)
    with clock.running_on(lambda: moment), in_force(unhurried()):
        notice_id = await _write(one, cast=cast, moment=moment)
        await sending.send_due(by=SYSTEM)
        moment = min(moment + dt.timedelta(hours=1), now)
        await _opened(notice_id, one, cast=cast)
        if one.over:
            await emergencies.all_clear(notice_id, by=await cast.viewer(one.who), text=one.over)
            await sending.send_due(by=SYSTEM)


async def _write(one: DemoNotice, *, cast: Cast, moment: dt.datetime) -> int:
    by = await cast.viewer(one.who)
    new = NewNotice(
        one.text,
        title=one.title,
        target=await _target(one.building, place_id=cast.home),
        send_at=moment + dt.timedelta(days=-one.ago) if one.ago < 0 else None,
        pinned_until=moment + dt.timedelta(days=one.pinned_days) if one.pinned_days else None,
    )
    if not one.over:
        return (await writing.publish(new, by=by, place_id=cast.home)).id
    seen = await emergencies.preview(new, by=by, place_id=cast.home)
    return (await emergencies.broadcast(new, by=by, place_id=cast.home, sure=seen.sure)).id


async def _target(building: str, *, place_id: int) -> Target:
    if not building:
        return Target()
    found = await Building.filter(place_id=place_id, name=building).first()
    return Target(buildings=(found.id,) if found else ())


async def _opened(notice_id: int, one: DemoNotice, *, cast: Cast) -> None:
    """Who looked at it; of an emergency they said 收到."""
    for who in one.read:
        viewer = await cast.viewer(who)
        if one.over:
            await receipts.acknowledge(notice_id, by=viewer)
        elif post_id := (await Notice.get(id=notice_id)).post_id:
            await threads.see(post_id, by=viewer, upto=0)
