"""Lists of cases for those who work on them: mine, my team's, due today, overdue, unowned, by building."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tortoise.expressions import Case as Case_
from tortoise.expressions import Q, When

from casework.cases import catalogue
from casework.cases.owners import LEFT_BEHIND
from casework.cases.sight import places_of, seen_by
from casework.cases.teams import teams_of
from casework.loop import CASE_STATES, HUNG, OPEN_CASES, OPEN_CASES_SQL, REPLIED, UNDECIDED, WaitsFor
from models import clock
from models.case import Case, CaseSource, CaseState
from models.place import Level
from models.transaction import Row, fetch, fetch_one, listed
from people.permissions import allow_somewhere
from people.scope import must_see
from people.viewers import Viewer

MOST = 100
_STANDS = Case_(When(due_at__isnull=True, then="1"), default="0")
"""Those whose clock stands still come last, on every database."""


class CaseList(StrEnum):
    """The lists of the desk."""

    MINE = "mine"
    TEAM = "team"
    TODAY = "today"
    OVERDUE = "overdue"
    UNOWNED = "unowned"
    UNDECIDED = "undecided"
    HUNG = "hung"
    OPEN = "open"
    WAITING = "waiting"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list; ``due`` is empty while its clock stands still."""

    id: int
    number: str
    kind: str
    state: CaseState
    waits_for: WaitsFor
    source: CaseSource
    level: Level
    text: str
    where: str
    place_id: int
    building_id: int | None
    building: str
    reported_at: dt.datetime
    due: dt.datetime | None
    is_overdue: bool
    contact_due: dt.datetime | None
    owner: str
    team: str
    handler: str
    transfer_to: str
    reporters: int
    is_mine: bool
    is_emergency: bool
    is_private: bool
    version: int


async def cases(
    *,
    viewer: Viewer,
    which: CaseList = CaseList.OPEN,
    place_id: int | None = None,
    building_id: int | None = None,
    kind_key: str = "",
    after: int = 0,
) -> list[CaseLine]:
    """A list of the desk, what is due first above; ``after``: how many are passed over, for the pages that follow."""
    allow_somewhere(viewer, "case.read")
    wanted = await _condition(which, viewer)
    if place_id is not None:
        wanted &= Q(place_id=place_id)
    if building_id is not None:
        wanted &= Q(building_id=building_id)
    if kind_key:
        wanted &= Q(kind_key=kind_key)
    found = Case.filter(await seen_by(viewer), wanted).annotate(stands=_STANDS)
    rows = found.order_by(*_order(which)).offset(after).limit(MOST)
    return await _lines(await rows.values(*_COLUMNS), viewer)


async def count(*, viewer: Viewer, which: CaseList = CaseList.OPEN, building_id: int | None = None) -> int:
    """How many there are in a list of the desk."""
    allow_somewhere(viewer, "case.read")
    wanted = await _condition(which, viewer)
    if building_id is not None:
        wanted &= Q(building_id=building_id)
    return await Case.filter(await seen_by(viewer), wanted).count()


def _order(which: CaseList) -> tuple[str, ...]:
    if which is CaseList.ENDED:
        return ("-closed_at", "-id")
    return ("-is_emergency", "stands", "due_at", "id")


async def _condition(which: CaseList, viewer: Viewer) -> Q:
    now, is_open = clock.now(), Q(state__in=[*OPEN_CASES])
    if which is CaseList.MINE:
        mine = Q(owner_id=viewer.person_id) | Q(transfer_to_id=viewer.person_id) | Q(handler_id=viewer.person_id)
        return is_open & mine
    if which is CaseList.TEAM:
        return is_open & Q(team_id__in=await teams_of(viewer.person_id or 0) or [0])
    if which is CaseList.UNOWNED:
        return is_open & Q(id__in=await _unowned(viewer) or [0])
    simple = {
        CaseList.TODAY: is_open & Q(due_at__gte=now, due_at__lt=clock.midnight(clock.today() + dt.timedelta(days=1))),
        CaseList.OVERDUE: is_open & Q(due_at__lt=now),
        CaseList.UNDECIDED: Q(state=UNDECIDED),
        CaseList.HUNG: Q(state=HUNG),
        CaseList.WAITING: Q(state=REPLIED),
        CaseList.ENDED: ~is_open,
    }
    return simple.get(which, is_open)


async def _unowned(viewer: Viewer) -> list[int]:
    """Open cases whose owner is no longer somebody who may answer for the place; there should be none."""
    here = await places_of(viewer)
    wanted = "" if here is None else f" AND n.id IN ({listed(sorted(here))})"
    return [row["id"] for row in await fetch(f"SELECT c.id {LEFT_BEHIND}{wanted}")]


_SAME = (
    *("id", "number", "state", "source", "level", "text", "place_id", "building_id", "contact_due", "is_emergency"),
    *("is_private", "version"),
)
_NAMES = {
    "building": "building__name",
    "owner": "owner__shown_name",
    "team": "team__name",
    "handler": "handler__shown_name",
    "transfer_to": "transfer_to__shown_name",
}
_COLUMNS = (*_SAME, "kind_key", "where_text", "created_at", "due_at", "owner_id", "transfer_to_id", *_NAMES.values())
"""What a line is made of, read without the rest of the case, its people and teams: a page has a hundred lines."""


_NAMED = (
    "SELECT b.name AS building, o.shown_name AS owner, t.name AS team, h.shown_name AS handler,"
    " x.shown_name AS transfer_to FROM cases c LEFT JOIN building b ON b.id=c.building_id"
    " LEFT JOIN person o ON o.id=c.owner_id LEFT JOIN team t ON t.id=c.team_id"
    " LEFT JOIN person h ON h.id=c.handler_id LEFT JOIN person x ON x.id=c.transfer_to_id WHERE c.id=$1"
)


async def line_of(case: Case, viewer: Viewer) -> CaseLine:
    """A case that a finder has found, as a line; what its people, its team and its building are called is read."""
    named = await fetch_one(_NAMED, case.id) or {}
    row: Row = {name: getattr(case, name) for name in _COLUMNS if "__" not in name}
    return (await _lines([row | {at: named.get(name) for name, at in _NAMES.items()}], viewer))[0]


async def _lines(rows: Sequence[Row], viewer: Viewer) -> list[CaseLine]:
    counts = await reporter_counts([row["id"] for row in rows])
    names = await catalogue.kinds_in({row["place_id"] for row in rows})
    return [
        _line(row, viewer, kind=names[row["place_id"]][row["kind_key"]].name, reporters=counts.get(row["id"], 0))
        for row in rows
    ]


async def reporter_counts(ids: Sequence[int]) -> dict[int, int]:
    """How many people reported each of some cases."""
    rows = await fetch(
        f"SELECT case_id, count(*) AS n FROM case_reporter WHERE case_id IN ({listed(ids)}) AND left_at IS NULL"
        " GROUP BY case_id"
    )
    return {row["case_id"]: row["n"] for row in rows}


def _line(row: Row, viewer: Viewer, *, kind: str, reporters: int) -> CaseLine:
    due = row["due_at"]
    told: Row = {name: row[name] for name in _SAME} | {name: row[at] or "" for name, at in _NAMES.items()}
    return CaseLine(
        **told,
        kind=kind,
        waits_for=CASE_STATES[row["state"]].waits_for,
        where=row["where_text"],
        reported_at=row["created_at"],
        due=due,
        is_overdue=due is not None and due < clock.now(),
        reporters=reporters,
        is_mine=viewer.person_id is not None and viewer.person_id in {row["owner_id"], row["transfer_to_id"]},
    )


@dataclass(frozen=True, slots=True)
class BuildingCount:
    """A building and how many cases are open in it, how many of them overdue."""

    building_id: int
    estate: str
    name: str
    open: int
    overdue: int


async def by_building(*, viewer: Viewer, place_id: int) -> list[BuildingCount]:
    """按楼: the buildings of a place in which cases are open."""
    must_see(viewer, "case.count", place_id, thing="place")
    rows = await fetch(
        "SELECT b.id, e.name AS estate, b.name, count(*) AS n, sum(CASE WHEN c.due_at<$2 THEN 1 ELSE 0 END) AS late"
        " FROM cases c JOIN building b ON b.id=c.building_id JOIN estate e ON e.id=b.estate_id"
        f" WHERE c.place_id=$1 AND c.state IN ({OPEN_CASES_SQL})"
        " GROUP BY b.id, e.name, b.name, b.sort ORDER BY e.name, b.sort",
        place_id,
        clock.now(),
    )
    return [BuildingCount(row["id"], row["estate"], row["name"], row["n"], int(row["late"] or 0)) for row in rows]
