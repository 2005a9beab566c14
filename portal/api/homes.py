"""Homes as staff see them, as JSON: buildings, the homes of one, and a home with who lives, waits or lived there."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from models.operation import Body, Operation
from people import areas, homes
from people.homes import Resident
from portal.api.acting import AFTER, REFUSED, TOKEN, acting, id_of, reading
from portal.api.reading import answer, given, number_in_path, number_in_query, told

READ = "home.read"


class BuildingLineAnswer(Body):
    """A building: how many homes it has and how many people live there."""

    id: int
    estate: str
    name: str
    grid: str
    homes: int
    people: int


class BuildingsAnswer(Body):
    """Buildings of the neighbourhood one works for; ``following`` is the ``after`` of the next page, 0 at the end."""

    buildings: list[BuildingLineAnswer]
    following: int


class HomeLineAnswer(Body):
    """A home in a list: how many live there, how many wait to be let in."""

    id: int
    label: str
    people: int
    pending: int


class HomesAnswer(Body):
    """Homes of a building; ``following`` is the ``after`` of the next page, 0 at the end."""

    building: BuildingLineAnswer
    homes: list[HomeLineAnswer]
    following: int


class ResidentAnswer(Body):
    """Somebody of a home; telephone and identity number in part only."""

    residence: int
    person: int
    name: str
    household: str
    relation: str
    since: dt.date | None
    until: dt.date | None
    phone: str
    id_number: str
    tags: list[str]
    is_leaving: bool


class HomeAnswer(Body):
    """A home and everybody who lives, waits or lived there; ``area`` in hundredths of a square metre."""

    id: int
    building: int
    address: str
    grid: str
    area: int | None
    living: list[ResidentAnswer]
    pending: list[ResidentAnswer]
    past: list[ResidentAnswer]


class AreaBody(Body):
    """The exclusive area as typed, in square metres, such as ``89.50``; '' where it is not known."""

    area: Annotated[str, Field(max_length=20)]


class AreaDoneAnswer(Body):
    """It is written down."""

    done: bool


def _resident(one: Resident) -> ResidentAnswer:
    return told(ResidentAnswer, one, residence=one.residence_id, person=one.person_id)


async def show_buildings(request: web.Request) -> web.Response:
    """房屋: the buildings."""
    who = await reading(request, READ)
    lines = await homes.buildings(viewer=who.viewer, place_id=who.place_id, after=number_in_query(request, "after"))
    following = lines[-1].id if len(lines) == homes.PAGE else 0
    return answer(BuildingsAnswer(buildings=[told(BuildingLineAnswer, one) for one in lines], following=following))


async def show_building(request: web.Request) -> web.Response:
    """一幢楼."""
    viewer, building_id = (await reading(request, READ)).viewer, number_in_path(request, "id")
    lines = await homes.homes(building_id, viewer=viewer, after=number_in_query(request, "after"))
    return answer(
        HomesAnswer(
            building=told(BuildingLineAnswer, await homes.building(building_id, viewer=viewer)),
            homes=[told(HomeLineAnswer, one) for one in lines],
            following=lines[-1].id if len(lines) == homes.PAGE else 0,
        )
    )


async def show_home(request: web.Request) -> web.Response:
    """房屋卡片."""
    viewer = (await reading(request, READ)).viewer
    card = await homes.home(number_in_path(request, "id"), viewer=viewer)
    people = {name: [_resident(one) for one in getattr(card, name)] for name in ("living", "pending", "past")}
    address = f"{card.estate} {card.building} {card.label}"
    return answer(told(HomeAnswer, card, building=card.building_id, address=address, **people))


async def set_area(request: web.Request) -> web.Response:
    """登记面积."""
    who, body = await acting(request), await given(request, AreaBody)
    await areas.set_area(number_in_path(request, "id"), by=who.viewer, area=body.area)
    return answer(AreaDoneAnswer(done=True))


ROUTES = (
    web.post("/api/v1/homes/{id}/area", set_area),
    web.get("/api/v1/buildings", show_buildings),
    web.get("/api/v1/buildings/{id}", show_building),
    web.get("/api/v1/homes/{id}", show_home),
)

OPERATIONS = (
    Operation(
        "setArea",
        "POST",
        "/api/v1/homes/{id}/area",
        "The exclusive area of a home, by which owners vote",
        AreaDoneAnswer,
        body=AreaBody,
        parameters=(id_of("home"), TOKEN),
        refusals=REFUSED,
        needs_staff=True,
    ),
    Operation(
        "listBuildings",
        "GET",
        "/api/v1/buildings",
        "Buildings of the neighbourhood one works for",
        BuildingsAnswer,
        parameters=(AFTER,),
        refusals=(403, 404, 422),
        needs_staff=True,
    ),
    Operation(
        "readBuilding",
        "GET",
        "/api/v1/buildings/{id}",
        "A building and its homes",
        HomesAnswer,
        parameters=(id_of("building"), AFTER),
        refusals=(403, 404, 422),
        needs_staff=True,
    ),
    Operation(
        "readHome",
        "GET",
        "/api/v1/homes/{id}",
        "A home with who lives, waits or lived there",
        HomeAnswer,
        parameters=(id_of("home"),),
        refusals=(403, 404, 422),
        needs_staff=True,
    ),
)
