"""解除绑定: this chat is no longer the one's who speaks in it; asked once whether they are sure."""

from __future__ import annotations

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from models.errors import WrongState
from models.wording import say
from people import contacts
from people.residents import WEB


async def take(scene: Scene) -> Reply | None:
    """解除: whoever holds the chat may end it, also where its former owner gave the telephone away."""
    picked = scene.chosen.kind if scene.chosen else None
    if picked is OfferKind.LET_GO_SURE and scene.viewer.person_id is not None:
        await contacts.unbind(scene.talk.contact_id, by=scene.viewer, is_told=False)
        return reply(scene, Outcome.UNBOUND, say("bind.let_go"))
    if picked is OfferKind.LET_GO_NOT:
        return reply(scene, Outcome.ACCOUNT, say("bind.not_let_go"))
    if picked is not OfferKind.LET_GO and not says("let_go", scene.heard.normalised):
        return None
    if scene.viewer.person_id is None:
        return reply(scene, Outcome.ACCOUNT, say("account.unknown"))
    if scene.talk.channel == WEB:
        raise WrongState("contact.signed_in")
    sure = (Offer(say("bind.sure"), OfferKind.LET_GO_SURE), Offer(say("bind.not_sure"), OfferKind.LET_GO_NOT))
    return reply(scene, Outcome.ACCOUNT, say("bind.ask_sure", name=scene.viewer.name), offers=sure)
