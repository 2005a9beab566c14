"""Requests for other people's data, for secrets, or to break the rules: refused plainly."""

from __future__ import annotations

from bot import papers
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from models.wording import say
from nlp.intent import Intent


async def take(scene: Scene) -> Reply | None:
    """谢绝: say no, and what to do instead."""
    if scene.heard.intent is not Intent.REFUSE or await papers.honestly_asked_for(scene):
        return None
    return reply(scene, Outcome.REFUSE, say("refuse.plain"), ranked=scene.ranked)
