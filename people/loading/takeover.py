"""Making a file's rows into homes, people and residences: whole sets by plain SQL, inside one transaction.

What is there already stays as it is: the same file taken over again changes nothing. An empty cell leaves what is
known; a tag is added and never taken away.
"""

from __future__ import annotations

from models.home_file import HomeFile
from models.transaction import execute, is_postgres

_ESTATES = """
INSERT INTO estate (created_at, place_id, name)
SELECT f.ended_at, f.place_id, x.estate
FROM (SELECT DISTINCT estate FROM home_file_row WHERE file_id=$1 AND kind='home') x JOIN home_file f ON f.id=$1
WHERE true ON CONFLICT (place_id, name) DO NOTHING
"""
_GRIDS = """
INSERT INTO grid (created_at, place_id, name)
SELECT f.ended_at, f.place_id, x.grid
FROM (SELECT DISTINCT grid FROM home_file_row WHERE file_id=$1 AND kind='home' AND grid<>'') x
JOIN home_file f ON f.id=$1 WHERE true ON CONFLICT (place_id, name) DO NOTHING
"""
_BUILDINGS = """
INSERT INTO building (created_at, place_id, estate_id, grid_id, name, sort)
SELECT f.ended_at, f.place_id, e.id, g.id, x.building, x.sort
FROM (SELECT estate, building, min(building_sort) AS sort, max(grid) AS grid FROM home_file_row
      WHERE file_id=$1 AND kind='home' GROUP BY estate, building) x
JOIN home_file f ON f.id=$1 JOIN estate e ON e.place_id=f.place_id AND e.name=x.estate
LEFT JOIN grid g ON g.place_id=f.place_id AND g.name=x.grid
WHERE true ON CONFLICT (estate_id, name) DO UPDATE SET grid_id=excluded.grid_id
WHERE excluded.grid_id IS NOT NULL AND excluded.grid_id<>COALESCE(building.grid_id, 0)
"""
_HOMES = """
INSERT INTO home (created_at, place_id, building_id, label, sort, area)
SELECT f.ended_at, f.place_id, b.id, x.home, x.sort, x.area
FROM (SELECT estate, building, home, min(home_sort) AS sort, max(area) AS area FROM home_file_row
      WHERE file_id=$1 AND kind='home' AND home_id IS NULL GROUP BY estate, building, home) x
JOIN home_file f ON f.id=$1 JOIN estate e ON e.place_id=f.place_id AND e.name=x.estate
JOIN building b ON b.estate_id=e.id AND b.name=x.building
WHERE true ON CONFLICT (building_id, label) DO NOTHING
"""
_AREAS = """
UPDATE home SET area=r.area
FROM (SELECT home_id, max(area) AS area FROM home_file_row
      WHERE file_id=$1 AND kind='home' AND home_id IS NOT NULL AND area IS NOT NULL GROUP BY home_id) r
WHERE home.id=r.home_id AND (home.area IS NULL OR home.area<>r.area)
"""
_NEW = "SELECT DISTINCT identity FROM home_file_row WHERE file_id=$1 AND kind='person' AND person_id IS NULL"
_NUMBERED = {
    True: f"SELECT identity, nextval(pg_get_serial_sequence('person', 'id')) AS person_id FROM ({_NEW}) x",
    False: "SELECT identity, row_number() OVER (ORDER BY identity) + (SELECT COALESCE(max(n), 0) FROM ("
    "SELECT max(id) AS n FROM person UNION ALL SELECT seq FROM sqlite_sequence WHERE name='person') y) AS person_id"
    f" FROM ({_NEW}) x",
}
"""Numbers for people who are new, by whether this is PostgreSQL. SQLite has one writer, so counting on is safe."""
_HOME = """
SELECT h.id FROM estate e JOIN building b ON b.estate_id=e.id JOIN home h ON h.building_id=b.id
WHERE e.place_id=$2 AND e.name=home_file_row.estate AND b.name=home_file_row.building AND h.label=home_file_row.home
"""
_DRAW = """
WITH d AS MATERIALIZED ({numbered})
UPDATE home_file_row SET person_id=d.person_id, home_id=COALESCE(home_file_row.home_id, ({home})) FROM d
WHERE home_file_row.file_id=$1 AND home_file_row.identity=d.identity AND home_file_row.person_id IS NULL
"""
"""Whoever is new, once each, and where they live, now that the home is there. Without the kind, so that SQLite takes
the index of identities; no row of a home has one. Materialized: a number that is drawn is drawn once."""
_NEW_HOMES = f"UPDATE home_file_row SET home_id=({_HOME}) WHERE file_id=$1 AND kind='person' AND home_id IS NULL"
"""Of people who are known and come to a home that is new."""
_PEOPLE = """
INSERT INTO person (id, created_at, place_id, name, shown_name, is_active)
SELECT r.person_id, f.ended_at, f.place_id, min(r.name), min(r.building) || substr(min(r.name), 1, 1), true
FROM home_file_row r JOIN home_file f ON f.id=r.file_id
WHERE r.file_id=$1 AND r.kind='person' AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id=r.person_id)
GROUP BY r.person_id, f.ended_at, f.place_id
"""
"""Until they choose a name, neighbours see their building and the first character of theirs."""
_NUMBERS = """
INSERT INTO personal
  (created_at, place_id, person_id, phone_sealed, phone_hash, id_number_sealed, id_number_hash, born, key_mark)
SELECT f.ended_at, f.place_id, r.person_id, max(r.phone_sealed), max(r.phone_hash), max(r.id_number_sealed),
  max(r.id_number_hash), max(r.born), f.key_mark
FROM home_file_row r JOIN home_file f ON f.id=r.file_id WHERE r.file_id=$1 AND r.kind='person'
AND (r.phone_hash IS NOT NULL OR r.id_number_hash IS NOT NULL)
GROUP BY r.person_id, f.ended_at, f.place_id, f.key_mark
ON CONFLICT (person_id) DO UPDATE SET
  phone_sealed=COALESCE(excluded.phone_sealed, personal.phone_sealed),
  phone_hash=COALESCE(excluded.phone_hash, personal.phone_hash),
  id_number_sealed=COALESCE(personal.id_number_sealed, excluded.id_number_sealed),
  id_number_hash=COALESCE(personal.id_number_hash, excluded.id_number_hash),
  born=COALESCE(personal.born, excluded.born), key_mark=excluded.key_mark
WHERE excluded.phone_hash IS NOT NULL AND excluded.phone_hash<>COALESCE(personal.phone_hash, '')
OR excluded.id_number_hash IS NOT NULL AND personal.id_number_hash IS NULL
"""
_HOUSEHOLDS = """
INSERT INTO household (created_at, place_id, home_id, label)
SELECT f.ended_at, f.place_id, x.home_id, x.household FROM (
  SELECT DISTINCT r.home_id, r.household FROM home_file_row r WHERE r.file_id=$1 AND r.kind='person'
  AND (r.household<>'' OR NOT EXISTS (
    SELECT 1 FROM residence d WHERE d.person_id=r.person_id AND d.open_home_id=r.home_id))) x
JOIN home_file f ON f.id=$1 WHERE true ON CONFLICT (home_id, label) DO NOTHING
"""
_RESIDENCES_CHANGED = """
UPDATE residence SET relation=r.relation, state='living', since=COALESCE(r.since, residence.since),
  household_id=COALESCE(h.id, residence.household_id), version=residence.version+1
FROM home_file_row r LEFT JOIN household h ON h.home_id=r.home_id AND h.label=r.household AND r.household<>''
WHERE r.file_id=$1 AND r.kind='person' AND residence.person_id=r.person_id AND residence.open_home_id=r.home_id
AND (residence.relation<>r.relation OR residence.state<>'living'
  OR r.since IS NOT NULL AND (residence.since IS NULL OR residence.since<>r.since)
  OR h.id IS NOT NULL AND h.id<>COALESCE(residence.household_id, 0))
"""
_RESIDENCES = """
INSERT INTO residence
  (created_at, place_id, person_id, home_id, open_home_id, household_id, relation, state, since, version)
SELECT f.ended_at, f.place_id, r.person_id, r.home_id, r.home_id, h.id, r.relation, 'living', r.since, 0
FROM (SELECT person_id, home_id, max(household) AS household, max(relation) AS relation, max(since) AS since
      FROM home_file_row WHERE file_id=$1 AND kind='person' GROUP BY person_id, home_id) r
JOIN home_file f ON f.id=$1 JOIN household h ON h.home_id=r.home_id AND h.label=r.household
WHERE NOT EXISTS (SELECT 1 FROM residence d WHERE d.person_id=r.person_id AND d.open_home_id=r.home_id)
"""
_TAGS = """
INSERT INTO person_tag (created_at, place_id, person_id, name)
SELECT DISTINCT f.ended_at, f.place_id, r.person_id, t.name FROM home_file_tag t
JOIN home_file_row r ON r.file_id=t.file_id AND r.line=t.line JOIN home_file f ON f.id=t.file_id
WHERE t.file_id=$1 ON CONFLICT (person_id, name) DO UPDATE SET created_at=excluded.created_at,
  place_id=excluded.place_id WHERE person_tag.place_id<>excluded.place_id
  AND excluded.place_id=(SELECT p.place_id FROM person p WHERE p.id=person_tag.person_id)
"""
"""A tag that the community they moved away from put on somebody is this one's, where it keeps them now."""

_TAG_WORDS = """
INSERT INTO tag_word (created_at, place_id, name)
SELECT DISTINCT f.ended_at, f.place_id, t.name FROM home_file_tag t JOIN home_file f ON f.id=t.file_id
WHERE t.file_id=$1 ON CONFLICT (place_id, name) DO NOTHING
"""
"""A word that a file brings is one of the neighbourhood's from then on; one that was retired stays so."""


async def take_over(file: HomeFile) -> None:
    """Everything at once; the rows must be linked and without problems, and ``ended_at`` says when."""
    for step in (_ESTATES, _GRIDS, _BUILDINGS, _AREAS, _HOMES):
        await execute(step, file.id)
    await execute(_DRAW.format(numbered=_NUMBERED[is_postgres()], home=_HOME), file.id, file.place_id)
    await execute(_NEW_HOMES, file.id, file.place_id)
    for step in (_PEOPLE, _NUMBERS, _HOUSEHOLDS, _RESIDENCES_CHANGED, _RESIDENCES, _TAGS, _TAG_WORDS):
        await execute(step, file.id)


async def forget_rows(file_id: int) -> None:
    """What was read of a file: personal, and of no more use."""
    for table in ("home_file_row", "home_file_tag", "home_file_problem"):
        await execute(f"DELETE FROM {table} WHERE file_id=$1", file_id)
