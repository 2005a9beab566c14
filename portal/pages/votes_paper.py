"""Papers of a vote: a notice for each home that has not voted, and the photos of ballots after the count."""

from __future__ import annotations

from aiohttp import web

from forum.votes import paper_photos, showing
from models import clock
from models.errors import WrongState
from portal.file_answers import file_of
from portal.forms import whole
from portal.proxy import origin
from portal.qr import svg_of
from portal.render import page
from portal.session import staff
from portal.staff import worker

HOME = "/votes"


async def show_photo(request: web.Request) -> web.StreamResponse:
    """选票照片."""
    who = await staff(request)
    vote_id, photo_id = whole(request.match_info["id"]), whole(request.match_info["photo"])
    is_preview = request.query.get("size") == "preview"
    found = await paper_photos.photo(vote_id, photo_id, viewer=who.viewer, is_preview=is_preview)
    return file_of(found)


async def show_notices(request: web.Request) -> web.Response:
    """印通知: a sheet for each home of a page of the roll that has not voted; of a named vote with the ballot on it."""
    who = await worker(request, "vote.hand_out")
    card = await showing.vote(whole(request.match_info["id"]), viewer=who.viewer)
    if not card.line.is_open:
        raise WrongState("vote.not_open", state=card.line.state.value)
    after = whole(request.query.get("after", "0"))
    address = f"{origin(request)}{HOME}/{card.line.id}"
    return await page(
        request,
        "print_notices.html",
        card=card,
        lines=await showing.undecided(card.line.id, viewer=who.viewer, after=after),
        address=address,
        picture=svg_of(address, label=address),
        heading=card.line.title,
        back=f"{HOME}/{card.line.id}/manage?after={after}",
        today=clock.today(),
    )
