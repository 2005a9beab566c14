"""A code that one of the staff made at the desk, typed as the whole message: this chat becomes theirs."""

from __future__ import annotations

import re

from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from models.conversation import Speaker
from models.errors import TooMany
from models.wording import say
from nlp.normalise import normalise
from people import contacts
from people.residents import WEB

_CODE = re.compile(rf"[0-9]{{{contacts.DIGITS}}}")


async def take(scene: Scene) -> Reply | None:
    """绑定: eight digits that are a code; any others, such as a telephone number, are for the next turns."""
    digits = normalise(scene.original).strip()
    if not _CODE.fullmatch(digits) or scene.talk.channel == WEB:
        return None
    contact_id = scene.talk.contact_id
    if not await contacts.may_try(contact_id=contact_id, network=scene.network):
        return _refused(scene)
    name = await contacts.bind(digits, by=scene.viewer, contact_id=contact_id)
    return None if name is None else reply(scene, Outcome.BOUND, say("bind.done", staff=name))


def _refused(scene: Scene) -> None:
    """Too many numbers tried; what is said to a person goes through all the same."""
    if scene.talk.speaker is not Speaker.PERSON:
        raise TooMany("contact.tries")


async def gone(scene: Scene) -> Reply | None:
    """Eight digits that nobody asked for: how to come by a code, in the same words whatever they are."""
    if scene.memory.report_line or not _CODE.fullmatch(normalise(scene.original).strip()):
        return None
    key = "refusals.contact.web_signs_in" if scene.talk.channel == WEB else "bind.gone"
    return reply(scene, Outcome.REFUSE, say(key))
