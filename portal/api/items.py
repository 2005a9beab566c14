"""Idle items as JSON: what is to be had, offering, the line, the appointment, handing over, and one's own."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from forum.items import market, no_shows, offers, views
from forum.items.market import ItemLine
from forum.items.offers import MOST_QUANTITY, NewItem
from forum.items.views import ItemView
from models.item import ItemMode
from models.operation import Body, Operation, Parameter
from portal.api.acting import REFUSED, TOKEN, acting_as_somebody, id_of, reading_as_somebody
from portal.api.boards import AuthorAnswer, Key, Names, PublishedAnswer, Text, Title, author_of, published
from portal.api.reading import MOST_ID, answer, given, number_in_path, number_in_query, told

Number = Annotated[int, Field(ge=0, le=MOST_ID)]
SpotKey = Annotated[str, Field(max_length=30)]


class ItemLineAnswer(Body):
    """An item in a list; ``mark`` and ``words`` say its state for the caller, ``price_fen`` is null unless sold."""

    post: int
    title: str
    author: AuthorAnswer | None
    mode: str
    price_fen: int | None
    left: int
    waiting: int
    side: str
    mark: str
    words: str
    is_open: bool
    fresh_at: dt.datetime


class ItemsAnswer(Body):
    """Items, the one said last to be there first; ``following`` is the ``skip`` of the next page, 0 at the end."""

    items: list[ItemLineAnswer]
    following: int


class OwnItemsAnswer(Body):
    """What the caller offers and wants; ``missed``: how often they did not come of late."""

    offered: list[ItemLineAnswer]
    wanted: list[ItemLineAnswer]
    missed: int


class InLineAnswer(Body):
    """Somebody in line, for the giver, or the caller themselves; ``line`` names them in calls."""

    line: int
    who: str
    is_own: bool
    is_first: bool
    is_lent: bool
    ahead: int
    missed: int
    meet_at: dt.datetime | None
    is_agreed: bool
    asks: bool
    due_on: dt.date | None


class ItemAnswer(Body):
    """An item as the caller sees it; ``side`` is who they are to it. Words and photos are the post's."""

    post: int
    title: str
    text: str
    author: AuthorAnswer | None
    photos: list[str]
    mode: str
    state: str
    is_expired: bool
    price_fen: int | None
    quantity: int
    left: int
    lend_days: int | None
    spot: str
    fresh_at: dt.datetime
    expires_at: dt.datetime
    waiting: int
    side: str
    mark: str
    words: str
    line: list[InLineAnswer]
    may_reserve: bool


class OfferItemBody(Body):
    """What is offered; ``is_checked``: the giver has read what to look at with such goods. Prices are whole fen."""

    mode: ItemMode
    text: Text
    spot: SpotKey
    title: Title = ""
    price_fen: Annotated[int, Field(ge=1, le=MOST_ID)] | None = None
    quantity: Annotated[int, Field(ge=1, le=MOST_QUANTITY)] = 1
    lend_days: Annotated[int, Field(ge=1, le=365)] | None = None
    photos: Names = ()
    key: Key = ""
    is_checked: bool = False


def _line(one: ItemLine) -> ItemLineAnswer:
    return told(ItemLineAnswer, one, post=one.post_id, author=author_of(one.author))


def _item(found: ItemView) -> ItemAnswer:
    return told(
        ItemAnswer,
        found,
        post=found.post.id,
        text=found.post.text,
        author=author_of(found.author),
        photos=[one.name for one in found.photos],
        line=[told(InLineAnswer, one, line=one.id) for one in found.line],
        may_reserve=found.may.reserve,
    )


async def show(request: web.Request) -> web.Response:
    """还在的东西."""
    who, mode = await reading_as_somebody(request), request.query.get("mode", "")
    skip = number_in_query(request, "skip")
    found = await market.market(viewer=who.viewer, place_id=who.place_id, mode=mode, skip=skip)
    return answer(ItemsAnswer(items=[_line(one) for one in found.lines], following=found.next))


async def show_own(request: web.Request) -> web.Response:
    """我的闲置."""
    who = await reading_as_somebody(request)
    offered = await market.own_items(viewer=who.viewer, place_id=who.place_id)
    wanted = await market.wanted_items(viewer=who.viewer, place_id=who.place_id)
    missed = await no_shows.own(viewer=who.viewer, place_id=who.place_id)
    lists = {"offered": [_line(one) for one in offered], "wanted": [_line(one) for one in wanted]}
    return answer(OwnItemsAnswer(**lists, missed=missed))


async def offer(request: web.Request) -> web.Response:
    """放上去."""
    who, body = await acting_as_somebody(request), await given(request, OfferItemBody)
    new = NewItem(
        body.mode.value,
        body.text,
        body.spot,
        title=body.title,
        price_fen=body.price_fen,
        quantity=body.quantity,
        lend_days=body.lend_days,
        photos=body.photos,
        key=body.key,
        is_checked=body.is_checked,
    )
    return published(await offers.offer(new, by=who.viewer, place_id=who.place_id))


async def show_one(request: web.Request) -> web.Response:
    """一样东西."""
    who = await reading_as_somebody(request)
    return answer(_item(await views.item(number_in_path(request, "id"), viewer=who.viewer)))


_ITEM = id_of("item's post")
_SKIP = Parameter("skip", "query", {"type": "integer", "minimum": 0, "maximum": MOST_ID}, "how many to leave out")
_MODE = Parameter("mode", "query", {"type": "string", "maxLength": 10}, "give, swap, sell or lend; all without it")
ROUTES = (
    web.get("/api/v1/items", show),
    web.post("/api/v1/items", offer),
    web.get("/api/v1/items/own", show_own),
    web.get("/api/v1/items/{id}", show_one),
)
_READS = (403, 404, 422)
OPERATIONS = (
    Operation(
        "listItems",
        "GET",
        "/api/v1/items",
        "What neighbours give, swap, sell and lend",
        ItemsAnswer,
        parameters=(_MODE, _SKIP),
        refusals=_READS,
    ),
    Operation(
        "offerItem",
        "POST",
        "/api/v1/items",
        "Offer something on a post of the board; goods that may not be offered are refused with the reason",
        PublishedAnswer,
        body=OfferItemBody,
        parameters=(TOKEN,),
        refusals=(*REFUSED, 429),
    ),
    Operation(
        "listOwnItems", "GET", "/api/v1/items/own", "What the caller offers and wants", OwnItemsAnswer, refusals=_READS
    ),
    Operation("readItem", "GET", "/api/v1/items/{id}", "One item", ItemAnswer, parameters=(_ITEM,), refusals=_READS),
)
