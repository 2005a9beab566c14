"""What staff do with notices in a transcript: one goes out, an emergency, its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from forum import board_settings
from forum.board_settings import Wanted
from forum.notices import affairs, emergencies, sending, writing
from forum.notices.writing import NewNotice
from forum.posts import NewPost
from models import clock
from models.notice import Notice
from people import pushes
from people.viewers import SYSTEM
from tests.bot.stage import Stage


async def write(stage: Stage, who: str, title: str, text: str) -> None:
    """公告 停水 周六上午停水: on top for a day, and told with the letter of the day."""
    until = clock.now() + dt.timedelta(days=1)
    new = NewNotice(text, title=title, pinned_until=until)
    await writing.publish(new, by=await stage.viewer(who), place_id=stage.place_id)
    await sending.send_due(by=SYSTEM)
    await pushes.send(by=SYSTEM)


async def urge(stage: Stage, who: str, title: str, text: str) -> None:
    """紧急 台风 不要出门: looked at once more, and sent at once."""
    new, by = NewNotice(text, title=title), await stage.viewer(who)
    seen = await emergencies.preview(new, by=by, place_id=stage.place_id)
    await emergencies.broadcast(new, by=by, place_id=stage.place_id, sure=seen.sure)
    await sending.send_due(by=SYSTEM)


async def clear(stage: Stage, who: str, title: str, text: str) -> None:
    """解除 台风 风停了."""
    found = await Notice.get(is_emergency=True, cleared_at=None)
    await emergencies.all_clear(found.id, by=await stage.viewer(who), text=text)
    await sending.send_due(by=SYSTEM)


async def make_public(stage: Stage, who: str, key: str, text: str) -> None:
    """公布 publish_money 收入一万: on the board, which is on from then on."""
    lead = await stage.viewer("高")
    await board_settings.set_board("open_affairs", Wanted(is_on=True), by=lead, place_id=stage.place_id)
    new = NewPost("", text)
    await affairs.publish(key, new, by=await stage.viewer(who), place_id=stage.place_id)


DEEDS: Mapping[str, Callable[[Stage, str, str, str], Awaitable[None]]] = {
    "公告": write,
    "紧急": urge,
    "解除": clear,
    "公布": make_public,
}
