"""Ledgers of key small matters and outstanding problems: lists, an entry with its steps, and what is done to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from casework import roster
from casework.ledgers import keeping, lists
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.ledger import LedgerEntry, LedgerKind
from portal.forms import Sent, as_sent, done, form, verb_of, whole
from portal.staff import staff_page, worker

HOME = "/ledger"
READ, COUNT = "ledger.read", "ledger.count"


async def show(request: web.Request) -> web.Response:
    """台账."""
    return await _show(request, {})


async def _show(request: web.Request, typed: Mapping[str, str], *, refusal: Refusal | None = None) -> web.Response:
    who = await worker(request, READ)
    viewer, place_id = who.viewer, who.place_id
    return await staff_page(
        request,
        "staff/ledger.html",
        refusal=refusal,
        entries=await lists.entries(viewer=viewer, place_id=place_id),
        sums=[one for one in await lists.sums(viewer=viewer) if one.place_id == place_id],
        staff=await roster.staff(viewer=viewer, place_id=place_id),
        kinds=[*LedgerKind],
        typed=typed,
        today=clock.today(),
        furthest=clock.today() + keeping.FURTHEST,
    )


async def show_sums(request: web.Request) -> web.Response:
    """台账合计."""
    who = await worker(request, COUNT)
    return await staff_page(request, "staff/ledger_sums.html", sums=await lists.sums(viewer=who.viewer))


@form
async def add(request: web.Request, sent: Sent) -> web.StreamResponse:
    """记入台账."""
    try:
        entry = await keeping.add(
            by=sent.who.viewer,
            place_id=sent.who.place_id,
            kind=sent.text("kind"),
            title=sent.text("title"),
            text=sent.text("text"),
            owner_id=whole(sent.text("owner") or "0"),
            due=sent.date("due"),
        )
    except Invalid as refusal:
        return await _show(request, dict(sent.fields), refusal=refusal)
    return done(f"{HOME}/{entry.id}", "ledger_add")


async def show_one(request: web.Request) -> web.Response:
    """一件."""
    return await _show_one(request)


async def _show_one(request: web.Request, *, sent: Sent | None = None, refusal: Refusal | None = None) -> web.Response:
    who = await worker(request, READ)
    card = await lists.entry(whole(request.match_info["id"]), viewer=who.viewer)
    return await staff_page(
        request,
        "staff/ledger_entry.html",
        refusal=refusal,
        card=card,
        **as_sent(request, sent),
        may_strike=who.viewer.person_id not in {card.line.owner_id, card.claimed_by_id},
        staff=await roster.staff(viewer=who.viewer, place_id=who.place_id),
        today=clock.today(),
        furthest=clock.today() + keeping.FURTHEST,
    )


Do = Callable[[int, Sent], Awaitable[LedgerEntry]]


def _seen(sent: Sent) -> int | None:
    return sent.number("version") if sent.text("version") else None


async def _change(one: int, sent: Sent) -> LedgerEntry:
    owner, due, note = whole(sent.text("owner") or "0"), sent.date("due"), sent.text("note")
    return await keeping.change(one, by=sent.who.viewer, owner_id=owner, due=due, note=note, seen_version=_seen(sent))


async def _reopen(one: int, sent: Sent) -> LedgerEntry:
    return await keeping.reopen(one, by=sent.who.viewer, note=sent.text("note"), due=sent.date("due"))


VERBS: Mapping[str, Do] = {
    "change": _change,
    "note": lambda one, sent: keeping.note(one, by=sent.who.viewer, note=sent.text("note")),
    "link": lambda one, sent: keeping.link(one, by=sent.who.viewer, number=sent.text("number")),
    "claim": lambda one, sent: keeping.claim(one, by=sent.who.viewer, note=sent.text("note"), seen_version=_seen(sent)),
    "refuse": lambda one, sent: keeping.refuse(
        one, by=sent.who.viewer, note=sent.text("note"), seen_version=_seen(sent)
    ),
    "strike_off": lambda one, sent: keeping.strike_off(
        one, by=sent.who.viewer, note=sent.text("note"), seen_version=_seen(sent)
    ),
    "reopen": _reopen,
}
"""What may be done to an entry, by the word in the address."""


@form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """One verb on an entry; what was typed stays where it is refused."""
    entry_id, (name, verb) = whole(request.match_info["id"]), verb_of(request, VERBS)
    await lists.entry(entry_id, viewer=sent.who.viewer)
    try:
        await verb(entry_id, sent)
    except NotAllowed as refusal:
        if refusal.key == "not_allowed":
            raise
        return await _show_one(request, sent=sent, refusal=refusal)
    except (Invalid, NotFound, Taken, WrongState) as refusal:
        return await _show_one(request, sent=sent, refusal=refusal)
    return done(f"{HOME}/{entry_id}", f"ledger_{name}")
