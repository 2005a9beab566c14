"""The words a neighbourhood tags people with, as JSON: the fixed ones, and its own, added, renamed and retired."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field

from models.operation import Body, Operation
from models.rules import rules
from people.records import tags
from portal.api.acting import REFUSED, TOKEN, acting, id_of, reading
from portal.api.reading import answer, given, number_in_path, told
from portal.session import Visitor

READ = "person.read"


class WordAnswer(Body):
    """A word and how many people who live here have it; ``id`` is 0 for one that was never used."""

    id: int
    name: str
    people: int
    is_fixed: bool
    is_retired: bool


class TagsAnswer(Body):
    """The words of the neighbourhood one works for; ``ages``: tags that nobody puts on anybody, they are computed."""

    tags: list[WordAnswer]
    ages: list[str]


class WordBody(Body):
    """A word."""

    name: Annotated[str, Field(min_length=1, max_length=40)]


async def _words(who: Visitor) -> web.Response:
    words = await tags.words(viewer=who.viewer, place_id=who.place_id)
    return answer(TagsAnswer(tags=[told(WordAnswer, one) for one in words], ages=[*rules().age_tags]))


async def show(request: web.Request) -> web.Response:
    """标签."""
    return await _words(await reading(request, READ))


async def add(request: web.Request) -> web.Response:
    """加标签词."""
    who, body = await acting(request), await given(request, WordBody)
    await tags.add(body.name, by=who.viewer, place_id=who.place_id)
    return await _words(who)


async def rename(request: web.Request) -> web.Response:
    """改标签词."""
    who, body = await acting(request), await given(request, WordBody)
    await tags.rename(number_in_path(request, "id"), by=who.viewer, to=body.name)
    return await _words(who)


async def retire(request: web.Request) -> web.Response:
    """停用标签词."""
    who = await acting(request)
    await tags.retire(number_in_path(request, "id"), by=who.viewer)
    return await _words(who)


ROUTES = (
    web.get("/api/v1/tags", show),
    web.post("/api/v1/tags", add),
    web.post("/api/v1/tags/{id}/rename", rename),
    web.post("/api/v1/tags/{id}/retire", retire),
)

OPERATIONS = (
    Operation(
        "listTags",
        "GET",
        "/api/v1/tags",
        "The words people are tagged with here",
        TagsAnswer,
        refusals=(403, 404),
        needs_staff=True,
    ),
    Operation(
        "addTag",
        "POST",
        "/api/v1/tags",
        "A word of the neighbourhood's own; one that was retired is in use again",
        TagsAnswer,
        body=WordBody,
        parameters=(TOKEN,),
        refusals=REFUSED,
        needs_staff=True,
    ),
    Operation(
        "renameTag",
        "POST",
        "/api/v1/tags/{id}/rename",
        "Everybody who has the tag has it under its new name",
        TagsAnswer,
        body=WordBody,
        parameters=(id_of("tag"), TOKEN),
        refusals=REFUSED,
        needs_staff=True,
    ),
    Operation(
        "retireTag",
        "POST",
        "/api/v1/tags/{id}/retire",
        "Nobody is newly tagged with it; whoever has it keeps it",
        TagsAnswer,
        parameters=(id_of("tag"), TOKEN),
        refusals=REFUSED,
        needs_staff=True,
    ),
)
