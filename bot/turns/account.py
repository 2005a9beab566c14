"""What belongs to oneself, as numbered lines: signing in on a page, another chat, letting this chat go."""

from __future__ import annotations

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from models.wording import say
from people import chat_places


async def take(scene: Scene) -> Reply | None:
    """我的账号."""
    is_picked = scene.chosen is not None and scene.chosen.kind is OfferKind.ACCOUNT
    if not is_picked and not says("account", scene.heard.normalised):
        return None
    if scene.viewer.person_id is None:
        return reply(scene, Outcome.ACCOUNT, say("account.unknown"))
    lines = (
        Offer(say("account.sign_in"), OfferKind.SIGN_IN),
        Offer(say("account.connect"), OfferKind.CONNECT),
        Offer(say("account.let_go"), OfferKind.LET_GO),
    )
    where = (Offer(say("account.other_place"), OfferKind.PLACE),) if await _has_others(scene) else ()
    return reply(scene, Outcome.ACCOUNT, say("account.which", name=scene.viewer.name), offers=(*lines, *where))


async def _has_others(scene: Scene) -> bool:
    return len(await chat_places.chat_places(scene.talk.contact_id, viewer=scene.viewer)) > 1
