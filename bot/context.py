"""Decides whether a message goes on about the entry told before, or asks something new."""

from __future__ import annotations

from bot.letters import asked_fields
from bot.scene import Scene
from casework.guide import Zone
from nlp.intent import Intent

LONG = 20
"""Characters: what is longer than this says itself what it is about, unless it begins like a follow-up."""


def continued(scene: Scene) -> str | None:
    """The entry that a follow-up is about, or None when the message stands for itself."""
    found, together, memory = scene.found, scene.in_context, scene.memory
    if found is None or together is None or not memory.question or not together.hits:
        return None
    follows = scene.heard.intent is Intent.FOLLOW_UP
    before = memory.entry or (memory.candidates[0].key if memory.candidates else "")
    if not before:
        return together.hits[0].key if follows and together.zone is not Zone.UNKNOWN else None
    if found.hits and found.hits[0].key == before:
        return before
    if found.zone is Zone.ANSWER and not (follows and together.hits[0].key == before):
        return None
    if follows or _is_short_question(scene):
        return before if together.hits[0].key == before or _says_little(scene) else None
    return before if together.hits[0].key == before and found.zone is Zone.UNKNOWN else None


def _is_short_question(scene: Scene) -> bool:
    return len(scene.masked) <= LONG and bool(asked_fields(scene.heard.normalised))


def _says_little(scene: Scene) -> bool:
    """Whether the message alone names nothing that the pack knows well."""
    return scene.found is None or scene.found.zone is Zone.UNKNOWN
