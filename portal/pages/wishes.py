"""Mutual help: what waits for somebody, asking for a hand or a small wish, one wish, and one's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from forum import things
from forum.help import lists, sight, wishes
from forum.help.wishes import MOST_THANKS, NewWish
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, TooMany, WrongState
from models.joining import ActingState
from models.wish import WishKind
from models.wording import say_refusal
from people import acting
from people.acting import ActingLine
from people.permissions import may
from portal.composing import Typed, previews, typed, word_of
from portal.forms import Sent, done, own_form, verb_of, whole
from portal.render import new_key, page
from portal.session import Visitor, somebody
from portal.staff import done_words
from portal.uploads import MOST_PHOTOS, own_photo_form

CANNOT = (Invalid, NotAllowed, NotFound, Taken, TooMany, WrongState)
_FACTS = ("kind", "for", "volunteers")


def _id(request: web.Request) -> int:
    return whole(request.match_info["id"])


async def show(request: web.Request) -> web.Response:
    """等人接的."""
    who, skip = await somebody(request), request.query.get("skip", "")
    found = await lists.waiting(viewer=who.viewer, place_id=who.place_id, skip=whole(skip) if skip else 0)
    return await page(request, "wishes.html", found=found, done=done_words(request))


async def show_own(request: web.Request) -> web.Response:
    """我求的、我接的."""
    who = await somebody(request)
    asked = await lists.own_wishes(viewer=who.viewer, place_id=who.place_id)
    claimed = await lists.claimed_wishes(viewer=who.viewer, place_id=who.place_id)
    return await page(request, "my_wishes.html", asked=asked, claimed=claimed, done=done_words(request))


async def show_new(request: web.Request) -> web.Response:
    """求助、许愿."""
    given = {"for": request.query.get("for", "")}
    return await _form(request, Typed(key=new_key()), given)


async def _elders(who: Visitor) -> list[ActingLine]:
    """Those for whom a helper may ask."""
    mine = await acting.mine(viewer=who.viewer)
    return [one for one in mine if one.is_helper and one.state is ActingState.STANDING]


async def _form(
    request: web.Request, stands: Typed, facts: Mapping[str, str], *, refusal: Refusal | None = None
) -> web.Response:
    who = await somebody(request)
    if not may(who.viewer, "wish.ask", who.place_id):
        raise NotAllowed("not_allowed", verb="wish.ask")
    return await page(
        request,
        "wish_new.html",
        status=refusal.status if refusal else 200,
        typed=stands,
        facts={name: facts.get(name, "") for name in _FACTS},
        kinds=list(WishKind),
        elders=await _elders(who),
        asks_for_anybody=may(who.viewer, "wish.ask_for", who.place_id),
        photos=await previews(stands.photos, by=who.viewer),
        most_photos=MOST_PHOTOS,
        problem=say_refusal(refusal) if refusal else "",
    )


@own_photo_form
async def ask(request: web.Request, sent: Sent, photos: tuple[bytes, ...]) -> web.StreamResponse:
    """发出去: what is typed stays in the form until it has been taken."""
    who = sent.who
    stands = Typed.of_form(sent)
    facts = {name: sent.text(name).strip() for name in _FACTS}
    try:
        stands = await typed(sent, photos, by=who.viewer, place_id=who.place_id)
        made = await wishes.ask(_new(stands, facts), by=who.viewer, place_id=who.place_id)
    except CANNOT as refusal:
        return await _form(request, stands, facts, refusal=refusal)
    return done(f"/wishes/{made.id}", word_of(made, "wish_ask"))


def _new(stands: Typed, facts: Mapping[str, str]) -> NewWish:
    return NewWish(
        facts["kind"],
        stands.text,
        title=stands.title,
        for_person_id=whole(facts["for"]) if facts["for"] else None,
        only_volunteers=bool(facts["volunteers"]),
        photos=stands.photos,
        key=stands.key,
    )


async def show_one(request: web.Request) -> web.Response:
    """一个求助、微心愿."""
    page_of = await _show(request)
    await things.see(_id(request), request.path, by=(await somebody(request)).viewer)
    return page_of


async def _show(request: web.Request, *, refusal: Refusal | None = None, thanks: str = "") -> web.Response:
    who = await somebody(request)
    return await page(
        request,
        "wish.html",
        status=refusal.status if refusal else 200,
        wish=await sight.wish(_id(request), viewer=who.viewer),
        thanks=thanks,
        most_thanks=MOST_THANKS,
        done=done_words(request),
        problem=say_refusal(refusal) if refusal else "",
    )


Work = Callable[[Sent, int], Awaitable[None]]


async def _finish(sent: Sent, post_id: int) -> None:
    await wishes.finish(post_id, by=sent.who.viewer, thanks=sent.text("thanks"))


def _plain(work: Callable[..., Awaitable[None]]) -> Work:
    return lambda sent, post_id: work(post_id, by=sent.who.viewer)


VERBS: Mapping[str, Work] = {
    "claim": _plain(wishes.claim),
    "let_go": _plain(wishes.let_go),
    "release": _plain(wishes.release),
    "withdraw": _plain(wishes.withdraw),
    "renew": _plain(wishes.renew),
    "finish": _finish,
}


@own_form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """One thing done to a wish."""
    (verb, work), post_id = verb_of(request, VERBS), _id(request)
    try:
        await work(sent, post_id)
    except (Invalid, NotAllowed, Taken, TooMany, WrongState) as refusal:
        return await _show(request, refusal=refusal, thanks=sent.text("thanks"))
    return done(f"/wishes/{post_id}", f"wish_{verb}")
