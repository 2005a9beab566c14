"""Key small matters as staff see them: planning a year, sorting what was put, the vote, and who answers for what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from casework import roster
from casework.cases import teams
from casework.ledgers.keeping import FURTHEST
from forum.key_matters import carrying, planning, showing, sorting, steps
from forum.key_matters.carrying import RULES, UNITS, Ballot
from forum.key_matters.steps import DATED, MOVE, MOVES, Days
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.file import FileKind
from models.key_matter import KeyStepName
from people import files
from people.permissions import allow
from portal.forms import Sent, as_sent, done, form, verb_of, whole
from portal.staff import staff_page, worker
from portal.uploads import form_with_photos

HOME, YEARS = "/key_matters", "/key_matters/years"
PLAN, SORTS = "key_matter.plan", "key_matter.shortlist"
CANNOT = (Invalid, NotAllowed, NotFound, Taken, WrongState)


async def show_plan(request: web.Request) -> web.Response:
    """定一年的票决."""
    return await _plan(request)


async def _plan(request: web.Request, sent: Sent | None = None, *, refusal: Refusal | None = None) -> web.Response:
    who = await worker(request, PLAN)
    allow(who.viewer, PLAN, who.place_id)
    typed = dict(sent.fields) if sent else {}
    facts = {"typed": typed, "steps": DATED, "today": clock.today()}
    return await staff_page(request, "staff/key_matters_plan.html", refusal=refusal, **facts)


def _days(sent: Sent) -> dict[KeyStepName, Days]:
    """The days of each step that has both."""
    found: dict[KeyStepName, Days] = {}
    for step in DATED:
        starts, ends = sent.date(f"{step.value}-starts"), sent.date(f"{step.value}-ends")
        if starts is not None and ends is not None:
            found[step] = Days(starts, ends)
    return found


@form
async def plan(request: web.Request, sent: Sent) -> web.StreamResponse:
    """定一年的票决: what is typed stays in the form until it has been taken."""
    who = sent.who
    allow(who.viewer, PLAN, who.place_id)
    try:
        year, intro, days = whole(sent.text("year") or "0"), sent.text("intro"), _days(sent)
        made = await planning.plan(by=who.viewer, place_id=who.place_id, year=year, intro=intro, days=days)
    except CANNOT as refusal:
        return await _plan(request, sent, refusal=refusal)
    return done(f"{YEARS}/{made}/manage", "key_matter_plan")


async def show(request: web.Request) -> web.Response:
    """办理一年的关键小事."""
    return await _show(request, whole(request.match_info["id"]))


async def _show(
    request: web.Request, year_id: int, *, sent: Sent | None = None, refusal: Refusal | None = None, of: int = 0
) -> web.Response:
    who = await worker(request, SORTS)
    card = await showing.year(year_id, viewer=who.viewer)
    allow(who.viewer, SORTS, card.place_id)
    return await staff_page(
        request,
        "staff/key_matters.html",
        refusal=refusal,
        card=card,
        of=of,
        **as_sent(request, sent),
        steps=DATED,
        following=[after for (before, after), one in MOVES.items() if before is card.step and one.verb == MOVE],
        needs_reason=[after for (before, after), one in MOVES.items() if before is card.step and one.needs_reason],
        staff=await roster.staff(viewer=who.viewer, place_id=card.place_id),
        units=await teams.teams(viewer=who.viewer, place_id=card.place_id),
        vote_units=[one.value for one in UNITS],
        rules=RULES,
        today=clock.today(),
        furthest=clock.today() + FURTHEST,
    )


Do = Callable[[int, Sent], Awaitable[object]]


def _seen(sent: Sent) -> int | None:
    return sent.number("version") if sent.text("version") else None


async def _move(one: int, sent: Sent) -> None:
    step = sent.text("step")
    if step not in {*KeyStepName}:
        raise NotFound("key_matter.no_year")
    reason = sent.text("reason")
    await steps.move(one, KeyStepName(step), by=sent.who.viewer, reason=reason, seen_version=_seen(sent))


async def _set_days(one: int, sent: Sent) -> None:
    days, reason = _days(sent), sent.text("reason")
    await planning.set_days(one, by=sent.who.viewer, days=days, seen_version=_seen(sent), reason=reason)


async def _put_to_vote(one: int, sent: Sent) -> None:
    most = sent.text("most")
    ballot = Ballot(
        closes_at=sent.moment("closes_at"),
        most_choices=int(most) if most.isdecimal() and len(most) < 4 else 0,
        unit=sent.text("unit"),
        rule=sent.text("rule"),
        is_secret=bool(sent.text("is_secret")),
    )
    await carrying.put_to_vote(one, ballot, by=sent.who.viewer, seen_version=_seen(sent))


YEAR_VERBS: Mapping[str, Do] = {
    "move": _move,
    "days": _set_days,
    "put_to_vote": _put_to_vote,
    "settle": lambda one, sent: carrying.settle(one, by=sent.who.viewer, seen_version=_seen(sent)),
}
"""What may be done to a year's list, by the word in the address."""


@form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """One verb on a year's list."""
    year_id, (name, verb) = whole(request.match_info["id"]), verb_of(request, YEAR_VERBS)
    allow(sent.who.viewer, SORTS, (await showing.year(year_id, viewer=sent.who.viewer)).place_id)
    try:
        await verb(year_id, sent)
    except CANNOT as refusal:
        return await _show(request, year_id, sent=sent, refusal=refusal)
    return done(f"{YEARS}/{year_id}/manage", f"key_matter_{name}")


async def _join(one: int, sent: Sent) -> None:
    await sorting.join(one, by=sent.who.viewer, into_id=sent.number("into"))


async def _assign(one: int, sent: Sent) -> None:
    owner, team = whole(sent.text("owner") or "0"), whole(sent.text("team") or "0")
    await carrying.assign(one, by=sent.who.viewer, owner_id=owner, team_id=team or None, due=sent.date("due"))


MATTER_VERBS: Mapping[str, Do] = {
    "admit": lambda one, sent: sorting.admit(one, by=sent.who.viewer),
    "join": _join,
    "shortlist": lambda one, sent: sorting.shortlist(one, by=sent.who.viewer),
    "leave_out": lambda one, sent: sorting.leave_out(one, by=sent.who.viewer, reason=sent.text("reason")),
    "assign": _assign,
    "drop_photo": lambda one, sent: carrying.drop_photo(one, by=sent.who.viewer, name=sent.text("photo")),
}
"""What may be done to one matter, by the word in the address."""


@form
async def decide(request: web.Request, sent: Sent) -> web.StreamResponse:
    """One verb on a matter; what was typed stays where it is refused."""
    matter_id, (name, verb) = whole(request.match_info["id"]), verb_of(request, MATTER_VERBS)
    year = (await showing.matter(matter_id, viewer=sent.who.viewer)).year
    allow(sent.who.viewer, SORTS, year.place_id)
    try:
        await verb(matter_id, sent)
    except CANNOT as refusal:
        return await _show(request, year.id, sent=sent, refusal=refusal, of=matter_id)
    return done(f"{YEARS}/{year.id}/manage", f"key_matter_{name}")


@form_with_photos
async def prove(request: web.Request, sent: Sent) -> web.StreamResponse:
    """放办成的照片."""
    matter_id, viewer = whole(request.match_info["id"]), sent.who.viewer
    year = (await showing.matter(matter_id, viewer=viewer)).year
    allow(viewer, "key_matter.prove", year.place_id)
    try:
        kept = [
            (await files.keep(content, by=viewer, kind=FileKind.PHOTO, place_id=year.place_id)).name
            for _, content in sent.photos
        ]
        await carrying.prove(matter_id, by=viewer, photos=tuple(kept))
    except CANNOT as refusal:
        return await _show(request, year.id, sent=sent, refusal=refusal)
    return done(f"{HOME}/{matter_id}", "key_matter_prove")
