"""What staff do with meetings in a transcript: one is called and people invited, it is held, and put on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from forum.meetings import attending, calling, inviting, keepers, minutes, showing, telling
from forum.meetings.calling import NewMeeting
from forum.meetings.inviting import Invite
from forum.meetings.minutes import NewConclusion
from models import clock
from people.viewers import SYSTEM
from tests.bot.stage import Stage


async def call(stage: Stage, who: str, name: str, text: str) -> None:
    """开会 要不要装电梯 王阿姨: in three days, for everybody who wants to come besides those who are named."""
    starts = clock.now() + dt.timedelta(days=3)
    new = NewMeeting("hearing", name, f"{name}，大家来说说。", "活动室", starts, takes_volunteers=True)
    by = await stage.viewer(who)
    made = await calling.call(new, by=by, place_id=stage.place_id)
    await inviting.invite(made, Invite(named=text.split()), by=by)
    seats = [one.id for one in await keepers.seats(made, viewer=by)]
    await inviting.name_members(made, by=by, seat_ids=seats)
    await telling.tell_due(by=SYSTEM)


async def hold(stage: Stage, who: str, name: str, text: str) -> None:
    """记录 要不要装电梯 换个位置再看: it was held, and its record is published."""
    by = await stage.viewer(who)
    [line] = [one for one in await showing.meetings(viewer=by, place_id=stage.place_id) if one.title == name]
    await attending.begin(line.id, by=by)
    await minutes.write(line.id, by=by, minutes="一楼担心采光。", seen=0)
    due = clock.today() + dt.timedelta(days=30)
    await minutes.conclude(line.id, NewConclusion(text, "agreed", "物业", due), by=by)
    await minutes.conclude(line.id, NewConclusion("钱怎么分", "open"), by=by)
    await minutes.publish(line.id, by=by, seen=1)


DEEDS: Mapping[str, Callable[[Stage, str, str, str], Awaitable[None]]] = {"召集会议": call, "公开记录": hold}
