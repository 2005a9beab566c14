"""Requests to join as staff see them, as JSON: the queue with who may be meant, and what is decided."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from models.joining import JoinState
from models.operation import Body, Operation
from people import freshness
from people.joining import deciding, queue
from people.joining.matching import Match
from people.joining.queue import JoinLine
from portal.api.acting import AFTER, REFUSED, TOKEN, acting, id_of, reading
from portal.api.reading import MOST_ID, answer, given, number_in_path, number_in_query, told
from portal.session import Visitor

READ = "join.read"
Version = Annotated[int, Field(ge=0, le=MOST_ID)]


class MatchAnswer(Body):
    """Somebody known who may be meant: what is the same, whether they ever came in themselves; telephone in part."""

    person: int
    name: str
    address: str
    lives_there: bool
    same_name: bool
    same_phone: bool
    has_joined: bool
    phone: str


class JoinAnswer(Body):
    """A request: ``home`` is null where the building has no such home; ``asker`` is whose chat asked, '' where it is
    nobody's yet; ``matches`` while it waits."""

    id: int
    version: int
    home: int | None
    address: str
    name: str
    shown_name: str
    relation: str
    phone: str
    helper_name: str
    channel: str
    state: str
    asked_at: dt.datetime
    expires_at: dt.datetime
    vouched_by: str
    decided_by: str
    decided_at: dt.datetime | None
    reason: str
    words: str
    asker: str
    is_other_name: bool
    is_vouched_only: bool
    matches: list[MatchAnswer]


class JoinsAnswer(Body):
    """What waits in the neighbourhood one works for, the oldest first; ``following`` is the ``after`` of the next."""

    requests: list[JoinAnswer]
    following: int


class ApproveBody(Body):
    """Who it is: ``person`` of those known, 0 for somebody new, null where nobody may be meant."""

    version: Version
    person: Annotated[int, Field(ge=0, le=MOST_ID)] | None = None
    adds_home: bool = False


class RefuseBody(Body):
    """Why not, from the list of reasons, and words of one's own."""

    version: Version
    reason: Annotated[str, Field(min_length=1, max_length=40)]
    words: Annotated[str, Field(max_length=200)] = ""


class ConfirmBody(Body):
    """The request as it was seen."""

    version: Version


def _match(one: Match) -> MatchAnswer:
    return told(MatchAnswer, one, person=one.person_id)


def _join(line: JoinLine, matches: list[Match]) -> JoinAnswer:
    return told(JoinAnswer, line, home=line.home_id, matches=[_match(one) for one in matches])


async def show(request: web.Request) -> web.Response:
    """加入申请."""
    who = await reading(request, READ)
    after = number_in_query(request, "after")
    lines = await queue.waiting(viewer=who.viewer, place_id=who.place_id, after=after)
    matches = await queue.matches_for(lines, viewer=who.viewer, place_id=who.place_id)
    following = lines[-1].id if len(lines) == queue.PAGE else 0
    return answer(JoinsAnswer(requests=[_join(line, matches[line.id]) for line in lines], following=following))


async def _acting(request: web.Request) -> tuple[Visitor, int]:
    return await acting(request), number_in_path(request, "id")


async def _after(who: Visitor, request_id: int) -> web.Response:
    return answer(_join(await queue.one(request_id, viewer=who.viewer), []))


async def approve(request: web.Request) -> web.Response:
    """通过."""
    who, number = await _acting(request)
    body = await given(request, ApproveBody)
    await deciding.approve(number, by=who.viewer, version=body.version, person_id=body.person, adds_home=body.adds_home)
    return await _after(who, number)


async def refuse(request: web.Request) -> web.Response:
    """不通过: somebody whom a neighbour let in only by who has just proved who they are."""
    who, number = await _acting(request)
    body = await given(request, RefuseBody)
    is_in = (await queue.one(number, viewer=who.viewer)).state is JoinState.APPROVED
    if is_in:
        await freshness.must_be_fresh(who.session_id)
    await deciding.refuse(
        number, by=who.viewer, version=body.version, reason=body.reason, words=body.words, is_in=is_in
    )
    return await _after(who, number)


async def confirm(request: web.Request) -> web.Response:
    """确认邻居作证的."""
    who, number = await _acting(request)
    body = await given(request, ConfirmBody)
    await deciding.confirm(number, by=who.viewer, version=body.version)
    return await _after(who, number)


def _verb(name: str, about: str, *, body: type[Body]) -> Operation:
    return Operation(
        f"{name}Join",
        "POST",
        f"/api/v1/joins/{{id}}/{name}",
        about,
        JoinAnswer,
        body=body,
        parameters=(id_of("request"), TOKEN),
        refusals=REFUSED,
        needs_staff=True,
    )


ROUTES = (
    web.get("/api/v1/joins", show),
    web.post("/api/v1/joins/{id}/approve", approve),
    web.post("/api/v1/joins/{id}/refuse", refuse),
    web.post("/api/v1/joins/{id}/confirm", confirm),
)

OPERATIONS = (
    Operation(
        "listJoins",
        "GET",
        "/api/v1/joins",
        "Who asks to be let in, with who may be meant, the oldest first",
        JoinsAnswer,
        parameters=(AFTER,),
        refusals=(403, 422),
        needs_staff=True,
    ),
    _verb("approve", "Let them in; refused until it was said who of those known it is", body=ApproveBody),
    _verb("refuse", "Do not let them in; they are told why and how to try again", body=RefuseBody),
    _verb("confirm", "A neighbour's word for them is right", body=ConfirmBody),
)
