"""公约: which there are, one with its versions and who signed, two versions side by side, on paper, and publishing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from forum.promises import covenants, signatures
from forum.promises.covenants import MOST_TEXT, NewVersion, covenant
from forum.promises.sight import decided
from models import clock
from models.covenant import SignedBy
from models.errors import Invalid, NotAllowed, Refusal, Taken, WrongState
from models.wording import say_refusal
from people.permissions import allow
from portal.forms import Sent, done, own_form, verb_of, whole
from portal.render import page
from portal.session import somebody
from portal.staff import done_words

HOME = "/covenants"
CANNOT = (Invalid, NotAllowed, Taken, WrongState)
BLANKS = 24
"""Empty lines for signatures on a sheet of paper."""


async def show(request: web.Request) -> web.Response:
    """公约."""
    who = await somebody(request)
    lines = await covenants.covenants(viewer=who.viewer, place_id=who.place_id)
    return await page(request, "covenants.html", lines=lines, done=done_words(request))


async def show_new(request: web.Request) -> web.Response:
    """发布公约."""
    return await _form(request, whole(request.query.get("proposal", "")))


async def _form(
    request: web.Request, proposal_id: int, sent: Sent | None = None, *, refusal: Refusal | None = None
) -> web.Response:
    who = await somebody(request)
    found = await decided(proposal_id, who.viewer)
    allow(who.viewer, "covenant.publish", found.place_id)
    return await page(
        request,
        "covenant_new.html",
        status=refusal.status if refusal else 200,
        found=found,
        known=await covenants.covenants(viewer=who.viewer, place_id=found.place_id),
        fields=dict(sent.fields) if sent else {},
        ways=list(SignedBy),
        today=clock.today(),
        most_text=MOST_TEXT,
        problem=say_refusal(refusal) if refusal else "",
    )


@own_form
async def publish(request: web.Request, sent: Sent) -> web.StreamResponse:
    """发布公约: what is typed stays in the form until it has been taken."""
    proposal_id, of = sent.number("proposal"), sent.text("covenant")
    new = NewVersion(
        proposal_id=proposal_id,
        text=sent.text("text"),
        valid_from=sent.date("valid_from"),
        signed_by=sent.text("signed_by"),
        title=sent.text("title"),
        covenant_id=whole(of) if of else None,
    )
    try:
        made = await covenants.publish(new, by=sent.who.viewer)
    except CANNOT as refusal:
        return await _form(request, proposal_id, sent, refusal=refusal)
    return done(f"{HOME}/{made}", "covenant_publish")


def _id(request: web.Request) -> int:
    return whole(request.match_info["id"])


async def show_one(request: web.Request) -> web.Response:
    """看公约."""
    return await _show(request)


async def _show(request: web.Request, *, refusal: Refusal | None = None) -> web.Response:
    who = await somebody(request)
    found = await covenant(_id(request), viewer=who.viewer)
    return await page(
        request,
        "covenant.html",
        status=refusal.status if refusal else 200,
        found=found,
        own=await signatures.own(found, viewer=who.viewer),
        names=await signatures.names(found.newest, place_id=found.place_id, viewer=who.viewer),
        problem=say_refusal(refusal) if refusal else "",
        done=done_words(request) if refusal is None else "",
    )


async def show_beside(request: web.Request) -> web.Response:
    """对照两版."""
    who = await somebody(request)
    found = await covenant(_id(request), viewer=who.viewer)
    after = found.numbered(whole(request.query.get("after", str(found.newest.number))))
    before = found.numbered(whole(request.query.get("before", str(max(1, after.number - 1)))))
    sides = covenants.beside(before.text, after.text)
    return await page(request, "covenant_beside.html", found=found, before=before, after=after, sides=sides)


async def show_paper(request: web.Request) -> web.Response:
    """印公约."""
    who = await somebody(request)
    found = await covenant(_id(request), viewer=who.viewer)
    return await page(
        request,
        "print_covenant.html",
        found=found,
        heading=found.title,
        back=f"{HOME}/{found.id}",
        today=clock.today(),
        blanks=BLANKS,
    )


async def _sign(covenant_id: int, sent: Sent) -> None:
    number, shows = sent.number("number"), sent.text("shows") == "yes"
    await signatures.sign(covenant_id, by=sent.who.viewer, number=number, shows_name=shows)


async def _show_name(covenant_id: int, sent: Sent) -> None:
    await signatures.show_name(covenant_id, by=sent.who.viewer, is_on=sent.text("shows") == "yes")


VERBS: dict[str, tuple[Callable[[int, Sent], Awaitable[None]], str]] = {
    "sign": (_sign, "covenant_sign"),
    "show_name": (_show_name, "covenant_show_name"),
}


@own_form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """签公约、公不公开称呼."""
    _, (deed, word) = verb_of(request, VERBS)
    try:
        await deed(_id(request), sent)
    except CANNOT as refusal:
        return await _show(request, refusal=refusal)
    return done(f"{HOME}/{_id(request)}", word)
