"""What the visit book shows: plans that are due, who was not visited for long, and the latest visits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import clock
from models.rules import rules
from models.sealed import unseal
from models.transaction import Row, day, fetch
from people.scope import must_see
from people.viewers import Viewer

MOST_PLANS, MOST_LAPSED, MOST_LATEST = 200, 100, 30
_ADDRESS = "COALESCE(e.name || ' ' || b.name || ' ' || h.label, '') AS address"
_AT_HOME = (
    " LEFT JOIN home h ON h.id={0}.home_id LEFT JOIN building b ON b.id=h.building_id"
    " LEFT JOIN estate e ON e.id=b.estate_id"
)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A visit that is to be made; ``is_due``: today, ``is_overdue``: its day has passed."""

    id: int
    day: dt.date
    person_id: int
    home_id: int
    name: str
    address: str
    goes: str
    is_due: bool
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Lapsed:
    """Somebody with a watched tag whom nobody visited for long (no ``last_day``: never), and when somebody goes."""

    person_id: int
    name: str
    home_id: int
    address: str
    last_day: dt.date | None
    planned: dt.date | None


@dataclass(frozen=True, slots=True)
class LapsedList:
    """The longest unvisited first, and how many there are in all."""

    lines: tuple[Lapsed, ...]
    total: int


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit that was made, and the case made of it (0: none)."""

    id: int
    day: dt.date
    person_id: int
    home_id: int
    name: str
    address: str
    by: str
    words: str
    case_id: int
    case_number: str


_PLANS = (
    f"SELECT v.id, v.day, v.person_id, v.home_id, COALESCE(p.name, '') AS name, {_ADDRESS},"
    " COALESCE(g.shown_name, '') AS goes FROM visit_plan v LEFT JOIN person p ON p.id=v.person_id"
    f" LEFT JOIN person g ON g.id=v.goes_id{_AT_HOME.format('v')}"
    f" WHERE v.place_id=$1 AND v.state='planned' ORDER BY v.day, v.id LIMIT {MOST_PLANS}"
)


async def plans(*, viewer: Viewer, place_id: int) -> list[PlanLine]:
    """要走访的: every open plan, the oldest day first."""
    must_see(viewer, "visit.read", place_id, thing="place")
    today = clock.today()
    return [_plan(row, today) for row in await fetch(_PLANS, place_id)]


def _plan(row: Row, today: dt.date) -> PlanLine:
    on = _day(row)
    return PlanLine(
        id=row["id"],
        day=on,
        person_id=row["person_id"] or 0,
        home_id=row["home_id"] or 0,
        name=row["name"],
        address=row["address"],
        goes=row["goes"],
        is_due=on == today,
        is_overdue=on < today,
    )


def _day(row: Row) -> dt.date:
    found = day(row["day"])
    assert found is not None
    return found


_LAPSED = (
    f"SELECT x.*, count(*) OVER () AS total FROM (SELECT f.person_id, p.name, h.id AS home_id, {_ADDRESS},"
    " (SELECT max(s.day) FROM service s WHERE (s.person_id=f.person_id OR (s.person_id IS NULL AND"
    " s.home_id=d.open_home_id)) AND s.kind='visit' AND s.struck_at IS NULL) AS last_day,"
    " (SELECT min(v.day) FROM visit_plan v WHERE v.person_id=f.person_id AND v.state='planned') AS planned"
    " FROM (SELECT DISTINCT t.person_id FROM person_tag t WHERE t.place_id=$1 AND t.name IN ({names})) f"
    " JOIN residence d ON d.person_id=f.person_id AND d.state='living' AND d.place_id+0=$1"
    " AND NOT EXISTS (SELECT 1 FROM residence o WHERE o.person_id=d.person_id AND o.state='living'"
    " AND o.place_id+0=d.place_id AND o.id<d.id)"
    " JOIN person p ON p.id=f.person_id AND p.place_id=$1 JOIN home h ON h.id=d.open_home_id"
    " JOIN building b ON b.id=h.building_id JOIN estate e ON e.id=b.estate_id) x"
    " WHERE x.last_day IS NULL OR x.last_day<=$2 ORDER BY COALESCE(x.last_day, $3), x.person_id"
    f" LIMIT {MOST_LAPSED}"
)
_NEVER = dt.date(1900, 1, 1)


async def lapsed(*, viewer: Viewer, place_id: int) -> LapsedList:
    """多日没有走访的: people with a watched tag who were not visited, nor their home, for the rules' days."""
    must_see(viewer, "visit.read", place_id, thing="place")
    watched = rules().visits
    marks = ", ".join(f"${at}" for at in range(4, len(watched.tags) + 4)) or "NULL"
    before = clock.today() - dt.timedelta(days=watched.days)
    rows = await fetch(_LAPSED.format(names=marks), place_id, before, _NEVER, *watched.tags)
    return LapsedList(tuple(map(_lapsed, rows)), rows[0]["total"] if rows else 0)


def _lapsed(row: Row) -> Lapsed:
    return Lapsed(
        person_id=row["person_id"],
        name=row["name"],
        home_id=row["home_id"],
        address=row["address"],
        last_day=day(row["last_day"]),
        planned=day(row["planned"]),
    )


_LATEST = (
    f"SELECT s.id, s.day, s.person_id, s.home_id, s.note_sealed, COALESCE(p.name, '') AS name, {_ADDRESS},"
    " COALESCE(o.shown_name, '') AS by_name, c.id AS case_id, c.number FROM service s"
    " LEFT JOIN person p ON p.id=s.person_id LEFT JOIN person o ON o.id=s.by_id"
    f" LEFT JOIN visit_plan v ON v.service_id=s.id LEFT JOIN cases c ON c.id=v.case_id{_AT_HOME.format('s')}"
    " WHERE s.place_id=$1 AND s.kind='visit' AND s.struck_at IS NULL"
    f" ORDER BY s.day DESC, s.id DESC LIMIT {MOST_LATEST}"
)


async def latest(*, viewer: Viewer, place_id: int) -> list[VisitLine]:
    """最近的走访: the newest first, with what was found."""
    must_see(viewer, "visit.read", place_id, thing="place")
    return [_visit(row) for row in await fetch(_LATEST, place_id)]


def _visit(row: Row) -> VisitLine:
    return VisitLine(
        id=row["id"],
        day=_day(row),
        person_id=row["person_id"] or 0,
        home_id=row["home_id"] or 0,
        name=row["name"],
        address=row["address"],
        by=row["by_name"],
        words=unseal(row["note_sealed"]) if row["note_sealed"] else "",
        case_id=row["case_id"] or 0,
        case_number=row["number"] or "",
    )
