"""Life on the demo's boards: what its people post and answer, each through the verbs that do it for everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from app import demo_moderation
from app.demo_deeds import Cast, on_its_day
from app.demo_life import unhurried
from app.demo_moderation import DemoMeasure
from forum import board_settings, cases, posts, reactions, replies
from forum.board_settings import Wanted
from forum.posts import NewPost
from forum.replies import NewReply
from models import clock
from models.board import BoardName
from models.post import Thing
from models.rules import in_force
from models.thread import ReactionKind


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DemoReply(_Shape):
    """An answer, some minutes after what came before; ``likes`` are who liked it."""

    after: int = 45
    who: str
    text: str
    likes: tuple[str, ...] = ()


class DemoPost(_Shape):
    """A post so many days ago, what was answered, who liked it, the kind of case it became, who reported it for which
    rule, and what was done about it."""

    board: BoardName
    ago: int
    at: dt.time
    who: str
    title: str = ""
    text: str
    is_private: bool = False
    likes: tuple[str, ...] = ()
    thanks: tuple[str, ...] = ()
    case: str = ""
    flagged: tuple[str, ...] = ()
    flagged_for: str = "other"
    measure: DemoMeasure | None = None
    then: tuple[DemoReply, ...] = ()


class DemoBoards(_Shape):
    """Boards that are switched on, and who stands for them, by key; then the posts."""

    opened: dict[BoardName, str] = {}
    posts: tuple[DemoPost, ...] = ()


async def play(boards: DemoBoards, *, cast: Cast, now: dt.datetime) -> None:
    """Let everything be posted and answered in the order of time."""
    lead = await cast.viewer("gao")
    for name, named in boards.opened.items():
        wanted = Wanted(is_on=True, named_id=cast.people.get(named))
        await board_settings.set_board(name, wanted, by=lead, place_id=cast.home)
    for one in _in_order(boards.posts):
        await _play(one, cast=cast, now=now)


def _in_order(found: Sequence[DemoPost]) -> list[DemoPost]:
    return sorted(found, key=lambda one: (-one.ago, one.at))


async def _play(one: DemoPost, *, cast: Cast, now: dt.datetime) -> None:
    moment = on_its_day(one.ago, one.at, now)
    with clock.running_on(lambda: moment), in_force(unhurried()):
        by = await cast.viewer(one.who)
        new = NewPost(one.board, one.text, title=one.title, is_private=one.is_private)
        made = await posts.publish(new, by=by, place_id=cast.home)
        await _liked(Thing.POST, made.id, one.likes, cast=cast)
        await _liked(Thing.POST, made.id, one.thanks, cast=cast, kind=ReactionKind.THANK)
        if one.case:
            moment += dt.timedelta(minutes=30)
            await cases.to_case(made.id, by=await cast.viewer("chen"), kind_key=one.case)
        for answer in one.then:
            moment = min(moment + dt.timedelta(minutes=answer.after), now)
            said = await replies.reply(made.id, NewReply(answer.text), by=await cast.viewer(answer.who))
            await _liked(Thing.REPLY, said.id, answer.likes, cast=cast)
        await demo_moderation.report(made.id, one.flagged, rule=one.flagged_for, cast=cast)
        if one.measure is not None:
            await demo_moderation.take(made.id, one.measure, author=one.who, cast=cast, now=now)


async def _liked(
    thing: Thing, thing_id: int, who: Sequence[str], *, cast: Cast, kind: ReactionKind = ReactionKind.LIKE
) -> None:
    for one in who:
        await reactions.react(thing, thing_id, kind, by=await cast.viewer(one))
