"""In which estates somebody of a property company works: those its teams take something in; all where none is named."""

from __future__ import annotations

from models.errors import NotAllowed, NotFound
from models.person import RoleName
from models.transaction import fetch, fetch_one
from people.viewers import Viewer

_TAKEN = (
    "SELECT DISTINCT k.estate_id FROM team_member m JOIN team t ON t.id=m.team_id JOIN team_task k ON k.team_id=t.id"
    " WHERE m.person_id=$1 AND t.place_id=$2 AND t.unit='property' AND t.retired_at IS NULL"
)
_LIVES = (
    "SELECT b.estate_id FROM residence d JOIN home h ON h.id=d.open_home_id JOIN building b ON b.id=h.building_id"
    " WHERE d.person_id=$1 AND d.place_id=$2 AND d.state='living'"
)

_HOMES = (
    "SELECT b.estate_id FROM residence d JOIN home h ON h.id=d.home_id JOIN building b ON b.id=h.building_id"
    " WHERE d.person_id={author} AND d.place_id={place} AND d.state IN ('living','moved_out')"
)
_TASKS = (
    "SELECT 1 FROM team_member m JOIN team t ON t.id=m.team_id JOIN team_task k ON k.team_id=t.id"
    " WHERE t.place_id={place} AND t.unit='property' AND t.retired_at IS NULL"
)
_WORKS = (
    " AND EXISTS (SELECT 1 FROM role w JOIN person x ON x.id=w.person_id AND x.is_active"
    " WHERE w.person_id=m.person_id AND w.place_id={place} AND w.name='property')"
)


def is_anothers(*, person: str, author: str, place: str) -> str:
    """In SQL, of marks or columns: whether an author lives, or lived, in estates of a place that another company takes
    and the one somebody works for does not; false where either is not known."""
    tasks = _TASKS.format(place=place)
    theirs = f"k.estate_id IN ({_HOMES.format(author=author, place=place)})"
    mine = f"{tasks} AND m.person_id={person}"
    return (
        f"(EXISTS ({mine}) AND NOT EXISTS ({mine} AND (k.estate_id IS NULL OR {theirs}))"
        f" AND EXISTS ({tasks}{_WORKS.format(place=place)} AND {theirs}))"
    )


async def own_estates(by: Viewer, place_id: int) -> frozenset[int] | None:
    """The estates of somebody of a property company; None: every one, as for everybody else who works here."""
    if not by.holds(RoleName.PROPERTY, place_id) or by.person_id is None:
        return None
    taken = {row["estate_id"] for row in await fetch(_TAKEN, by.person_id, place_id)}
    return None if not taken or None in taken else frozenset(taken)


async def lived_in(person_id: int, place_id: int) -> frozenset[int]:
    """The estates in which somebody lives."""
    return frozenset(row["estate_id"] for row in await fetch(_LIVES, person_id, place_id))


async def must_be_own(by: Viewer, place_id: int, *, estate_id: int) -> None:
    """Refuse a property company what is another estate's."""
    estates = await own_estates(by, place_id)
    if estates is not None and estate_id not in estates:
        raise NotAllowed("property.not_yours")


async def must_answer_own(by: Viewer, *, author_id: int, place_id: int) -> None:
    """A property company answers who lives in its own estates, and who lives in none that is known."""
    estates = await own_estates(by, place_id)
    if estates is None:
        return
    lived = await lived_in(author_id, place_id)
    if lived and lived.isdisjoint(estates):
        raise NotAllowed("property.not_yours")


async def name_of(estate_id: int, place_id: int) -> str:
    """What an estate of a place is called; NotFound where it is another's."""
    row = await fetch_one("SELECT name FROM estate WHERE id=$1 AND place_id=$2", estate_id, place_id)
    if row is None:
        raise NotFound("estate.not_found")
    return row["name"]
