"""My household: who lives in my homes, who asks to be let in, whom I act for; vouching, moving out, ending."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.wording import say_refusal
from people import acting, households
from people.joining import vouching
from people.permissions import may
from people.viewers import Viewer
from portal.forms import Sent, done, own_form, verb_of
from portal.render import page
from portal.session import somebody
from portal.staff import done_words

HOME = "/me/household"


async def show(request: web.Request) -> web.Response:
    """我家."""
    return await _show(request)


async def _show(request: web.Request, *, refusal: Refusal | None = None) -> web.Response:
    viewer = (await somebody(request)).viewer
    lives = may(viewer, "household.read", None)
    return await page(
        request,
        "household.html",
        status=refusal.status if refusal else 200,
        homes=await households.my_homes(viewer=viewer) if lives else [],
        knocks=await vouching.knocks(viewer=viewer) if lives else [],
        actings=await acting.mine(viewer=viewer),
        me=viewer.person_id,
        done=done_words(request),
        problem=say_refusal(refusal) if refusal else "",
    )


async def _vouch(number: int, viewer: Viewer) -> str:
    return "vouch" if await vouching.vouch(number, by=viewer) else "vouch_waits"


async def _leave(number: int, viewer: Viewer) -> str:
    await households.leave(number, by=viewer)
    return "household_leave"


async def _report(number: int, viewer: Viewer) -> str:
    await households.report(number, by=viewer)
    return "household_report"


async def _propose(number: int, viewer: Viewer) -> str:
    await acting.propose(number, by=viewer)
    return "acting_propose"


async def _agree(number: int, viewer: Viewer) -> str:
    await acting.agree(number, by=viewer)
    return "acting_agree"


async def _end(number: int, viewer: Viewer) -> str:
    await acting.end(number, by=viewer)
    return "acting_end"


VERBS: dict[str, Callable[[int, Viewer], Awaitable[str]]] = {
    "vouch": _vouch,
    "leave": _leave,
    "report": _report,
    "propose": _propose,
    "agree": _agree,
    "end": _end,
}


@own_form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """One verb on one thing of the household."""
    _, deed = verb_of(request, VERBS)
    try:
        word = await deed(sent.number("id"), sent.who.viewer)
    except (Invalid, NotAllowed, NotFound, Taken, WrongState) as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, word)
