"""A number that no line on offer has."""

from __future__ import annotations

from bot.offers import list_meant
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from models.wording import say


async def take(scene: Scene) -> Reply | None:
    """Say which numbers there are."""
    if scene.heard.choice is None or scene.chosen is not None:
        return None
    offered = list_meant(scene.memory, scene.heard)
    if not offered:
        return reply(scene, Outcome.CHOICES, say("choice.no_list"))
    return reply(scene, Outcome.CHOICES, say("choice.out_of_range", most=len(offered)), offers=offered)
