"""Decides whether a message goes on about the entry told before, or asks something new.

The bounds were set on half of the writers' follow-ups against pairs of unrelated questions: a short message that the
ranking after the question before it keeps near that question goes on with it; a long or certain one stands for itself.
"""

from __future__ import annotations

from bot.letters import asked_fields
from bot.scene import Scene
from casework.guide import Found, Zone
from nlp.intent import Intent

TINY, SHORT, MIDDLE = 8, 14, 40
"""Characters of a message."""
UNSURE = 0.3
"""Below this chance that the message alone has found its entry, a plain question may still be a follow-up."""
NEAR = 2


def continued(scene: Scene) -> str | None:
    """The entry that a follow-up is about, or None when the message stands for itself."""
    found, together = scene.found, scene.in_context
    before = _before(scene)
    if found is None or together is None or not before:
        return None
    place = _place(before, together)
    if _place(before, found) == 0:
        return before
    goes_on = _follows(scene, place, found) if scene.heard.intent is Intent.FOLLOW_UP else _adds(scene, place, found)
    return before if goes_on or _is_bare(scene, found) else None


def _before(scene: Scene) -> str:
    memory = scene.memory
    return memory.entry or (memory.candidates[0].key if memory.candidates else "")


def _place(key: str, found: Found) -> int | None:
    """Where an entry stands in a ranking, from 0; None when it is not among the first."""
    return next((place for place, hit in enumerate(found.hits) if hit.key == key), None)


def _follows(scene: Scene, place: int | None, found: Found) -> bool:
    """Begins like a follow-up: goes on unless it names another entry for sure."""
    if place == 0:
        return len(scene.masked) <= MIDDLE
    return place is not None and len(scene.masked) <= SHORT and found.zone is not Zone.ANSWER


def _adds(scene: Scene, place: int | None, found: Found) -> bool:
    """Looks like any question: goes on when short, near the entry before, and alone of no certain meaning."""
    return place is not None and place < NEAR and len(scene.masked) <= SHORT and found.right_first < UNSURE


def _is_bare(scene: Scene, found: Found) -> bool:
    """A few characters that ask for a field or hang on what was said (要钱伐, 那租房的呢) say nothing alone."""
    hangs = scene.heard.intent is Intent.FOLLOW_UP or bool(asked_fields(scene.heard.normalised))
    return hangs and len(scene.masked) <= TINY and found.zone is not Zone.ANSWER
