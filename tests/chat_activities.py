"""What staff do with activities and services in a transcript: one is called, its code is shown, one is admitted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from forum.activities import attending, calling
from forum.activities.calling import NewActivity
from forum.board_settings import Wanted, set_board
from forum.property import statements
from forum.property.statements import NewStatement
from forum.property.sums import lines_of
from forum.services import complaints, directory
from forum.services.directory import ProviderShape
from forum.surveys import publishing
from forum.surveys.forms import questions_of
from forum.surveys.publishing import NewSurvey
from models import clock
from models.activity import Activity
from models.home import Estate
from models.provider import Complaint
from tests.bot.stage import Stage
from tests.people.neighbours import neighbour


async def call(stage: Stage, who: str, title: str, places: str) -> None:
    """活动 包粽子 2: one of so many places, which begins in two hours and is volunteers' work."""
    starts = clock.now() + dt.timedelta(hours=2)
    ends, count = starts + dt.timedelta(hours=1), int(places)
    new = NewActivity(title, f"一起{title}。", starts, ends, "活动室", count, is_volunteering=True)
    await calling.call(new, by=await stage.viewer(who), place_id=stage.place_id)


async def show_code(stage: Stage, who: str, code: str, text: str) -> None:
    """签到码 4321: the code that is shown there; chance would choose another one each time."""
    found = await Activity.get()
    await attending.show_code(found.post_id, by=await stage.viewer(who))
    await Activity.filter(id=found.id).update(code=code)


async def admit(stage: Stage, who: str, name: str, hours: str) -> None:
    """准入 老陈修鞋 08:30-11:30: into the directory, open on every day of the week."""
    shape = ProviderShape("provider", name, about="修鞋、配钥匙。", venue="活动室门口", hours=hours, weekdays="12345")
    await directory.admit(shape, by=await stage.viewer(who), place_id=stage.place_id, reason="看过执照")


async def uphold(stage: Stage, who: str, name: str, answer: str) -> None:
    """投诉属实 老陈修鞋 已退钱: what waits of it is upheld."""
    waits = await Complaint.get(state="open")
    await complaints.uphold(waits.id, by=await stage.viewer(who), answer=answer)


async def publish(stage: Stage, who: str, period: str, line: str) -> None:
    """物业公布 2026-02 物业费收入=12345.60: what was taken in the estate in a month."""
    await set_board("property", Wanted(is_on=True), by=await stage.viewer("高"), place_id=stage.place_id)
    estate = await Estate.filter(place_id=stage.place_id).order_by("id").first()
    assert estate is not None
    new = NewStatement(estate.id, "fees", period, lines_of(line))
    await statements.publish(new, by=await stage.viewer(who), place_id=stage.place_id)


async def ask(stage: Stage, who: str, how: str, title: str) -> None:
    """问卷 记名 停车: three questions for all who live here, until Friday; an anonymous one needs five of them."""
    for at in range(5 if how == "匿名" else 0):
        await neighbour(stage.place_id, f"邻居{at}", address=f"neighbour-{at}")
    await set_board("proposals", Wanted(is_on=True), by=await stage.viewer("高"), place_id=stage.place_id)
    questions = questions_of("是否：要不要装充电桩\n多选：装在哪里｜东门｜西门\n文字：担心什么")
    until = clock.today() + dt.timedelta(days=4)
    new = NewSurvey(title, "", questions, until, is_anonymous=how == "匿名")
    await publishing.publish(new, by=await stage.viewer(who), place_id=stage.place_id)


DEEDS: Mapping[str, Callable[[Stage, str, str, str], Awaitable[None]]] = {
    "活动": call,
    "签到码": show_code,
    "准入": admit,
    "物业公布": publish,
    "问卷": ask,
    "投诉属实": uphold,
}
