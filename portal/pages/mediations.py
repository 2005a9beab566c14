"""Mediations for those who work on them: the list, taking one down, and one with every verb, one form each."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from casework.cases import showing as case_showing
from casework.loop import MEDIATION_LOOP, MEDIATION_STATES
from casework.mediation import applying, ending, mediators, private, sessions, showing
from casework.mediation.applying import Asked, TakenDown
from casework.mediation.consents import Way
from casework.mediation.private import NoteLine
from casework.mediation.showing import MediationList
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.mediation import NextStep, Party, SessionResult, SessionWay
from people.permissions import may
from portal.forms import Sent, as_sent, done, form, verb_of, whole
from portal.mediation_verbs import STAFF
from portal.session import Visitor
from portal.staff import staff_page, worker

HOME, READ, TAKE = "/mediations", "mediation.read", "mediation.take_down"


async def show(request: web.Request) -> web.Response:
    """调解."""
    who = await worker(request, READ)
    asked, after = request.query.get("list", ""), whole(request.query.get("after", "") or "0")
    which = MediationList(asked) if asked in {*MediationList} else MediationList.OPEN
    return await staff_page(
        request,
        "staff/mediations.html",
        lines=await showing.mediations(viewer=who.viewer, which=which, after=after),
        which=which,
        lists=tuple(MediationList),
        after=after,
        most=showing.MOST,
        states=MEDIATION_STATES,
    )


async def show_new(request: web.Request) -> web.Response:
    """登记调解."""
    return await _show_new(request, await worker(request, TAKE), whole(request.query.get("case", "") or "0"))


async def _show_new(
    request: web.Request, who: Visitor, case_id: int, *, sent: Sent | None = None, refusal: Refusal | None = None
) -> web.Response:
    case = await case_showing.case(case_id, viewer=who.viewer) if case_id else None
    return await staff_page(
        request, "staff/mediations_new.html", refusal=refusal, case=case, typed=dict(sent.fields) if sent else {}
    )


@form
async def take_down(request: web.Request, sent: Sent) -> web.StreamResponse:
    """登记调解: for who comes to the desk or calls, or of a case with the one who reported it."""
    by, case_id = sent.who.viewer, whole(sent.text("case") or "0")
    asked = Asked(sent.text("matter"), sent.text("other"), sent.text("where"), sent.text("phone"))
    who = TakenDown(sent.text("name"), sent.text("own_where"), sent.text("own_phone"), came=sent.text("came") == "yes")
    try:
        if case_id:
            made = await applying.of_case(case_id, asked, by=by)
        else:
            made = await applying.take_down(asked, who, by=by, place_id=sent.who.place_id)
    except (Invalid, Taken, WrongState) as refusal:
        return await _show_new(request, sent.who, case_id, sent=sent, refusal=refusal)
    return done(f"{HOME}/{made.id}", "mediation_take_down")


async def show_one(request: web.Request) -> web.Response:
    """一件调解."""
    return await _show_one(request, await worker(request, READ), whole(request.match_info["id"]))


async def _show_one(
    request: web.Request,
    who: Visitor,
    mediation_id: int,
    *,
    sent: Sent | None = None,
    refusal: Refusal | None = None,
    opened: Sequence[NoteLine] | None = None,
    phone: tuple[str, str] = ("", ""),
) -> web.Response:
    shown, viewer = await showing.mediation(mediation_id, viewer=who.viewer), who.viewer
    looks = may(viewer, "mediation.point_out", shown.line.place_id)
    wanted = request.query.get("name", "")
    return await staff_page(
        request,
        "staff/mediation.html",
        refusal=refusal,
        shown=shown,
        notes=await private.notes(mediation_id, viewer=viewer) if opened is None else opened,
        opened=opened is not None,
        phone=phone,
        **as_sent(request, sent),
        can=_can(shown, who),
        mediators=await mediators.mediators(viewer=viewer, place_id=shown.line.place_id) if looks else [],
        wanted=wanted,
        people=await showing.people_here(mediation_id, viewer=viewer, text=wanted) if looks and wanted else [],
        parties=tuple(Party),
        ways=tuple(SessionWay),
        consent_ways=tuple(Way),
        reasons=ending.SAYABLE,
        results=tuple(SessionResult),
        next_steps=tuple(NextStep),
        early=sessions.EARLY,
        state=MEDIATION_STATES[shown.line.state],
        today=clock.today(),
        now=clock.now(),
    )


def _can(shown: showing.Shown, who: Visitor) -> frozenset[str]:
    """Verbs that lead somewhere from this state and that the viewer may do; the verb itself decides."""
    alike = {"sign": "confirm", "record_consent": "consent", "reveal": "", "unseal": ""}
    found = set[str]()
    for verb in (*STAFF, *alike):
        leads = MEDIATION_LOOP.get(f"mediation.{alike.get(verb, verb)}")
        if (leads is None or shown.line.state in leads) and may(who.viewer, f"mediation.{verb}", shown.line.place_id):
            found.add(verb)
    return frozenset(found if shown.leads_talks else found - {"note", "speak", "sign"})


@form
async def do(request: web.Request, sent: Sent) -> web.StreamResponse:
    """Any verb; a refusal shows the mediation as it now is, and what was typed is kept."""
    mediation_id = whole(request.match_info["id"])
    if request.match_info["verb"] in {"unseal", "reveal"}:
        return await _look(request, sent, mediation_id=mediation_id, name=request.match_info["verb"])
    name, verb = verb_of(request, STAFF)
    try:
        await showing.mediation(mediation_id, viewer=sent.who.viewer)
        await verb(mediation_id, sent)
    except (Taken, WrongState, Invalid, NotAllowed) as refusal:
        return await _show_one(request, sent.who, mediation_id, sent=sent, refusal=refusal)
    return done(f"{HOME}/{mediation_id}", f"mediation_{name}")


async def _look(request: web.Request, sent: Sent, *, mediation_id: int, name: str) -> web.Response:
    """What is opened with an audit line, and shown on this page only."""
    viewer = sent.who.viewer
    if name == "unseal":
        opened = await private.unseal(mediation_id, by=viewer)
        return await _show_one(request, sent.who, mediation_id, opened=opened)
    party = sent.text("party")
    if party not in {*Party}:
        raise NotFound("page.not_found")
    number = await showing.reveal(mediation_id, by=viewer, party=Party(party))
    return await _show_one(request, sent.who, mediation_id, phone=(party, number))
