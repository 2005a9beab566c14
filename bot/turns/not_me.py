"""不是我: what was signed in or connected in the last day, and not from this chat, is ended at once."""

from __future__ import annotations

from bot.memory import OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from models.wording import say
from people import disowning
from people.disowning import Disowned


async def take(scene: Scene) -> Reply | None:
    """不是我登录的: by the word or by the digit below the notice; where nothing is new, the next turns have it."""
    picked = scene.chosen.kind if scene.chosen else None
    if picked is OfferKind.ME:
        return reply(scene, Outcome.ACCOUNT, say("sign_in.fine"))
    if scene.viewer.person_id is None or not (picked is OfferKind.NOT_ME or says("not_me", scene.heard.normalised)):
        return None
    ended = await disowning.disown(by=scene.viewer)
    if picked is None and not ended.any:
        return None
    text = say("sign_in.ended", what=_what(ended)) if ended.any else say("sign_in.nothing_to_end")
    return reply(scene, Outcome.ACCOUNT, text)


def _what(ended: Disowned) -> str:
    counted = (("sign_in.ended_sessions", ended.sessions), ("sign_in.ended_chats", ended.chats))
    return "".join(say(key, count=count) for key, count in counted if count)
