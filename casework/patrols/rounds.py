"""Walking a route: today's stops, each ticked once by whoever is first, and cases of what is found there."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from casework.cases import recognising, reporting
from casework.cases.reporting import Facts
from casework.patrols.routes import is_walked
from models import clock
from models.case import Case, CaseSource
from models.errors import Invalid, NotFound, Taken, WrongState
from models.transaction import Row, execute, fetch, fetch_one, moment, transaction
from people.audit import record
from people.scope import must_see
from people.viewers import Viewer

LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class StopToday:
    """A stop of today: who ticked it when ('' while nobody has), and the cases that it brought up."""

    id: int
    name: str
    looks: str
    by: str
    at: dt.datetime | None
    cases: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class RouteToday:
    """A route that is walked today; ``is_mine``: the viewer usually walks it."""

    id: int
    name: str
    grid: str
    goes: str
    is_mine: bool
    stops: tuple[StopToday, ...]

    @property
    def ticked(self) -> int:
        """How many stops are done."""
        return sum(stop.at is not None for stop in self.stops)


_STOPS = (
    "SELECT r.id AS route_id, r.name AS route, r.weekdays, r.on_holidays, r.goes_id, COALESCE(g.name, '') AS grid,"
    " COALESCE(w.shown_name, '') AS goes, s.id, s.name, s.looks, COALESCE(p.shown_name, '') AS by_name,"
    " t.created_at AS ticked_at FROM patrol_route r JOIN patrol_stop s ON s.route_id=r.id"
    " LEFT JOIN grid g ON g.id=r.grid_id LEFT JOIN person w ON w.id=r.goes_id"
    " LEFT JOIN patrol_tick t ON t.stop_id=s.id AND t.day=$2 LEFT JOIN person p ON p.id=t.by_id"
    " WHERE r.place_id=$1 AND r.retired_at IS NULL AND s.retired_at IS NULL ORDER BY r.id, s.position"
)
_FOUND = (
    "SELECT f.stop_id, c.id, c.number FROM patrol_finding f JOIN cases c ON c.id=f.case_id"
    " WHERE f.place_id=$1 AND f.day=$2 ORDER BY c.id"
)


async def today(*, viewer: Viewer, place_id: int) -> list[RouteToday]:
    """今天的路线: the viewer's own first."""
    must_see(viewer, "patrol.read", place_id, thing="place")
    on, walked = clock.today(), defaultdict[int, list[Row]](list)
    for row in await fetch(_STOPS, place_id, on):
        if is_walked(row["weekdays"], on, on_holidays=bool(row["on_holidays"])):
            walked[row["route_id"]].append(row)
    found = defaultdict[int, list[tuple[int, str]]](list)
    for row in await fetch(_FOUND, place_id, on):
        found[row["stop_id"]].append((row["id"], row["number"]))
    routes = [_route(rows, found, viewer) for rows in walked.values()]
    return sorted(routes, key=lambda one: not one.is_mine)


def _route(rows: Sequence[Row], found: dict[int, list[tuple[int, str]]], viewer: Viewer) -> RouteToday:
    first = rows[0]
    is_mine = viewer.person_id is not None and first["goes_id"] == viewer.person_id
    stops = tuple(_stop(row, found.get(row["id"], [])) for row in rows)
    return RouteToday(first["route_id"], first["route"], first["grid"], first["goes"], is_mine, stops)


def _stop(row: Row, cases: Sequence[tuple[int, str]]) -> StopToday:
    at = moment(row["ticked_at"]) if row["ticked_at"] else None
    return StopToday(row["id"], row["name"], row["looks"], row["by_name"], at, tuple(cases))


_STOP = (
    "SELECT s.id, s.name, s.building_id, r.place_id, r.weekdays, r.on_holidays, r.name AS route FROM patrol_stop s"
    " JOIN patrol_route r ON r.id=s.route_id WHERE s.id=$1 AND s.retired_at IS NULL"
)
_TICK = (
    "INSERT INTO patrol_tick (created_at, place_id, stop_id, day, by_id) VALUES ($1,$2,$3,$4,$5)"
    " ON CONFLICT (stop_id, day) DO NOTHING RETURNING id"
)


async def _stop_of(stop_id: int, *, by: Viewer, verb: str) -> Row:
    row = await fetch_one(_STOP, stop_id)
    if row is None:
        raise NotFound("patrol.not_found")
    must_see(by, verb, row["place_id"], thing="patrol")
    return row


async def tick(stop_id: int, *, by: Viewer) -> None:
    """打勾: somebody was there today; whoever is second is told that it is done."""
    row = await _stop_of(stop_id, by=by, verb="patrol.tick")
    if not is_walked(row["weekdays"], clock.today(), on_holidays=bool(row["on_holidays"])):
        raise WrongState("patrol.not_today", route=row["route"])
    async with transaction():
        made = await fetch_one(_TICK, clock.now(), row["place_id"], stop_id, clock.today(), by.person_id)
        if made is None:
            raise Taken("patrol.ticked", name=row["name"])
        await record(by, "patrol.tick", subject="patrol_stop", subject_id=stop_id, place_id=row["place_id"])


_FINDING = (
    "INSERT INTO patrol_finding (created_at, place_id, stop_id, day, key) VALUES ($1,$2,$3,$4,$5)"
    " ON CONFLICT (place_id, key) DO NOTHING RETURNING id"
)


async def report(
    stop_id: int, *, by: Viewer, text: str, key: str, kind_key: str = "", photos: Sequence[int] = ()
) -> Case:
    """巡查上报: a case of what is found at a stop, which counts as visited; the same form twice is one case."""
    row = await _stop_of(stop_id, by=by, verb="patrol.report")
    if not 0 < len(key) <= LONGEST_KEY:
        raise Invalid("form.unreadable")
    place_id, on = row["place_id"], clock.today()
    kind = await recognising.kind_for(text, place_id=place_id, chosen=kind_key)
    facts = Facts(
        kind.id, text, when=on.isoformat(), where=row["name"], building_id=row["building_id"], photos=tuple(photos)
    )
    async with transaction():
        made = await fetch_one(_FINDING, clock.now(), place_id, stop_id, on, key)
        if made is None:
            raise Taken("patrol.reported")
        case = await reporting.report(facts, by=by, source=CaseSource.PATROL, place_id=place_id)
        await execute("UPDATE patrol_finding SET case_id=$1 WHERE id=$2", case.id, made["id"])
        if is_walked(row["weekdays"], on, on_holidays=bool(row["on_holidays"])):
            await fetch_one(_TICK, clock.now(), place_id, stop_id, on, by.person_id)
        await record(by, "patrol.report", subject="patrol_stop", subject_id=stop_id, place_id=place_id)
    return case


async def stop(stop_id: int, *, viewer: Viewer) -> str:
    """The name of a stop, for the form on which something found there is reported."""
    return str((await _stop_of(stop_id, by=viewer, verb="patrol.read"))["name"])
