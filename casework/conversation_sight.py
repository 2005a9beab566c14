"""Who may read a conversation: whose it is, the staff of its place, and whoever was sent a question of it."""

from __future__ import annotations

from models.errors import NotFound
from models.transaction import fetch_one, listed
from people.scope import given_places, places_for
from people.viewers import Viewer, ViewerKind


async def may_read(conversation_id: int, *, viewer: Viewer) -> bool:
    """Whether the viewer may read a conversation: their own, their place's, or one with a question sent to them."""
    try:
        await is_own(conversation_id, viewer)
    except NotFound:
        return False
    return True


async def is_own(conversation_id: int, viewer: Viewer) -> bool:
    """Whether it is the viewer's own; NotFound unless it is, or staff of the place may read it."""
    row = await fetch_one("SELECT contact_id, place_id FROM conversation WHERE id=$1", conversation_id)
    if row is None:
        raise NotFound("conversation.not_found")
    if viewer.contact_id is not None and viewer.contact_id == row["contact_id"]:
        return True
    places = places_for(viewer, "conversation.read") if viewer.kind is not ViewerKind.GUEST else frozenset()
    if places is None or row["place_id"] in places or await _was_sent(conversation_id, viewer):
        return False
    raise NotFound("conversation.not_found")


async def _was_sent(conversation_id: int, viewer: Viewer) -> bool:
    """Whether a question of this conversation was given or offered to the viewer, and still may be (a subdistrict's
    desk)."""
    given = await given_places(viewer, "question.read")
    if viewer.person_id is None or not given:
        return False
    row = await fetch_one(
        "SELECT id FROM question WHERE conversation_id=$1 AND (owner_id=$2 OR transfer_to_id=$2)"
        f" AND place_id IN ({listed(sorted(given))}) LIMIT 1",
        conversation_id,
        viewer.person_id,
    )
    return row is not None
