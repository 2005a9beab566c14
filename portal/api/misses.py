"""What the pack could not answer as JSON: the groups, and what becomes of them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from casework import guide, learning, misses
from casework.misses import MissGroup
from models.operation import Body, Operation
from portal.api.acting import REFUSED, TOKEN, acting, reading
from portal.api.reading import MOST_ID, answer, given, told

MOST = 1_000
Id = Annotated[int, Field(ge=0, le=MOST_ID)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=MOST)]


class MissGroupAnswer(Body):
    """Near-duplicate questions: the wording first asked and others, how often, how many chats wait, and what was
    answered at the desk. ``draft`` is the version that is to answer them and waits to be published."""

    text: str
    others: list[str]
    count: int
    waiting: int
    misses: list[int]
    questions: list[int]
    draft: int | None
    first_at: dt.datetime
    last_at: dt.datetime


class MissesAnswer(Body):
    """What was not answered in the neighbourhood one works for, the most asked first."""

    groups: list[MissGroupAnswer]


class MissesBody(Body):
    """Which of them."""

    misses: Ids


class TellBody(Body):
    """Which of them an entry of the guide answers."""

    misses: Ids
    entry: Annotated[str, Field(min_length=1, max_length=60)]


class LearnBody(Body):
    """Which of them the answer to a question at the desk answers."""

    misses: Ids
    question: Id


class DraftAnswer(Body):
    """The draft that was written: a version that a second person publishes."""

    version: int


class CountAnswer(Body):
    """How many it was about: misses put aside, or chats told."""

    count: int


def _group(one: MissGroup) -> MissGroupAnswer:
    return told(MissGroupAnswer, one, misses=one.miss_ids, questions=one.question_ids, draft=one.draft_id)


async def show(request: web.Request) -> web.Response:
    """没答上的."""
    who = await reading(request, "miss.read")
    found = await misses.groups(viewer=who.viewer, place_id=who.place_id)
    return answer(MissesAnswer(groups=[_group(one) for one in found]))


async def dismiss(request: web.Request) -> web.Response:
    """忽略."""
    who, body = await acting(request), await given(request, MissesBody)
    return answer(CountAnswer(count=await misses.dismiss(body.misses, by=who.viewer)))


async def tell(request: web.Request) -> web.Response:
    """回告."""
    who, body = await acting(request), await given(request, TellBody)
    entry = await guide.entry(body.entry, viewer=who.viewer, place_id=who.place_id)
    return answer(CountAnswer(count=await misses.resolve(body.misses, by=who.viewer, content=entry.content)))


async def learn(request: web.Request) -> web.Response:
    """写成条目, from the answer at the desk."""
    who, body = await acting(request), await given(request, LearnBody)
    version = await learning.learn(body.question, by=who.viewer, miss_ids=body.misses)
    return answer(DraftAnswer(version=version.id))


def _verb(name: str, about: str, *, body: type[Body], gives: type[Body]) -> Operation:
    return Operation(
        f"{name}Misses",
        "POST",
        f"/api/v1/misses/{name}",
        about,
        gives,
        body=body,
        parameters=(TOKEN,),
        refusals=REFUSED,
        needs_staff=True,
    )


ROUTES = (
    web.get("/api/v1/misses", show),
    web.post("/api/v1/misses/dismiss", dismiss),
    web.post("/api/v1/misses/tell", tell),
    web.post("/api/v1/misses/learn", learn),
)

OPERATIONS = (
    Operation(
        "listMisses",
        "GET",
        "/api/v1/misses",
        "What the pack could not answer, grouped by near-duplicates, the most asked first",
        MissesAnswer,
        refusals=(403,),
        needs_staff=True,
    ),
    _verb("dismiss", "They need no entry; nobody is told", body=MissesBody, gives=CountAnswer),
    _verb("tell", "An entry answers them; whoever waits is told once", body=TellBody, gives=CountAnswer),
    _verb("learn", "A draft of an entry from the answer at the desk", body=LearnBody, gives=DraftAnswer),
)
