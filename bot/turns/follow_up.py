"""What continues the question before it: how many copies, what it costs, another one."""

from __future__ import annotations

from dataclasses import replace

from bot import answers, context, offers
from bot.letters import asked_fields
from bot.memory import OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from casework.guide import Zone
from models.errors import NotFound
from models.wording import say


async def take(scene: Scene) -> Reply | None:
    """追问: answer from the entry told before; 换一个 offers what else was near."""
    if scene.memory.candidates and says("another", scene.heard.normalised):
        return await _another(scene)
    key = context.continued(scene)
    if key is None or _asks_anew(scene, key):
        return None
    try:
        return await answers.tell_part(key, scene)
    except NotFound:
        return None


def _asks_anew(scene: Scene, key: str) -> bool:
    """A whole question about the same entry, in other words, gets the whole answer."""
    found = scene.found
    is_sure = found is not None and found.zone is Zone.ANSWER and found.hits[0].key == key
    return is_sure and not asked_fields(scene.heard.normalised)


async def _another(scene: Scene) -> Reply:
    """换一个: what was neither told nor offered before; the topic is dropped."""
    memory = scene.memory
    seen = {memory.entry, *(offer.value for offer in memory.offered if offer.kind is OfferKind.ENTRY)}
    others = tuple(one for one in memory.candidates if one.key not in seen)
    near = await offers.nearest(others, viewer=scene.viewer, place_id=scene.place_id)
    key = "ask.offer.another" if near else "ask.offer.no_other"
    cleared = replace(memory, entry="", asking=0, wants_amount=False, candidates=others)
    return reply(scene, Outcome.CHOICES, say(key), offers=(*near, offers.person()), memory=cleared, ranked=others)
