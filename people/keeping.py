"""Which community keeps somebody: the one they live in, the first of two; what another one sees of them.

Numbers and tags are of the community that keeps them (ADR 0043). It changes when they live in another one and in the
former no more; what was done and said there stays there.
"""

from __future__ import annotations

from models.errors import NotFound
from models.transaction import execute, fetch, fetch_one
from people import ending
from people.ending import LeftBehind
from people.scope import sees
from people.viewers import Viewer

_PLACES = (
    "SELECT place_id, 0 AS rank FROM person WHERE id=$1 UNION ALL SELECT DISTINCT place_id, 1 FROM residence"
    " WHERE person_id=$1 AND state<>'refused' ORDER BY rank, place_id"
)


async def seen_in(person_id: int, *, viewer: Viewer) -> int:
    """The community as whose staff the viewer sees somebody: the one that keeps them, or one they live or lived in;
    NotFound for everybody else."""
    places = [row["place_id"] for row in await fetch(_PLACES, person_id)]
    found = next((place for place in places if sees(viewer, "person.read", place)), None)
    if found is None:
        raise NotFound("person.not_found")
    return int(found)


_FOLLOW = (
    "UPDATE person SET place_id=(SELECT d.place_id FROM residence d WHERE d.person_id=person.id AND d.state='living'"
    " ORDER BY d.id LIMIT 1) WHERE id=$1 AND username IS NULL"
    " AND EXISTS (SELECT 1 FROM residence d WHERE d.person_id=person.id AND d.state='living')"
    " AND NOT EXISTS (SELECT 1 FROM residence d WHERE d.person_id=person.id AND d.state='living'"
    " AND d.place_id=person.place_id) RETURNING place_id"
)
_NUMBERS = (
    "UPDATE personal SET place_id=$1 WHERE person_id=$2 AND NOT EXISTS (SELECT 1 FROM personal o"
    " WHERE o.place_id=$1 AND o.person_id<>$2 AND o.id_number_hash=personal.id_number_hash)"
)
_CHATS = (
    f"SELECT c.id, c.place_id FROM contact c WHERE c.person_id=$1 AND c.place_id<>$2 AND c.{ending.NOT_ENDED}"
    " AND NOT EXISTS (SELECT 1 FROM role r WHERE r.person_id=$1 AND r.place_id=c.place_id)"
    " ORDER BY c.channel, c.address"
)


async def hold(person_id: int) -> None:
    """Let nobody else change where somebody belongs until the transaction ends."""
    await execute("UPDATE person SET name=name WHERE id=$1", person_id)


_LIVES = (
    "SELECT p.place_id FROM person p WHERE p.id=$1 AND p.username IS NULL AND EXISTS (SELECT 1 FROM residence d"
    " WHERE d.person_id=p.id AND d.place_id=p.place_id AND d.state='living')"
)


async def follow(person_id: int, *, leaving: int | None = None) -> list[LeftBehind]:
    """Where somebody lives in the community that keeps them no more, but in another, that one keeps them from now on:
    their numbers and chats go along. A chat about the one they are ``leaving`` goes on where they still live. Under
    ``hold``, before the audit's line; gives what is for ``leave_behind``."""
    moved = await fetch_one(_FOLLOW, person_id)
    if moved is not None:
        await execute(_NUMBERS, moved["place_id"], person_id)
    home = moved or await fetch_one(_LIVES, person_id)
    chats = await fetch(_CHATS, person_id, home["place_id"]) if home is not None else []
    going = [row["id"] for row in chats if moved is not None or row["place_id"] == leaving]
    return [left for chat in going for left in await ending.go_on_in(chat, place_id=home["place_id"])] if home else []
