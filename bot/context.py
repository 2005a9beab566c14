"""Decides whether a message goes on about the entry told before, or asks something new.

A logistic model weighs what the two rankings, alone and after the question before it, say of that entry, how long the
message is, and how it is worded (那…, …呢, 几钿); ``python -m benchmarks.fit_following`` fits it (docs/adr/0056).
"""

from __future__ import annotations

from dataclasses import replace
from math import log1p

from bot.letters import asked_fields
from bot.offers import NEAREST
from bot.scene import Scene
from bot.words import says
from casework import guide
from casework.guide import Found, Zone
from nlp.confidence import load_coefficients, log_odds
from nlp.intent import Intent
from nlp.retrieve import Hit

GOES_ON, PERHAPS = 0.5, 0.2
"""From here on a message goes on about the entry before; from there on that entry is the first that is offered."""
TINY, HALF = 8, 0.5
"""Characters that say nothing alone, where no entry is likelier than this."""
AROUND_A_NAME = 3
"""Characters around a name in a message that says nothing else (那…呢)."""
SHORTEST_NAME = 2
FURTHEST, WIDEST = 6, 12.0
"""The place of an entry that is not among the first, and the most one score may be from another."""


def continued(scene: Scene) -> str | None:
    """The entry that a follow-up is about, or None when the message stands for itself."""
    return _at_least(GOES_ON, scene)


def ranking(scene: Scene, found: Found) -> Found:
    """How a message is ranked that no entry surely answers: first the entry before, where it may be about that."""
    key = _at_least(PERHAPS, scene)
    if key is None or scene.in_context is None:
        return found
    known = [hit for hit in (*found.hits, *scene.in_context.hits) if hit.key == key]
    others = [hit for hit in found.hits if hit.key != key]
    hits = (*(known or [Hit(key, 0.0, ())])[:1], *others)[: max(len(found.hits), 1)]
    return replace(found, hits=hits, zone=Zone.OFFER if found.zone is Zone.UNKNOWN else found.zone)


def _at_least(chance: float, scene: Scene) -> str | None:
    """The entry before, where a message is at least so likely to go on about it."""
    key = before(scene)
    if scene.found is None or scene.in_context is None or not key or _is_new(scene, key):
        return None
    if (scene.heard.tells or _is_certain(scene.found, key)) and not says("hanging", scene.heard.normalised):
        return None
    if _is_bare(scene, scene.found):
        return key
    return key if load_coefficients().goes_on.probability(measures(scene, key)) >= chance else None


def _is_bare(scene: Scene, found: Found) -> bool:
    """A few characters that ask for a field (多少钱) say nothing alone."""
    is_short = len(scene.masked) <= TINY and found.right_first < HALF
    return is_short and bool(asked_fields(scene.heard.normalised))


def _is_certain(found: Found, key: str) -> bool:
    """Alone it has one other answer (不文明养犬, 外地人做居住登记), whatever word it begins with."""
    return found.zone is Zone.ANSWER and found.hits[0].key != key


def measures(scene: Scene, key: str) -> dict[str, float]:
    """What is weighed of a message after the entry ``key``; empty where nothing was ranked."""
    alone, together = scene.found, scene.in_context
    if alone is None or together is None:
        return {}
    told = _of_ranking(alone, key, "alone") | _of_ranking(together, key, "together")
    said = scene.heard.normalised
    return told | {
        "first": log_odds(alone.right_first),
        "three": log_odds(alone.right_in_three),
        "elsewhere": float(alone.is_elsewhere),
        "known": alone.known,
        "is_sure": float(alone.zone is Zone.ANSWER),
        "length": log1p(len(scene.masked)),
        "wording": log_odds(scene.heard.hanging),
        "begins": float(scene.heard.intent is Intent.FOLLOW_UP),
        "hanging": float(says("hanging", said)),
        "fields": float(bool(asked_fields(said))),
        "asks": float(scene.heard.asks),
    }


def _of_ranking(found: Found, key: str, name: str) -> dict[str, float]:
    """The place of an entry in a ranking, from 0, how far it is from the first, or before the second, and whether the
    first is another that the message names."""
    hits = found.hits
    place = next((place for place, hit in enumerate(hits) if hit.key == key), FURTHEST)
    rival = hits[1:2] if place == 0 else hits[:1]
    gap = hits[place].score - rival[0].score if place < len(hits) and rival else (-WIDEST if rival else 0.0)
    is_other = bool(hits) and place > 0 and hits[0].is_named
    return {f"place_{name}": place, f"gap_{name}": max(-WIDEST, min(WIDEST, gap)), f"named_{name}": float(is_other)}


def _is_new(scene: Scene, key: str) -> bool:
    """The same words again, where the entry before is not nearest to them, or another entry's name."""
    hits = scene.found.hits if scene.found else ()
    is_again = scene.masked == scene.memory.question and all(hit.key != key for hit in hits[:1])
    return is_again or _names_another(scene, key)


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


def before(scene: Scene) -> str:
    """The entry told before, or the nearest one offered, for what hangs on the offer the one that this is nearest to;
    after a miss there is nothing to go on about."""
    memory = scene.memory
    if memory.entry or memory.misses or not memory.candidates:
        return memory.entry
    if asked_fields(scene.heard.normalised) or not _hangs(scene):
        return memory.candidates[0].key
    offered = [one.key for one in memory.candidates[:NEAREST]]
    hits = scene.in_context.hits if scene.in_context else ()
    return next((hit.key for hit in hits[:1] if hit.key in offered), offered[0])


def _hangs(scene: Scene) -> bool:
    """Worded like something that goes on (那…, …呢, 也要)."""
    return scene.heard.intent is Intent.FOLLOW_UP or says("hanging", scene.heard.normalised)
