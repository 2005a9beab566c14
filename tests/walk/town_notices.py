"""Notices of the neighbourhoods that are walked: one on top, an emergency, something published that had to be."""

from __future__ import annotations

import datetime as dt

from forum import board_settings
from forum.board_settings import Wanted
from forum.notices import affairs, sending, writing
from forum.notices.writing import NewNotice
from forum.posts import NewPost
from models import clock
from models.notice import Notice
from people.viewers import SYSTEM, Viewer


async def fill(blanks: dict[str, object], lead: Viewer, *, place_id: int, mark: str) -> None:
    """Two notices that wait for the people they are for, and a published item."""
    await board_settings.set_board("open_affairs", Wanted(is_on=True), by=lead, place_id=place_id)
    until = clock.now() + dt.timedelta(days=3)
    told = await writing.publish(NewNotice(f"{mark}停水", pinned_until=until), by=lead, place_id=place_id)
    urgent = await writing.publish(NewNotice(f"{mark}台风来了"), by=lead, place_id=place_id)
    planned = NewNotice(f"{mark}下周体检", send_at=clock.now() + dt.timedelta(days=7))
    later = await writing.publish(planned, by=lead, place_id=place_id)
    await affairs.publish("publish_money", NewPost("", f"{mark}收支"), by=lead, place_id=place_id)
    blanks.update(notice=told.id, urgent=urgent.id, planned=later.id)


async def comes(blanks: dict[str, object]) -> None:
    """They go out once everybody lives here; one of them is then an emergency, without the noise of one."""
    await sending.send_due(by=SYSTEM)
    await Notice.filter(id=blanks["urgent"]).update(is_emergency=True)
    blanks["urgent_post"] = (await Notice.get(id=blanks["urgent"])).post_id
