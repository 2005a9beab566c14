"""Too many messages in a minute: said once, everything typed is kept."""

from __future__ import annotations

from dataclasses import replace

from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from models import clock
from models.wording import say

PAUSE_MS = 60_000


async def take(scene: Scene) -> Reply | None:
    """歇一歇: one sentence a minute, then silence."""
    if not scene.is_too_fast:
        return None
    now = clock.now_ms()
    if now - scene.memory.slowed_ms < PAUSE_MS:
        return Reply(None, Outcome.SLOWED, scene.memory)
    memory = replace(scene.memory, slowed_ms=now)
    return reply(scene, Outcome.SLOWED, say("limits.too_fast"), offers=memory.offered, memory=memory)
