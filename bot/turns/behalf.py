"""代: asking for somebody else, chosen by digit or by name; what goes to the desk says for whom."""

from __future__ import annotations

from dataclasses import replace

from bot.memory import Memory, Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import part_said, says
from models.joining import ActingState
from models.wording import say
from people import acting
from people.acting import ActingLine


async def take(scene: Scene) -> Reply | None:
    """Begin, choose, or end."""
    if scene.chosen is not None and scene.chosen.kind is OfferKind.BEHALF:
        return _begun(scene, Offer(scene.chosen.label, OfferKind.BEHALF, scene.chosen.value))
    if scene.memory.behalf and says("behalf_end", scene.heard.normalised):
        return await _stopped(scene)
    if scene.viewer.person_id is None:
        return None
    return await _chosen(scene)


async def _mine(scene: Scene) -> list[ActingLine]:
    return [
        one for one in await acting.mine(viewer=scene.viewer) if one.is_helper and one.state is ActingState.STANDING
    ]


async def _chosen(scene: Scene) -> Reply | None:
    """By word alone everybody is offered; by name the one meant begins at once; any other sentence is none of this."""
    is_word = says("behalf", scene.heard.normalised)
    named = part_said("behalf_named", scene.original.strip()).strip()
    if not is_word and not named:
        return None
    mine = await _mine(scene)
    if not is_word:
        one = next((one for one in mine if one.elder == named), None)
        return _begun(scene, _offer(one)) if one else None
    if not mine:
        return reply(scene, Outcome.BEHALF, say("acting.behalf.nobody"))
    return reply(scene, Outcome.BEHALF, say("acting.behalf.whom"), offers=tuple(_offer(one) for one in mine))


def _offer(one: ActingLine) -> Offer:
    return Offer(say("acting.behalf.one", elder=one.elder), OfferKind.BEHALF, f"{one.elder_id}:{one.elder}")


def _begun(scene: Scene, offer: Offer) -> Reply:
    number, _, elder = offer.value.partition(":")
    memory = replace(Memory(spoken_ms=scene.memory.spoken_ms), behalf=int(number))
    return reply(scene, Outcome.BEHALF, say("acting.behalf.begun", elder=elder), memory=memory)


async def _stopped(scene: Scene) -> Reply:
    mine = await acting.mine(viewer=scene.viewer) if scene.viewer.person_id is not None else []
    elder = next((one.elder for one in mine if one.elder_id == scene.memory.behalf), "")
    return reply(scene, Outcome.BEHALF, say("acting.behalf.stopped", elder=elder), memory=Memory())
