"""Whom a notice is for: everybody, or those of some buildings, with some tags, in some roles; staff alone know which.

Within one kind any of what is named suffices; across kinds all must hold. It is looked at when the notice goes out, a
block of people at a time by their numbers, so that a run can go on where it ended.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from models import clock
from models.errors import Invalid
from models.person import NEIGHBOURS, RoleName
from models.transaction import fetch, fetch_one, listed
from models.wording import say
from people import ages
from people.records import filters, tags
from people.viewers import Viewer

MOST_BUILDINGS, MOST_TAGS = 100, 12
ROLES = (
    RoleName.BUILDING_CAPTAIN,
    RoleName.VOLUNTEER,
    RoleName.OWNERS_COMMITTEE,
    RoleName.MEDIATOR,
    RoleName.MODERATOR,
)
"""Roles a notice can be for."""
_LIVES = "SELECT 1 FROM residence d WHERE d.person_id=p.id AND d.place_id=$1 AND d.state='living'"
_IN_BUILDINGS = (
    "EXISTS (SELECT 1 FROM residence d JOIN home h ON h.id=d.home_id WHERE d.person_id=p.id AND d.place_id=$1"
    " AND d.state='living' AND h.building_id IN ({buildings}))"
)
_HOLDS = "SELECT 1 FROM role r WHERE r.person_id=p.id AND r.place_id=$1 AND r.name IN ({roles})"


@dataclass(frozen=True, slots=True)
class Target:
    """Numbers of buildings, tags (also age tags) and names of roles; nothing of them: everybody who lives here."""

    buildings: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether it leaves nobody out."""
        return not (self.buildings or self.tags or self.roles)

    def to_json(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> Target:
        """What ``to_json`` wrote."""
        kept = json.loads(text)
        return Target(*(tuple(kept[name]) for name in ("buildings", "tags", "roles")))


EVERYBODY = Target()


async def checked(target: Target, *, viewer: Viewer, place_id: int) -> Target:
    """A target as it may be kept, in order and each once; Invalid where a part of it is not the place's."""
    buildings = tuple(sorted(set(target.buildings)))
    known = {one.id for one in await filters.building_choices(viewer=viewer, place_id=place_id)} if buildings else set()
    if len(buildings) > MOST_BUILDINGS or not known.issuperset(buildings):
        raise Invalid("notice.building_unknown")
    named = tuple(dict.fromkeys(target.tags))
    words = {one.name for one in await tags.words(viewer=viewer, place_id=place_id)} if named else set()
    if len(named) > MOST_TAGS or not all(one in words or ages.span_of(one) for one in named):
        raise Invalid("notice.tag_unknown")
    if not {role.value for role in ROLES}.issuperset(target.roles):
        raise Invalid("notice.role_unknown")
    return Target(buildings, named, tuple(sorted(set(target.roles))))


class _Query:
    """The conditions under which somebody is meant, and the values of their marks."""

    def __init__(self, target: Target, *, place_id: int, today: dt.date) -> None:
        self.values: list[object] = [place_id]
        self._today = today
        self.where = " AND ".join(("p.is_active", self._belongs(target), *self._conditions(target)))

    def _mark(self, value: object) -> str:
        self.values.append(value)
        return f"${len(self.values)}"

    def _belongs(self, target: Target) -> str:
        """Who lives here or is known as a neighbour; of roles also those who only work here."""
        roles = target.roles or tuple(sorted(role.value for role in NEIGHBOURS))
        holds = _HOLDS.format(roles=", ".join(f"'{RoleName(role).value}'" for role in roles))
        return f"EXISTS ({holds})" if target.roles else f"(EXISTS ({_LIVES}) OR EXISTS ({holds}))"

    def _conditions(self, target: Target) -> list[str]:
        within = [_IN_BUILDINGS.format(buildings=listed(target.buildings))] if target.buildings else []
        has = [self._has(tag) for tag in target.tags]
        return [*within, f"({' OR '.join(has)})"] if has else within

    def _has(self, tag: str) -> str:
        if span := ages.span_of(tag):
            between = ages.birthdays(span, on=self._today)
            first, last = self._mark(between.first), self._mark(between.last)
            born = f"x.born BETWEEN {first} AND {last}"
            return f"EXISTS (SELECT 1 FROM personal x WHERE x.person_id=p.id AND x.place_id=$1 AND {born})"
        return (
            f"EXISTS (SELECT 1 FROM person_tag x WHERE x.person_id=p.id AND x.place_id=$1 AND x.name={self._mark(tag)})"
        )


async def block(target: Target, *, place_id: int, after: int, most: int) -> list[int]:
    """The next people a notice is for, by number, behind one; one statement."""
    query = _Query(target, place_id=place_id, today=clock.today())
    behind = f"p.id>{int(after)}"
    rows = await fetch(
        f"SELECT p.id FROM person p WHERE {behind} AND {query.where} ORDER BY p.id LIMIT {int(most)}", *query.values
    )
    return [row["id"] for row in rows]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people a target means today, and how many of them have a chat."""

    people: int
    with_chat: int


async def counts(target: Target, *, place_id: int) -> Counts:
    """How many people it is for today; one statement."""
    query = _Query(target, place_id=place_id, today=clock.today())
    row = await fetch_one(
        "SELECT count(*) AS people, coalesce(sum(CASE WHEN EXISTS (SELECT 1 FROM contact c WHERE c.person_id=p.id"
        f" AND c.closed_at IS NULL) THEN 1 ELSE 0 END), 0) AS with_chat FROM person p WHERE {query.where}",
        *query.values,
    )
    assert row is not None
    return Counts(row["people"], row["with_chat"])


@dataclass(frozen=True, slots=True)
class Reader:
    """What somebody is in a place: the buildings they live in, and the roles they hold."""

    buildings: frozenset[int]
    roles: frozenset[RoleName]

    def is_meant(self, target: Target) -> bool:
        """Whether a target of buildings and roles means them; one of tags is for ``block`` alone."""
        belongs = self.roles & {*target.roles} if target.roles else self.buildings or self.roles & NEIGHBOURS
        lives = not target.buildings or not self.buildings.isdisjoint(target.buildings)
        return bool(belongs) and lives and not target.tags


_HOMES = (
    "SELECT DISTINCT h.building_id FROM residence d JOIN home h ON h.id=d.home_id"
    " WHERE d.person_id=$1 AND d.place_id=$2 AND d.state='living'"
)


async def reader_of(viewer: Viewer, *, place_id: int) -> Reader:
    """The viewer, by what targets ask; one statement, however many targets there are."""
    rows = await fetch(_HOMES, viewer.person_id or 0, place_id)
    roles = frozenset(held.role for held in viewer.roles if held.place_id == place_id)
    return Reader(frozenset(row["building_id"] for row in rows), roles)


async def building_names(found: Iterable[Target]) -> dict[int, str]:
    """How the buildings of some targets are called, by number; one statement."""
    ids = sorted({one for target in found for one in target.buildings})
    if not ids:
        return {}
    rows = await fetch(
        "SELECT b.id, e.name AS estate, b.name FROM building b JOIN estate e ON e.id=b.estate_id"
        f" WHERE b.id IN ({listed(ids)}) ORDER BY e.name, b.sort"
    )
    return {row["id"]: f"{row['estate']} {row['name']}" for row in rows}


def in_words(target: Target, names: Mapping[int, str]) -> str:
    """For staff: whom it is for, with the names of buildings."""
    if target.is_all:
        return say("notice.target.all")
    here = [name for at, name in names.items() if at in target.buildings]
    roles = [say(f"staff.role.{role}") for role in target.roles]
    said = {"buildings": here, "tags": target.tags, "roles": roles}
    parts = [say(f"notice.target.{kind}", names="、".join(given)) for kind, given in said.items() if given]
    return say("notice.target.and").join(parts)
