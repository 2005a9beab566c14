"""The property window: what was published of each month, rating it, and publishing."""

from __future__ import annotations

from aiohttp import web

from forum.property import statements
from forum.property.statements import MOST_LINES, STARS, NewStatement
from forum.property.sums import lines_of, yuan
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, TooMany
from models.statement import StatementKind
from models.wording import say_refusal
from people.permissions import allow, may
from portal.forms import Sent, done, own_form
from portal.render import new_key, page
from portal.session import somebody
from portal.staff import done_words

HOME = "/property"
CANNOT = (Invalid, NotAllowed, Taken, TooMany)


async def show(request: web.Request) -> web.Response:
    """物业公布."""
    return await _show(request)


async def _show(request: web.Request, *, refusal: Refusal | None = None) -> web.Response:
    who = await somebody(request)
    return await page(
        request,
        "property.html",
        status=refusal.status if refusal else 200,
        months=await statements.months(viewer=who.viewer, place_id=who.place_id),
        may_publish=may(who.viewer, "statement.publish", who.place_id),
        stars=STARS,
        yuan=yuan,
        problem=say_refusal(refusal) if refusal else "",
        done=done_words(request) if refusal is None else "",
    )


async def show_new(request: web.Request) -> web.Response:
    """公布收支."""
    return await _form(request, {})


async def _form(request: web.Request, fields: dict[str, str], *, refusal: Refusal | None = None) -> web.Response:
    who = await somebody(request)
    allow(who.viewer, "statement.publish", who.place_id)
    return await page(
        request,
        "property_new.html",
        status=refusal.status if refusal else 200,
        estates=await statements.estates(viewer=who.viewer, place_id=who.place_id),
        kinds=list(StatementKind),
        fields=fields,
        key=fields.get("key") or new_key(),
        this_month=f"{clock.today():%Y-%m}",
        most_lines=MOST_LINES,
        problem=say_refusal(refusal) if refusal else "",
    )


@own_form
async def publish(request: web.Request, sent: Sent) -> web.StreamResponse:
    """公布收支: what is typed stays in the form until it has been taken."""
    who = sent.who
    allow(who.viewer, "statement.publish", who.place_id)
    try:
        new = NewStatement(
            estate_id=sent.number("estate"),
            kind=sent.text("kind"),
            period=sent.text("period"),
            lines=lines_of(sent.text("lines")),
            text=sent.text("text"),
            key=sent.text("key"),
        )
        await statements.publish(new, by=who.viewer, place_id=who.place_id)
    except CANNOT as refusal:
        return await _form(request, dict(sent.fields), refusal=refusal)
    return done(HOME, "statement_publish")


@own_form
async def rate(request: web.Request, sent: Sent) -> web.StreamResponse:
    """评价物业."""
    who, stars = sent.who, sent.text("stars")
    allow(who.viewer, "statement.rate", who.place_id)
    try:
        await statements.rate(
            sent.number("estate"),
            sent.text("period"),
            by=who.viewer,
            place_id=who.place_id,
            stars=int(stars) if stars in "12345" and stars else 0,
        )
    except (*CANNOT, NotFound) as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "statement_rate")
