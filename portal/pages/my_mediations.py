"""My mediations: asking for one, saying whether one wants it, what was agreed, and words for the mediator alone."""

from __future__ import annotations

from aiohttp import web

from casework.loop import MEDIATION_LOOP
from casework.mediation import applying, mediators, own
from casework.mediation.applying import Asked
from models.errors import Invalid, NotAllowed, Refusal, Taken, TooMany, WrongState
from models.wording import say_refusal
from people import places
from people.permissions import allow, may
from portal.forms import Sent, as_sent, done, own_form, verb_of, whole
from portal.mediation_verbs import OWN
from portal.render import page
from portal.session import Visitor, neighbours_in, somebody
from portal.staff import done_words

HOME, APPLY, FOLLOW = "/my/mediations", "mediation.apply", "mediation.follow"


async def show(request: web.Request) -> web.Response:
    """我的调解."""
    who = await somebody(request)
    lines = await own.own_mediations(viewer=who.viewer)
    return await page(request, "my_mediations.html", lines=lines, may_apply=_may_apply(who), done=done_words(request))


def _may_apply(who: Visitor) -> bool:
    return may(who.viewer, APPLY, neighbours_in(who))


async def show_new(request: web.Request) -> web.Response:
    """申请调解."""
    who = await somebody(request)
    allow(who.viewer, APPLY, neighbours_in(who))
    return await _show_new(request, who)


async def _show_new(
    request: web.Request, who: Visitor, *, sent: Sent | None = None, refusal: Refusal | None = None
) -> web.Response:
    place_id = neighbours_in(who)
    assert place_id is not None
    return await page(
        request,
        "my_mediations_new.html",
        status=refusal.status if refusal else 200,
        mediators=await mediators.mediators(viewer=who.viewer, place_id=place_id),
        committee=(await places.place(place_id)).name,
        typed=dict(sent.fields) if sent else {},
        problem=say_refusal(refusal) if refusal else "",
    )


@own_form
async def apply(request: web.Request, sent: Sent) -> web.StreamResponse:
    """申请调解."""
    place_id = neighbours_in(sent.who)
    allow(sent.who.viewer, APPLY, place_id)
    wish = sent.text("wish")
    asked = Asked(
        sent.text("matter"),
        sent.text("other"),
        sent.text("where"),
        sent.text("phone"),
        sent.text("private"),
        whole(wish) if wish else None,
    )
    try:
        made = await applying.apply(asked, by=sent.who.viewer, place_id=place_id)
    except (Invalid, Taken, TooMany) as refusal:
        return await _show_new(request, sent.who, sent=sent, refusal=refusal)
    return done(f"{HOME}/{made.id}", "mediation_apply")


async def show_one(request: web.Request) -> web.Response:
    """一件我的调解."""
    return await _show_one(request, await somebody(request))


async def _show_one(
    request: web.Request, who: Visitor, *, sent: Sent | None = None, refusal: Refusal | None = None
) -> web.Response:
    found = await own.own_mediation(whole(request.match_info["id"]), viewer=who.viewer)
    wishes = may(who.viewer, "mediation.see_mediators", found.place_id) and not found.has_consented
    return await page(
        request,
        "my_mediation.html",
        status=refusal.status if refusal else 200,
        mediation=found,
        can=frozenset(verb for verb in OWN if found.line.state in MEDIATION_LOOP[f"mediation.{verb}"]),
        mediators=await mediators.mediators(viewer=who.viewer, place_id=found.place_id) if wishes else [],
        **as_sent(request, sent),
        done=done_words(request),
        problem=say_refusal(refusal) if refusal else "",
    )


@own_form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """What a side says; words that cannot be taken stay in the form."""
    mediation_id, (name, verb) = whole(request.match_info["id"]), verb_of(request, OWN)
    try:
        await verb(mediation_id, sent)
    except (Invalid, Taken, WrongState, NotAllowed) as refusal:
        return await _show_one(request, sent.who, sent=sent, refusal=refusal)
    return done(f"{HOME}/{mediation_id}", f"mediation_{name}")
