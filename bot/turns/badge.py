"""亮身份, 收起身份: a party member's own badge, shown and withdrawn in a chat as on the page."""

from __future__ import annotations

from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from models.errors import WrongState
from models.wording import say, say_refusal
from people import badges


async def take(scene: Scene) -> Reply | None:
    """党员亮身份."""
    shows, withdraws = (says(key, scene.heard.normalised) for key in ("badge_show", "badge_withdraw"))
    if not shows and not withdraws:
        return None
    if scene.viewer.person_id is None:
        return reply(scene, Outcome.ACCOUNT, say("account.unknown"))
    if withdraws:
        await badges.withdraw(by=scene.viewer)
        return reply(scene, Outcome.ACCOUNT, say("shown.withdrawn"))
    return reply(scene, Outcome.ACCOUNT, await _show(scene))


async def _show(scene: Scene) -> str:
    if not (await badges.own_badge(viewer=scene.viewer)).is_marked:
        return say_refusal(WrongState("badge.not_marked"))
    await badges.show(by=scene.viewer)
    return say("shown.shown")
