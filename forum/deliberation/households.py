"""Verified households: how many a neighbourhood has, and to which of them somebody belongs."""

from __future__ import annotations

from forum.households import HOUSEHOLD, key_of
from models import clock
from models.transaction import fetch_one
from people.ages import grown_up_by

_KEY = key_of(HOUSEHOLD, "d.open_home_id")
"""A household as it stands on a roll of votes (forum/votes/rolls.py)."""
_LIVING = (
    "FROM residence d JOIN person p ON p.id=d.person_id AND p.is_active LEFT JOIN personal s ON s.person_id=d.person_id"
    " LEFT JOIN household k ON k.id=d.household_id"
    " WHERE d.place_id=$1 AND d.state='living' AND d.open_home_id IS NOT NULL AND (s.born IS NULL OR s.born<=$2)"
)


async def verified(place_id: int) -> int:
    """How many households of the neighbourhood have somebody grown up who was verified."""
    row = await fetch_one(f"SELECT count(DISTINCT {_KEY}) AS n {_LIVING}", place_id, grown_up_by(clock.today()))
    assert row is not None
    return int(row["n"])


async def household_of(person_id: int | None, place_id: int) -> str | None:
    """The household of somebody grown up who lives there, of several the first; None for who lives in none."""
    sql = f"SELECT {_KEY} AS key {_LIVING} AND d.person_id=$3 ORDER BY d.id LIMIT 1"
    row = await fetch_one(sql, place_id, grown_up_by(clock.today()), person_id or 0)
    return row["key"] if row else None
