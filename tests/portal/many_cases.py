"""Cases by the thousand or the million, written by SQL as a year would have left them, with steps and reporters."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import clock
from models.transaction import execute, fetch_one, is_postgres, transaction

CHUNK = 1_000
DAY = dt.timedelta(days=1)
YEAR = dt.timedelta(days=365)
OPEN_FOR = dt.timedelta(days=8)
"""What came in before that has ended; of what came in since some stands in each state."""


@dataclass(frozen=True, slots=True)
class District:
    """So many neighbourhoods, whose numbers follow each other, as do those of the one in each who answers for it; of
    the first the team and so many buildings."""

    first_place: int
    places: int
    first_owner: int
    team: int
    first_building: int
    buildings: int


_KINDS = (
    *("stair_light", "lift_out_of_order", "road_pothole", "camera", "estate_light", "outer_wall_leak"),
    *("garbage_overflow", "parking_disorder", "group_renting", "noise_living", "other_matter"),
)
_CASES = """
INSERT INTO cases (created_at, number, place_id, kind_key, source, state, level, text, who_text, when_text, where_text,
  how_text, on_behalf_of, is_private, is_emergency, owner_id, building_id, team_id, due_at, next_at, closed_at, version)
WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})
SELECT {at}, 'B-' || CAST(i AS TEXT), {place} + i % {places}, CASE i % {kinds} {names} END,
  CASE i % 4 WHEN 0 THEN 'phone' WHEN 1 THEN 'web' ELSE 'chat' END, {state}, 'neighbourhood',
  CAST(i % 97 AS TEXT) || '号楼的事', '', '', CAST(i % 97 AS TEXT) || '号楼', '', '', FALSE, FALSE,
  {owner} + i % {places}, CASE WHEN i % {places} = 0 THEN {building} + (i / {places}) % {buildings} END,
  CASE WHEN i % {places} = 0 AND i % 3 = 0 THEN {team} END, {due}, NULL, {closed}, 1
FROM n
"""
_STATES_NOW = (
    "CASE i % 6 WHEN 0 THEN 'reported' WHEN 1 THEN 'accepted' WHEN 2 THEN 'dispatched' WHEN 3 THEN 'handling'"
    " WHEN 4 THEN 'answered' ELSE 'closed' END"
)
_STATES_THEN = "CASE i % 40 WHEN 0 THEN 'struck_off' WHEN 1 THEN 'refused' ELSE 'closed' END"
_VERBS = (
    *("report:reported", "accept:accepted", "dispatch:dispatched", "take_up:handling", "contact:handling"),
    *("handle:handled", "check:checked", "reply:answered", "rate:answered", "close:closed"),
)
_STEPS = """
INSERT INTO case_step (created_at, case_id, place_id, verb, by_id, state, note, facts, is_public)
SELECT c.created_at, c.id, c.place_id, v.verb, c.owner_id, v.state, '', '{{}}', TRUE
FROM cases c CROSS JOIN ({verbs}) v WHERE c.id > {above} AND v.n <= CASE c.state WHEN 'reported' THEN 1
  WHEN 'accepted' THEN 2 WHEN 'dispatched' THEN 3 WHEN 'handling' THEN 5 WHEN 'answered' THEN 8 ELSE 10 END
ORDER BY c.id, v.n
"""
_REPORTERS = """
INSERT INTO case_reporter (created_at, case_id, who, name, is_first, solved, satisfied)
SELECT c.created_at, c.id, 't1', '', TRUE, CASE WHEN c.state = 'closed' THEN c.id % 5 <> 0 END,
  CASE WHEN c.state = 'closed' THEN c.id % 7 <> 0 END
FROM cases c WHERE c.id > {above}
"""


async def grow(district: District, *, already: int, until: int) -> None:
    """Write cases number ``already`` to ``until``, spread over the year before now, the last of them of today."""
    firsts = [*range(already, until, CHUNK)]
    for step, first in enumerate(firsts, start=1):
        ago = YEAR * (1 - step / len(firsts))
        await _write(district, first, min(first + CHUNK, until) - 1, at=clock.now() - ago)


async def _write(district: District, first: int, last: int, *, at: dt.datetime) -> None:
    is_over = clock.now() - at > OPEN_FOR
    stamp = "CAST({} AS TIMESTAMPTZ)" if is_postgres() else "{}"
    async with transaction():
        row = await fetch_one("SELECT coalesce(max(id), 0) AS id FROM cases")
        assert row is not None
        statement = _CASES.format(
            first=first,
            last=last,
            at=stamp.format("$1"),
            due=f"CASE i % 4 WHEN 0 THEN {stamp.format('$4')} ELSE {stamp.format('$2')} END",
            closed=stamp.format("$3") if is_over else f"CASE WHEN i % 6 = 5 THEN {stamp.format('$3')} END",
            state=_STATES_THEN if is_over else _STATES_NOW,
            place=district.first_place,
            places=district.places,
            owner=district.first_owner,
            building=district.first_building,
            buildings=district.buildings,
            team=district.team,
            kinds=len(_KINDS),
            names=" ".join(f"WHEN {number} THEN '{name}'" for number, name in enumerate(_KINDS)),
        )
        await execute(statement, at, at + DAY * 5, at + DAY * 3, at - DAY)
        await execute(_STEPS.format(verbs=_listed_verbs(), above=row["id"]))
        await execute(_REPORTERS.format(above=row["id"]))


def _listed_verbs() -> str:
    parts = (each.split(":") for each in _VERBS)
    return " UNION ALL ".join(
        f"SELECT {n} AS n, 'case.{verb}' AS verb, '{state}' AS state" for n, (verb, state) in enumerate(parts, start=1)
    )
