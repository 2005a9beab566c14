"""What is done about boards in a transcript: somebody looks after them, an appeal is decided, neighbours are drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from forum.moderation import appeals, expiry, flags, juries, measures
from forum.moderation.measures import Wanted
from models import clock
from models.moderation import Appeal
from models.person import Person, Role, RoleName
from models.post import Post, Thing
from models.transaction import transaction
from people.viewers import SYSTEM, viewer_of
from tests.bot.stage import Stage


async def keep(stage: Stage, who: str, name: str, text: str) -> None:
    """任版主 李叔: a neighbour who lives here looks after every board."""
    person = await Person.get(name=name)
    await Role.create(created_at=clock.now(), person=person, place_id=stage.place_id, name=RoleName.MODERATOR)


async def hide(stage: Stage, who: str, rule: str, reason: str) -> None:
    """隐藏 abuse 不要骂人: what was posted last."""
    post = await Post.all().order_by("-id").first()
    assert post is not None
    await measures.hide(Thing.POST, post.id, Wanted(rule, reason), by=await stage.viewer(who))


async def decide(stage: Stage, who: str, word: str, answer: str) -> None:
    """裁定 撤销 说的是事情: the one appeal that is open."""
    made = await Appeal.get(state="open")
    await appeals.decide(made.id, by=await stage.viewer(who), overturns=word == "撤销", answer=answer)


async def draw(stage: Stage, who: str, name: str, text: str) -> None:
    """抽邻居 小周: the appeal that is open is with neighbours, of whom this is one."""
    made, person = await Appeal.get(state="open"), await Person.get(name=name)
    await Appeal.filter(id=made.id).update(closes_at=clock.now() + dt.timedelta(days=3))
    async with transaction():
        await juries.call(await Appeal.get(id=made.id), [person.id])


async def remind(stage: Stage, who: str, word: str, text: str) -> None:
    """催审: who keeps the boards is told of what waits for long."""
    await expiry.remind(by=SYSTEM)


async def report(stage: Stage, who: str, rule: str, text: str) -> None:
    """举报 abuse 小周 李叔: what was posted last breaks a rule, as each of these says."""
    post = await Post.all().order_by("-id").first()
    assert post is not None
    for name in text.split():
        by = await viewer_of((await Person.get(name=name)).id)
        assert by is not None
        await flags.flag(Thing.POST, post.id, by=by, rule=rule)


async def hire(stage: Stage, who: str, name: str, text: str) -> None:
    """任社工 李叔: somebody who lives here works here too."""
    person = await Person.get(name=name)
    await Role.create(created_at=clock.now(), person=person, place_id=stage.place_id, name=RoleName.WORKER)


DEEDS: Mapping[str, Callable[[Stage, str, str, str], Awaitable[None]]] = {
    "任版主": keep,
    "任社工": hire,
    "催审": remind,
    "举报": report,
    "隐藏": hide,
    "裁定": decide,
    "抽邻居": draw,
}
