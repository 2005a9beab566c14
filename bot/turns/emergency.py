"""Danger to life: the number to call first, what to do, and an alarm to the person on duty; in every state."""

from __future__ import annotations

from bot import answers
from bot.calling import called
from bot.danger_options import danger_of
from bot.memory import Offer, OfferKind
from bot.reply import Reply
from bot.scene import Scene
from bot.variants import variant_at
from models.errors import NotFound


async def take(scene: Scene) -> Reply | None:
    """呼叫: answer an emergency whatever else is going on, also one that an option of a condition tells of."""
    if scene.heard.emergency is not None:
        return await called(scene, scene.heard.emergency, text=scene.masked)
    chosen = scene.chosen
    if chosen is None or chosen.kind is not OfferKind.OPTION:
        return None
    danger = danger_of(chosen.value, chosen.label)
    return await called(scene, danger, text=await _told(scene, chosen)) if danger else None


async def _told(scene: Scene, chosen: Offer) -> str:
    """What was asked and what was picked: a digit alone tells the person on duty nothing."""
    try:
        asked = variant_at((await answers.shown(chosen.value, scene)).content, chosen.page)
    except NotFound:
        asked = None
    return f"{asked.ask if asked else ''}{chosen.label}"
