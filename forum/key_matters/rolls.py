"""The roll of an appraisal and its sums: written down when a list goes to it, and whole when the list has ended.

All of it happens in the transaction that moves the list (steps.py), so that neither is there without the other.
"""

from __future__ import annotations

from models import clock
from models.transaction import execute
from people.ages import grown_up_by
from people.records.small_groups import LEAST

STARS = range(1, 6)
COLUMNS = tuple(f"{part}_{star}" for part in ("outcome", "unit") for star in STARS)
"""The columns of ``key_tally`` in which it is counted how many gave how much."""

_ROLL = (
    "INSERT INTO key_voice (created_at, key_year_id, person_id) SELECT $4, y.id, x.person_id FROM key_year y,"
    " (SELECT DISTINCT d.person_id FROM residence d JOIN person p ON p.id=d.person_id AND p.is_active"
    " LEFT JOIN personal s ON s.person_id=d.person_id"
    " WHERE d.place_id=$1 AND d.state='living' AND (s.born IS NULL OR s.born<=$2)) x WHERE y.id=$3"
)
_NONE_YET = (
    f"INSERT INTO key_tally (created_at, matter_id, rated, {', '.join(COLUMNS)})"
    f" SELECT $2, m.id, 0, {', '.join('0' for _ in COLUMNS)} FROM key_matter m"
    " WHERE m.key_year_id=$1 AND m.state='chosen'"
)
_BEGUN = (
    "UPDATE key_year SET rated_as_of=$1, told_to=0, told_at=NULL,"
    " roll_size=(SELECT count(*) FROM key_voice v WHERE v.key_year_id=$2) WHERE id=$2"
)


async def draw_up(year_id: int, place_id: int) -> None:
    """Everybody grown up who lives here today is on the roll, and of each chosen matter nothing is counted yet."""
    now, today = clock.now(), clock.today()
    await execute(_ROLL, place_id, grown_up_by(today), year_id, now)
    await execute(_NONE_YET, year_id, now)
    await execute(_BEGUN, today, year_id)


_OF_YEAR = "matter_id IN (SELECT m.id FROM key_matter m WHERE m.key_year_id=$1)"


async def start_over(year_id: int, _place_id: int) -> None:
    """What is carried out once more is rated anew: the roll goes, and what was counted so far."""
    for table in ("key_rated", "key_tally"):
        await execute(f"DELETE FROM {table} WHERE {_OF_YEAR}", year_id)
    await execute("DELETE FROM key_voice WHERE key_year_id=$1", year_id)
    await execute("UPDATE key_year SET rated_as_of=NULL, roll_size=0 WHERE id=$1", year_id)


_WANTED = (
    "UPDATE key_matter SET wanted=(SELECT count(*) FROM key_supporter s WHERE s.matter_id=key_matter.id)"
    " WHERE key_year_id=$1"
)


async def add_up(year_id: int, _place_id: int) -> None:
    """What stays when it is forgotten who it was: how many wanted each, and the sums, of fewer than five only how many
    rated."""
    none = ", ".join(f"{column}=0" for column in COLUMNS)
    await execute(f"UPDATE key_tally SET {none} WHERE rated<$2 AND {_OF_YEAR}", year_id, LEAST)
    await execute(_WANTED, year_id)
