"""居务公开 as JSON: what must be published, when it last was and when it is due; and publishing it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from forum.notices import affairs
from forum.notices.affairs import Affair
from forum.posts import NewPost
from forum.words import MOST_TEXT, MOST_TITLE
from models.operation import Body, Parameter
from portal.api.acting import acting, acts, reading_as_somebody, reads
from portal.api.boards import PublishedAnswer, published
from portal.api.reading import answer, given, told


class AffairAnswer(Body):
    """An item: how often it is due ('' where only when something changes), which period is owed and by when, whether
    that is past, and the post that published it last. ``open`` are the periods that can be published now."""

    key: str
    name: str
    about: str
    limit: str
    every: str
    owed: str
    due_on: dt.date | None
    is_late: bool
    days_late: int
    missed: list[str]
    open: list[str]
    last_at: dt.datetime | None
    last_period: str
    last_post: int | None


class AffairsAnswer(Body):
    """Every item the committee must publish, late ones first."""

    affairs: list[AffairAnswer]


class PublishAffairBody(Body):
    """What is published; without ``period`` for the one that is owed. The same ``key`` publishes once."""

    text: Annotated[str, Field(max_length=MOST_TEXT)]
    title: Annotated[str, Field(max_length=MOST_TITLE)] = ""
    period: Annotated[str, Field(max_length=10)] = ""
    key: Annotated[str, Field(max_length=60)] = ""


def _affair(one: Affair) -> AffairAnswer:
    last = one.last
    return told(
        AffairAnswer,
        one,
        every=one.every.value if one.every else "",
        last_at=last.at if last else None,
        last_period=last.period if last else "",
        last_post=last.post_id if last else None,
    )


async def show(request: web.Request) -> web.Response:
    """公开目录."""
    who = await reading_as_somebody(request)
    found = await affairs.affairs(viewer=who.viewer, place_id=who.place_id)
    return answer(AffairsAnswer(affairs=[_affair(one) for one in found]))


async def publish(request: web.Request) -> web.Response:
    """公布一项."""
    who, body = await acting(request), await given(request, PublishAffairBody)
    new = NewPost("", body.text, title=body.title, key=body.key)
    key = request.match_info["key"]
    return published(await affairs.publish(key, new, by=who.viewer, place_id=who.place_id, period=body.period))


_KEY = Parameter("key", "path", {"type": "string", "maxLength": 40}, "the item's key in the lists of duty")
ROUTES = (web.get("/api/v1/affairs", show), web.post("/api/v1/affairs/{key}/publish", publish))
OPERATIONS = (
    reads("listAffairs", "affairs", "What the committee must publish", gives=AffairsAnswer, refusals=(403,)),
    acts(
        "publishAffair",
        "affairs/{key}/publish",
        "Publish an item: a post that settles it",
        gives=PublishedAnswer,
        takes=PublishAffairBody,
        parameters=(_KEY,),
        needs_staff=True,
    ),
)
