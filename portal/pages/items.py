"""Idle items: what is to be had, offering something, one item with its line and appointment, and one's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from forum import things
from forum.items import handing, lines, market, meetings, money, no_shows, offers, views
from forum.items.goods import house
from forum.items.offers import NewItem
from models.errors import Invalid, NotAllowed, Refusal, Taken, TooMany, WrongState
from models.item import ItemMode
from models.rules import rules
from models.wording import say_refusal
from people.permissions import may
from portal.composing import Typed, previews, typed, word_of
from portal.forms import Sent, done, form, own_form, verb_of, whole
from portal.render import new_key, page
from portal.session import somebody
from portal.staff import done_words, staff_page, worker
from portal.uploads import MOST_PHOTOS, own_photo_form

CANNOT = (Invalid, NotAllowed, Taken, TooMany, WrongState)
MISSED = "/items/missed"
_FACTS = ("mode", "price", "quantity", "days", "spot", "checked")


def _id(request: web.Request) -> int:
    return whole(request.match_info["id"])


async def show(request: web.Request) -> web.Response:
    """还在的东西."""
    who = await somebody(request)
    mode, skip = request.query.get("mode", ""), request.query.get("skip", "")
    found = await market.market(viewer=who.viewer, place_id=who.place_id, mode=mode, skip=whole(skip) if skip else 0)
    return await page(request, "items.html", found=found, mode=mode, modes=list(ItemMode), done=done_words(request))


async def show_own(request: web.Request) -> web.Response:
    """我的闲置."""
    who = await somebody(request)
    given = {"viewer": who.viewer, "place_id": who.place_id}
    return await page(
        request,
        "my_items.html",
        offered=await market.own_items(**given),
        wanted=await market.wanted_items(**given),
        missed=await no_shows.own(**given),
        days=rules().items.missed_days,
        done=done_words(request),
    )


async def show_new(request: web.Request) -> web.Response:
    """放一样东西."""
    return await _form(request, Typed(key=new_key()), {"quantity": "1"})


async def _form(
    request: web.Request, stands: Typed, facts: Mapping[str, str], *, refusal: Refusal | None = None
) -> web.Response:
    who = await somebody(request)
    if not may(who.viewer, "item.offer", who.place_id):
        raise NotAllowed("not_allowed", verb="item.offer")
    return await page(
        request,
        "item_new.html",
        status=refusal.status if refusal else 200,
        typed=stands,
        facts={name: facts.get(name, "") for name in _FACTS},
        modes=list(ItemMode),
        spots=house().spots,
        goods=house().goods,
        asks_check=refusal is not None and refusal.key == "item.check",
        photos=await previews(stands.photos, by=who.viewer),
        most_photos=MOST_PHOTOS,
        most_days=rules().items.most_lend_days,
        most_quantity=offers.MOST_QUANTITY,
        problem=say_refusal(refusal) if refusal else "",
    )


@own_photo_form
async def offer(request: web.Request, sent: Sent, photos: tuple[bytes, ...]) -> web.StreamResponse:
    """放上去: what is typed stays in the form until it has been taken."""
    who = sent.who
    stands = Typed.of_form(sent)
    facts = {name: sent.text(name) for name in _FACTS}
    try:
        stands = await typed(sent, photos, by=who.viewer, place_id=who.place_id)
        made = await offers.offer(_new(stands, facts), by=who.viewer, place_id=who.place_id)
    except CANNOT as refusal:
        return await _form(request, stands, facts, refusal=refusal)
    return done(f"/items/{made.id}", word_of(made, "item_offer"))


def _new(stands: Typed, facts: Mapping[str, str]) -> NewItem:
    mode = facts["mode"]
    return NewItem(
        mode,
        stands.text,
        facts["spot"],
        title=stands.title,
        price_fen=money.fen_of(facts["price"]) if mode == ItemMode.SELL.value else None,
        quantity=_number(facts["quantity"] or "1"),
        lend_days=_number(facts["days"]) if mode == ItemMode.LEND.value else None,
        photos=stands.photos,
        key=stands.key,
        is_checked=bool(facts["checked"]),
    )


def _number(text: str) -> int:
    """A small whole number as typed; 0, which no rule takes, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


async def show_one(request: web.Request) -> web.Response:
    """一样东西."""
    page_of = await _show(request)
    await things.see(_id(request), request.path, by=(await somebody(request)).viewer)
    return page_of


async def _show(request: web.Request, *, refusal: Refusal | None = None) -> web.Response:
    who = await somebody(request)
    return await page(
        request,
        "item.html",
        status=refusal.status if refusal else 200,
        item=await views.item(_id(request), viewer=who.viewer),
        spots=house().spots,
        days=rules().items.missed_days,
        done=done_words(request),
        problem=say_refusal(refusal) if refusal else "",
    )


Work = Callable[[Sent, int], Awaitable[object]]


async def _meet(sent: Sent, post_id: int) -> None:
    at, spot = sent.moment("at"), sent.text("spot")
    await meetings.meet(post_id, sent.number("line"), by=sent.who.viewer, at=at, spot=spot)


async def _confirm(sent: Sent, post_id: int) -> None:
    await meetings.confirm(post_id, sent.number("line"), by=sent.who.viewer, at=sent.moment("at"))


def _plain(work: Callable[..., Awaitable[object]]) -> Work:
    return lambda sent, post_id: work(post_id, by=sent.who.viewer)


def _of_line(work: Callable[..., Awaitable[object]]) -> Work:
    return lambda sent, post_id: work(post_id, sent.number("line"), by=sent.who.viewer)


VERBS: Mapping[str, Work] = {
    "reserve": _plain(lines.reserve),
    "let_go": _plain(lines.let_go),
    "bump": _plain(offers.bump),
    "finish": _plain(offers.finish),
    "withdraw": _plain(offers.withdraw),
    "pass_on": _of_line(lines.pass_on),
    "miss": _of_line(meetings.miss),
    "give": _of_line(handing.give),
    "take_back": _of_line(handing.take_back),
    "meet": _meet,
    "confirm": _confirm,
}


@own_form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """One thing done to an item."""
    (verb, work), post_id = verb_of(request, VERBS), _id(request)
    try:
        came = await work(sent, post_id)
    except CANNOT as refusal:
        return await _show(request, refusal=refusal)
    return done(f"/items/{post_id}", "item_queue" if verb == "reserve" and came else f"item_{verb}")


async def show_missed(request: web.Request) -> web.Response:
    """约好没来的记录."""
    who = await worker(request, "item.strike")
    lines_of = await no_shows.missed(viewer=who.viewer, place_id=who.place_id)
    return await staff_page(request, "staff/missed.html", missed=lines_of, days=rules().items.missed_days)


@form
async def strike(request: web.Request, sent: Sent) -> web.StreamResponse:
    """划掉."""
    await no_shows.strike(_id(request), by=sent.who.viewer)
    return done(MISSED, "item_strike")
