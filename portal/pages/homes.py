"""Homes and who lives in them, for staff of the neighbourhood: by building, one by one, and found by name or number."""

from __future__ import annotations

from aiohttp import web

from casework import timelines
from models import clock
from models.errors import Invalid, NotFound, Refusal, Taken
from models.joining import ActingKind
from models.rules import rules
from people import acting, areas, homes, residences
from people.joining import queue
from people.permissions import may
from people.records import services
from portal.forms import Sent, done, form, whole
from portal.fresh import fresh_form
from portal.staff import staff_page, worker

READ = "home.read"


def _after(request: web.Request) -> int:
    return whole(request.query.get("after", "0"))


async def show(request: web.Request) -> web.Response:
    """房屋: the buildings."""
    who = await worker(request, READ)
    lines = await homes.buildings(viewer=who.viewer, place_id=who.place_id, after=_after(request))
    following = lines[-1].id if len(lines) == homes.PAGE else 0
    facts = {"asked": "", "found": [], "buildings": lines, "following": following}
    return await staff_page(request, "staff/homes.html", **facts)


@form
async def look(request: web.Request, sent: Sent) -> web.StreamResponse:
    """找人: by name or a whole number, which is sent and so stands in no address, history or log."""
    asked, who = sent.text("q"), await worker(request, READ)
    found = await homes.search(asked, viewer=who.viewer, place_id=who.place_id)
    facts = {"asked": asked, "found": found, "buildings": [], "following": 0}
    return await staff_page(request, "staff/homes.html", **facts)


async def show_building(request: web.Request) -> web.Response:
    """一幢楼."""
    viewer, building_id = (await worker(request, READ)).viewer, whole(request.match_info["id"])
    lines = await homes.homes(building_id, viewer=viewer, after=_after(request))
    return await staff_page(
        request,
        "staff/building.html",
        building=await homes.building(building_id, viewer=viewer),
        homes=lines,
        following=lines[-1].id if len(lines) == homes.PAGE else 0,
    )


async def show_home(request: web.Request) -> web.Response:
    """房屋卡片."""
    return await _show_home(request)


async def _show_home(
    request: web.Request,
    *,
    refusal: Refusal | None = None,
    typed_area: str | None = None,
    sent: Sent | None = None,
    form: str = "",
) -> web.Response:
    viewer = (await worker(request, READ)).viewer
    card = await homes.home(whole(request.match_info["id"]), viewer=viewer)
    return await staff_page(
        request,
        "staff/home.html",
        refusal=refusal,
        whose=card.place_id,
        typed=dict(sent.fields) if sent else {},
        form=form,
        card=card,
        typed_area=card.square_metres if typed_area is None else typed_area,
        may_move=may(viewer, "residence.move_out", card.place_id),
        knocks=await queue.at_home(card.id, viewer=viewer, place_id=card.place_id),
        actings=await acting.of_people([one.person_id for one in card.living], viewer=viewer, place_id=card.place_id),
        kinds_of_acting=[one.value for one in ActingKind],
        line=await timelines.of_home(card.id, viewer=viewer, after=request.query.get("after", "")),
        kinds=rules().services,
        today=clock.today(),
        strikes_all=may(viewer, "service.strike_others", card.place_id),
    )


@fresh_form()
async def move_out(request: web.Request, sent: Sent) -> web.StreamResponse:
    """迁出."""
    await residences.move_out(sent.number("residence"), by=sent.who.viewer)
    return done(f"/homes/{whole(request.match_info['id'])}", "move_out")


@form
async def set_area(request: web.Request, sent: Sent) -> web.StreamResponse:
    """登记面积."""
    home_id = whole(request.match_info["id"])
    try:
        await areas.set_area(home_id, by=sent.who.viewer, area=sent.text("area"))
    except Invalid as refusal:
        return await _show_home(request, refusal=refusal, typed_area=sent.text("area")[:20])
    return done(f"/homes/{home_id}", "home_set_area")


@form
async def act(request: web.Request, sent: Sent) -> web.StreamResponse:
    """同意代办、登记代办、取消代办: of somebody who lives in the home."""
    try:
        word = await _act(sent)
    except (Invalid, NotFound, Taken) as refusal:
        return await _show_home(request, refusal=refusal, sent=sent, form="act")
    return done(f"/homes/{whole(request.match_info['id'])}", word)


async def _act(sent: Sent) -> str:
    by, verb = sent.who.viewer, sent.text("verb")
    if verb == "agree":
        await acting.agree(sent.number("acting"), by=by)
        return "acting_agree"
    if verb == "end":
        await acting.end(sent.number("acting"), by=by)
        return "acting_end"
    kind = sent.text("kind")
    if kind not in set(ActingKind):
        raise Invalid("acting.kind_missing")
    await acting.give(sent.number("elder"), by=by, helper=sent.text("helper"), kind=ActingKind(kind))
    return "acting_give"


@form
async def note(request: web.Request, sent: Sent) -> web.StreamResponse:
    """记一笔: for the home."""
    home_id, kind, key = whole(request.match_info["id"]), sent.text("kind"), sent.text("key")
    try:
        await services.note(
            by=sent.who.viewer, home_id=home_id, kind=kind, day=sent.date("day"), words=sent.text("words"), key=key
        )
    except Invalid as refusal:
        return await _show_home(request, refusal=refusal, sent=sent, form="note")
    return done(f"/homes/{home_id}", "service_note")
