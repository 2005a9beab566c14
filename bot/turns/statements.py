"""物业公布: what was published of the last months, and rating one by a digit."""

from __future__ import annotations

from dataclasses import replace

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from courier.letters import Link
from forum.property import statements
from forum.property.statements import STARS, Month
from forum.property.sums import yuan
from models.wording import say
from people.permissions import may

MOST = 3


async def take(scene: Scene) -> Reply | None:
    """物业公布了什么; or how many stars were picked."""
    if scene.chosen is not None:
        return await _picked(scene) if scene.chosen.kind is OfferKind.PROPERTY else None
    if not says("property", scene.heard.normalised):
        return None
    if scene.viewer.person_id is None or not may(scene.viewer, "board.read", scene.place_id):
        return reply(scene, Outcome.PROPERTY, say("property.chat.join_first"))
    return await _show(scene)


async def _show(scene: Scene) -> Reply:
    found = (await statements.months(viewer=scene.viewer, place_id=scene.place_id))[:MOST]
    if not found:
        return reply(scene, Outcome.PROPERTY, say("property.chat.none"))
    text = "\n".join(line for month in found for line in _told(month))
    offers = tuple(
        Offer(say("property.chat.rate", estate=one.estate, period=one.period), OfferKind.PROPERTY, _key(one))
        for one in found
        if one.may_rate
    )
    told = reply(scene, Outcome.PROPERTY, text, offers=offers)
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say("property.chat.link"), "/property"),)))


def _told(month: Month) -> list[str]:
    head = say("property.chat.head", estate=month.estate, period=month.period)
    sums = [
        say("property.chat.sum", kind=say(f"property.kind.{one.kind.value}"), yuan=yuan(one.total))
        for one in month.statements
    ]
    repairs = say("property.repairs", reported=month.reported, closed=month.closed)
    stars = say("property.few", rated=month.rated)
    if month.average is not None:
        stars = say("property.average", rated=month.rated, average=month.average)
    return [head, *sums, repairs, stars]


def _key(month: Month) -> str:
    return f"{month.estate_id}:{month.period}"


async def _picked(scene: Scene) -> Reply:
    """A month to rate, or the stars for it."""
    assert scene.chosen is not None
    estate, period, *stars = scene.chosen.value.split(":")
    if not stars:
        offers = tuple(
            Offer(say("property.chat.stars", stars=one), OfferKind.PROPERTY, f"{estate}:{period}:{one}")
            for one in range(1, STARS + 1)
        )
        return reply(scene, Outcome.PROPERTY, say("property.chat.how"), offers=offers)
    await statements.rate(int(estate), period, by=scene.viewer, place_id=scene.place_id, stars=int(stars[0]))
    return reply(scene, Outcome.PROPERTY, say("property.chat.rated"))
