"""A proposal's words: its versions, and amendments side by side, settled by its author alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from forum.deliberation import amending, showing
from forum.deliberation.amending import NewAmendment
from forum.deliberation.amendments import AmendmentLine
from forum.deliberation.showing import ProposalCard
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, TooMany, WrongState
from models.wording import say_refusal
from portal.differences import between
from portal.forms import Sent, done, own_form, whole
from portal.render import new_key, page
from portal.session import somebody

HOME = "/proposals"
CANNOT = (Invalid, NotAllowed, Taken, TooMany, WrongState)


def _id(request: web.Request, name: str = "id") -> int:
    return whole(request.match_info[name])


async def show_versions(request: web.Request) -> web.Response:
    """各版文字的对照."""
    who = await somebody(request)
    card = await showing.card(_id(request), viewer=who.viewer)
    pairs = zip(card.versions, card.versions[1:], strict=False)
    changes = [(old, new, between(f"{old.title}\n{old.text}", f"{new.title}\n{new.text}")) for old, new in pairs]
    return await page(request, "proposal_versions.html", card=card, changes=changes)


async def show_amend(request: web.Request) -> web.Response:
    """写修改建议."""
    return await _amend_form(request)


async def _amend_form(
    request: web.Request, *, fields: Mapping[str, str] | None = None, refusal: Refusal | None = None
) -> web.Response:
    who = await somebody(request)
    card = await showing.card(_id(request), viewer=who.viewer)
    given = fields or {"title": card.post.title, "text": card.post.text, "note": "", "key": new_key()}
    return await page(
        request,
        "proposal_amend.html",
        status=refusal.status if refusal else 200,
        card=card,
        fields=given,
        problem=say_refusal(refusal) if refusal else "",
    )


@own_form
async def amend(request: web.Request, sent: Sent) -> web.StreamResponse:
    """提修改建议."""
    new = NewAmendment(sent.text("text"), sent.text("note"), title=sent.text("title"), key=sent.text("key"))
    try:
        made = await amending.amend(_id(request), new, by=sent.who.viewer)
    except CANNOT as refusal:
        return await _amend_form(request, fields=dict(sent.fields), refusal=refusal)
    return done(f"{HOME}/{_id(request)}", "proposal_held" if made.state.value == "held" else "proposal_amend")


async def show_amendment(request: web.Request) -> web.Response:
    """一条修改建议: both texts side by side."""
    return await _show_amendment(request)


async def _show_amendment(
    request: web.Request, *, fields: Mapping[str, str] | None = None, refusal: Refusal | None = None
) -> web.Response:
    who = await somebody(request)
    card = await showing.card(_id(request), viewer=who.viewer)
    one = _of_card(card, _id(request, "amendment"))
    return await page(
        request,
        "proposal_amendment.html",
        status=refusal.status if refusal else 200,
        card=card,
        one=one,
        before=_before(card, one),
        change=between(_before(card, one), f"{one.title}\n{one.text}"),
        fields=fields or {},
        problem=say_refusal(refusal) if refusal else "",
    )


def _of_card(card: ProposalCard, amendment_id: int) -> AmendmentLine:
    found = next((one for one in card.amendments if one.id == amendment_id), None)
    if found is None:
        raise NotFound("proposal.no_amendment")
    return found


def _before(card: ProposalCard, one: AmendmentLine) -> str:
    """What it is compared with: the words in force while it is open, those it was written against afterwards."""
    if one.state.value != "open":
        for version in card.versions:
            if version.number == max(one.base_number, 1):
                return f"{version.title}\n{version.text}"
    return f"{card.post.title}\n{card.post.text}"


async def _put_as_own(amendment_id: int, sent: Sent) -> str:
    made = await amending.put_as_own(amendment_id, by=sent.who.viewer)
    return f"{HOME}/{made.proposal.id}"


async def _accept(amendment_id: int, sent: Sent) -> str:
    await amending.accept(amendment_id, by=sent.who.viewer, seen_number=sent.number("seen_number"))
    return ""


async def _refuse(amendment_id: int, sent: Sent) -> str:
    await amending.refuse(amendment_id, by=sent.who.viewer, reason=sent.text("reason"))
    return ""


async def _withdraw(amendment_id: int, sent: Sent) -> str:
    await amending.withdraw(amendment_id, by=sent.who.viewer)
    return ""


VERBS: Mapping[str, Callable[[int, Sent], Awaitable[str]]] = {
    "accept": _accept,
    "refuse": _refuse,
    "withdraw": _withdraw,
    "put": _put_as_own,
}


@own_form
async def do_to_amendment(request: web.Request, sent: Sent) -> web.StreamResponse:
    """采纳、不采纳、收回、另提一个."""
    verb = request.match_info["verb"]
    if verb not in VERBS:
        raise NotFound("page.not_found")
    try:
        there = await VERBS[verb](_id(request, "amendment"), sent)
    except CANNOT as refusal:
        return await _show_amendment(request, fields=dict(sent.fields), refusal=refusal)
    return done(there or f"{HOME}/{_id(request)}", f"amendment_{verb}")
