"""换一处: who lives in two neighbourhoods, or works for two, says which one this chat is about from now on."""

from __future__ import annotations

from bot.memory import Memory, Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from models.wording import say
from people import chat_places
from people.chat_places import ChatPlace


async def take(scene: Scene) -> Reply | None:
    """换社区, and the neighbourhood that was picked."""
    chosen = scene.chosen
    is_picked = chosen is not None and chosen.kind is OfferKind.PLACE
    if not is_picked and (chosen is not None or not says("other_place", scene.heard.normalised)):
        return None
    if scene.viewer.person_id is None:
        return reply(scene, Outcome.ACCOUNT, say("account.unknown"))
    found = await chat_places.chat_places(scene.talk.contact_id, viewer=scene.viewer)
    picked = next((one for one in found if chosen is not None and str(one.id) == chosen.value), None)
    return await _go(scene, picked) if picked is not None and not picked.is_here else _ask(scene, found)


def _ask(scene: Scene, found: list[ChatPlace]) -> Reply:
    here = scene.talk.committee.name
    others = [one for one in found if not one.is_here]
    if not others:
        return reply(scene, Outcome.ACCOUNT, say("account.one_place", here=here))
    offers = tuple(Offer(say("account.to_place", name=one.name), OfferKind.PLACE, str(one.id)) for one in others)
    return reply(scene, Outcome.ACCOUNT, say("account.which_place", here=here), offers=offers)


async def _go(scene: Scene, place: ChatPlace) -> Reply:
    """What was talked about stays there; a new conversation begins here."""
    await chat_places.choose_place(scene.talk.contact_id, by=scene.viewer, place_id=place.id)
    text = say("account.moved", name=place.name, before=scene.talk.committee.name)
    return reply(scene, Outcome.MOVED, text, memory=Memory())
