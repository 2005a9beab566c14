"""The visit book: whom to visit, who was not visited for long, what was found; and a case of it in one press."""

from __future__ import annotations

from aiohttp import web

from casework import roster, visit_lists, visits
from models import clock
from models.errors import Invalid, Refusal, Taken
from models.rules import rules
from people import homes
from people.records import cards
from people.viewers import Viewer
from portal.forms import Sent, done, form, whole
from portal.staff import staff_page, worker

HOME = "/visits"
READ, PLAN = "visit.read", "visit.plan"


async def show(request: web.Request) -> web.Response:
    """走访本."""
    return await _show(request)


async def _show(request: web.Request, *, refusal: Refusal | None = None, sent: Sent | None = None) -> web.Response:
    who = await worker(request, READ)
    viewer, place_id = who.viewer, who.place_id
    plans, typed_id = await visit_lists.plans(viewer=viewer, place_id=place_id), _plan(request) if sent else 0
    return await staff_page(
        request,
        "staff/visits.html",
        refusal=refusal,
        plans=plans,
        typed=dict(sent.fields) if sent else {},
        typed_id=typed_id,
        has_form=any(one.id == typed_id for one in plans),
        lapsed=await visit_lists.lapsed(viewer=viewer, place_id=place_id),
        latest=await visit_lists.latest(viewer=viewer, place_id=place_id),
        watched=rules().visits,
        today=clock.today(),
        furthest=clock.today() + visits.FURTHEST,
    )


def _plan(request: web.Request) -> int:
    return whole(request.match_info["id"])


async def show_new(request: web.Request) -> web.Response:
    """安排走访，记走访."""
    query = request.query
    return await _show_new(request, whole(query.get("person", "0")), whole(query.get("home", "0")))


async def _show_new(
    request: web.Request, person_id: int, home_id: int, *, refusal: Refusal | None = None, words: str = ""
) -> web.Response:
    who = await worker(request, PLAN)
    name = await _whom(person_id, home_id, viewer=who.viewer)
    return await staff_page(
        request,
        "staff/visits_new.html",
        refusal=refusal,
        person_id=person_id,
        home_id=home_id,
        name=name,
        words=words,
        staff=await roster.staff(viewer=who.viewer, place_id=who.place_id),
        today=clock.today(),
        furthest=clock.today() + visits.FURTHEST,
    )


async def _whom(person_id: int, home_id: int, *, viewer: Viewer) -> str:
    """Somebody's name, or a home's address."""
    if person_id:
        return (await cards.person(person_id, viewer=viewer)).name
    card = await homes.home(home_id, viewer=viewer)
    return f"{card.estate} {card.building} {card.label}"


def _whose(sent: Sent) -> tuple[int, int]:
    return whole(sent.text("person") or "0"), whole(sent.text("home") or "0")


@form
async def plan(request: web.Request, sent: Sent) -> web.StreamResponse:
    """安排走访."""
    person_id, home_id = _whose(sent)
    try:
        await visits.plan(
            by=sent.who.viewer,
            visit_day=sent.date("day"),
            goes_id=sent.number("goes"),
            key=sent.text("key"),
            person_id=person_id,
            home_id=home_id,
        )
    except Invalid as refusal:
        return await _show_new(request, person_id, home_id, refusal=refusal)
    return done(HOME, "visit_plan")


@form
async def record(request: web.Request, sent: Sent) -> web.StreamResponse:
    """记走访."""
    (person_id, home_id), words = _whose(sent), sent.text("words")
    try:
        await visits.record(
            by=sent.who.viewer,
            visit_day=sent.date("day"),
            words=words,
            next_day=sent.date("next"),
            key=sent.text("key"),
            person_id=person_id,
            home_id=home_id,
        )
    except Invalid as refusal:
        return await _show_new(request, person_id, home_id, refusal=refusal, words=words)
    return done(HOME, "visit_record")


@form
async def record_planned(request: web.Request, sent: Sent) -> web.StreamResponse:
    """记走访: what came of a plan."""
    words = sent.text("words")
    try:
        await visits.record_planned(
            _plan(request), by=sent.who.viewer, visit_day=sent.date("day"), words=words, next_day=sent.date("next")
        )
    except (Invalid, Taken) as refusal:
        return await _show(request, refusal=refusal, sent=sent)
    return done(HOME, "visit_record")


@form
async def drop(request: web.Request, sent: Sent) -> web.StreamResponse:
    """取消安排."""
    try:
        await visits.drop(_plan(request), by=sent.who.viewer)
    except Taken as refusal:
        return await _show(request, refusal=refusal)
    return done(HOME, "visit_drop")


@form
async def report(request: web.Request, sent: Sent) -> web.StreamResponse:
    """转成事件."""
    try:
        case = await visits.report(whole(request.match_info["id"]), by=sent.who.viewer)
    except (Invalid, Taken) as refusal:
        return await _show(request, refusal=refusal)
    return done(f"/cases/{case.id}", "visit_report")
