"""People of a neighbourhood, for its staff: found by tags, ages and building, and one by one with all that is known."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from casework import timelines
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, TooMany
from models.rules import rules
from models.service import LookField
from people import badges, shown
from people.permissions import may
from people.ranks import NEIGHBOURS_GIVEN, may_give
from people.records import cards, filters, reveals, services, tags
from people.records.querying import Wanted, wanted
from portal.forms import Sent, done, form, whole
from portal.render import safe_path
from portal.staff import staff_page, worker

READ = "person.read"


def _chosen(request: web.Request) -> Wanted:
    query = request.query
    building = whole(query.get("building") or "0")
    return wanted(tags=query.getall("tags", []), without=query.getall("without", []), building=building)


def _address(chosen: Wanted, *, and_tag: str = "", after: int = 0) -> str:
    """The page of a filter, narrowed by one more tag, or after a line that was shown."""
    pairs = [("tags", tag) for tag in dict.fromkeys((*chosen.tags, and_tag)) if tag]
    pairs += [("without", tag) for tag in chosen.without]
    pairs += [(name, str(value)) for name, value in (("building", chosen.building), ("after", after)) if value]
    return urlencode(pairs)


async def show(request: web.Request) -> web.Response:
    """人员: who has all of these tags and none of those."""
    who, chosen = await worker(request, READ), _chosen(request)
    viewer, place_id = who.viewer, who.place_id
    lines = await filters.people(chosen, viewer=viewer, place_id=place_id, after=whole(request.query.get("after", "0")))
    counted = await filters.sums(chosen, viewer=viewer, place_id=place_id)
    words = await tags.words(viewer=viewer, place_id=place_id)
    names = [*rules().age_tags, *(word.name for word in words if word.people or not word.is_retired)]
    return await staff_page(
        request,
        "staff/people.html",
        chosen=chosen,
        names=list(dict.fromkeys((*names, *chosen.tags, *chosen.without))),
        buildings=await filters.building_choices(viewer=viewer, place_id=place_id),
        lines=lines,
        sums=counted,
        narrower=[
            (one, _address(chosen, and_tag=one.name))
            for one in (*counted.by_age, *counted.by_tag)
            if one.people and one.name not in chosen.tags
        ],
        address=_address(chosen),
        following=_address(chosen, after=lines[-1].residence_id) if len(lines) == filters.PAGE else "",
    )


async def show_person(request: web.Request) -> web.Response:
    """人员卡片: whoever opens one sees a real name, which stands on record."""
    who = await worker(request, READ)
    await shown.look_up(_person(request), by=who.viewer)
    return await _show_person(request)


async def _show_person(
    request: web.Request, *, refusal: Refusal | None = None, sent: Sent | None = None, form: str = ""
) -> web.Response:
    viewer = (await worker(request, READ)).viewer
    card = await cards.person(whole(request.match_info["id"]), viewer=viewer)
    words = await tags.words(viewer=viewer, place_id=card.place_id)
    marks = may(viewer, "badge.mark", card.place_id)
    return await staff_page(
        request,
        "staff/person.html",
        refusal=refusal,
        whose=card.place_id,
        typed=dict(sent.fields) if sent else {},
        form=form,
        card=card,
        usable=[one.name for one in words if not one.is_retired and one.name not in card.tags],
        line=await timelines.of_person(card.id, viewer=viewer, after=request.query.get("after", "")),
        standing=await shown.standing(card.id, viewer=viewer),
        badge=await badges.badge_of(card.id, viewer=viewer) if card.is_kept and marks else None,
        given=[role.value for role in NEIGHBOURS_GIVEN if may_give(viewer, role, card.place_id)],
        kinds=rules().services,
        purposes=rules().purposes,
        longest_note=reveals.LONGEST_NOTE,
        today=clock.today(),
        strikes_all=may(viewer, "service.strike_others", card.place_id),
    )


def _person(request: web.Request) -> int:
    return whole(request.match_info["id"])


@form
async def tag(request: web.Request, sent: Sent) -> web.StreamResponse:
    """贴标签."""
    try:
        await tags.tag(_person(request), by=sent.who.viewer, name=sent.text("name"))
    except Invalid as refusal:
        return await _show_person(request, refusal=refusal)
    return done(f"/people/{_person(request)}", "person_tag")


@form
async def untag(request: web.Request, sent: Sent) -> web.StreamResponse:
    """去标签."""
    try:
        await tags.untag(_person(request), by=sent.who.viewer, name=sent.text("name"))
    except Taken as refusal:
        return await _show_person(request, refusal=refusal)
    return done(f"/people/{_person(request)}", "person_untag")


@form
async def note(request: web.Request, sent: Sent) -> web.StreamResponse:
    """记一笔."""
    words, key = sent.text("words"), sent.text("key")
    try:
        await services.note(
            by=sent.who.viewer,
            person_id=_person(request),
            kind=sent.text("kind"),
            day=sent.date("day"),
            words=words,
            key=key,
        )
    except Invalid as refusal:
        return await _show_person(request, refusal=refusal, sent=sent, form="note")
    return done(f"/people/{_person(request)}", "service_note")


@form
async def strike(request: web.Request, sent: Sent) -> web.StreamResponse:
    """划掉."""
    await services.strike(whole(request.match_info["id"]), by=sent.who.viewer)
    return done(safe_path(sent.text("back")), "service_strike")


@form
async def reveal(request: web.Request, sent: Sent) -> web.StreamResponse:
    """看完整号码: on this one page, which no browser keeps."""
    person_id, viewer = _person(request), sent.who.viewer
    field = next((one for one in LookField if one.value == sent.text("field")), None)
    if field is None:
        raise NotFound("person.no_number")
    purpose, why = sent.text("purpose"), sent.text("note")
    try:
        number = await reveals.reveal(person_id, by=viewer, field=field, purpose=purpose, note=why)
    except (Invalid, NotAllowed, TooMany) as refusal:
        return await _show_person(request, refusal=refusal, sent=sent, form="reveal")
    card = await cards.person(person_id, viewer=viewer)
    return await staff_page(request, "staff/reveal.html", card=card, field=field, number=number, purpose=purpose)


async def show_looks(request: web.Request) -> web.Response:
    """谁看过号码."""
    viewer, person_id = (await worker(request, "person.read_looks")).viewer, _person(request)
    looks = await reveals.looks_at(person_id, viewer=viewer, after=whole(request.query.get("after", "0")))
    following = looks[-1].id if len(looks) == reveals.PAGE else 0
    card = await cards.person(person_id, viewer=viewer)
    return await staff_page(request, "staff/looks.html", card=card, looks=looks, following=following)
