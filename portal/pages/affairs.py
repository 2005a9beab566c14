"""居务公开: what must be published, when it last was and when it is due; and publishing it."""

from __future__ import annotations

from aiohttp import web

from forum.notices import affairs, periods
from forum.notices.affairs import Affair
from forum.posts import NewPost
from forum.words import MOST_TEXT, MOST_TITLE
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, TooMany
from people.permissions import may
from portal.forms import Sent, done, form
from portal.render import new_key, page
from portal.session import somebody
from portal.staff import done_words, staff_page, worker

PUBLISH = "affair.publish"
_FIELDS = ("title", "text", "period", "key")


async def show(request: web.Request) -> web.Response:
    """公开目录."""
    who = await somebody(request)
    return await page(
        request,
        "affairs.html",
        affairs=await affairs.affairs(viewer=who.viewer, place_id=who.place_id),
        period=periods.in_words,
        may_publish=who.is_staff and may(who.viewer, PUBLISH, who.place_id),
        done=done_words(request),
    )


async def show_one(request: web.Request) -> web.Response:
    """公布一项."""
    return await _form(request, {**dict.fromkeys(_FIELDS, ""), "key": new_key()})


async def _form(request: web.Request, typed: dict[str, str], *, refusal: Refusal | None = None) -> web.Response:
    return await staff_page(
        request,
        "staff/affair.html",
        refusal=refusal,
        affair=await _affair(request),
        period=periods.in_words,
        typed=typed,
        most_text=MOST_TEXT,
        most_title=MOST_TITLE,
    )


async def _affair(request: web.Request) -> Affair:
    who = await worker(request, PUBLISH)
    found = await affairs.affairs(viewer=who.viewer, place_id=who.place_id)
    affair = next((one for one in found if one.key == request.match_info["key"]), None)
    if affair is None:
        raise NotFound("affair.not_found")
    return affair


@form
async def publish(request: web.Request, sent: Sent) -> web.StreamResponse:
    """公布: a post on the board that settles it."""
    key, who = request.match_info["key"], sent.who
    new = NewPost("", sent.text("text"), title=sent.text("title"), key=sent.text("key"))
    try:
        made = await affairs.publish(key, new, by=who.viewer, place_id=who.place_id, period=sent.text("period"))
    except (Invalid, NotAllowed, NotFound, Taken, TooMany) as refusal:
        return await _form(request, {name: sent.text(name) for name in _FIELDS}, refusal=refusal)
    return done(f"/posts/{made.id}", "affair_publish")
