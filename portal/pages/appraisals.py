"""评议: which there are, one to rate or with its result, and beginning one."""

from __future__ import annotations

from aiohttp import web

from forum.promises import appraisals
from forum.promises.appraisals import MOST_DAYS, MOST_WORDS, NewAppraisal, appraisal
from forum.promises.sight import decided
from forum.promises.tallies import STARS
from models.errors import Invalid, NotAllowed, Refusal, Taken, TooMany, WrongState
from models.rules import rules
from models.wording import say_refusal
from people.permissions import allow
from portal.forms import Sent, done, own_form, whole
from portal.render import page
from portal.session import somebody
from portal.staff import done_words

HOME = "/appraisals"
CANNOT = (Invalid, NotAllowed, Taken, TooMany, WrongState)


async def show(request: web.Request) -> web.Response:
    """评议."""
    who = await somebody(request)
    lines = await appraisals.appraisals(viewer=who.viewer, place_id=who.place_id)
    return await page(request, "appraisals.html", lines=lines, done=done_words(request))


async def show_new(request: web.Request) -> web.Response:
    """开始评议."""
    return await _form(request, whole(request.query.get("proposal", "")))


async def _form(
    request: web.Request, proposal_id: int, sent: Sent | None = None, *, refusal: Refusal | None = None
) -> web.Response:
    who = await somebody(request)
    found = await decided(proposal_id, who.viewer)
    allow(who.viewer, "appraisal.begin", found.place_id)
    return await page(
        request,
        "appraisal_new.html",
        status=refusal.status if refusal else 200,
        found=found,
        unit=await appraisals.unit_of(found),
        fields=dict(sent.fields) if sent else {},
        least_days=rules().promises.appraisal_days,
        most_days=MOST_DAYS,
        problem=say_refusal(refusal) if refusal else "",
    )


@own_form
async def begin(request: web.Request, sent: Sent) -> web.StreamResponse:
    """开始评议: what is typed stays in the form until it has been taken."""
    proposal_id = sent.number("proposal")
    new = NewAppraisal(proposal_id, sent.text("unit"), _small(sent.text("days")))
    try:
        made = await appraisals.begin(new, by=sent.who.viewer)
    except CANNOT as refusal:
        return await _form(request, proposal_id, sent, refusal=refusal)
    return done(f"{HOME}/{made}", "appraisal_begin")


def _small(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 0


async def show_one(request: web.Request) -> web.Response:
    """看评议."""
    return await _show(request)


async def _show(request: web.Request, sent: Sent | None = None, *, refusal: Refusal | None = None) -> web.Response:
    who = await somebody(request)
    found = await appraisal(whole(request.match_info["id"]), viewer=who.viewer)
    return await page(
        request,
        "appraisal.html",
        status=refusal.status if refusal else 200,
        found=found,
        stars=STARS,
        most_words=MOST_WORDS,
        typed=dict(sent.fields) if sent else {},
        problem=say_refusal(refusal) if refusal else "",
        done=done_words(request) if refusal is None else "",
    )


@own_form
async def rate(request: web.Request, sent: Sent) -> web.StreamResponse:
    """评一评."""
    appraisal_id = whole(request.match_info["id"])
    outcome, unit = _small(sent.text("outcome")), _small(sent.text("unit"))
    try:
        await appraisals.rate(appraisal_id, by=sent.who.viewer, outcome=outcome, unit=unit, words=sent.text("words"))
    except CANNOT as refusal:
        return await _show(request, sent, refusal=refusal)
    return done(f"{HOME}/{appraisal_id}", "appraisal_rate")
