"""绑定: a code made in this chat, to be typed in another one of the same person's."""

from __future__ import annotations

from dataclasses import replace

from bot.memory import OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from models.wording import say
from people import contacts


async def take(scene: Scene) -> Reply | None:
    """绑定码: shown to the chat it was asked in, and to nobody at the desk."""
    is_picked = scene.chosen is not None and scene.chosen.kind is OfferKind.CONNECT
    if not is_picked and not says("connect", scene.heard.normalised):
        return None
    if scene.viewer.person_id is None:
        return reply(scene, Outcome.ACCOUNT, say("account.unknown"))
    code = await contacts.make_code(by=scene.viewer)
    text = say("bind.code", digits=f"{code.digits[:4]} {code.digits[4:]}")
    return replace(reply(scene, Outcome.ONE_TIME, text), kept=say("bind.kept"))
