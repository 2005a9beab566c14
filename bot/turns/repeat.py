"""The same question for the third time: it has been answered twice, so a person is offered instead."""

from __future__ import annotations

from bot import offers
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from models.wording import say

ENOUGH = 2


async def take(scene: Scene) -> Reply | None:
    """又问: point upwards and offer the person."""
    memory = scene.memory
    if memory.said != scene.said or memory.repeats + 1 < ENOUGH:
        return None
    return reply(scene, Outcome.REPEATED, say("ask.repeat.third"), offers=(offers.person(),), ranked=memory.candidates)
