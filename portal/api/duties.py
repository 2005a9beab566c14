"""The lists of duty as JSON."""

from __future__ import annotations

from aiohttp import web

from casework.duties import lists
from casework.duties.items import Item
from models.operation import Body, Operation
from portal.api.reading import answer, told
from portal.session import visitor


class DutyItemAnswer(Body):
    """An item: how it goes step by step, by when, who watches; ``entry`` is a key of the guide, or empty."""

    key: str
    name: str
    about: str
    flow: list[str]
    limit: str
    supervises: str
    instead: str
    entry: str


class DutyListAnswer(Body):
    """One of the four lists: ``does``, ``helps``, ``may_not`` or ``publishes``."""

    list: str
    name: str
    about: str
    items: list[DutyItemAnswer]


class DutiesAnswer(Body):
    """The four lists as they count in this neighbourhood."""

    lists: list[DutyListAnswer]


def _item(item: Item) -> DutyItemAnswer:
    return told(DutyItemAnswer, item, key=item.id, flow=[*item.flow])


async def show(request: web.Request) -> web.Response:
    """The four lists."""
    who = await visitor(request)
    found = await lists.lists(viewer=who.viewer, place_id=who.place_id)
    return answer(
        DutiesAnswer(
            lists=[
                DutyListAnswer(
                    list=one.heading.list.value,
                    name=one.heading.name,
                    about=one.heading.about,
                    items=[_item(item) for item in one.items],
                )
                for one in found
            ]
        )
    )


ROUTES = (web.get("/api/v1/duties", show),)
OPERATIONS = (
    Operation(
        "listDuties",
        "GET",
        "/api/v1/duties",
        "What the committee does, helps with, may not do and must publish",
        DutiesAnswer,
    ),
)
