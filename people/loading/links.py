"""What the rows of a file are against what is there already: known homes and people, contradictions, and counts.

All of it in whole sets by plain SQL: the number of statements is the same for ten rows and for a hundred thousand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from models.home_file import HomeFile, RowKind
from models.transaction import execute, fetch, fetch_one, is_postgres


@dataclass(frozen=True, slots=True)
class Summary:
    """What a file would do, or did: homes and people it names, of them new, changed, and as they were."""

    rows: int = 0
    homes: int = 0
    homes_new: int = 0
    homes_changed: int = 0
    people: int = 0
    people_new: int = 0
    people_changed: int = 0
    tags_new: tuple[str, ...] = ()

    @property
    def homes_unchanged(self) -> int:
        """Homes that are there as the file says."""
        return self.homes - self.homes_new - self.homes_changed

    @property
    def people_unchanged(self) -> int:
        """People who are there as the file says."""
        return self.people - self.people_new - self.people_changed

    @property
    def changes_nothing(self) -> bool:
        """Whether everything is there already."""
        return not (self.homes_new or self.homes_changed or self.people_new or self.people_changed)


_TWINS = """
UPDATE home_file_row SET identity=(
  SELECT min(o.identity || '') FROM home_file_row o WHERE o.file_id=$1 AND o.kind='person'
  AND o.estate=home_file_row.estate AND o.building=home_file_row.building AND o.home=home_file_row.home
  AND o.name=home_file_row.name AND o.id_number_hash IS NOT NULL)
WHERE file_id=$1 AND kind='person' AND id_number_hash IS NULL AND EXISTS (
  SELECT 1 FROM home_file_row o WHERE o.file_id=$1 AND o.kind='person' AND o.estate=home_file_row.estate
  AND o.building=home_file_row.building AND o.home=home_file_row.home AND o.name=home_file_row.name
  AND o.id_number_hash IS NOT NULL)
"""
"""A row without an identity number tells of the person of that name in that home who has one in another row. Not of the
bare column, which SQLite would look for in the order of its index, through the whole file."""
_KNOWN = """
UPDATE home_file_row SET home_id=k.home_id, person_id=k.person_id
FROM (
  SELECT r.id, h.id AS home_id, COALESCE(n.person_id, (
    SELECT min(d.person_id) FROM residence d JOIN person p ON p.id=d.person_id
    LEFT JOIN personal o ON o.person_id=p.id
    WHERE r.kind='person' AND d.open_home_id=h.id AND p.name=r.name
    AND (o.id_number_hash IS NULL OR r.id_number_hash IS NULL))) AS person_id
  FROM home_file_row r
  LEFT JOIN estate e ON e.place_id=$2 AND e.name=r.estate
  LEFT JOIN building b ON b.estate_id=e.id AND b.name=r.building
  LEFT JOIN home h ON h.building_id=b.id AND h.label=r.home
  LEFT JOIN personal n ON n.place_id=$2 AND n.id_number_hash=r.id_number_hash
  WHERE r.file_id=$1) k
WHERE home_file_row.id=k.id AND (COALESCE(home_file_row.home_id, 0)<>COALESCE(k.home_id, 0)
  OR COALESCE(home_file_row.person_id, 0)<>COALESCE(k.person_id, 0))
"""
"""The home, and the person: by the identity number, or else by the name of somebody who lives there. Only rows that say
something else so far are written: a new version of each row for nothing is what takes the time."""
_BY_TWIN = """
UPDATE home_file_row SET person_id=(
  SELECT min(o.person_id) FROM home_file_row o WHERE o.file_id=$1 AND o.identity=home_file_row.identity)
WHERE file_id=$1 AND kind='person' AND person_id IS NULL AND identity IN (
  SELECT o.identity FROM home_file_row o WHERE o.file_id=$1 AND o.kind='person' AND o.person_id IS NOT NULL)
"""

_LATER = "SELECT $1, r.line, r.sheet, r.number, '{field}', '{key}', {facts} FROM home_file_row r {rest}"
_SAME_HOME = "o.estate=r.estate AND o.building=r.building AND o.home=r.home"
_FIRST = """
JOIN (SELECT {by}, min(line) AS first FROM home_file_row r WHERE file_id=$1 AND kind='{kind}'{and_}
      GROUP BY {by} HAVING {differ}) o ON {same}
JOIN home_file_row f ON f.file_id=$1 AND f.line=o.first
WHERE r.file_id=$1 AND r.kind='{kind}'{and_} AND +r.line>o.first AND ({against})
"""
"""Rows after the first about the same thing that say something else. The sign before the line keeps SQLite from reading
every row after the first, once for each thing."""


def _later(*, field: str, key: str, by: str, differs: tuple[str, ...], kind: RowKind, and_: str = "") -> str:
    """Rows that contradict the first row about the same thing; they point at it."""
    names = by.split(", ")
    return _LATER.format(
        field=field,
        key=key,
        facts="'{\"row\": ' || CAST(f.number AS TEXT) || '}'",
        rest=_FIRST.format(
            by=by,
            kind=kind.value,
            and_=and_,
            differ=" OR ".join(f"min({one})<>max({one})" for one in differs),
            same=" AND ".join(f"o.{name}=r.{name}" for name in names),
            against=" OR ".join(f"r.{one}<>f.{one}" for one in differs),
        ),
    )


_PROBLEMS = (
    _LATER.format(
        field="home",
        key="no_such_home",
        facts="'{}'",
        rest="WHERE r.file_id=$1 AND r.kind='person' AND r.home_id IS NULL AND NOT EXISTS (SELECT 1 FROM"
        f" home_file_row o WHERE o.file_id=$1 AND o.kind='home' AND {_SAME_HOME})",
    ),
    _LATER.format(
        field="name",
        key="other_name_on_file",
        facts="'{}'",
        rest="JOIN person p ON p.id=r.person_id WHERE r.file_id=$1 AND r.id_number_hash IS NOT NULL AND p.name<>r.name",
    ),
    _LATER.format(
        field="id_number",
        key="same_name",
        facts="'{}'",
        rest="JOIN (SELECT d.open_home_id AS home_id, p.name FROM residence d JOIN person p ON p.id=d.person_id"
        " WHERE d.open_home_id IS NOT NULL AND d.place_id=(SELECT place_id FROM home_file WHERE id=$1)"
        " GROUP BY d.open_home_id, p.name HAVING count(*)>1) o ON o.home_id=r.home_id AND o.name=r.name"
        " WHERE r.file_id=$1 AND r.kind='person' AND r.id_number_hash IS NULL",
    ),
    _later(
        field="grid",
        key="two_grids",
        by="estate, building",
        differs=("grid",),
        kind=RowKind.HOME,
        and_=" AND r.grid<>''",
    ),
    _later(
        field="area",
        key="two_areas",
        by="estate, building, home",
        differs=("area",),
        kind=RowKind.HOME,
        and_=" AND r.area IS NOT NULL",
    ),
    _later(field="name", key="two_names", by="identity", differs=("name",), kind=RowKind.PERSON),
    _later(
        field="phone",
        key="two_phones",
        by="identity",
        differs=("phone_hash",),
        kind=RowKind.PERSON,
        and_=" AND r.phone_hash IS NOT NULL",
    ),
    _LATER.format(
        field="phone",
        key="two_phones",
        facts="'{\"row\": ' || CAST(f.number AS TEXT) || '}'",
        rest="CROSS JOIN (SELECT person_id, min(line) AS first FROM home_file_row WHERE file_id=$1 AND kind='person'"
        " AND person_id IS NOT NULL AND phone_hash IS NOT NULL GROUP BY person_id"
        " HAVING min(phone_hash)<>max(phone_hash) AND min(identity)<>max(identity)) o CROSS JOIN home_file_row f"
        " WHERE o.person_id=r.person_id AND f.file_id=$1 AND f.line=o.first AND r.file_id=$1 AND r.kind='person'"
        " AND +r.line>o.first AND r.phone_hash<>f.phone_hash AND r.identity<>f.identity",
    ),
    _later(
        field="relation",
        key="twice_differently",
        by="identity, estate, building, home",
        differs=("relation", "household", "since"),
        kind=RowKind.PERSON,
    ),
    _LATER.format(
        field="id_number",
        key="two_numbers",
        facts="'{}'",
        rest="JOIN (SELECT person_id FROM home_file_row WHERE file_id=$1 AND person_id IS NOT NULL GROUP BY person_id"
        " HAVING min(id_number_hash)<>max(id_number_hash)) o ON o.person_id=r.person_id WHERE r.file_id=$1"
        " AND r.id_number_hash IS NOT NULL",
    ),
)
_KEEP = "INSERT INTO home_file_problem (file_id, line, sheet, number, field, key, facts) "


async def link(file: HomeFile) -> None:
    """Find the homes and people that are there already; said anew, it starts from nothing."""
    if is_postgres():  # The planner knows nothing yet of rows that have just come in.
        await execute("ANALYZE home_file_row")
    await execute(_TWINS, file.id)
    await execute(_KNOWN, file.id, file.place_id)
    await execute(_BY_TWIN, file.id)


async def find_problems(file_id: int) -> int:
    """Keep what contradicts itself or what is there; gives how many problems the file has now."""
    for problem in _PROBLEMS:
        await execute(_KEEP + problem, file_id)
    row = await fetch_one("SELECT count(*) AS n FROM home_file_problem WHERE file_id=$1", file_id)
    assert row is not None
    return int(row["n"])


_CHANGED = """
n.person_id IS NULL AND (r.phone_hash IS NOT NULL OR r.id_number_hash IS NOT NULL)
OR r.phone_hash IS NOT NULL AND r.phone_hash<>COALESCE(n.phone_hash, '')
OR r.id_number_hash IS NOT NULL AND n.id_number_hash IS NULL
OR d.id IS NULL OR d.state<>'living' OR d.relation<>r.relation
OR r.since IS NOT NULL AND (d.since IS NULL OR d.since<>r.since)
OR r.household<>'' AND r.household<>COALESCE(h.label, '')
OR EXISTS (SELECT 1 FROM home_file_tag t WHERE t.file_id=r.file_id AND t.line=r.line AND NOT EXISTS (
  SELECT 1 FROM person_tag g WHERE g.person_id=r.person_id AND g.name=t.name))
"""
_COUNTS = {
    "rows": "SELECT count(*) AS n FROM home_file_row WHERE file_id=$1",
    "homes": "SELECT count(*) AS n FROM (SELECT DISTINCT estate, building, home FROM home_file_row"
    " WHERE file_id=$1 AND kind='home') x",
    "homes_new": "SELECT count(*) AS n FROM (SELECT DISTINCT estate, building, home FROM home_file_row"
    " WHERE file_id=$1 AND kind='home' AND home_id IS NULL) x",
    "homes_changed": "SELECT count(DISTINCT r.home_id) AS n FROM home_file_row r JOIN home h ON h.id=r.home_id"
    " JOIN building b ON b.id=h.building_id LEFT JOIN grid g ON g.id=b.grid_id"
    " WHERE r.file_id=$1 AND r.kind='home' AND (r.grid<>'' AND r.grid<>COALESCE(g.name, '')"
    " OR r.area IS NOT NULL AND r.area<>COALESCE(h.area, 0))",
    "people": "SELECT count(*) AS n FROM (SELECT DISTINCT COALESCE(CAST(person_id AS TEXT), identity) FROM"
    " home_file_row WHERE file_id=$1 AND kind='person') x",
    "people_new": "SELECT count(DISTINCT identity) AS n FROM home_file_row"
    " WHERE file_id=$1 AND kind='person' AND person_id IS NULL",
    "people_changed": "SELECT count(DISTINCT r.person_id) AS n FROM home_file_row r"
    " LEFT JOIN personal n ON n.person_id=r.person_id"
    " LEFT JOIN residence d ON d.person_id=r.person_id AND d.open_home_id=r.home_id"
    " LEFT JOIN household h ON h.id=d.household_id"
    f" WHERE r.file_id=$1 AND r.kind='person' AND r.person_id IS NOT NULL AND ({_CHANGED})",
}
_NEW_TAGS = (
    "SELECT DISTINCT t.name FROM home_file_tag t WHERE t.file_id=$1 AND NOT EXISTS (SELECT 1 FROM person_tag g"
    " WHERE g.place_id=$2 AND g.name=t.name) ORDER BY t.name LIMIT 50"
)


async def summary_of(file: HomeFile) -> Summary:
    """What taking the file over would do; its rows must be linked."""
    counted: dict[str, int] = {}
    for name, sql in _COUNTS.items():
        row = await fetch_one(sql, file.id)
        assert row is not None
        counted[name] = int(row["n"])
    tags = tuple(row["name"] for row in await fetch(_NEW_TAGS, file.id, file.place_id))
    return Summary(**counted, tags_new=tags)


def summary_from(text: str) -> Summary:
    """A summary as it is kept with its file."""
    kept = json.loads(text)
    return Summary(**{**kept, "tags_new": tuple(kept.get("tags_new", ()))})
