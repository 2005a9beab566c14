"""Who is on duty, for the coming weeks."""

from __future__ import annotations

import datetime as dt

from aiohttp import web

from casework import roster
from models import clock
from models.errors import Invalid, NotAllowed, Refusal
from portal.forms import Sent, done, form, whole
from portal.fresh import fresh_form
from portal.staff import staff_page, worker

HOME = "/desk/roster"
SHOWN = dt.timedelta(days=28)
READ = "canned.write"


async def show(request: web.Request) -> web.Response:
    """排班."""
    return await _show(request)


async def _show(
    request: web.Request, *, refusal: Refusal | None = None, typed: dict[str, str] | None = None
) -> web.Response:
    who, now = await worker(request, READ), clock.now()
    place_id = who.place_id
    staff = await roster.staff(viewer=who.viewer, place_id=place_id)
    names = {person.person_id: person.name for person in staff}
    return await staff_page(
        request,
        "staff/roster.html",
        refusal=refusal,
        duties=await roster.duties(viewer=who.viewer, place_id=place_id, since=now, until=now + SHOWN),
        staff=staff,
        on_duty=names.get(await roster.on_duty(place_id, now), ""),
        now=now,
        typed=typed or {},
    )


@form
async def write(request: web.Request, sent: Sent) -> web.StreamResponse:
    """排班."""
    try:
        await roster.write(
            by=sent.who.viewer,
            place_id=sent.who.place_id,
            person_id=sent.number("person"),
            starts_at=sent.moment("starts_at"),
            ends_at=sent.moment("ends_at"),
        )
    except (Invalid, NotAllowed) as refusal:
        return await _show(request, refusal=refusal, typed=dict(sent.fields))
    return done(HOME, "roster_write")


@fresh_form()
async def erase(request: web.Request, sent: Sent) -> web.StreamResponse:
    """撤班."""
    await roster.erase(whole(request.match_info["id"]), by=sent.who.viewer)
    return done(HOME, "roster_erase")
