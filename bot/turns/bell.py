"""消息: what somebody was told and has not read yet, to be opened by digits; what is shown here is read."""

from __future__ import annotations

from dataclasses import replace

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from courier.letters import Link
from courier.parts import shortened
from models.wording import say, say_moment
from people import bell
from people.bell import BellEntry

MOST, LONGEST = 8, 60
HOME = "/bell"


async def take(scene: Scene) -> Reply | None:
    """List what is new, or tell all of one line."""
    chosen = scene.chosen
    if chosen is not None:
        return await _one(scene, int(chosen.value)) if chosen.kind is OfferKind.BELL else None
    if not says("bell", scene.heard.normalised):
        return None
    if scene.viewer.person_id is None:
        return reply(scene, Outcome.ACCOUNT, say("bell.nobody"))
    return await _list(scene)


async def _list(scene: Scene) -> Reply:
    found = await bell.bell(viewer=scene.viewer, most=MOST, is_unread=True)
    await bell.read(by=scene.viewer, lines=[line.id for line in found.lines])
    if not found.lines:
        return _linked(reply(scene, Outcome.ACCOUNT, say("bell.none")), HOME)
    head = say("bell.more" if found.next else "bell.new")
    return _linked(reply(scene, Outcome.ACCOUNT, head, offers=tuple(map(_offer, found.lines))), HOME)


def _offer(line: BellEntry) -> Offer:
    text = shortened(line.text.partition("\n")[0], most=LONGEST)
    label = say("bell.times" if line.count > 1 else "bell.once", text=text, count=line.count, at=say_moment(line.at))
    if line.post_id is not None:
        return Offer(label, OfferKind.POST, str(line.post_id))
    return Offer(label, OfferKind.BELL, str(line.id))


async def _one(scene: Scene, number: int) -> Reply:
    found = await bell.line(number, viewer=scene.viewer)
    if found is None:
        return reply(scene, Outcome.ACCOUNT, say("bell.gone"))
    told = reply(scene, Outcome.ACCOUNT, found.text)
    return _linked(told, found.path) if found.path else told


def _linked(told: Reply, path: str) -> Reply:
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say("bell.link"), path),)))
