"""Key small matters as everybody of a neighbourhood sees them: a year's list with n of m done, putting one, and one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from forum.key_matters import putting, rating, showing
from forum.key_matters.putting import Alike
from forum.key_matters.rolls import STARS
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, TooMany, WrongState
from models.wording import say, say_refusal
from people.permissions import may
from portal.forms import Sent, done, own_form, verb_of, whole
from portal.render import new_key, page
from portal.session import somebody
from portal.staff import done_words

HOME, YEARS = "/key_matters", "/key_matters/years"
CANNOT = (Invalid, NotAllowed, NotFound, Taken, TooMany, WrongState)


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed before it was put: refused, or asked whether it is one of those that are like it."""

    title: str = ""
    text: str = ""
    key: str = ""
    alike: tuple[Alike, ...] = ()


async def show(request: web.Request) -> web.Response:
    """关键小事: the latest year's."""
    who = await somebody(request)
    found = await showing.years(viewer=who.viewer, place_id=who.place_id)
    return await _show(request, found[0].id if found else None)


async def show_year(request: web.Request) -> web.Response:
    """一年的关键小事."""
    return await _show(request, whole(request.match_info["id"]))


async def _show(
    request: web.Request, year_id: int | None, *, typed: Typed | None = None, refusal: Refusal | None = None
) -> web.Response:
    who = await somebody(request)
    typed = typed or Typed(key=new_key())
    return await page(
        request,
        "key_matters.html",
        status=refusal.status if refusal else 200,
        card=await showing.year(year_id, viewer=who.viewer) if year_id is not None else None,
        years=await showing.years(viewer=who.viewer, place_id=who.place_id),
        typed=typed,
        today=clock.today(),
        may_put=may(who.viewer, "key_matter.put", who.place_id),
        may_support=may(who.viewer, "key_matter.support", who.place_id),
        may_rate=may(who.viewer, "key_matter.rate", who.place_id),
        may_sort=may(who.viewer, "key_matter.shortlist", who.place_id),
        may_plan=may(who.viewer, "key_matter.plan", who.place_id),
        done=done_words(request) if refusal is None else "",
        problem=say_refusal(refusal) if refusal else "",
    )


async def show_paper(request: web.Request) -> web.Response:
    """印一年的关键小事, to be put up in the stairs."""
    who = await somebody(request)
    card = await showing.year(whole(request.match_info["id"]), viewer=who.viewer)
    return await page(
        request,
        "print_key_matters.html",
        card=card,
        heading=say("key_matter.sheet.year", year=card.year),
        back=f"{YEARS}/{card.id}",
        today=clock.today(),
    )


@own_form
async def put(request: web.Request, sent: Sent) -> web.StreamResponse:
    """提一件: what is like it is shown first; what is typed stays until it is put."""
    year_id, by = whole(request.match_info["id"]), sent.who.viewer
    typed = Typed(sent.text("title"), sent.text("text"), sent.text("key") or new_key())
    await showing.year(year_id, viewer=by)
    try:
        found = await putting.alike(year_id, viewer=by, title=typed.title, text=typed.text)
        if found and not sent.text("sure"):
            again = Typed(typed.title, typed.text, typed.key, tuple(found))
            return await _show(request, year_id, typed=again)
        made = await putting.put(year_id, by=by, title=typed.title, text=typed.text, key=typed.key)
    except CANNOT as refusal:
        return await _show(request, year_id, typed=typed, refusal=refusal)
    return done(f"{HOME}/{made.id}", "key_matter_put_held" if made.is_held else "key_matter_put")


async def show_one(request: web.Request) -> web.Response:
    """一件关键小事."""
    return await _show_one(request)


async def _show_one(request: web.Request, sent: Sent | None = None, *, refusal: Refusal | None = None) -> web.Response:
    who = await somebody(request)
    card = await showing.matter(whole(request.match_info["id"]), viewer=who.viewer)
    return await page(
        request,
        "key_matter.html",
        status=refusal.status if refusal else 200,
        card=card,
        stars=STARS,
        typed=dict(sent.fields) if sent else {},
        may_rate=card.may_rate and may(who.viewer, "key_matter.rate", card.year.place_id),
        may_support=may(who.viewer, "key_matter.support", card.year.place_id),
        may_prove=may(who.viewer, "key_matter.prove", card.year.place_id),
        done=done_words(request) if refusal is None else "",
        problem=say_refusal(refusal) if refusal else "",
    )


async def _support(matter_id: int, sent: Sent) -> None:
    await putting.support(matter_id, by=sent.who.viewer)


async def _withdraw(matter_id: int, sent: Sent) -> None:
    await putting.withdraw(matter_id, by=sent.who.viewer)


def _star(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 3 else 0


async def _rate(matter_id: int, sent: Sent) -> None:
    outcome, unit = _star(sent.text("outcome")), _star(sent.text("unit"))
    await rating.rate(matter_id, by=sent.who.viewer, outcome=outcome, unit=unit)


VERBS: dict[str, Callable[[int, Sent], Awaitable[None]]] = {
    "support": _support,
    "withdraw": _withdraw,
    "rate": _rate,
}


@own_form
async def say_whether(request: web.Request, sent: Sent) -> web.StreamResponse:
    """我也想要、撤回、评一评."""
    matter_id, (name, verb) = whole(request.match_info["id"]), verb_of(request, VERBS)
    await showing.matter(matter_id, viewer=sent.who.viewer)
    try:
        await verb(matter_id, sent)
    except CANNOT as refusal:
        return await _show_one(request, sent, refusal=refusal)
    return done(HOME if name == "withdraw" else f"{HOME}/{matter_id}", f"key_matter_{name}")
