"""Patrols: today's routes on the phone, stop by stop; what was missed; and laying routes."""

from __future__ import annotations

from aiohttp import web

from casework import roster
from casework.cases import catalogue
from casework.patrols import looking_back, rounds, routes
from casework.patrols.routes import RouteShape
from models.errors import Invalid, Refusal, Taken, TooMany, WrongState
from models.file import FileKind
from models.rules import rules
from people import files
from people.permissions import allow_somewhere
from portal.forms import Sent, done, form, lead_to, whole
from portal.staff import staff_page, worker
from portal.uploads import MOST_PHOTOS, form_with_photos, must_be_few

HOME, LAYING = "/patrols", "/patrols/routes"
READ, LAY = "patrol.read", "patrol.lay"


async def show(request: web.Request) -> web.Response:
    """今天的巡查."""
    return await _show(request)


async def _show(request: web.Request, *, refusal: Refusal | None = None) -> web.Response:
    who = await worker(request, READ)
    return await staff_page(
        request,
        "staff/patrols.html",
        refusal=refusal,
        routes=await rounds.today(viewer=who.viewer, place_id=who.place_id),
        missed=await looking_back.missed(viewer=who.viewer, place_id=who.place_id),
        rates=await looking_back.rates(viewer=who.viewer, place_id=who.place_id),
        settings=rules().patrols,
    )


@form
async def tick(request: web.Request, sent: Sent) -> web.StreamResponse:
    """打勾."""
    stop_id = whole(request.match_info["id"])
    try:
        await rounds.tick(stop_id, by=sent.who.viewer)
    except (Taken, WrongState) as refusal:
        return await _show(request, refusal=refusal)
    return lead_to(f"{HOME}?done=patrol_tick#stop-{stop_id}")


async def show_report(request: web.Request) -> web.Response:
    """巡查上报."""
    return await _show_report(request, {})


async def _show_report(request: web.Request, typed: dict[str, str], *, refusal: Refusal | None = None) -> web.Response:
    who = await worker(request, "patrol.report")
    stop_id = whole(request.match_info["id"])
    return await staff_page(
        request,
        "staff/patrols_report.html",
        refusal=refusal,
        stop_id=stop_id,
        name=await rounds.stop(stop_id, viewer=who.viewer),
        kinds=list((await catalogue.kinds_of(who.place_id)).values()),
        typed=typed,
        most_photos=MOST_PHOTOS,
    )


@form_with_photos
async def report(request: web.Request, sent: Sent) -> web.StreamResponse:
    """巡查上报: with photos, which are kept until the report is taken."""
    who, typed = sent.who, dict(sent.fields)
    allow_somewhere(who.viewer, "patrol.report")
    try:
        typed["photos"] = await _kept(sent)
        case = await rounds.report(
            whole(request.match_info["id"]),
            by=who.viewer,
            text=sent.text("what"),
            key=sent.text("key"),
            kind_key=sent.text("kind_key"),
            photos=await files.own_waiting(typed["photos"].split(","), by=who.viewer),
        )
    except (Invalid, Taken, TooMany) as refusal:
        return await _show_report(request, typed, refusal=refusal)
    return done(f"/cases/{case.id}", "patrol_report")


async def _kept(sent: Sent) -> str:
    """The names of photos that came now or before; refused where they are more than a report takes."""
    before = [*filter(None, sent.text("photos").split(","))]
    must_be_few([*before, *sent.photos])
    stored = [
        await files.keep(one, by=sent.who.viewer, kind=FileKind.PHOTO, place_id=sent.who.place_id)
        for _, one in sent.photos
    ]
    return ",".join([*before, *(one.name for one in stored)])


async def show_routes(request: web.Request) -> web.Response:
    """巡查路线."""
    return await _show_routes(request, {})


async def _show_routes(
    request: web.Request, typed: dict[str, object], *, refusal: Refusal | None = None
) -> web.Response:
    who = await worker(request, LAY)
    known = await routes.routes(viewer=who.viewer, place_id=who.place_id)
    former = next((one for one in known if str(one.id) == request.query.get("instead_of")), None)
    return await staff_page(
        request,
        "staff/patrols_routes.html",
        refusal=refusal,
        routes=known,
        former=former,
        typed=typed or _typed(former),
        grids=await routes.grids(viewer=who.viewer, place_id=who.place_id),
        staff=await roster.staff(viewer=who.viewer, place_id=who.place_id),
    )


def _typed(former: routes.RouteLine | None) -> dict[str, object]:
    """A route as the form's fields have it."""
    if former is None:
        return {"days": ("1", "2", "3", "4", "5")}
    lines = [f"{one.name}｜{one.looks}" if one.looks else one.name for one in former.stops]
    days = tuple(str(one) for one in former.days)
    return {
        "instead_of": former.id,
        "name": former.name,
        "grid": former.grid,
        "goes": former.goes,
        "days": days,
        "on_holidays": "yes" if former.on_holidays else "",
        "stops": "\n".join(lines),
    }


def _shape(sent: Sent) -> RouteShape:
    """A route as the form has it."""
    return RouteShape(
        name=sent.text("name"),
        weekdays=tuple(sent.texts("days")),
        stops=sent.text("stops"),
        grid_id=whole(sent.text("grid_id") or "0"),
        goes_id=whole(sent.text("goes_id") or "0"),
        on_holidays=sent.text("on_holidays") == "yes",
        instead_of=whole(sent.text("instead_of") or "0"),
    )


@form
async def lay(request: web.Request, sent: Sent) -> web.StreamResponse:
    """排路线."""
    try:
        await routes.lay(_shape(sent), by=sent.who.viewer, place_id=sent.who.place_id)
    except (Invalid, Taken) as refusal:
        typed: dict[str, object] = {**dict(sent.fields), "days": tuple(sent.texts("days"))}
        return await _show_routes(request, typed, refusal=refusal)
    return done(LAYING, "patrol_lay")


@form
async def retire(request: web.Request, sent: Sent) -> web.StreamResponse:
    """停用路线."""
    try:
        await routes.retire(whole(request.match_info["id"]), by=sent.who.viewer)
    except Taken as refusal:
        return await _show_routes(request, {}, refusal=refusal)
    return done(LAYING, "patrol_retire")
