"""A neighbourhood's own look: a line under its name on every page, and one of a few colours that everybody can read."""

from __future__ import annotations

from models.errors import Invalid
from models.place import Accent, Place
from models.transaction import transaction
from people.audit import record
from people.permissions import allow
from people.places import refresh_home
from people.viewers import Viewer

LONGEST_MOTTO = 24


async def decorate(place_id: int, *, by: Viewer, motto: str, accent: str) -> None:
    """换样子: residents see both within seconds."""
    allow(by, "place.decorate", place_id)
    words = motto.strip()
    if len(words) > LONGEST_MOTTO or not words.isprintable():
        raise Invalid("place.motto_wrong", most=LONGEST_MOTTO)
    if accent not in set(Accent):
        raise Invalid("place.no_such_accent")
    async with transaction():
        await Place.filter(id=place_id).update(motto=words or None, accent=Accent(accent))
        await record(
            by, "place.decorate", subject="place", subject_id=place_id, place_id=place_id, detail=f"accent: {accent}"
        )
    await refresh_home()
