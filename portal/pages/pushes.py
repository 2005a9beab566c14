"""提醒设置: which kinds somebody wants to be told of unasked."""

from __future__ import annotations

from aiohttp import web

from forum import muting
from people import pushes
from portal.forms import Sent, done, own_form
from portal.render import page
from portal.session import somebody
from portal.staff import done_words

HOME = "/me/notices"


async def show(request: web.Request) -> web.Response:
    """提醒设置."""
    who = await somebody(request)
    found = await pushes.choices(viewer=who.viewer)
    has_boards = muting.has_boards(who.viewer, who.place_id)
    boards = await muting.choices(viewer=who.viewer, place_id=who.place_id) if has_boards else []
    return await page(request, "me_notices.html", choices=found, boards=boards, done=done_words(request))


@own_form
async def choose(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """要不要这一种."""
    await pushes.choose(sent.text("kind"), by=sent.who.viewer, is_wanted=sent.text("wanted") == "1")
    return done(HOME, "push_choose")


@own_form
async def choose_board(_request: web.Request, sent: Sent) -> web.StreamResponse:
    """要不要一个板块的."""
    who, is_wanted = sent.who, sent.text("wanted") == "1"
    await muting.choose(sent.text("board"), by=who.viewer, place_id=who.place_id, is_wanted=is_wanted)
    return done(HOME, "push_choose")
