"""A wish for a person: granted at once, in any state, without asking why."""

from __future__ import annotations

from dataclasses import replace

from bot import handing
from bot.handing import Handed
from bot.memory import without_report
from bot.reply import Reply
from bot.scene import Scene
from bot.words import says
from casework.bare_wishes import is_bare_wish

SHORT = 12


async def take(scene: Scene) -> Reply | None:
    """转人工: by words, by the line offered, or by 'none of these'."""
    if not handing.wants_person(scene):
        return None
    memory = replace(without_report(scene.memory), misses=0, asking=0)
    if not memory.entry:
        memory = replace(memory, candidates=())  # What was not known is the desk's now: nothing goes on about a guess.
    about = _about(scene)
    says_nothing = about.line_id == scene.line_id and is_bare_wish(about.text)
    return await handing.hand_over(scene, about, memory=replace(memory, wished=memory.wished or says_nothing))


def _about(scene: Scene) -> Handed:
    """A short wish is about the question before it; a longer one says itself what it is about."""
    if scene.memory.report_line:
        return handing.report_waiting(scene)
    picked_line = scene.chosen is not None or says("none", scene.heard.normalised)
    if picked_line or len(scene.masked) <= SHORT:
        return handing.asked_before(scene)
    return Handed(scene.masked, scene.line_id, ranked=scene.ranked)
