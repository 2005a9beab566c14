"""Joining one's estate as JSON: what is behind its code, a request, and what became of one's own."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from models.errors import Invalid, NotFound
from models.household import Relation
from models.operation import Body, Operation, Parameter
from people import residents
from people.joining import asking, links
from people.joining.asking import LONGEST, Asked, OwnRequest
from people.joining.links import Door
from people.viewers import Viewer
from portal.api.acting import id_of
from portal.api.reading import MOST_ID, answer, given, number_in_path, told
from portal.chatter import chatter, renewed
from portal.proxy import address
from portal.session import visitor

CHANNEL = "web"


class BuildingAnswer(Body):
    """A building of the estate."""

    id: int
    name: str


class DoorAnswer(Body):
    """The estate behind a code, and its buildings, which everybody who walks past can read."""

    estate: str
    place: str
    buildings: list[BuildingAnswer]


class AskBody(Body):
    """Where somebody lives and who they are; ``helper_name`` is who asks, where they ask for somebody else.

    ``unlisted``: the home is meant as typed although the list of the building has no such home."""

    building: Annotated[int, Field(ge=0, le=MOST_ID)]
    label: Annotated[str, Field(min_length=1, max_length=LONGEST["label"])]
    name: Annotated[str, Field(min_length=1, max_length=LONGEST["name"])]
    relation: Relation
    shown_name: Annotated[str, Field(max_length=LONGEST["shown_name"])] = ""
    phone: Annotated[str, Field(max_length=LONGEST["phone"])] = ""
    helper_name: Annotated[str, Field(max_length=LONGEST["helper_name"])] = ""
    unlisted: bool = False


class OwnRequestAnswer(Body):
    """A request of this browser: where it stands and, refused, why."""

    id: int
    address: str
    name: str
    is_for_other: bool
    state: str
    reason: str
    words: str
    asked_at: dt.datetime
    expires_at: dt.datetime


class OwnRequestsAnswer(Body):
    """What was asked for by this browser, the newest first."""

    requests: list[OwnRequestAnswer]


def _own(one: OwnRequest) -> OwnRequestAnswer:
    return told(OwnRequestAnswer, one)


async def _door(request: web.Request) -> tuple[Viewer, Door]:
    viewer = (await visitor(request)).viewer
    return viewer, await links.door(request.match_info["token"], viewer=viewer)


async def show_door(request: web.Request) -> web.Response:
    """加入小区."""
    viewer, door = await _door(request)
    found = [BuildingAnswer(id=one.id, name=one.name) for one in await links.buildings(door, viewer=viewer)]
    return answer(DoorAnswer(estate=door.estate, place=door.place, buildings=found))


async def ask(request: web.Request) -> web.Response:
    """申请加入: a home that is not listed is taken where the caller says that it is meant."""
    viewer, door = await _door(request)
    body = await given(request, AskBody)
    home = await links.meant(door, viewer=viewer, building_id=body.building, typed=body.label)
    if home.home_id is None and not body.unlisted:
        raise Invalid("join.label_unknown", building=home.building, label=home.label)
    asked = Asked(body.building, body.label, body.name, body.relation, body.shown_name, body.phone, body.helper_name)
    for key in asked.problems().values():
        raise Invalid(key)
    where = await residents.at(channel=CHANNEL, address=chatter(request).address, place_id=door.place_id)
    await asking.ask_once(door, asked, by=viewer, contact_id=where.contact_id, network=address(request))
    await renewed(request, where)
    return await _requests(viewer, where.contact_id)


async def _requests(viewer: Viewer, contact_id: int | None) -> web.Response:
    found = await asking.own_requests(viewer=viewer, contact_id=contact_id) if contact_id else []
    return answer(OwnRequestsAnswer(requests=[_own(one) for one in found]))


async def _contact(request: web.Request) -> tuple[Viewer, int | None]:
    who = await visitor(request)
    where = await residents.known_at(channel=CHANNEL, address=who.chat_address)
    return who.viewer, where.contact_id if where else None


async def show_own(request: web.Request) -> web.Response:
    """我的申请."""
    return await _requests(*await _contact(request))


async def withdraw(request: web.Request) -> web.Response:
    """撤回: by the browser that asked."""
    viewer, contact_id = await _contact(request)
    if contact_id is None:
        raise NotFound("join.not_found")
    await asking.withdraw(number_in_path(request, "id"), by=viewer, contact_id=contact_id)
    return await _requests(viewer, contact_id)


_TOKEN = Parameter("token", "path", {"type": "string", "maxLength": 40}, "the secret end of the estate's printed code")
ROUTES = (
    web.get("/api/v1/join", show_own),
    web.get("/api/v1/join/{token}", show_door),
    web.post("/api/v1/join/{token}", ask),
    web.post("/api/v1/join/{id}/withdraw", withdraw),
)

OPERATIONS = (
    Operation(
        "listOwnJoins", "GET", "/api/v1/join", "What this browser asked for, known by its cookie", OwnRequestsAnswer
    ),
    Operation(
        "readEstate",
        "GET",
        "/api/v1/join/{token}",
        "The estate behind a printed code",
        DoorAnswer,
        parameters=(_TOKEN,),
        refusals=(404, 409),
    ),
    Operation(
        "askToJoin",
        "POST",
        "/api/v1/join/{token}",
        "Ask to be let in; answered alike whoever lives there",
        OwnRequestsAnswer,
        body=AskBody,
        parameters=(_TOKEN,),
        refusals=(404, 409, 422, 429),
    ),
    Operation(
        "withdrawJoin",
        "POST",
        "/api/v1/join/{id}/withdraw",
        "It is no longer wanted; only from the browser that asked",
        OwnRequestsAnswer,
        parameters=(id_of("request"),),
        refusals=(404, 409, 422),
    ),
)
