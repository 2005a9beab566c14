"""Mutual help as JSON: what waits for somebody, asking, taking it on, and that it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Annotated

from aiohttp import web
from pydantic import Field

from forum.help import lists, sight, wishes
from forum.help.lists import WishLine
from forum.help.wishes import MOST_THANKS, NewWish
from models.operation import Body, Operation, Parameter
from models.wish import WishKind
from portal.api.acting import REFUSED, TOKEN, acting_as_somebody, id_of, reading_as_somebody
from portal.api.boards import AuthorAnswer, Key, Names, PublishedAnswer, Text, Title, author_of, published
from portal.api.reading import MOST_ID, answer, given, number_in_path, number_in_query, told
from portal.session import Visitor


class WishLineAnswer(Body):
    """A wish in a list; ``mark`` and ``words`` say its state for the caller."""

    post: int
    title: str
    author: AuthorAnswer | None
    kind: str
    is_for_other: bool
    only_volunteers: bool
    side: str
    mark: str
    words: str
    is_open: bool
    fresh_at: dt.datetime


class WishesAnswer(Body):
    """Wishes, the newest first; ``following`` is the ``skip`` of the next page, 0 at the end."""

    wishes: list[WishLineAnswer]
    following: int


class OwnWishesAnswer(Body):
    """What the caller asked for and took on."""

    asked: list[WishLineAnswer]
    claimed: list[WishLineAnswer]


class WishAnswer(Body):
    """A wish as the caller sees it; ``for_whom`` and ``helper`` are '' for whoever is not to read them."""

    post: int
    title: str
    text: str
    author: AuthorAnswer | None
    photos: list[str]
    kind: str
    state: str
    is_expired: bool
    is_for_other: bool
    only_volunteers: bool
    for_whom: str
    helper: str
    thanks: str
    expires_at: dt.datetime
    side: str
    mark: str
    words: str
    may_claim: bool


class AskWishBody(Body):
    """What is asked for; ``for_person`` is the elder it is brought for, null for oneself."""

    kind: WishKind
    text: Text
    title: Title = ""
    for_person: Annotated[int, Field(ge=0, le=MOST_ID)] | None = None
    only_volunteers: bool = False
    photos: Names = ()
    key: Key = ""


class ThanksBody(Body):
    """Thanks that neighbours read; '' for none."""

    thanks: Annotated[str, Field(max_length=MOST_THANKS)] = ""


class WishDoneAnswer(Body):
    """It was done."""

    done: bool = True


def _line(one: WishLine) -> WishLineAnswer:
    return told(WishLineAnswer, one, post=one.post_id, author=author_of(one.author))


async def show(request: web.Request) -> web.Response:
    """等人接的."""
    who = await reading_as_somebody(request)
    found = await lists.waiting(viewer=who.viewer, place_id=who.place_id, skip=number_in_query(request, "skip"))
    return answer(WishesAnswer(wishes=[_line(one) for one in found.lines], following=found.next))


async def show_own(request: web.Request) -> web.Response:
    """我求的、我接的."""
    who = await reading_as_somebody(request)
    asked = await lists.own_wishes(viewer=who.viewer, place_id=who.place_id)
    claimed = await lists.claimed_wishes(viewer=who.viewer, place_id=who.place_id)
    return answer(OwnWishesAnswer(asked=[_line(one) for one in asked], claimed=[_line(one) for one in claimed]))


async def ask(request: web.Request) -> web.Response:
    """求助、许愿."""
    who, body = await acting_as_somebody(request), await given(request, AskWishBody)
    new = NewWish(
        body.kind.value,
        body.text,
        title=body.title,
        for_person_id=body.for_person,
        only_volunteers=body.only_volunteers,
        photos=body.photos,
        key=body.key,
    )
    return published(await wishes.ask(new, by=who.viewer, place_id=who.place_id))


async def show_one(request: web.Request) -> web.Response:
    """一个求助、微心愿."""
    who = await reading_as_somebody(request)
    found = await sight.wish(number_in_path(request, "id"), viewer=who.viewer)
    return answer(
        told(
            WishAnswer,
            found,
            post=found.post.id,
            text=found.post.text,
            author=author_of(found.author),
            photos=[one.name for one in found.photos],
            may_claim=found.may.claim,
        )
    )


Handler = Callable[[web.Request], Awaitable[web.Response]]


def _does(work: Callable[[web.Request, Visitor, int], Awaitable[object]]) -> Handler:
    """A handler for something that is done to one wish and answered with nothing more."""

    async def handle(request: web.Request) -> web.Response:
        who = await acting_as_somebody(request)
        await work(request, who, number_in_path(request, "id"))
        return answer(WishDoneAnswer())

    return handle


def _plain(work: Callable[..., Awaitable[object]]) -> Handler:
    async def do(_request: web.Request, who: Visitor, post_id: int) -> None:
        await work(post_id, by=who.viewer)

    return _does(do)


async def _finish(request: web.Request, who: Visitor, post_id: int) -> None:
    await wishes.finish(post_id, by=who.viewer, thanks=(await given(request, ThanksBody)).thanks)


_WISH = id_of("wish's post")
_SKIP = Parameter("skip", "query", {"type": "integer", "minimum": 0, "maximum": MOST_ID}, "how many to leave out")
_DONE: tuple[tuple[str, str, str, Handler, type[Body] | None], ...] = (
    ("claim", "claimWish", "Take it on; of all who do at once one does", _plain(wishes.claim), None),
    ("let_go", "giveBackWish", "Whoever took it on gives it back", _plain(wishes.let_go), None),
    ("release", "releaseWish", "The asker asks anew, without blame", _plain(wishes.release), None),
    ("finish", "finishWish", "It is done, by the word of who asked, with thanks", _does(_finish), ThanksBody),
    ("withdraw", "withdrawWish", "It is no longer asked for", _plain(wishes.withdraw), None),
    ("renew", "renewWish", "What nobody took on in time is asked for from today", _plain(wishes.renew), None),
)
ROUTES = (
    web.get("/api/v1/wishes", show),
    web.post("/api/v1/wishes", ask),
    web.get("/api/v1/wishes/own", show_own),
    web.get("/api/v1/wishes/{id}", show_one),
    *(web.post(f"/api/v1/wishes/{{id}}/{verb}", handler) for verb, _, _, handler, _ in _DONE),
)
_READS = (403, 404, 422)
OPERATIONS = (
    Operation(
        "listWishes",
        "GET",
        "/api/v1/wishes",
        "What waits for somebody to take it on",
        WishesAnswer,
        parameters=(_SKIP,),
        refusals=_READS,
    ),
    Operation(
        "askWish",
        "POST",
        "/api/v1/wishes",
        "Ask for a hand or a small wish, for oneself or for an elder whom no neighbour is named",
        PublishedAnswer,
        body=AskWishBody,
        parameters=(TOKEN,),
        refusals=(*REFUSED, 429),
    ),
    Operation(
        "listOwnWishes",
        "GET",
        "/api/v1/wishes/own",
        "What the caller asked for and took on",
        OwnWishesAnswer,
        refusals=_READS,
    ),
    Operation("readWish", "GET", "/api/v1/wishes/{id}", "One wish", WishAnswer, parameters=(_WISH,), refusals=_READS),
    *(
        Operation(
            name,
            "POST",
            f"/api/v1/wishes/{{id}}/{verb}",
            about,
            WishDoneAnswer,
            body=takes,
            parameters=(_WISH, TOKEN),
            refusals=REFUSED,
        )
        for verb, name, about, _, takes in _DONE
    ),
)
