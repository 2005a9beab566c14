"""Lists of words that posts are screened for, as JSON: reading them, trying a change, saving it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from forum.moderation import word_lists
from models.operation import Body, Parameter
from portal.api.acting import REFUSED, acting, acts, reading, reads
from portal.api.reading import MOST_ID, answer, given, told

Words = Annotated[str, Field(max_length=(word_lists.LONGEST_WORD + 2) * word_lists.MOST_WORDS)]
Action = Annotated[str, Field(max_length=10)]


class WordListAnswer(Body):
    """A list as it stands; ``number`` 0 is the community's own, ``action`` is block, hold, mask or off."""

    name: str
    number: int
    action: str
    text: str
    is_shipped: bool
    by: str
    at: dt.datetime | None


class WordListsAnswer(Body):
    """Lists; of one list its versions, the newest first."""

    lists: list[WordListAnswer]


class TryWordsBody(Body):
    """A list as it would be: one word on a line."""

    action: Action
    text: Words


class SaveWordsBody(Body):
    """A new version; ``seen`` is the number it follows, 0 for the community's own and for a new list."""

    action: Action
    text: Words
    seen: Annotated[int, Field(ge=0, le=MOST_ID)]


class DryHitAnswer(Body):
    """Something on a board that the list would find."""

    post_id: int
    title: str
    excerpt: str
    word: str


class DryRunAnswer(Body):
    """How many posts and replies were looked at, from when on and until when, how many the list finds, and the first of
    them."""

    looked_at: int
    found: int
    hits: list[DryHitAnswer]
    posts: int
    replies: int
    posts_since: dt.datetime | None
    replies_since: dt.datetime | None
    until: dt.datetime | None


class SavedWordsAnswer(Body):
    """The number of the new version."""

    number: int


async def show(request: web.Request) -> web.Response:
    """词表."""
    who = await reading(request, "words.read")
    return _lists(await word_lists.lists(viewer=who.viewer, place_id=who.place_id))


async def show_versions(request: web.Request) -> web.Response:
    """词表的历史."""
    who, name = await reading(request, "words.read"), request.match_info["name"]
    return _lists(await word_lists.versions(name, viewer=who.viewer, place_id=who.place_id))


def _lists(found: list[word_lists.ListLine]) -> web.Response:
    return answer(WordListsAnswer(lists=[told(WordListAnswer, one) for one in found]))


async def dry_run(request: web.Request) -> web.Response:
    """试一试: what it would find in what was posted last; nothing is changed."""
    who, body = await acting(request), await given(request, TryWordsBody)
    tried = await word_lists.dry_run(
        request.match_info["name"], viewer=who.viewer, place_id=who.place_id, action=body.action, text=body.text
    )
    return answer(told(DryRunAnswer, tried, hits=[told(DryHitAnswer, one) for one in tried.hits]))


async def save(request: web.Request) -> web.Response:
    """改词表."""
    who, body = await acting(request), await given(request, SaveWordsBody)
    number = await word_lists.change(
        request.match_info["name"],
        by=who.viewer,
        place_id=who.place_id,
        action=body.action,
        text=body.text,
        seen=body.seen,
    )
    return answer(SavedWordsAnswer(number=number))


_NAME = (Parameter("name", "path", {"type": "string", "maxLength": 30}, "the list's name"),)
ROUTES = (
    web.get("/api/v1/words", show),
    web.get("/api/v1/words/{name}/versions", show_versions),
    web.post("/api/v1/words/{name}/try", dry_run),
    web.post("/api/v1/words/{name}/save", save),
)
OPERATIONS = (
    reads("listWordLists", "words", "The lists of words in force", gives=WordListsAnswer, needs_staff=True),
    reads(
        "listWordVersions",
        "words/{name}/versions",
        "Every version of a list",
        gives=WordListsAnswer,
        parameters=_NAME,
        needs_staff=True,
    ),
    acts(
        "tryWords",
        "words/{name}/try",
        "What a list would find in what was posted last; nothing is changed",
        gives=DryRunAnswer,
        takes=TryWordsBody,
        parameters=_NAME,
        refusals=REFUSED,
        needs_staff=True,
    ),
    acts(
        "saveWords",
        "words/{name}/save",
        "A new version of a list, in force at once",
        gives=SavedWordsAnswer,
        takes=SaveWordsBody,
        parameters=_NAME,
        refusals=REFUSED,
        needs_staff=True,
    ),
)
