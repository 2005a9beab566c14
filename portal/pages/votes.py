"""Votes as residents see them: the list, one vote with its ballot, the receipt, and what came out with every ballot."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from forum.votes import boxes, casting, recount, showing
from models.errors import Invalid, NotFound, Refusal, Taken, TooMany, WrongState
from models.wording import say_refusal
from people.permissions import allow, may
from portal.balloting import points_of
from portal.forms import Sent, done, own_form, whole
from portal.render import page
from portal.session import somebody
from portal.staff import done_words

HOME = "/votes"
READ = "vote.read"


async def show(request: web.Request) -> web.Response:
    """表决."""
    who = await somebody(request)
    allow(who.viewer, READ, who.place_id)
    before = whole(request.query.get("before", "0"))
    lines = await showing.votes(viewer=who.viewer, place_id=who.place_id, before=before)
    return await page(
        request,
        "votes.html",
        lines=lines,
        older=lines[-1].id if len(lines) == showing.PAGE else 0,
        may_draft=may(who.viewer, "vote.draft", who.place_id),
        done=done_words(request),
    )


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody chose or typed before it was refused: positions with points, a receipt, which line of the roll."""

    points: Mapping[int, int]
    receipt: str = ""
    voter_id: int = 0
    found: str = ""


NOTHING = Typed({})


async def show_one(request: web.Request) -> web.Response:
    """一项表决."""
    return await _show_one(request)


async def _show_one(request: web.Request, *, typed: Typed = NOTHING, refusal: Refusal | None = None) -> web.Response:
    who = await somebody(request)
    card = await showing.vote(whole(request.match_info["id"]), viewer=who.viewer)
    return await page(
        request,
        "vote.html",
        status=refusal.status if refusal else 200,
        card=card,
        turnout=await showing.turnout(card.line.id, viewer=who.viewer),
        chosen={one.voter_id: showing.said(card.form, one.choice) for one in card.mine if one.choice},
        typed=typed,
        may_manage=may(who.viewer, "vote.draft", card.place_id),
        sees_ballots=card.line.is_secret or bool(card.mine) or may(who.viewer, "vote.draft", card.place_id),
        done=done_words(request),
        problem=say_refusal(refusal) if refusal else "",
    )


REFUSED = (Invalid, NotFound, Taken, TooMany, WrongState)


@own_form
async def cast(request: web.Request, sent: Sent) -> web.StreamResponse:
    """投票: the receipt stands on the page that answers and nowhere else; no address and no log carries it."""
    card = await showing.vote(whole(request.match_info["id"]), viewer=sent.who.viewer)
    typed = Typed(points_of(card, sent), voter_id=sent.number("voter"))
    try:
        receipt = await casting.cast(card.line.id, by=sent.who.viewer, voter_id=typed.voter_id, points=typed.points)
    except REFUSED as refusal:
        return await _show_one(request, typed=typed, refusal=refusal)
    if not receipt:
        return done(f"{HOME}/{card.line.id}", "vote_cast")
    return await page(request, "vote_receipt.html", card=card, receipt=receipt)


@own_form
async def change(request: web.Request, sent: Sent) -> web.StreamResponse:
    """改票."""
    card = await showing.vote(whole(request.match_info["id"]), viewer=sent.who.viewer)
    typed = Typed(points_of(card, sent), sent.text("receipt")[:40], whole(sent.text("voter") or "0"))
    try:
        await casting.change(
            card.line.id, by=sent.who.viewer, points=typed.points, receipt=typed.receipt, voter_id=typed.voter_id
        )
    except REFUSED as refusal:
        return await _show_one(request, typed=typed, refusal=refusal)
    return done(f"{HOME}/{card.line.id}", "vote_change")


@own_form
async def find(request: web.Request, sent: Sent) -> web.StreamResponse:
    """查我的票: by a form and not by an address, so that no log says whose browser asked for which receipt."""
    card = await showing.vote(whole(request.match_info["id"]), viewer=sent.who.viewer)
    typed = sent.text("receipt")[:40]
    try:
        receipt = boxes.receipt_of(typed)
        choice = await showing.find_ballot(card.line.id, viewer=sent.who.viewer, receipt=receipt)
    except REFUSED as refusal:
        return await _show_one(request, typed=Typed({}, typed), refusal=refusal)
    found = showing.said(card.form, choice) or "没有选"
    return await _show_one(request, typed=Typed({}, receipt, found=found))


async def download(request: web.Request) -> web.Response:
    """公开的选票."""
    who = await somebody(request)
    vote_id = whole(request.match_info["id"])
    text = await showing.ballots(vote_id, viewer=who.viewer)
    return _file(text, f"vote-{vote_id}.json", "application/json")


async def download_script(request: web.Request) -> web.Response:
    """重新计票的小程序."""
    await somebody(request)
    return _file(inspect.getsource(recount), "recount.py", "text/x-python")


def _file(text: str, name: str, kind: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(text=text, content_type=kind, charset="utf-8", headers=headers)
