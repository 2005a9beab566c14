"""发帖必响应 for staff in their chats: what still waits for an official reply, the most urgent first, by digits."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from courier.letters import Link
from forum import owed, responses
from forum.owed import UnitRate
from forum.responses import Waiting
from models import clock
from models.wording import say, say_moment
from people.permissions import may

MOST, DAYS = 6, 30


async def take(scene: Scene) -> Reply | None:
    """没答复的帖子: what is picked of them is opened as any other thread."""
    if scene.chosen is not None or not says("unanswered", scene.heard.normalised):
        return None
    return await _list(scene) if may(scene.viewer, "response.read", scene.place_id) else None


async def _list(scene: Scene) -> Reply:
    waiting = await responses.waiting(viewer=scene.viewer, place_id=scene.place_id)
    late = sum(one.is_late for one in waiting)
    head = say("board.chat.unanswered", count=len(waiting), late=late) if waiting else say("board.chat.all_answered")
    offers = tuple(Offer(_label(one), OfferKind.POST, str(one.id)) for one in waiting if one.id)[:MOST]
    told = reply(scene, Outcome.BOARD, "\n".join([*await _rates(scene), head]), offers=offers)
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say("board.tell.link"), "/responses"),)))


def _label(one: Waiting) -> str:
    key = "board.chat.unanswered_late" if one.is_late else "board.chat.unanswered_post"
    title = say("board.tell.private") if one.is_private else one.title
    return say(key, board=one.kind.name, title=title, due=say_moment(one.due_at))


async def _rates(scene: Scene) -> list[str]:
    """How often one came in time on each board, and from each unit that owed it."""
    since = clock.now() - dt.timedelta(days=DAYS)
    rates = await responses.rates(viewer=scene.viewer, since=since, place_id=scene.place_id)
    units = await owed.unit_rates(viewer=scene.viewer, since=since, place_id=scene.place_id)
    boards = [
        say("board.chat.rate", board=say(f"board.name.{one.board.value}"), asked=one.asked, percent=one.percent)
        for one in rates
        if one.percent is not None
    ]
    return [*boards, *map(_of_unit, units)]


def _of_unit(one: UnitRate) -> str:
    unit = say(f"board.unit.{one.unit.value}")
    named = say("board.chat.unit_of", unit=unit, estate=one.estate) if one.estate else unit
    facts = {"owed": one.owed, "in_time": one.in_time, "late": one.answered_late, "unanswered": one.unanswered}
    return say("board.chat.unit_rate", unit=named, **facts)
