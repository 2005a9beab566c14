"""居务公开: what the committee must publish, when it last was, and what is late; the last post of each by its digit."""

from __future__ import annotations

from dataclasses import replace

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from courier.letters import Link
from forum.notices import affairs
from forum.notices.affairs import Affair
from forum.notices.periods import in_words
from models.wording import say, say_date, say_moment


async def take(scene: Scene) -> Reply | None:
    """居务公开, 公开目录: for those who live or work here."""
    if scene.chosen is not None or not says("affairs", scene.heard.normalised):
        return None
    if scene.viewer.person_id is None:
        return reply(scene, Outcome.BOARD, say("board.chat.join_first"))
    found = await affairs.affairs(viewer=scene.viewer, place_id=scene.place_id)
    text = "\n".join((say("notice.affairs.head"), *(_line(one) for one in found)))
    offers = tuple(Offer(one.name, OfferKind.POST, str(one.last.post_id)) for one in found if one.last is not None)
    made = reply(scene, Outcome.BOARD, text, offers=offers)
    assert made.letter is not None
    return replace(made, letter=replace(made.letter, links=(Link(say("board.tell.link"), "/affairs"),)))


def _line(one: Affair) -> str:
    last = say("notice.affairs.last", at=say_moment(one.last.at)) if one.last else say("notice.affairs.never")
    if one.is_late:
        late = say("notice.affairs.late", period=in_words(one.owed), days=one.days_late)
        return say("notice.affairs.line", name=one.name, last=last, more=late)
    due = say("notice.affairs.due", at=say_date(one.due_on)) if one.due_on else ""
    return say("notice.affairs.line", name=one.name, last=last, more=due)
