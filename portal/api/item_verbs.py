"""What is done to an idle item as JSON: the line, the appointment, handing over, and who did not come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, Field

from forum.items import handing, lines, meetings, no_shows, offers
from models.operation import Body, Operation
from portal.api.acting import REFUSED, TOKEN, acting, acting_as_somebody, id_of, reading
from portal.api.items import SpotKey
from portal.api.reading import MOST_ID, answer, given, number_in_path, told
from portal.session import Visitor

Number = Annotated[int, Field(ge=0, le=MOST_ID)]


class InLineBody(Body):
    """Who is meant, by the number in line."""

    line: Number


class ProposeTimeBody(Body):
    """A time, and where; '' for where the item says."""

    line: Number
    at: AwareDatetime
    spot: SpotKey = ""


class ConfirmTimeBody(Body):
    """The time that is agreed to, as it was read."""

    line: Number
    at: AwareDatetime


class AheadAnswer(Body):
    """How many stand before the caller; 0: it is their turn."""

    ahead: int


class ItemDoneAnswer(Body):
    """It was done."""

    done: bool = True


class NoShowLine(Body):
    """Somebody did not come, as the other side said."""

    id: int
    post: int
    title: str
    who: str
    said_by: str
    meet_at: dt.datetime


class NoShowsAnswer(Body):
    """Those that count now."""

    missed: list[NoShowLine]


async def reserve(request: web.Request) -> web.Response:
    """我要."""
    who = await acting_as_somebody(request)
    return answer(AheadAnswer(ahead=await lines.reserve(number_in_path(request, "id"), by=who.viewer)))


Handler = Callable[[web.Request], Awaitable[web.Response]]


def _does(work: Callable[[web.Request, Visitor, int], Awaitable[object]]) -> Handler:
    """A handler for something that is done to one item and answered with nothing more."""

    async def handle(request: web.Request) -> web.Response:
        who = await acting_as_somebody(request)
        await work(request, who, number_in_path(request, "id"))
        return answer(ItemDoneAnswer())

    return handle


def _plain(work: Callable[..., Awaitable[object]]) -> Handler:
    async def do(_request: web.Request, who: Visitor, post_id: int) -> None:
        await work(post_id, by=who.viewer)

    return _does(do)


def _of_line(work: Callable[..., Awaitable[object]]) -> Handler:
    async def do(request: web.Request, who: Visitor, post_id: int) -> None:
        await work(post_id, (await given(request, InLineBody)).line, by=who.viewer)

    return _does(do)


async def _meet(request: web.Request, who: Visitor, post_id: int) -> None:
    body = await given(request, ProposeTimeBody)
    await meetings.meet(post_id, body.line, by=who.viewer, at=body.at, spot=body.spot)


async def _confirm(request: web.Request, who: Visitor, post_id: int) -> None:
    body = await given(request, ConfirmTimeBody)
    await meetings.confirm(post_id, body.line, by=who.viewer, at=body.at)


async def show_missed(request: web.Request) -> web.Response:
    """约好没来的记录."""
    who = await reading(request, "item.strike")
    found = await no_shows.missed(viewer=who.viewer, place_id=who.place_id)
    return answer(NoShowsAnswer(missed=[told(NoShowLine, one, post=one.post_id) for one in found]))


async def strike(request: web.Request) -> web.Response:
    """划掉."""
    who = await acting(request)
    await no_shows.strike(number_in_path(request, "id"), by=who.viewer)
    return answer(ItemDoneAnswer())


_ITEM = id_of("item's post")
_DONE: tuple[tuple[str, str, str, Handler, type[Body] | None], ...] = (
    ("let_go", "leaveLine", "Leave the line; the next in it is first", _plain(lines.let_go), None),
    ("pass_on", "passOver", "The giver passes somebody over, without blame", _of_line(lines.pass_on), InLineBody),
    ("meet", "proposeTime", "Propose a time and a place to the other side", _does(_meet), ProposeTimeBody),
    ("confirm", "confirmTime", "Agree to the time as it was read", _does(_confirm), ConfirmTimeBody),
    ("miss", "noteNoShow", "The other side did not come to what both agreed to", _of_line(meetings.miss), InLineBody),
    ("give", "handOver", "One was handed over, or lent", _of_line(handing.give), InLineBody),
    ("take_back", "takeBack", "What was lent came back", _of_line(handing.take_back), InLineBody),
    ("bump", "bumpItem", "It is still there", _plain(offers.bump), None),
    ("finish", "finishItem", "All of it is gone", _plain(offers.finish), None),
    ("withdraw", "withdrawItem", "It is not to be had after all", _plain(offers.withdraw), None),
)
ROUTES = (
    web.get("/api/v1/items/missed", show_missed),
    web.post("/api/v1/items/missed/{id}/strike", strike),
    web.post("/api/v1/items/{id}/reserve", reserve),
    *(web.post(f"/api/v1/items/{{id}}/{verb}", handler) for verb, _, _, handler, _ in _DONE),
)
OPERATIONS = (
    Operation(
        "reserveItem",
        "POST",
        "/api/v1/items/{id}/reserve",
        "Get in line; of two at once one is first",
        AheadAnswer,
        parameters=(_ITEM, TOKEN),
        refusals=REFUSED,
    ),
    *(
        Operation(
            name,
            "POST",
            f"/api/v1/items/{{id}}/{verb}",
            about,
            ItemDoneAnswer,
            body=takes,
            parameters=(_ITEM, TOKEN),
            refusals=REFUSED,
        )
        for verb, name, about, _, takes in _DONE
    ),
    Operation(
        "listNoShows",
        "GET",
        "/api/v1/items/missed",
        "Who did not come to what was agreed, as it counts now",
        NoShowsAnswer,
        refusals=(403,),
        needs_staff=True,
    ),
    Operation(
        "strikeNoShow",
        "POST",
        "/api/v1/items/missed/{id}/strike",
        "It was not so, and counts no longer",
        ItemDoneAnswer,
        parameters=(id_of("note"), TOKEN),
        refusals=REFUSED,
        needs_staff=True,
    ),
)
