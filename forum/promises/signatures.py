"""签公约: once for a household or a person, as the version says; how many signed is told, names only where wanted.

A new version asks again: who signed the one before has not signed this.
"""

from __future__ import annotations

from dataclasses import dataclass

from forum import households
from forum.households import HOUSEHOLD
from forum.promises.covenants import Covenant, Version, covenant
from models import clock
from models.covenant import SignedBy
from models.errors import NotAllowed, NotFound, Taken
from models.transaction import execute, fetch, fetch_one, transaction
from people import shown
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

MOST_NAMES = 500


@dataclass(frozen=True, slots=True)
class OwnSignature:
    """Where the viewer stands with a version. ``key``: what they sign for, '' where they cannot; ``is_mine``: they
    signed it themselves, and nobody else of the household."""

    key: str
    has_signed: bool
    is_mine: bool
    shows_name: bool

    @property
    def may_sign(self) -> bool:
        """Whether they may sign now."""
        return bool(self.key) and not self.has_signed


_HOME = (
    f"SELECT {households.key_of(HOUSEHOLD, 'd.open_home_id')} AS household FROM residence d"
    " LEFT JOIN household k ON k.id=d.household_id WHERE d.person_id=$1 AND d.place_id=$2 AND d.state='living'"
    " ORDER BY d.id LIMIT 1"
)
_STANDS = (
    "(s.key LIKE 'person:%' OR EXISTS (SELECT 1 FROM residence r WHERE r.state='living'"
    " AND (r.created_at<=s.created_at OR r.person_id=s.person_id) AND s.key IN"
    " ('household:' || CAST(r.household_id AS TEXT), 'home:' || CAST(r.open_home_id AS TEXT))))"
)
"""In SQL, whether a signature ``s`` is that of who lives there now. A household is known by its home, and so is that of
the next family: what the one before signed is not signed for them."""
_OWN = f"SELECT person_id, shows_name FROM covenant_signature s WHERE version_id=$1 AND key=$2 AND {_STANDS}"
_MOVED_ON = (
    "UPDATE covenant_signature AS s SET key='gone:' || CAST(id AS TEXT) WHERE version_id=$1 AND key=$2"
    f" AND NOT {_STANDS}"
)
_SIGN = (
    "INSERT INTO covenant_signature (created_at, version_id, place_id, person_id, key, shows_name)"
    " VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (version_id, key) DO NOTHING RETURNING id"
)


async def key_of(version: Version, *, place_id: int, viewer: Viewer) -> str:
    """What somebody signs a version for, as on a roll: their household (their home where nobody wrote one down), or
    themselves; '' where they live in no home of the place that is known."""
    row = await fetch_one(_HOME, viewer.person_id or 0, place_id)
    if row is None:
        return ""
    return f"person:{viewer.person_id}" if version.signed_by is SignedBy.PERSON else row["household"]


async def own(found: Covenant, *, viewer: Viewer) -> OwnSignature:
    """我签了没有: of the newest version of a covenant that its caller found."""
    if not found.may_sign:
        return OwnSignature("", has_signed=False, is_mine=False, shows_name=False)
    key = await key_of(found.newest, place_id=found.place_id, viewer=viewer)
    row = await fetch_one(_OWN, found.newest.id, key)
    if row is None:
        return OwnSignature(key, has_signed=False, is_mine=False, shows_name=False)
    is_mine = row["person_id"] == viewer.person_id
    return OwnSignature(key, has_signed=True, is_mine=is_mine, shows_name=is_mine and bool(row["shows_name"]))


async def sign(covenant_id: int, *, by: Viewer, number: int, shows_name: bool = False) -> None:
    """签公约: the newest version, by the number that was read; Taken where a newer one came meanwhile."""
    found = await covenant(covenant_id, viewer=by)
    allow(by, "covenant.sign", found.place_id)
    if found.newest.number != number:
        raise Taken("covenant.newer")
    key = await key_of(found.newest, place_id=found.place_id, viewer=by)
    if not key:
        raise NotAllowed("covenant.no_home")
    async with transaction():
        await execute(_MOVED_ON, found.newest.id, key)
        values = (found.newest.id, found.place_id, by.person_id, key, shows_name)
        row = await fetch_one(_SIGN, clock.now(), *values)
        if row is None:
            raise Taken("covenant.signed")
        await record(
            by, "covenant.sign", subject="covenant_version", subject_id=found.newest.id, place_id=found.place_id
        )


async def show_name(covenant_id: int, *, by: Viewer, is_on: bool) -> None:
    """公开称呼、不公开: whether neighbours read that one signed, as building and chosen name."""
    found = await covenant(covenant_id, viewer=by)
    allow(by, "covenant.show_name", None)
    sql = "UPDATE covenant_signature SET shows_name=$1 WHERE version_id=$2 AND person_id=$3"
    async with transaction():
        if not await execute(sql, is_on, found.newest.id, by.person_id):
            raise NotFound("covenant.not_signed")
        about = {"subject": "covenant_version", "subject_id": found.newest.id, "place_id": found.place_id}
        await record(by, "covenant.show_name", **about, detail="on" if is_on else "off")


_NAMED = (
    "SELECT s.person_id FROM covenant_signature s WHERE s.version_id=$1 AND s.shows_name AND EXISTS (SELECT 1"
    " FROM residence r WHERE r.person_id=s.person_id AND r.place_id=$2 AND r.state='living')"
    f" ORDER BY s.id LIMIT {MOST_NAMES}"
)


async def names(version: Version, *, place_id: int, viewer: Viewer) -> list[str]:
    """愿意公开的: of a version that its caller found, as neighbours see them; of who still lives there."""
    rows = await fetch(_NAMED, version.id, place_id)
    found = await shown.shown([row["person_id"] for row in rows], viewer=viewer, place_id=place_id)
    return [_as_neighbours_see(one) for one in found.values()]


def _as_neighbours_see(one: shown.Shown) -> str:
    """Building and chosen name, for staff too: a covenant is no place for real names."""
    is_in_name = bool(one.building) and one.name.startswith(one.building)
    return one.name if is_in_name else f"{one.building} {one.name}".strip()
