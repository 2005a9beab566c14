"""Something came that is no text, such as a voice message: say so, and ask for words."""

from __future__ import annotations

from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from models.wording import say, sentences

_KIND = "attachment.kind."


async def take(scene: Scene) -> Reply | None:
    """A picture that came with words is what its words say; this is for those without."""
    if scene.original not in {text for key, text in sentences().items() if key.startswith(_KIND)}:
        return None
    return reply(scene, Outcome.UNKNOWN, say("attachment.reply", what=scene.original.strip("【】")))
