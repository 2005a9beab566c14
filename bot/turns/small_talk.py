"""Greetings and thanks: no misses of knowledge."""

from __future__ import annotations

from bot.reply import Reply
from bot.scene import Scene, word_back
from bot.words import first_said
from models.wording import say
from nlp.intent import Intent

_KINDS = ("hello", "thanks", "bye", "who")


async def take(scene: Scene) -> Reply | None:
    """寒暄: a word back; what was offered stays on offer."""
    if scene.heard.intent is not Intent.SMALL_TALK:
        return None
    kind = first_said(_KINDS, scene.heard.normalised) or "fine"
    return word_back(scene, say(f"small_talk.{kind}"))
