"""Decides whether a message goes on about the entry told before, or asks something new.

The bounds were set on the writers' 110 follow-ups against 300 pairs of unrelated questions (108 and 291 right): a short
message that hangs on what was said (那…, …呢, 也要), or that the ranking after the question before it keeps at the same
entry, goes on with it; a long or certain one stands for itself.
"""

from __future__ import annotations

from bot.letters import asked_fields
from bot.offers import NEAREST
from bot.scene import Scene
from bot.words import says
from casework import guide
from casework.guide import Found, Zone
from nlp.intent import Intent

TINY, SHORT, HANGING, MIDDLE = 8, 14, 16, 40
"""Characters of a message."""
AROUND_A_NAME = 3
"""Characters around a name in a message that says nothing else (那…呢)."""
SHORTEST_NAME = 2
CERTAIN, HALF = 0.9, 0.5
"""Chances that the message alone has found its entry."""


def continued(scene: Scene) -> str | None:
    """The entry that a follow-up is about, or None when the message stands for itself."""
    found, together = scene.found, scene.in_context
    before = _before(scene)
    if found is None or together is None or not before or _names_another(scene, before):
        return None
    if scene.heard.tells and not _is_hanging(scene):
        return None
    if _place(before, found) == 0 and found.zone is not Zone.UNKNOWN:
        return before
    place = _place(before, together)
    goes_on = _is_bare(scene, found) or _hangs(scene, place, found) or _is_near(scene, place, found)
    return before if goes_on else None


def ranking(scene: Scene) -> Found | None:
    """By what an unknown message is ranked: a few words that say nothing alone, after a question that was met."""
    found, together = scene.found, scene.in_context
    if together is None or scene.memory.misses or len(scene.masked) > HANGING:
        return found
    return together


def _names_another(scene: Scene, before: str) -> bool:
    """Hardly more than one word, which stands in the names of what it finds but not of the entry before (居住证呢)."""
    found = scene.found
    first = found.hits[0] if found is not None and found.hits else None
    if found is None or first is None or first.key == before or not first.is_named or len(first.matched) != 1:
        return False
    word = first.matched[0]
    if len(word) < SHORTEST_NAME or _only_asks(scene, word):
        return False
    is_bare_name = len(scene.masked) <= len(word) + AROUND_A_NAME
    return is_bare_name and not any(hit.is_named for hit in found.hits if hit.key == before)


def _only_asks(scene: Scene, word: str) -> bool:
    """Whether a word names nothing but what is asked for (几钿, 电话多少): without it no field is asked for."""
    told = guide.words().canonical(scene.masked)
    if len(told) > len(word) + AROUND_A_NAME:
        return False
    rest = told.replace(word, "")
    return bool(asked_fields(scene.heard.normalised)) and not asked_fields(rest)


def _before(scene: Scene) -> str:
    """The entry told before, or the nearest one offered, for what hangs on the offer the one that this is nearest to;
    after a miss there is nothing to go on about."""
    memory = scene.memory
    if memory.entry or memory.misses or not memory.candidates:
        return memory.entry
    if asked_fields(scene.heard.normalised) or not (_begins_so(scene) or _is_hanging(scene)):
        return memory.candidates[0].key
    offered = [one.key for one in memory.candidates[:NEAREST]]
    hits = scene.in_context.hits if scene.in_context else ()
    return next((hit.key for hit in hits[:1] if hit.key in offered), offered[0])


def _place(key: str, found: Found) -> int:
    """Where an entry stands in a ranking, from 0; 99 when it is not among the first."""
    return next((place for place, hit in enumerate(found.hits) if hit.key == key), 99)


def _is_bare(scene: Scene, found: Found) -> bool:
    """A few characters that ask for a field or hang on what was said (要钱伐, 那租房的呢) say nothing alone."""
    hangs = _begins_so(scene) or _is_hanging(scene) or bool(asked_fields(scene.heard.normalised))
    only_asks = any(_only_asks(scene, word) for hit in found.hits[:1] for word in hit.matched)
    return hangs and len(scene.masked) <= TINY and found.right_first < (CERTAIN if only_asks else HALF)


def _hangs(scene: Scene, place: int, found: Found) -> bool:
    """Says 那, 也 or 呢: goes on unless it is far from the entry before and likely about another."""
    return _is_hanging(scene) and len(scene.masked) <= HANGING and (place <= 2 or found.right_first < HALF)


def _is_near(scene: Scene, place: int, found: Found) -> bool:
    """The ranking after the question before it keeps the entry first (or nearly, if it begins like a follow-up); what
    is nearer to something that the pack does not answer is about that."""
    if not _begins_so(scene):
        return not found.is_elsewhere and place == 0 and len(scene.masked) <= SHORT and found.right_first < CERTAIN
    if place == 0:
        return len(scene.masked) <= MIDDLE and not _is_certain(found)
    return place == 1 and len(scene.masked) <= SHORT and found.zone is not Zone.ANSWER


def _is_certain(found: Found) -> bool:
    """Alone it has one answer as good as certain, whatever word it begins with (不文明养犬, 外地人做居住登记)."""
    return found.zone is Zone.ANSWER and found.right_first >= CERTAIN


def _begins_so(scene: Scene) -> bool:
    return scene.heard.intent is Intent.FOLLOW_UP


def _is_hanging(scene: Scene) -> bool:
    return says("hanging", scene.heard.normalised)
