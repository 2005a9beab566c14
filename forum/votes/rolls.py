"""The roll: who has a vote, written down when it is opened and never changed. Its SHA-256 shows if it was."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from forum.households import HOUSEHOLD, key_of
from forum.votes.majorities import Weights
from models import clock
from models.ballot import VoteUnit
from models.transaction import Row, execute, execute_many, fetch, fetch_one
from people.ages import grown_up_by

BLOCK = 1000
MOST_LABEL = 120

_ADULTS = f"""
SELECT d.person_id, d.open_home_id AS home_id, {HOUSEHOLD} AS household_id
FROM residence d LEFT JOIN household k ON k.id=d.household_id
JOIN home h ON h.id=d.open_home_id JOIN person p ON p.id=d.person_id AND p.is_active
LEFT JOIN personal s ON s.person_id=d.person_id
WHERE d.place_id=$1 AND d.state='living' AND (s.born IS NULL OR s.born<=$2)
  AND (NOT EXISTS (SELECT 1 FROM vote_building v WHERE v.vote_id=$3)
       OR EXISTS (SELECT 1 FROM vote_building v WHERE v.vote_id=$3 AND v.building_id=h.building_id))
"""
_KEY = {
    VoteUnit.PERSON: "'person:' || CAST(a.person_id AS TEXT)",
    VoteUnit.HOUSEHOLD: key_of("a.household_id", "a.home_id"),
}
_LINES = """
INSERT INTO voter (created_at, vote_id, place_id, key, building_id, label, area, has_voted, choice, version)
SELECT o.opened_at, o.id, o.place_id, x.key, b.id, b.name || ' ' || h.label, 0, false, '', 1
FROM (SELECT {key} AS key, min(a.home_id) AS home_id FROM ({adults}) a GROUP BY 1) x
JOIN home h ON h.id=x.home_id JOIN building b ON b.id=h.building_id JOIN vote o ON o.id=$3
ORDER BY b.sort, h.sort, x.key
"""
_PEOPLE = """
INSERT INTO voter_person (created_at, voter_id, vote_id, person_id)
SELECT DISTINCT v.created_at, v.id, v.vote_id, a.person_id FROM ({adults}) a
JOIN voter v ON v.vote_id=$3 AND v.key={key}
"""


async def write(vote_id: int, *, place_id: int, unit: VoteUnit) -> None:
    """Write everybody down who has a vote today, in the transaction of the opening."""
    if unit is VoteUnit.OWNER:
        await _write_owners(vote_id, place_id)
        return
    values = (place_id, grown_up_by(clock.today()), vote_id)
    for sql in (_LINES, _PEOPLE):
        await execute(sql.format(key=_KEY[unit], adults=_ADULTS), *values)


_HOMES = """
SELECT h.id, h.building_id, h.area, b.name AS building, h.label, d.person_id
FROM home h JOIN building b ON b.id=h.building_id
LEFT JOIN residence d ON d.open_home_id=h.id AND d.state='living' AND d.relation='owner'
WHERE h.place_id=$1 AND (NOT EXISTS (SELECT 1 FROM vote_building v WHERE v.vote_id=$2)
  OR h.building_id IN (SELECT v.building_id FROM vote_building v WHERE v.vote_id=$2))
ORDER BY h.id, d.person_id
"""


@dataclass(slots=True)
class _Owned:
    """Homes of the same owners: they are one head, their area is summed up."""

    homes: list[Row]
    owners: tuple[int, ...]

    def values(self, vote_id: int, place_id: int, now: dt.datetime) -> tuple[object, ...]:
        """Its line of the roll."""
        label = "、".join(f"{one['building']} {one['label']}" for one in self.homes)[:MOST_LABEL]
        area = sum(one["area"] or 0 for one in self.homes)
        return (now, vote_id, place_id, self.key, self.homes[0]["building_id"], label, area)

    @property
    def key(self) -> str:
        """Named after the first of its homes."""
        return f"home:{self.homes[0]['id']}"


async def _write_owners(vote_id: int, place_id: int) -> None:
    """A home without a known owner has its vote too, which only paper can bring: the law counts all of them."""
    now = clock.now()
    owned = _grouped(await fetch(_HOMES, place_id, vote_id))
    await execute_many(
        "INSERT INTO voter (created_at, vote_id, place_id, key, building_id, label, area, has_voted, choice, version)"
        " VALUES ($1,$2,$3,$4,$5,$6,$7,false,'',1)",
        [one.values(vote_id, place_id, now) for one in owned],
    )
    ids = {row["key"]: row["id"] for row in await fetch("SELECT id, key FROM voter WHERE vote_id=$1", vote_id)}
    await execute_many(
        "INSERT INTO voter_person (created_at, voter_id, vote_id, person_id) VALUES ($1,$2,$3,$4)",
        [(now, ids[one.key], vote_id, person_id) for one in owned for person_id in one.owners],
    )


def _grouped(rows: Iterable[Row]) -> list[_Owned]:
    homes: dict[int, Row] = {}
    owners: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        homes.setdefault(row["id"], row)
        if row["person_id"] is not None:
            owners[row["id"]].append(row["person_id"])
    groups: dict[tuple[int, ...], _Owned] = {}
    for home_id, row in homes.items():
        same = tuple(owners[home_id]) or (-home_id,)
        groups.setdefault(same, _Owned([], tuple(owners[home_id]))).homes.append(row)
    return [*groups.values()]


async def sums(vote_id: int) -> Weights:
    """How many votes the roll has, and their area."""
    row = await fetch_one("SELECT count(*) AS n, COALESCE(sum(area),0) AS area FROM voter WHERE vote_id=$1", vote_id)
    assert row is not None
    return Weights(row["n"], int(row["area"]))


async def without_area(vote_id: int) -> int:
    """How many lines have no area yet; a vote by area cannot be opened over them."""
    row = await fetch_one("SELECT count(*) AS n FROM voter WHERE vote_id=$1 AND area<=0", vote_id)
    assert row is not None
    return int(row["n"])


async def digest(vote_id: int) -> str:
    """SHA-256 over the lines in their order, each ``key|area|building|people``, in hexadecimal."""
    found = hashlib.sha256()
    async for block in _blocks(vote_id):
        people = await _people(vote_id, block)
        for row in block:
            ids = ",".join(str(one) for one in people[row["id"]])
            found.update(f"{row['key']}|{row['area']}|{row['building_id']}|{ids}\n".encode())
    return found.hexdigest()


async def _blocks(vote_id: int) -> AsyncIterator[list[Row]]:
    after = 0
    sql = "SELECT id, key, area, building_id FROM voter WHERE vote_id=$1 AND id>$2 ORDER BY id LIMIT $3"
    while rows := await fetch(sql, vote_id, after, BLOCK):
        yield rows
        after = rows[-1]["id"]


_OF_BLOCK = (
    "SELECT voter_id, person_id FROM voter_person WHERE vote_id=$1 AND voter_id>=$2 AND voter_id<=$3"
    " ORDER BY voter_id, person_id"
)


async def _people(vote_id: int, block: list[Row]) -> defaultdict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for row in await fetch(_OF_BLOCK, vote_id, block[0]["id"], block[-1]["id"]):
        found[row["voter_id"]].append(row["person_id"])
    return found
