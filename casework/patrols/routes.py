"""Patrol routes: laid by who leads a neighbourhood, with their stops and the days on which they are walked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from casework import roster
from casework.working_days import DayKind, kind_of
from models import clock
from models.errors import Invalid, NotFound, Taken
from models.home import Building, Grid
from models.patrol import PatrolRoute, PatrolStop
from models.transaction import Row, fetch, transaction
from nlp.normalise import clean_input
from people.audit import record
from people.scope import must_see
from people.viewers import Viewer

MOST_ROUTES, MOST_STOPS = 40, 60
LONGEST_NAME, LONGEST_STOP, LONGEST_LOOKS = 40, 60, 120


@dataclass(frozen=True, slots=True)
class StopShape:
    """A stop as it is laid: its name, and what to look at there."""

    name: str
    looks: str


@dataclass(frozen=True, slots=True)
class RouteLine:
    """A route as it stands; ``days``: the days of the week, 1 for Monday; ``looks`` of each stop beside its name."""

    id: int
    name: str
    grid: str
    goes: str
    days: tuple[int, ...]
    on_holidays: bool
    stops: tuple[StopShape, ...]


@dataclass(frozen=True, slots=True)
class RouteShape:
    """A route as it is laid: of a grid (0: of none), on some days of the week, who usually walks (0: nobody is set),
    and its stops as they are typed. ``instead_of``: the route that ends with it."""

    name: str
    weekdays: tuple[str, ...]
    stops: str
    grid_id: int = 0
    goes_id: int = 0
    on_holidays: bool = False
    instead_of: int = 0


def is_walked(weekdays: str, on: dt.date, *, on_holidays: bool) -> bool:
    """Whether a route is walked on a day."""
    is_holiday = kind_of(on).kind is DayKind.PUBLIC_HOLIDAY
    return str(on.isoweekday()) in weekdays and (on_holidays or not is_holiday)


def stops_of(text: str) -> list[StopShape]:
    """Stops as they are typed, one a line: the name, and after a bar what to look at (``3号楼楼道｜灯、杂物``)."""
    lines = [clean_input(line).replace("｜", "|").partition("|") for line in text.splitlines() if line.strip()]
    stops = [StopShape(name.strip(), looks.strip()) for name, _, looks in lines]
    is_fit = all(0 < len(one.name) <= LONGEST_STOP and len(one.looks) <= LONGEST_LOOKS for one in stops)
    if not is_fit or not 1 <= len(stops) <= MOST_STOPS:
        raise Invalid("patrol.stops", most=MOST_STOPS, long=LONGEST_STOP)
    return stops


async def lay(shape: RouteShape, *, by: Viewer, place_id: int) -> int:
    """排路线: a route of a neighbourhood; gives its number."""
    must_see(by, "patrol.lay", place_id, thing="place")
    called, days = clean_input(shape.name).strip(), "".join(sorted(set(shape.weekdays) & set("1234567")))
    if not 0 < len(called) <= LONGEST_NAME or not days:
        raise Invalid("patrol.route", most=LONGEST_NAME)
    stops = stops_of(shape.stops)
    await _must_fit(shape, place_id)
    async with transaction():
        if shape.instead_of:
            await retire(shape.instead_of, by=by)
        if await PatrolRoute.filter(place_id=place_id, retired_at=None).count() >= MOST_ROUTES:
            raise Invalid("patrol.too_many", most=MOST_ROUTES)
        route = await PatrolRoute.create(
            created_at=clock.now(),
            place_id=place_id,
            grid_id=shape.grid_id or None,
            name=called,
            weekdays=days,
            on_holidays=shape.on_holidays,
            goes_id=shape.goes_id or None,
        )
        await _lay_stops(route, stops)
        await record(by, "patrol.lay", subject="patrol_route", subject_id=route.id, place_id=place_id)
    return int(route.id)


async def _must_fit(shape: RouteShape, place_id: int) -> None:
    """Refuse who does not work here and a grid of elsewhere."""
    if shape.goes_id and shape.goes_id not in {one.person_id for one in await roster.staff_of(place_id)}:
        raise Invalid("patrol.nobody")
    if shape.grid_id and not await Grid.exists(id=shape.grid_id, place_id=place_id):
        raise NotFound("patrol.no_grid")


async def _lay_stops(route: PatrolRoute, shapes: Sequence[StopShape]) -> None:
    """Each with the building that its name begins with, where there is just one of that name."""
    buildings = await Building.filter(place_id=route.place_id).only("id", "name")
    for position, one in enumerate(shapes, start=1):
        called = [building.id for building in buildings if one.name.startswith(building.name)]
        await PatrolStop.create(
            created_at=clock.now(),
            route=route,
            position=position,
            name=one.name,
            looks=one.looks,
            building_id=called[0] if len(called) == 1 else None,
        )


async def retire(route_id: int, *, by: Viewer) -> None:
    """停用路线: nobody walks it from now on; what was ticked stays."""
    route = await PatrolRoute.get_or_none(id=route_id)
    if route is None:
        raise NotFound("patrol.not_found")
    must_see(by, "patrol.retire", route.place_id, thing="patrol")
    async with transaction():
        now = clock.now()
        if await PatrolRoute.filter(id=route_id, retired_at=None).update(retired_at=now) != 1:
            raise Taken("patrol.retired")
        await PatrolStop.filter(route_id=route_id, retired_at=None).update(retired_at=now)
        await record(by, "patrol.retire", subject="patrol_route", subject_id=route_id, place_id=route.place_id)


_ROUTES = (
    "SELECT r.id, r.name, r.weekdays, r.on_holidays, COALESCE(g.name, '') AS grid, COALESCE(p.shown_name, '') AS goes,"
    " s.name AS stop, s.looks FROM patrol_route r JOIN patrol_stop s ON s.route_id=r.id"
    " LEFT JOIN grid g ON g.id=r.grid_id LEFT JOIN person p ON p.id=r.goes_id"
    " WHERE r.place_id=$1 AND r.retired_at IS NULL ORDER BY r.id, s.position"
)


async def routes(*, viewer: Viewer, place_id: int) -> list[RouteLine]:
    """路线: those that are walked, with their stops."""
    must_see(viewer, "patrol.read", place_id, thing="place")
    found: dict[int, list[Row]] = {}
    for row in await fetch(_ROUTES, place_id):
        found.setdefault(row["id"], []).append(row)
    return [_route(rows) for rows in found.values()]


def _route(rows: Sequence[Row]) -> RouteLine:
    first = rows[0]
    return RouteLine(
        id=first["id"],
        name=first["name"],
        grid=first["grid"],
        goes=first["goes"],
        days=tuple(int(one) for one in first["weekdays"]),
        on_holidays=bool(first["on_holidays"]),
        stops=tuple(StopShape(row["stop"], row["looks"]) for row in rows),
    )


async def grids(*, viewer: Viewer, place_id: int) -> list[Grid]:
    """网格: of the neighbourhood, by name."""
    must_see(viewer, "patrol.read", place_id, thing="place")
    return await Grid.filter(place_id=place_id).order_by("name")
