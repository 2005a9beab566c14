"""公示: what is published now, one with its objections and answers, on paper, objecting also on paper, answering, and
publishing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from forum.promises import objections, paper_objections, publications
from forum.promises.paper_objections import NewPaper
from forum.promises.publications import MOST_DAYS, MOST_TEXT, NewPublication, publication
from forum.promises.sight import decided
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, TooMany, WrongState
from models.file import FileKind
from models.publication import Outcome
from models.rules import rules
from models.wording import say, say_refusal
from people import files
from people.files import Counted
from people.permissions import allow, may
from portal.forms import Sent, done, own_form, verb_of, whole
from portal.render import page
from portal.session import somebody
from portal.staff import done_words
from portal.uploads import must_be_few, own_photo_form

HOME = "/publications"
CANNOT = (Invalid, NotAllowed, Taken, TooMany, WrongState)


async def show(request: web.Request) -> web.Response:
    """公示."""
    who = await somebody(request)
    return await page(
        request,
        "publications.html",
        lines=await publications.publications(viewer=who.viewer, place_id=who.place_id),
        done=done_words(request),
    )


async def show_new(request: web.Request) -> web.Response:
    """发布公示."""
    return await _form(request, whole(request.query.get("proposal", "")))


async def _form(
    request: web.Request, proposal_id: int, sent: Sent | None = None, *, refusal: Refusal | None = None
) -> web.Response:
    who = await somebody(request)
    found = await decided(proposal_id, who.viewer)
    allow(who.viewer, "publication.publish", found.place_id)
    return await page(
        request,
        "publication_new.html",
        status=refusal.status if refusal else 200,
        found=found,
        fields=dict(sent.fields) if sent else {},
        outcomes=list(Outcome),
        least_days=rules().deliberation.publication_days,
        most_days=MOST_DAYS,
        most_text=MOST_TEXT,
        problem=say_refusal(refusal) if refusal else "",
    )


@own_form
async def publish(request: web.Request, sent: Sent) -> web.StreamResponse:
    """发布公示: what is typed stays in the form until it has been taken."""
    proposal_id = sent.number("proposal")
    new = NewPublication(
        proposal_id=proposal_id,
        outcome=sent.text("outcome"),
        title=sent.text("title"),
        text=sent.text("text"),
        days=_days(sent),
    )
    try:
        made = await publications.publish(new, by=sent.who.viewer)
    except CANNOT as refusal:
        return await _form(request, proposal_id, sent, refusal=refusal)
    return done(f"{HOME}/{made}", "publication_publish")


def _days(sent: Sent) -> int:
    typed = sent.text("days")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 0


def _id(request: web.Request) -> int:
    return whole(request.match_info["id"])


async def show_one(request: web.Request) -> web.Response:
    """看公示."""
    return await _show(request, _id(request))


async def _show(
    request: web.Request,
    publication_id: int,
    sent: Sent | None = None,
    *,
    refusal: Refusal | None = None,
    typed_for: int = 0,
    typed_as: str = "",
    kept: tuple[str, ...] = (),
) -> web.Response:
    """``typed_for``: the objection to which something was typed, ``typed_as`` in which form, ``kept``: the photos that
    came with it."""
    who = await somebody(request)
    found = await publication(publication_id, viewer=who.viewer)
    lines = await objections.objections(publication_id, viewer=who.viewer)
    return await page(
        request,
        "publication.html",
        status=refusal.status if refusal else 200,
        found=found,
        lines=lines,
        own=next((one for one in lines if one.is_own), None),
        longest=objections.LONGEST,
        may_withdraw=may(who.viewer, "objection.withdraw", None),
        typed=dict(sent.fields) if sent else {},
        typed_for=typed_for,
        typed_as=typed_as,
        kept=kept,
        most_name=paper_objections.MOST_NAME,
        problem=say_refusal(refusal) if refusal else "",
        done=done_words(request) if refusal is None else "",
    )


async def show_paper(request: web.Request) -> web.Response:
    """印公示, to be put up in the stairs."""
    who = await somebody(request)
    found = await publication(_id(request), viewer=who.viewer)
    return await page(
        request,
        "print_publication.html",
        found=found,
        heading=say("promise.sheet.published", title=found.line.title),
        back=f"{HOME}/{found.line.id}",
        today=clock.today(),
    )


async def _object(publication_id: int, sent: Sent) -> None:
    await objections.make(publication_id, by=sent.who.viewer, text=sent.text("text"))


async def _withdraw(publication_id: int, sent: Sent) -> None:
    await objections.withdraw(publication_id, by=sent.who.viewer)


async def _close(publication_id: int, sent: Sent) -> None:
    await publications.close(publication_id, by=sent.who.viewer)


VERBS: dict[str, tuple[Callable[[int, Sent], Awaitable[None]], str]] = {
    "object": (_object, "objection_make"),
    "withdraw": (_withdraw, "objection_withdraw"),
    "close": (_close, "publication_close"),
}


@own_form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """提异议、撤回异议、公示期满往下走."""
    _, (deed, word) = verb_of(request, VERBS)
    publication_id = _id(request)
    try:
        await deed(publication_id, sent)
    except CANNOT as refusal:
        return await _show(request, publication_id, sent, refusal=refusal)
    return done(f"{HOME}/{publication_id}", word)


@own_form
async def answer(request: web.Request, sent: Sent) -> web.StreamResponse:
    """答复异议."""
    objection_id, shows = _id(request), sent.text("hides") != "yes"
    publication_id = await objections.publication_of(objection_id, viewer=sent.who.viewer)
    try:
        await objections.answer(objection_id, by=sent.who.viewer, text=sent.text("answer"), shows=shows)
    except CANNOT as refusal:
        return await _show(request, publication_id, sent, refusal=refusal, typed_for=objection_id)
    return done(f"{HOME}/{publication_id}", "objection_answer")


@own_photo_form
async def enter(request: web.Request, sent: Sent, photos: tuple[bytes, ...]) -> web.StreamResponse:
    """录入纸上的异议: what was typed and photographed stays until it has been taken."""
    publication_id, who = _id(request), sent.who
    found = await publication(publication_id, viewer=who.viewer)
    allow(who.viewer, paper_objections.ENTER, found.decided.place_id)
    kept = tuple(sent.text("kept").split())
    try:
        must_be_few([*kept, *photos])
        kept = (*kept, *[await _photo(one, sent, place_id=found.decided.place_id) for one in photos])
        new = NewPaper(sent.text("who"), sent.text("text"), sent.text("brought_by"), kept)
        await paper_objections.enter(publication_id, new, by=who.viewer)
    except (*CANNOT, NotFound) as refusal:
        return await _show(request, publication_id, sent, refusal=refusal, typed_as="paper", kept=kept)
    return done(f"{HOME}/{publication_id}", "objection_enter")


async def _photo(content: bytes, sent: Sent, *, place_id: int) -> str:
    kept = await files.keep(content, by=sent.who.viewer, kind=FileKind.PHOTO, place_id=place_id, counted=Counted.PAPERS)
    return kept.name


async def _retype(objection_id: int, sent: Sent) -> None:
    entry = sent.number("entry")
    await paper_objections.retype(objection_id, by=sent.who.viewer, text=sent.text("text"), seen_entry=entry)


async def _check(objection_id: int, sent: Sent) -> None:
    shows, entry = sent.text("hides") != "yes", sent.number("entry")
    await paper_objections.check(objection_id, by=sent.who.viewer, seen_entry=entry, shows=shows)


PAPER_VERBS: dict[str, Callable[[int, Sent], Awaitable[None]]] = {"retype": _retype, "check": _check}


@own_form
async def do_paper(request: web.Request, sent: Sent) -> web.StreamResponse:
    """改录、核对纸上的异议."""
    objection_id, (name, deed) = _id(request), verb_of(request, PAPER_VERBS)
    publication_id = await objections.publication_of(objection_id, viewer=sent.who.viewer)
    try:
        await deed(objection_id, sent)
    except CANNOT as refusal:
        return await _show(request, publication_id, sent, refusal=refusal, typed_for=objection_id, typed_as=name)
    return done(f"{HOME}/{publication_id}", f"objection_{name}")
