"""Papers a committee does not issue (亲属关系, 健在 ...): one entry, twenty of them, each with who issues it."""

from __future__ import annotations

from bot.scene import Scene
from bot.variants import said_option, variant_at
from casework import guide
from models.errors import NotFound

KEY = "committee-proof-list"
SURELY_FORGED = 0.98
"""How sure the classifier must be that somebody asks for a forgery, where no rule says so."""


async def honestly_asked_for(scene: Scene) -> bool:
    """Asked for, and neither a rule nor the classifier is sure that it is to be forged."""
    heard = scene.heard
    return not heard.by_rule and heard.sureness < SURELY_FORGED and await asked_for(scene)


async def asked_for(scene: Scene) -> bool:
    """Whether a message asks for one of them by any of its names."""
    found = scene.found
    if found is None or not found.hits or found.hits[0].key != KEY:
        return False
    try:
        entry = await guide.entry(KEY, viewer=scene.viewer, place_id=scene.place_id)
    except NotFound:
        return False
    which = variant_at(entry.content, 1)
    return which is not None and said_option(which, scene.masked) is not None
