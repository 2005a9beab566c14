"""A contact whose messages staff have paused: told once until when and whom to ring; what is written is kept.

A wish for a person, and what is pressed under a person's letter, are answered as ever (docs/adr/0019).
"""

from __future__ import annotations

from bot import handing, offers
from bot.reply import Outcome, Reply
from bot.scene import Scene
from casework import mutes
from courier.letters import Letter
from models.wording import say, say_moment


async def take(scene: Scene) -> Reply | None:
    """暂停: stands behind emergencies, which are always heard, and before everything else."""
    muted = scene.talk.muted
    if muted is None or _concerns_a_person(scene):
        return None
    is_first = await mutes.tell_once(muted.id)
    if not is_first and not scene.heard.perhaps_danger:
        return Reply(None, Outcome.MUTED, scene.memory)
    text = say("limits.muted", until=say_moment(muted.until), phone=handing.phone_of(scene))
    return Reply(Letter(text), Outcome.MUTED, scene.memory)


def _concerns_a_person(scene: Scene) -> bool:
    """Finding a person is never refused, and a person's question may always be replied to."""
    return handing.wants_person(scene) or (scene.chosen is not None and scene.chosen.kind in offers.RATINGS)
