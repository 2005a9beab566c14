"""What I reported: how each case stands, step by step, and what I can say to it."""

from __future__ import annotations

from aiohttp import web

from casework import waiting
from casework.cases import following
from casework.cases.following import OwnCase
from casework.loop import CASE_STATES
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.wording import say_refusal
from people import files
from portal import own_case_verbs
from portal.chatter import speaker
from portal.forms import done, fields_of, whole
from portal.render import page
from portal.staff import done_words

HOME = "/my/cases"


async def show(request: web.Request) -> web.Response:
    """我的事项."""
    viewer = await speaker(request)
    lines = await following.own_cases(viewer=viewer)
    asked = [waiting.own_in_words(one) for one in await waiting.own_open(viewer=viewer)]
    return await page(request, "my_cases.html", cases=lines, asked=asked, states=CASE_STATES, done=done_words(request))


async def show_one(request: web.Request) -> web.Response:
    """办理进度."""
    return await _show_one(request)


async def _show_one(request: web.Request, *, refusal: Refusal | None = None, typed: str = "") -> web.Response:
    case = await _own(request)
    return await page(
        request,
        "my_case.html",
        status=refusal.status if refusal else 200,
        case=case,
        photos=await files.by_ids([file_id for file_id, _ in case.photos]),
        facts=CASE_STATES[case.line.state],
        typed=typed,
        done=done_words(request),
        problem=say_refusal(refusal) if refusal else "",
    )


async def _own(request: web.Request) -> OwnCase:
    """The case; whoever is not signed in and comes from another chat of theirs may sign in first."""
    viewer = await speaker(request)
    try:
        return await following.own_case(whole(request.match_info["id"]), viewer=viewer)
    except NotFound:
        if viewer.person_id is None:
            raise NotAllowed("login.needed") from None
        raise


async def do(request: web.Request) -> web.StreamResponse:
    """One thing the one who reported says to a case; words that cannot be taken stay in the form."""
    verb, case_id = request.match_info["verb"], whole(request.match_info["id"])
    said = dict(await fields_of(request)).get("text", "")
    try:
        await own_case_verbs.do(verb, case_id, viewer=await speaker(request), said=said)
    except (Invalid, NotAllowed, Taken, WrongState) as refusal:
        return await _show_one(request, refusal=refusal, typed=said)
    return done(f"{HOME}/{case_id}", f"my_case_{verb}")
